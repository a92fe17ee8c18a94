// SPDX-License-Identifier: MIT
#include <spikingjet/fault/expected_rates.hpp>

#include "catch.hpp"

#include <spikingjet/fault/bit_flip.hpp>
#include <spikingjet/fault/fault_space.hpp>
#include <spikingjet/fault/fault_type.hpp>
#include <spikingjet/fault/value_fault.hpp>
#include <spikingjet/model/layers/dense.hpp>
#include <spikingjet/model/network.hpp>
#include <spikingjet/model/neurons/leaky.hpp>
#include <spikingjet/model/parameters.hpp>
#include <spikingjet/model/readout.hpp>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <span>
#include <sstream>
#include <string>
#include <vector>

namespace sj = spikingjet;

namespace {

const std::vector<sj::Quantity>& quantities() {
  static const std::vector<sj::Quantity> all{
      {.layer = "fc1", .field = "weight", .role = sj::Role::weight, .shape = {3, 2}},
      {.layer = "fc1", .field = "bias", .role = sj::Role::bias, .shape = {2}},
      {.layer = "lif1", .field = "beta", .role = sj::Role::decay, .shape = {1}},
      {.layer = "lif1",
       .field = "potential",
       .role = sj::Role::potential,
       .storage = sj::Storage::state,
       .shape = {2}}};
  return all;
}

sj::FaultSpace space() {
  std::vector<sj::Stratum> strata;
  for (std::uint32_t q = 0; q < quantities().size(); ++q) {
    strata.push_back({q, {{sj::describe_fault_type<sj::Dead>()}}});
    for (std::int32_t bit = 0; bit < 32; ++bit)
      strata.back().choices.push_back({sj::describe_fault_type<sj::BitFlip>(), bit});
  }
  return {quantities(), strata};
}

sj::ExpectedRates rates_of(const std::vector<float>& weight, const std::vector<float>& bias,
                           const std::vector<float>& beta) {
  const std::vector<float>* const values[] = {&weight, &bias, &beta};
  return sj::rates_from_weights(space(), [&](std::size_t q) -> std::span<const float> { return *values[q]; });
}

sj::ExpectedRates read(const std::string& text) {
  std::istringstream in(text);
  return sj::read_expected_rates(in, "p.csv", quantities());
}

std::string sentence_of(const std::string& text) {
  try {
    (void)read(text);
  } catch (const sj::BadRateTable& bad) {
    CHECK(bad.exit_status() == 2);
    return bad.what();
  }
  return {};
}

}  // namespace

// Expected: f0, f1, D01 and D10 apart, on words packed by Python's struct.
TEST_CASE("expected rates follow how far flips move a layer's values") {
  const auto rates = rates_of({0.5F, -0.25F, 0.125F, 0.75F, -0.0625F, 1.0F}, {0.1F, 0.0F}, {0.9F});
  CHECK(rates.size() == 64);
  const std::map<int, double> expected{{0, 2.6728540243734405e-08},
                                       {22, 0.11210762325845619},
                                       {23, 0.1866591927921509},
                                       {26, 0.2490234375},
                                       {28, 0.24999999994179234},
                                       {29, 0.25},
                                       {30, 0.5},
                                       {31, 0.5}};
  for (const auto& [bit, p] : expected) {
    INFO(bit);
    CHECK(rates.at("fc1 bit " + std::to_string(bit)) == Approx(p).epsilon(1e-12));
  }
  CHECK(rates.at("lif1 bit 31") == 0.5);                     // moves 0.9 by 1.8
  CHECK(rates.at("lif1 bit 22") == Approx(0.25 / 1.8 / 2));  // 0.9 = 1.1100110b / 2: its second bit is worth 1/4
  CHECK_FALSE(rates.contains("lif1 states bit 31"));
  CHECK_FALSE(rates.contains("fc1 no bit"));
}

