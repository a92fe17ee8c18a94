// SPDX-License-Identifier: MIT
#include <spikingjet/fault/fault_file.hpp>

#include "catch.hpp"
#include "laws/every_policy.hpp"

#include <cstdint>
#include <filesystem>
#include <limits>
#include <locale>
#include <random>
#include <span>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

namespace sj = spikingjet;

namespace {

using Net = sj::Network<sj::Input<3>, sj::Dense<"fc1", 4>,
                        sj::Leaky<"lif1", sj::Shared<"beta", sj::Sharing::per_layer>>, sj::SpikeCountReadout>;
constexpr std::uint32_t weight = 0;  // (4, 3)
constexpr std::uint32_t beta = 2;    // ()
constexpr std::uint32_t spike = 5;   // (4,)

const std::string four = "Injection,Layer,TensorIndex,Bit\n";
const std::string seven = "Injection,Layer,TensorIndex,Bit,Fault,Begin,End\n";
const std::string nine = "Injection,Layer,TensorIndex,Bit,Fault,Begin,End,Duty,Seed\n";

sj::FaultList read(const std::string& text, std::span<const sj::FaultTypeInfo> own_types = {},
                   std::vector<std::string>* warnings = nullptr) {
  std::istringstream in(text);
  return sj::read_fault_list(in, "list.csv", Net::quantities, own_types, [&](const std::string& sentence) {
    if (warnings) warnings->push_back(sentence);
  });
}

std::string written(const sj::FaultList& faults) {
  std::ostringstream out;
  sj::write_fault_list(out, faults, Net::quantities);
  return out.str();
}

void check_same(const sj::FaultList& found, const std::vector<sj::Fault>& expected) {
  REQUIRE(found.size() == expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) {
    INFO("fault " << i << ", " << sj::fault_type_text(expected[i]));
    CHECK(found[i].site == expected[i].site);
    CHECK(found[i].bit == expected[i].bit);
    CHECK(found[i].type == expected[i].type);
    CHECK(sj::to_word(found[i].alteration.factor) == sj::to_word(expected[i].alteration.factor));
    CHECK(found[i].alteration.keep == expected[i].alteration.keep);
    CHECK(found[i].alteration.set == expected[i].alteration.set);
    CHECK(found[i].alteration.flip == expected[i].alteration.flip);
    CHECK(found[i].window == expected[i].window);
  }
}

sj::Fault fault_at(std::uint32_t quantity, std::uint64_t element, const sj::FaultTypeInfo& type,
                   std::int32_t bit = sj::Fault::no_bit, sj::Window window = {}) {
  const sj::Quantity& of = Net::quantities[quantity];
  return {.site = {quantity, of.storage, element},
          .bit = bit,
          .type = type.name,
          .alteration = type.alteration(bit < 0 ? 0u : unsigned(bit), of.role),
          .window = window};
}

sj::Fault value_fault(std::string_view type, const sj::Alteration& alteration, sj::Window window = {}) {
  return {.site = {weight, sj::Storage::parameter, 0}, .type = type, .alteration = alteration, .window = window};
}

constexpr auto flip_info = sj::describe_fault_type<sj::BitFlip>();

/// The sentence that refuses a list, and the line it names.
void check_refused(const std::string& text, std::size_t line, const std::string& what) {
  try {
    read(text);
  } catch (const sj::BadFaultLine& refused) {
    CHECK(refused.file == "list.csv");
    CHECK(refused.line == line);
    CHECK(refused.exit_status() == 2);
    CHECK(std::string(refused.what()) == "spikingjet: list.csv, line " + std::to_string(line) + ": " + what);
    return;
  }
  FAIL("not refused: " << text);
}

/// The same for the first fault of a seven-column list.
void check_refused_fault(const std::string& fields, const std::string& what) { check_refused(seven + fields, 2, what); }

}  // namespace