TEST_CASE("expected rates are above 0, at most 1/2, and do not depend on the scale of a layer", "[law]") {
  const std::vector<float> weight{0.5F, -0.3F, 0.12F, 0.7F, -0.06F, 1.5F};
  std::vector<float> scaled;
  for (const float w : weight) scaled.push_back(w * 0x1p-6F);
  const auto rates = rates_of(weight, {}, {0.9F});
  for (const auto& [name, p] : rates) {
    INFO(name);
    CHECK(p > 0);
    CHECK(p <= 0.5);
  }
  const auto others = rates_of(scaled, {}, {0.9F});
  for (int bit = 0; bit < 23; ++bit)  // flips of the exponent depend on where it stands
    CHECK(others.at("fc1 bit " + std::to_string(bit)) / others.at("fc1 bit 31") ==
          Approx(rates.at("fc1 bit " + std::to_string(bit)) / rates.at("fc1 bit 31")).epsilon(1e-12));
}

TEST_CASE("expected rates are found from the parameters of a network") {
  using Net = sj::Network<sj::Input<2>, sj::Dense<"fc1", 2>, sj::Leaky<"lif1">, sj::SpikeCountReadout>;
  sj::Parameters<Net> parameters;
  parameters.assign("fc1.weight", std::vector<float>{1, 2, 4, 0.5F});
  parameters.assign("fc1.bias", std::vector<float>{0.25F, 0.25F});
  std::vector<sj::Stratum> strata;
  for (std::uint32_t q = 0; q < Net::quantities.size(); ++q)
    strata.push_back({q, {{sj::describe_fault_type<sj::BitFlip>(), 22}}});
  const auto rates =
      sj::rates_from_weights({Net::quantities, strata}, [&](std::size_t q) { return parameters.stored(q); });
  CHECK(rates.at("fc1 bit 31") < 0.5);                          // -v; bits of the exponent move more
  CHECK(rates.at("fc1 bit 22") == rates.at("fc1 bit 31") / 4);  // of a power of two half of itself
  CHECK(rates.contains("lif1 bit 22"));
  CHECK_FALSE(rates.contains("lif1 states bit 22"));
}

TEST_CASE("bits whose flip makes infinity or NaN, and layers that hold one, are outliers") {
  const auto rates = rates_of({sj::to_float(0x7f000000u)}, {}, {std::numeric_limits<float>::quiet_NaN()});
  CHECK(rates.at("fc1 bit 23") == 0.5);  // 2^127 becomes infinity
  CHECK(rates.at("fc1 bit 30") == 0.5);
  CHECK(rates.at("fc1 bit 31") == 0.5);  // the largest that is none
  CHECK(rates.at("fc1 bit 22") == 0.125);
  for (int bit = 0; bit < 32; ++bit) CHECK(rates.at("lif1 bit " + std::to_string(bit)) == 0.5);
  CHECK(rates_of({}, {}, {}).at("fc1 bit 3") == 0.5);
}

TEST_CASE("a pilot says what to expect of each of its strata") {
  const sj::FaultSpace all = space();
  const sj::Stratification strata = sj::by_layer_and_bit(all);
  sj::Pilot pilot(strata);
  for (std::uint64_t i = 0; i < all.size(); ++i)
    if (all[i].bit == 30) pilot.add(all[i], 0.5);
  const auto rates = sj::rates_from_pilot(pilot);
  CHECK(rates.size() == strata.strata().size());
  CHECK(rates.at("fc1 bit 30") == (4 + 1) / 10.0);
  CHECK(rates.at("fc1 bit 29") == 0.5);
  CHECK(rates.at("lif1 states no bit") == 0.5);
}

TEST_CASE("a table of expected rates is read as a spreadsheet or a person writes it") {
  const sj::ExpectedRates expected{
      {"fc1 bit 30", 0.25}, {"lif1 states bit 0", 1e-3}, {"lif1 states no bit", 0.5}, {"lif1 bit 31", 0.9}};
  const std::string lines[] = {"layer,bit,p", "fc1,30,0.25", "lif1 states,0,1e-3", "lif1 states,no bit,.5",
                               "lif1,31,0.9"};
  for (const std::string end : {"\n", "\r\n", "\n# a comment\n", "\n\n", "\n,,\n"}) {
    std::string text;
    for (const std::string& line : lines) text += line + end;
    CHECK(read(text) == expected);
  }
  CHECK(read("layer;bit;p\n\"fc1\"; 30 ; 0.25\n") == sj::ExpectedRates{{"fc1 bit 30", 0.25}});
  CHECK(read("\xef\xbb\xbflayer\tbit\tp\nfc1\t30\t0.25") == sj::ExpectedRates{{"fc1 bit 30", 0.25}});
}