TEST_CASE("four columns are bit flips over the whole run, as the Python tool writes them") {
  check_same(
      read(four + "0,fc1.weight,\"(3, 1)\",30\n1,fc1.bias,\"(2,)\",0\n2,lif1.beta,(),31\n3,lif1.potential,(3),5\n"
                  "4,lif1.spike,\"(0,)\",23\n"),
      {fault_at(weight, 10, flip_info, 30), fault_at(1, 2, flip_info, 0), fault_at(beta, 0, flip_info, 31),
       fault_at(4, 3, flip_info, 5), fault_at(spike, 0, flip_info, 23)});
}

TEST_CASE("seven columns name the fault and its steps, empty ones mean a bit flip and the whole run") {
  check_same(
      read(seven + "0,fc1.weight,\"(0, 0)\",3,,,\n"
                   "1,fc1.weight,\"(0, 1)\",3,bitflip,5,\n"
                   "2,fc1.weight,\"(0, 2)\",3,stuckat0,,7\n"
                   "3,fc1.weight,\"(1, 0)\",3,stuckat1,5,6\n"
                   "4,lif1.spike,\"(1,)\",,dead,,\n"
                   "5,lif1.spike,\"(1,)\",,saturated,,\n"
                   "6,fc1.weight,\"(1, 1)\",,saturated,0,1\n"),
      {fault_at(weight, 0, flip_info, 3), fault_at(weight, 1, flip_info, 3, {.begin = 5}),
       fault_at(weight, 2, sj::describe_fault_type<sj::StuckAt<0>>(), 3, {.end = 7}),
       fault_at(weight, 3, sj::describe_fault_type<sj::StuckAt<1>>(), 3, {.begin = 5, .end = 6}),
       fault_at(spike, 1, sj::describe_fault_type<sj::Dead>()),
       fault_at(spike, 1, sj::describe_fault_type<sj::Saturated>()),
       fault_at(weight, 4, sj::describe_fault_type<sj::Saturated>(), sj::Fault::no_bit, {.begin = 0, .end = 1})});
}

TEST_CASE("operands are masks in hexadecimal and float32 values, also as quotients") {
  const std::string row = "0,fc1.weight,\"(0, 0)\",,";
  check_same(read(seven + row + "flip:0x3,,\n" + row + "flip:0xFFFFFFFF,,\n" + row + "set:0.5,,\n" + row +
                  "set:-3/2,,\n" + row + "set:1e-40,,\n" + row + "set:inf,,\n" + row + "set:nan,,\n" + row +
                  "scale:+2,,\n" + row + "scale:1/3,,\n" + row + "set:1e39,,\n" + row + "set:1e-60,,\n"),
             {value_fault("flip", {.flip = 3}), value_fault("flip", {.flip = 0xffffffffu}),
              value_fault("set", {.keep = 0, .set = 0x3f000000u}), value_fault("set", {.keep = 0, .set = 0xbfc00000u}),
              value_fault("set", {.keep = 0, .set = 0x000116c2u}), value_fault("set", {.keep = 0, .set = 0x7f800000u}),
              value_fault("set", {.keep = 0, .set = 0x7fc00000u}), value_fault("scale", {.factor = 2.0F}),
              value_fault("scale", {.factor = sj::to_float(0x3eaaaaabu)}),
              value_fault("set", {.keep = 0, .set = 0x7f800000u}), value_fault("set", {.keep = 0, .set = 0u})});
}

TEST_CASE("nine columns make a fault flicker, in the rows that say so") {
  check_same(read(nine + "0,lif1.spike,\"(1,)\",3,bitflip,,,0.5,7\n"
                         "1,lif1.spike,\"(1,)\",3,bitflip,2,9,,\n"
                         "2,lif1.spike,\"(1,)\",3,bitflip,2,9,0.25,18446744073709551615\n"
                         "3,lif1.spike,\"(1,)\",3,bitflip,,,1e-30,0\n"),
             {fault_at(spike, 1, flip_info, 3, {.duty = 0x80000000u, .seed = 7}),
              fault_at(spike, 1, flip_info, 3, {.begin = 2, .end = 9}),
              fault_at(spike, 1, flip_info, 3, {.begin = 2, .end = 9, .duty = 0x40000000u, .seed = ~std::uint64_t{0}}),
              fault_at(spike, 1, flip_info, 3, {.duty = 1})});
}

TEST_CASE("line ends, a byte order mark, quotes, blanks and empty lines do not matter") {
  const std::vector<sj::Fault> expected{fault_at(weight, 10, flip_info, 30), fault_at(beta, 0, flip_info, 31)};
  check_same(read("Injection,Layer,TensorIndex,Bit\r\n0,fc1.weight,\"(3, 1)\",30\r\n1,lif1.beta,(),31\r\n"), expected);
  check_same(read(four + "0,fc1.weight,\"(3, 1)\",30\n1,lif1.beta,(),31"), expected);
  check_same(read(four + "0,fc1.weight,\"(3, 1)\",30\r\n1,lif1.beta,(),31\r"), expected);
  check_same(read("\xef\xbb\xbf" + four + "0,fc1.weight,\"(3, 1)\",30\n1,lif1.beta,(),31\n"), expected);
  check_same(read("\"Injection\",\"Layer\",\"TensorIndex\",\"Bit\"\n\"0\",\"fc1.weight\",\"(3, "
                  "1)\",\"30\"\n1,lif1.beta,\"()\",31\n"),
             expected);
  check_same(read("\xef\xbb\xbf\"Injection\",Layer,TensorIndex,Bit\n0,fc1.weight,\"(3,1)\",30\n1,lif1.beta,(),31\n"),
             expected);
  check_same(
      read("Injection, Layer, TensorIndex, Bit\n\n 0 , fc1.weight ,\" ( 3 , 1 ) \", 30 \n\n1,lif1.beta,( ),31\n\n"),
      expected);
}

TEST_CASE("a list is written in the form that the documents show") {
  const std::vector<sj::Fault> faults{
      fault_at(weight, 10, flip_info, 30),
      fault_at(beta, 0, sj::describe_fault_type<sj::StuckAt<0>>(), 31, {.begin = 5, .end = 6}),
      fault_at(spike, 3, sj::describe_fault_type<sj::Dead>(), sj::Fault::no_bit, {.begin = 2}),
      value_fault("flip", {.flip = 3}, {.end = 4}), value_fault("scale", {.factor = 0.9F})};
  CHECK(written(sj::FaultList(faults)) ==
        "Injection,Layer,TensorIndex,Bit,Fault,Begin,End\r\n"
        "0,fc1.weight,\"(3, 1)\",30,bitflip,,\r\n"
        "1,lif1.beta,\"()\",31,stuckat0,5,6\r\n"
        "2,lif1.spike,\"(3,)\",,dead,2,\r\n"
        "3,fc1.weight,\"(0, 0)\",,flip:0x00000003,0,4\r\n"
        "4,fc1.weight,\"(0, 0)\",,scale:0.9,,\r\n");
  CHECK(written(sj::FaultList({fault_at(weight, 0, flip_info, 0, {.duty = 0x40000000u, .seed = 7}),
                               fault_at(weight, 0, flip_info, 1)})) ==
        "Injection,Layer,TensorIndex,Bit,Fault,Begin,End,Duty,Seed\r\n"
        "0,fc1.weight,\"(0, 0)\",0,bitflip,,,0.25,7\r\n"
        "1,fc1.weight,\"(0, 0)\",1,bitflip,,,,\r\n");
}