TEST_CASE("a table of expected rates that cannot be used is refused by line") {
  const std::string header = "layer,bit,p\n";
  CHECK(sentence_of("") == "spikingjet: p.csv: it is empty; a table begins with 'layer,bit,p'");
  CHECK(sentence_of("\n# nothing\n") == sentence_of(""));
  CHECK(sentence_of(header) == "spikingjet: p.csv: it has no rate, only a header; add lines such as 'fc1,30,0.5'");
  CHECK(sentence_of("fc1,30,0.25\n") ==
        "spikingjet: p.csv, line 1: the header is 'fc1,30,0.25', but must be 'layer,bit,p'");
  CHECK(sentence_of(header + "fc9,30,0.25\n") ==
        "spikingjet: p.csv, line 2: layer 'fc9' is none of fc1, lif1, lif1 states");
  CHECK(sentence_of(header + "fc1,0,.5\nfc1.weight,30,0.25\n") ==
        "spikingjet: p.csv, line 3: layer 'fc1.weight' is none of fc1, lif1, lif1 states");
  for (const std::string bit : {"32", "-1", "", "3.0", "none", "99999999999999999999"})
    CHECK(sentence_of(header + "fc1," + bit + ",0.25\n") ==
          "spikingjet: p.csv, line 2: bit '" + bit +
              "' is none of 0 to 31 and 'no bit', which stands for value faults");
  for (const std::string p : {"0", "1", "-0.1", "1.5", "nan", "inf", "", "half", "0.2.5"})
    CHECK(sentence_of(header + "fc1,3," + p + "\n") ==
          "spikingjet: p.csv, line 2: p is '" + p + "', but must lie between 0 and 1, both excluded");
  CHECK(sentence_of(header + "fc1,3,0,25\n") ==
        "spikingjet: p.csv, line 2: 'fc1,3,0,25' are not three fields, 'layer,bit,p'");
  CHECK(sentence_of(header + "fc1,3,0.1\nfc1,3,0.2\n") ==
        "spikingjet: p.csv, line 3: layer 'fc1' has a p for bit 3 already");
  CHECK(sentence_of(header + "\x1b[2Jfc1,3,0.1\n") ==
        "spikingjet: p.csv, line 2: layer '?[2Jfc1' is none of fc1, lif1, lif1 states");
  const std::string cure = "; rates are a CSV file that begins with 'layer,bit,p', and '--pilot' takes a store";
  CHECK(sentence_of(std::string("layer,bit,p\n\0", 13)) ==
        "spikingjet: p.csv, line 2: it holds a NUL byte, so it is no text" + cure);
  CHECK(sentence_of(header + std::string(3 << 20, 'x')) ==
        "spikingjet: p.csv, line 2: the line is longer than 1 MiB" + cure);
  CHECK(sentence_of("SQLite format 3\1") == "spikingjet: p.csv, line 1: it is an SQLite file, as a store is" + cure);
  CHECK(sentence_of("\x1f\x8b") == "spikingjet: p.csv, line 1: it is compressed by gzip" + cure);
}

TEST_CASE("a table that is not there is refused with its path") {
  try {
    (void)sj::read_expected_rates("/no/such/p.csv", quantities());
    FAIL("not refused");
  } catch (const sj::RateTableMissing& missing) {
    CHECK(std::string(missing.what()) ==
          "spikingjet: cannot read the expected rates '/no/such/p.csv': No such file or directory; check the path");
    CHECK(missing.exit_status() == 2);
  }
  CHECK_THROWS_AS(sj::read_expected_rates("/tmp", quantities()), sj::RateTableMissing);
}