TEST_CASE("what was written reads back as the same faults, odd values included", "[law]") {
  std::vector<sj::Fault> faults;
  for (const float value : {0.0F, -0.0F, 1e-40F, -1e-40F, 3e38F, 1.0F / 3, 0.1F, -2.5F, 16777216.0F,
                            std::numeric_limits<float>::infinity(), std::numeric_limits<float>::denorm_min(),
                            std::numeric_limits<float>::max(), std::numeric_limits<float>::lowest()}) {
    faults.push_back(value_fault("set", sj::Alteration::sets(value)));
    faults.push_back(value_fault("scale", sj::Alteration::scales(value)));
  }
  faults.push_back(value_fault("set", sj::Alteration::sets(sj::to_float(0x7fc00000u))));
  for (const std::uint32_t mask : {1u, 0x80000000u, 0xffffffffu, 0x12345678u})
    faults.push_back(value_fault("flip", sj::Alteration::flips(mask)));
  constexpr std::uint32_t seed = 31;
  INFO("seed " << seed);
  auto random = [generator = std::mt19937(seed)]() mutable { return std::uint32_t(generator()); };
  for (int i = 0; i < 400; ++i) {
    sj::Window window;
    if (random() % 2) window.begin = random() % 100;
    if (random() % 2) window.end = window.begin + 1 + random() % 100;
    if (random() % 4 == 0) {
      window.duty = 1 + random() % 0xfffffffeu;
      window.seed = random();
    }
    const auto& type = sj::built_in_fault_types[random() % sj::built_in_fault_types.size()];
    const auto quantity = std::uint32_t(random() % Net::quantities.size());
    faults.push_back(fault_at(quantity, random() % Net::quantities[quantity].size(), type,
                              type.takes_bit ? std::int32_t(random() % 32) : sj::Fault::no_bit, window));
  }
  const std::string text = written(sj::FaultList(faults));
  check_same(read(text), faults);
  CHECK(written(read(text)) == text);
}

TEST_CASE("fault types of one's own read back under their names") {
  const std::vector<sj::FaultTypeInfo> own{sj::describe_fault_type<sj::BurstFlip<3>>(),
                                           sj::describe_fault_type<sj::FlipMask<3>>(),
                                           sj::describe_fault_type<sj::SetTo<1, 3>>()};
  const std::vector<sj::Fault> faults{fault_at(weight, 0, own[0], 29), fault_at(weight, 1, own[1]),
                                      fault_at(weight, 2, own[2])};
  const std::string text = written(sj::FaultList(faults));
  check_same(read(text, own), faults);

  // Without them, spellings with an operand still mean the same alteration.
  const sj::FaultList rest =
      read(seven + "0,fc1.weight,\"(0, 1)\",,flip:0x00000003,,\n0,fc1.weight,\"(0, 2)\",,set:1/3,,\n");
  CHECK(rest[0].alteration == faults[1].alteration);
  CHECK(rest[1].alteration == faults[2].alteration);
}

TEST_CASE("the digits of a written list do not depend on the locale") {
  struct Grouping : std::numpunct<char> {
    char do_thousands_sep() const override { return ','; }
    std::string do_grouping() const override { return "\3"; }
  };
  const sj::FaultList faults({fault_at(weight, 0, flip_info, 0, {.begin = 12345, .end = 67890})});
  std::ostringstream out;
  out.imbue(std::locale(std::locale::classic(), new Grouping));
  sj::write_fault_list(out, faults, Net::quantities);
  CHECK(out.str() == written(faults));
}

TEST_CASE("an unknown quantity is refused with the known ones") {
  check_refused(
      four + "0,fc1.weight,\"(0, 0)\",0\n1,fc9.weight,\"(0, 0)\",0\n", 3,
      "the network has no 'fc9.weight'; it has fc1.weight, fc1.bias, lif1.beta, lif1.threshold, lif1.potential, "
      "lif1.spike");
  check_refused_fault(
      "0,,\"(0, 0)\",0,,,\n",
      "the network has no ''; it has fc1.weight, fc1.bias, lif1.beta, lif1.threshold, lif1.potential, lif1.spike");
}

TEST_CASE("an index out of range or of another rank is refused with the allowed range") {
  const auto refused = [](const std::string& quantity, const std::string& index, const std::string& rest) {
    check_refused_fault("0," + quantity + ",\"" + index + "\",0,,,\n",
                        "TensorIndex '" + index + "' is no element of " + quantity + ", whose shape is " + rest);
  };
  for (const char* index : {"(4, 0)",      "(0, 3)",
                            "(-5, 0)",     "(0)",
                            "(0,)",        "(0, 0, 0)",
                            "0",           "()",
                            "(,)",         "(0,,0)",
                            "(0, 0",       "(0, 0]",
                            "(a, b)",      "(0, 99999999999999999999)",
                            "(0.5, 0)",    "{0, 0}",
                            "(",           "",
                            "slice(0, 1)", "(0)(0)",
                            "0-0",         "0x0, 0",
                            "nan, 0",      "(((((((((0, 0)))))))))",
                            "range(0, 1)", "tensor(0, 0"})
    refused("fc1.weight", index, "(4, 3); allowed are indices from 0 to (3, 2)");
  for (const char* index : {"(4,)", "(4)", "()", "(0, 0)"})
    refused("lif1.spike", index, "(4,); allowed are indices from 0 to (3,)");
  for (const char* index : {"(1,)", "(0, 0)", "1", "-1"}) refused("lif1.beta", index, "(); it must be ()");
}

TEST_CASE("a bit that does not belong there is refused") {
  for (const char* bit : {"32", "-1", "", "1.5", "x", "99999999999", "32.0", "0x1"}) {
    check_refused_fault("0,fc1.weight,\"(0, 0)\"," + std::string(bit) + ",,,\n",
                        "'Bit' is '" + std::string(bit) + "', but 'bitflip' takes a bit from 0 to 31");
    check_refused_fault("0,fc1.weight,\"(0, 0)\"," + std::string(bit) + ",stuckat1,,\n",
                        "'Bit' is '" + std::string(bit) + "', but 'stuckat1' takes a bit from 0 to 31");
  }
  for (const char* type : {"dead", "saturated", "flip:0x3", "set:1", "scale:2"})
    check_refused_fault("0,fc1.weight,\"(0, 0)\",3," + std::string(type) + ",,\n",
                        "'Bit' is '3', but '" + std::string(type) + "' takes none; leave it empty");
}

TEST_CASE("an unknown fault type is refused with the known ones") {
  const std::string allowed = "allowed are bitflip, stuckat0, stuckat1, dead, saturated, flip:0xMASK, set:V, scale:F";
  for (const char* type : {"bitflop", "bitflips", "stuckat2", "dead:1", ":", "0x3"})
    check_refused_fault("0,fc1.weight,\"(0, 0)\",," + std::string(type) + ",,\n",
                        "there is no fault type '" + std::string(type) + "'; " + allowed);
  const std::vector<sj::FaultTypeInfo> own{sj::describe_fault_type<sj::BurstFlip<3>>()};
  try {
    read(seven + "0,fc1.weight,\"(0, 0)\",,burst4,,\n", own);
    FAIL("not refused");
  } catch (const sj::BadFaultLine& refused) {
    CHECK(std::string(refused.what()) ==
          "spikingjet: list.csv, line 2: there is no fault type 'burst4'; " + allowed + ", burst3");
  }
}

TEST_CASE("an operand that is no mask or no number is refused") {
  for (const char* mask :
       {"flip:", "flip", "flip:3", "flip:0x", "flip:0x0", "flip:0x100000000", "flip:0xg", "flip:0x-1"})
    check_refused_fault("0,fc1.weight,\"(0, 0)\",," + std::string(mask) + ",,\n",
                        "'" + std::string(mask) + "' must be 'flip:' with a mask from 0x1 to 0xffffffff");
  for (const char* value : {"set:", "set", "set:x", "set:1/0", "set:1/2/3", "set:1.5/2", "set:0x10", "set:1,5",
                            "set:+-1", "set:1 2", "set:1e5000", "set:-1e-5000"})
    check_refused_fault("0,fc1.weight,\"(0, 0)\",,\"" + std::string(value) + "\",,\n",
                        "'" + std::string(value) + "' must be 'set:' with a number, such as 0.5, -3 or 1/3");
  check_refused_fault("0,fc1.weight,\"(0, 0)\",,scale:much,,\n",
                      "'scale:much' must be 'scale:' with a number, such as 0.5, -3 or 1/3");
}

TEST_CASE("steps that end before they begin, or are none, are refused") {
  const std::string row = "0,fc1.weight,\"(0, 0)\",0,bitflip,";
  check_refused_fault(row + "5,5\n",
                      "'End' must lie behind 'Begin': the fault is there in steps [Begin, End), here [5, 5)");
  check_refused_fault(row + "5,3\n",
                      "'End' must lie behind 'Begin': the fault is there in steps [Begin, End), here [5, 3)");
  check_refused_fault(row + ",0\n",
                      "'End' must lie behind 'Begin': the fault is there in steps [Begin, End), here [0, 0)");
  for (const char* step : {"-1", "x", "1.5", "4294967295", "99999999999", "4294967295.0"}) {
    check_refused_fault(row + step + ",\n",
                        "'Begin' is '" + std::string(step) + "', but must be a step, or empty for the whole run");
    check_refused_fault(row + "," + step + "\n",
                        "'End' is '" + std::string(step) + "', but must be a step, or empty for the whole run");
  }
}

TEST_CASE("a duty that is no share, or stands without a seed, is refused") {
  for (const char* both : {"0,1", "1,1", "-0.5,1", "nan,1", "0.5,", ",1", "0.5,-1", "x,1", "0.5,1.5"})
    check_refused(nine + "0,fc1.weight,\"(0, 0)\",0,bitflip,,," + both + "\n", 2,
                  "'Duty' must be a share between 0 and 1 and 'Seed' a whole number, or both empty");
}

TEST_CASE("a line with another number of fields than the header is refused") {
  check_refused(four + "0,fc1.weight,(3, 17,0\n", 2,
                "it has 5 fields, the header 4; a TensorIndex needs quotes, as in \"(3, 17)\"");
  check_refused(four + "0,fc1.weight,\"(3, 1)\",0,1\n", 2,
                "it has 5 fields, the header 4; a TensorIndex needs quotes, as in \"(3, 17)\"");
  check_refused(seven + "0,fc1.weight,\"(0, 0)\",0\n", 2,
                "it has 4 fields, the header 7; a TensorIndex needs quotes, as in \"(3, 17)\"");
}

TEST_CASE("an injection without a number is refused") {
  for (const char* number : {"", "x", "-1", "1.5"})
    check_refused_fault(std::string(number) + ",fc1.weight,\"(0, 0)\",0,,,\n",
                        "'Injection' is '" + std::string(number) + "', but must be a whole number");
}

TEST_CASE("a quote that stays open, or has text behind it, is refused on the line where its record begins") {
  const std::string what = "a quoted field is not closed or is followed by text; write it as \"(3, 17)\"";
  check_refused(four + "0,fc1.weight,\"(0, 0)\",0\n1,fc1.weight,\"(0, 0),0\n2,fc1.weight,(0),0\n", 3, what);
  check_refused(four + "0,fc1.weight,\"(0, 0)\"x,0\n", 2, what);
}

TEST_CASE("lines are counted through quoted line ends and empty lines") {
  std::vector<std::string> warnings;
  check_refused("\"Injection\",Layer,TensorIndex,Bit\n\n\n0,fc1.weight,\"(0, 0)\",0\n\n1,fc1.weight,\"(0, 0)\",32\n", 6,
                "'Bit' is '32', but 'bitflip' takes a bit from 0 to 31");
  check_refused(
      four + "0,fc1.weight,\"(0,\n9)\",0\n", 2,
      "TensorIndex '(0,?9)' is no element of fc1.weight, whose shape is (4, 3); allowed are indices from 0 to (3, 2)");
}

TEST_CASE("a list without a header or without a fault is refused with what was found") {
  const std::string wanted =
      "; a header names columns as in 'Injection,Layer,TensorIndex,Bit', in any order, optionally also 'Fault', "
      "'Begin', 'End', "
      "'Duty' and 'Seed'";
  check_refused("", 1, "it is empty" + wanted);
  check_refused("\n", 2, "it is empty" + wanted);
  check_refused("\xef\xbb\xbf", 1, "it is empty" + wanted);
  check_refused("0,fc1.weight,\"(0, 0)\",0\n", 1, "the first line is a fault and no header" + wanted);
  check_refused("0;lif1;(0,);0\n", 1, "the first line is a fault and no header" + wanted);
  check_refused("Injection,Layer,TensorIndex\n", 1,
                "the header is 'Injection,Layer,TensorIndex' and lacks 'Bit'" + wanted);
  check_refused("a b\n", 1, "the header is 'a b' and lacks 'Layer', 'TensorIndex' and 'Bit'" + wanted);
  check_refused("Injection;Layer;Index;Bit\n", 1,
                "the header is 'Injection;Layer;Index;Bit' and lacks 'TensorIndex'" + wanted);
  check_refused("Layer,TensorIndex,Bit,bit\n", 1, "the header names 'Bit' twice");
  check_refused(four, 2, "the list holds no fault; after the header each line is one fault");
  check_refused(four + "\n\n", 4, "the list holds no fault; after the header each line is one fault");
}

TEST_CASE("faults that stand more than once are kept, and warned about once") {
  std::vector<std::string> warnings;
  const std::string rest = ",fc1.weight,\"(0, 0)\",3\n";
  CHECK(read(four + "0" + rest + "1,fc1.weight,\"(0, 1)\",3\n2" + rest + "3" + rest, {}, &warnings).size() == 4);
  CHECK(warnings ==
        std::vector<std::string>{
            "spikingjet: list.csv: 2 of its faults repeat an earlier one (line 4 that of line 2 first); each is "
            "injected and counted as often as it stands there"});
  warnings.clear();
  CHECK(read(seven + "0,fc1.weight,\"(0, 0)\",3,bitflip,,\n1,fc1.weight,\"(0, 0)\",,flip:0x8,,\n", {}, &warnings)
            .size() == 2);
  CHECK(warnings.size() == 1);  // another spelling of the same fault
  warnings.clear();
  read(seven +
           "0,fc1.weight,\"(0, 0)\",3,bitflip,,\n1,fc1.weight,\"(0, 0)\",3,bitflip,0,1\n"
           "2,fc1.weight,\"(0, 0)\",3,stuckat0,,\n3,lif1.spike,\"(0,)\",3,bitflip,,\n",
       {}, &warnings);
  CHECK(warnings.empty());
}

TEST_CASE("a file that is not there, or cannot be written, is named") {
  const std::string path = "no such folder/faults.csv";
  try {
    (void)sj::read_fault_list(path, Net::quantities);
    FAIL("not refused");
  } catch (const sj::FaultListMissing& missing) {
    CHECK(missing.file == path);
    CHECK(missing.exit_status() == 2);
    CHECK(std::string(missing.what()) ==
          "spikingjet: cannot open the fault list 'no such folder/faults.csv': No such file or directory; check the "
          "path");
  }
  CHECK_THROWS_AS(sj::read_fault_list(std::string("/"), Net::quantities), sj::FaultListMissing);
  const sj::FaultList faults({fault_at(weight, 0, flip_info, 0)});
  CHECK_THROWS_AS(sj::write_fault_list(path, faults, Net::quantities), sj::WriteFailed);
  if (std::filesystem::exists("/dev/full"))
    CHECK_THROWS_AS(sj::write_fault_list("/dev/full", faults, Net::quantities), sj::WriteFailed);
}

TEST_CASE("a list goes through a file") {
  const auto path = (std::filesystem::temp_directory_path() /
                     ("spikingjet_fault_list_" + std::to_string(std::random_device{}()) + ".csv"))
                        .string();
  const std::vector<sj::Fault> faults{fault_at(weight, 11, flip_info, 0), fault_at(spike, 3, flip_info, 31)};
  sj::write_fault_list(path, sj::FaultList(faults), Net::quantities);
  check_same(sj::read_fault_list(path, Net::quantities), faults);
  std::filesystem::remove(path);
}
