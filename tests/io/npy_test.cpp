// SPDX-License-Identifier: MIT
#include "catch.hpp"
#include "io/fixture.hpp"

#include <spikingjet/io/npy.hpp>

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <memory>
#include <random>

using namespace spikingjet;

namespace {

struct Text {
  std::string text;
};

/// Bytes in memory that belong to the source.
class TextSource : private Text, public MemorySource {
 public:
  explicit TextSource(std::string bytes) : Text{std::move(bytes)}, MemorySource(bytes_of(text)) {}
};

NpyReader reader_of(const std::string& bytes) { return NpyReader(std::make_unique<TextSource>(bytes)); }

std::vector<float> values_of(const std::string& bytes) { return reader_of(bytes).read_rest(); }

/// Why a .npy file with this header is refused.
std::string reason_of(const std::string& header, const std::string& data = {}) {
  try {
    reader_of(npy_of_header(header, data));
  } catch (const WrongFormat& wrong) {
    return wrong.reason;
  }
  return {};
}

std::string header_with_shape(const std::string& shape) {
  return "{'descr': '<f4', 'fortran_order': False, 'shape': " + shape + ", }";
}

template <class T>
std::string in_order(std::vector<T> values, bool big) {
  std::string text;
  for (const T value : values) {
    std::uint64_t word = 0;
    if constexpr (sizeof(T) == 1) word = std::bit_cast<std::uint8_t>(value);
    if constexpr (sizeof(T) == 2) word = std::bit_cast<std::uint16_t>(value);
    if constexpr (sizeof(T) == 4) word = std::bit_cast<std::uint32_t>(value);
    if constexpr (sizeof(T) == 8) word = std::bit_cast<std::uint64_t>(value);
    text += big ? big_endian(word, sizeof(T)) : little_endian(word, sizeof(T));
  }
  return text;
}

template <class T>
void reads_as(const std::string& type, const std::vector<T>& stored, const std::vector<float>& expected) {
  for (const bool big : {false, true}) {
    const std::string descr = (big ? ">" : "<") + type;
    INFO(descr);
    NpyReader reader = reader_of(npy(descr, {stored.size()}, in_order(stored, big)));
    CHECK(reader.type() == descr);
    CHECK(same_bits(reader.read_rest(), expected));
  }
}

const float nan_with_payload = to_float(0xffc12345u);
const float signalling_nan = to_float(0x7f812345u);
constexpr float infinity = std::numeric_limits<float>::infinity();
const std::vector<float> special{
    nan_with_payload,      signalling_nan,        infinity, -infinity, -0.0F, 0.0F, to_float(1u),
    to_float(0x80000001u), to_float(0x7f7fffffu), 0.1F};

}  // namespace

TEST_CASE("a written array is read back bit for bit", "[law]") {
  const TemporaryFolder folder;
  NpyWriter writer(folder / "a.npy", {2, 5});
  writer.write(std::span(special).first(3));
  writer.write(std::span(special).subspan(3));
  writer.close();
  NpyReader reader = open_npy(folder / "a.npy");
  CHECK(reader.extents() == Extents{2, 5});
  CHECK(reader.shape() == Shape{2, 5});
  CHECK(reader.type() == (std::endian::native == std::endian::little ? "<f4" : ">f4"));
  CHECK(same_bits(reader.read_rest(), special));
  CHECK(reader.remaining() == 0);
}

TEST_CASE("a written array has the bytes that the format describes") {
  if constexpr (std::endian::native == std::endian::little) {
    const TemporaryFolder folder;
    for (const Extents& extents : {Extents{2, 5}, Extents{10}, Extents{1, 1, 1, 1, 10}}) {
      NpyWriter writer(folder / "a.npy", extents);
      writer.write(special);
      writer.close();
      const std::string written = read_bytes(folder / "a.npy");
      const std::string header = "{'descr': '<f4', 'fortran_order': False, 'shape': " + to_string(extents) + ", }";
      REQUIRE(written.size() == 128 + 40);
      CHECK(written.substr(0, 8) == std::string("\x93NUMPY\1\0", 8));
      CHECK(written.substr(8, 2) == little_endian(118, 2));
      CHECK(written.substr(10, header.size()) == header);
      CHECK(written.substr(10 + header.size(), 117 - header.size()) == std::string(117 - header.size(), ' '));
      CHECK(written[127] == '\n');
      CHECK(written.substr(128) == float_bytes(special));
    }
  }
}

TEST_CASE("values may be written in any order") {
  const TemporaryFolder folder;
  NpyWriter writer(folder / "a.npy", {10});
  writer.write_at(7, std::span(special).subspan(7));
  writer.write_at(0, std::span(special).first(2));
  writer.write(std::span(special).subspan(2, 5));
  writer.close();
  CHECK(same_bits(open_npy(folder / "a.npy").read_rest(), special));
}

TEST_CASE("a writer refuses values that it has no place for, and to close without all of them") {
  const TemporaryFolder folder;
  NpyWriter writer(folder / "a.npy", {2, 3});
  const std::vector<float> six(6, 1.0F);
  CHECK_THROWS_AS(writer.write(special), WrongValueCount);
  CHECK_THROWS_AS(writer.write_at(1, six), WrongValueCount);
  CHECK_THROWS_AS(writer.write_at(7, {}), WrongValueCount);
  CHECK_THROWS_AS(writer.write_at(std::numeric_limits<std::uint64_t>::max(), six), WrongValueCount);
  CHECK_THROWS_AS(writer.close(), WrongValueCount);
  writer.write(std::span(six).first(5));
  try {
    writer.close();
    FAIL("closed a file that is not full");
  } catch (const WrongValueCount& wrong) {
    CHECK(wrong.wanted == 6);
    CHECK(wrong.found == 5);
    CHECK(contains(wrong.what(), "a.npy' takes 6 values and was given 5"));
  }
}

TEST_CASE("what cannot be written is said") {
  const TemporaryFolder folder;
  CHECK_THROWS_AS(NpyWriter(folder / "no/such/folder/a.npy", {2}), WriteFailed);
  CHECK_THROWS_AS(NpyWriter(folder.path(), {2}), WriteFailed);
  const std::size_t huge = std::size_t(1) << 40;
  CHECK(contains(sentence_of<WriteFailed>([&] { NpyWriter(folder / "a.npy", {huge, huge}); }), "too large"));
  if (std::filesystem::exists("/dev/full")) {
    NpyWriter writer("/dev/full", {10});
    CHECK_THROWS_AS((writer.write(special), writer.close()), WriteFailed);
  }
}

TEST_CASE("every element type in either byte order becomes float32") {
  reads_as<float>("f4", special, special);
  reads_as<double>("f8", {0.1, -1.5, 1e300, 1e-300, -0.0, 16777217.0},
                   {0.1F, -1.5F, infinity, 0.0F, -0.0F, 16777216.0F});
  reads_as<std::uint8_t>("u1", {0, 1, 255}, {0.0F, 1.0F, 255.0F});
  reads_as<std::uint16_t>("u2", {0, 258, 65535}, {0.0F, 258.0F, 65535.0F});
  reads_as<std::uint32_t>("u4", {0, 16777217, 4294967295u}, {0.0F, 16777216.0F, 4294967296.0F});
  reads_as<std::uint64_t>("u8", {1, std::numeric_limits<std::uint64_t>::max()}, {1.0F, 18446744073709551616.0F});
  reads_as<std::int8_t>("i1", {0, -1, -128, 127}, {0.0F, -1.0F, -128.0F, 127.0F});
  reads_as<std::int16_t>("i2", {-2, 258, -32768}, {-2.0F, 258.0F, -32768.0F});
  reads_as<std::int32_t>("i4", {-3, std::numeric_limits<std::int32_t>::min()}, {-3.0F, -2147483648.0F});
  reads_as<std::int64_t>("i8", {-4, std::numeric_limits<std::int64_t>::min()}, {-4.0F, -9223372036854775808.0F});
  reads_as<std::uint8_t>("b1", {0, 1, 2, 255}, {0.0F, 1.0F, 1.0F, 1.0F});
  for (const char* type : {"|u1", "|i1", "|b1"}) CHECK(values_of(npy(type, {1}, "\1")) == std::vector{1.0F});
}

TEST_CASE("float16 is exact, for every word that there is") {
  std::vector<std::uint16_t> words;
  std::vector<float> expected;
  for (std::uint32_t word = 0; word < 0x10000u; ++word) {
    const int exponent = int(word >> 10 & 31);
    const double mantissa = word & 1023;
    double magnitude = exponent == 0 ? std::ldexp(mantissa, -24) : std::ldexp(1024.0 + mantissa, exponent - 25);
    if (exponent == 31) magnitude = std::numeric_limits<double>::infinity();
    float value = std::copysign(static_cast<float>(magnitude), word & 0x8000u ? -1.0F : 1.0F);
    if (exponent == 31 && mantissa != 0) value = to_float((word & 0x8000u) << 16 | 0x7f800000u | (word & 1023u) << 13);
    words.push_back(static_cast<std::uint16_t>(word));
    expected.push_back(value);
  }
  reads_as("f2", words, expected);
}

TEST_CASE("headers of the versions 1, 2 and 3 are read") {
  for (const int major : {1, 2, 3}) {
    NpyReader reader = reader_of(npy("<f4", {2, 5}, float_bytes(special), false, major));
    CHECK(reader.extents() == Extents{2, 5});
    CHECK(same_bits(reader.read_rest(), special));
  }
  for (const int major : {0, 4, 255}) {
    const std::string bytes = npy("<f4", {1}, "abcd", false, major == 0 ? 1 : major);
    const std::string other = std::string(bytes).replace(6, 1, 1, static_cast<char>(major));
    CHECK(contains(sentence_of<WrongFormat>([&] { reader_of(other); }), "its version is " + std::to_string(major)));
  }
}

TEST_CASE("a header is read however Python could have written it") {
  for (const std::string header : {"{'descr':'<f4','fortran_order':False,'shape':(2,)}",
                                   "{\"shape\": (2,), \"fortran_order\": False, \"descr\": \"<f4\"}",
                                   "{'descr': '<f4', 'fortran_order': False, 'shape': (2L,), }             \n",
                                   " {\t'fortran_order' : False ,\n 'descr' : '<f4' , 'shape' : ( 2 , ) , } \n\n"})
    CHECK(values_of(npy_of_header(header, float_bytes(std::vector{1.0F, 2.0F}))) == std::vector{1.0F, 2.0F});
}

TEST_CASE("scalars and arrays without values are arrays") {
  NpyReader scalar = reader_of(npy_of_header(header_with_shape("()"), float_bytes(std::vector{2.5F})));
  CHECK(scalar.extents().empty());
  CHECK(scalar.shape() == Shape{});
  CHECK(scalar.read_rest() == std::vector{2.5F});
  for (const std::vector<std::size_t>& shape : {std::vector<std::size_t>{0}, {3, 0}, {0, 3, 2}}) {
    NpyReader reader = reader_of(npy("<f4", shape, ""));
    CHECK(reader.remaining() == 0);
    CHECK(reader.read_rest().empty());
  }
  CHECK(values_of(npy("<f4", {0, 3}, "", true)).empty());
}

TEST_CASE("column-major arrays are read in row-major order") {
  const std::string two_axes =
      npy("<f4", {2, 3}, float_bytes(std::vector{0.0F, 10.0F, 1.0F, 11.0F, 2.0F, 12.0F}), true);
  CHECK(values_of(two_axes) == std::vector{0.0F, 1.0F, 2.0F, 10.0F, 11.0F, 12.0F});
  NpyReader reader = reader_of(two_axes);
  std::vector<float> row(3);
  reader.read(row);
  CHECK(row == std::vector{0.0F, 1.0F, 2.0F});
  reader.read(std::span(row).first(2));
  CHECK(row == std::vector{10.0F, 11.0F, 2.0F});
  CHECK(reader.remaining() == 1);
  std::vector<double> last(1);
  reader.read(last);
  CHECK(last == std::vector{12.0});

  std::vector<float> stored, expected;  // the value at (i, j, k) is 100 i + 10 j + k
  for (int k = 0; k < 4; ++k)
    for (int j = 0; j < 3; ++j)
      for (int i = 0; i < 2; ++i) stored.push_back(static_cast<float>(100 * i + 10 * j + k));
  for (int i = 0; i < 2; ++i)
    for (int j = 0; j < 3; ++j)
      for (int k = 0; k < 4; ++k) expected.push_back(static_cast<float>(100 * i + 10 * j + k));
  CHECK(values_of(npy("<f4", {2, 3, 4}, float_bytes(stored), true)) == expected);

  CHECK(values_of(npy(">i2", {2, 2}, big_endian(1, 2) + big_endian(3, 2) + big_endian(2, 2) + big_endian(4, 2),
                      true)) == std::vector{1.0F, 2.0F, 3.0F, 4.0F});
  CHECK_THROWS_AS(values_of(npy("<f4", {2, 3}, std::string(23, 'x'), true)), FileTruncated);

  NpyReader one_axis = reader_of(npy("<f4", {3}, float_bytes(std::vector{1.0F, 2.0F, 3.0F}), true));
  one_axis.read(row);
  CHECK(row == std::vector{1.0F, 2.0F, 3.0F});
}

TEST_CASE("an array is the same in pieces of any size", "[law]") {
  constexpr std::uint32_t seed = 31;
  INFO("seed " << seed);
  std::mt19937 random(seed);
  std::vector<float> all(50'000);  // more than what the reader holds at a time
  for (float& value : all) value = to_float(static_cast<std::uint32_t>(random()));
  const std::string bytes = npy({all.size()}, all);
  NpyReader reader = reader_of(bytes);
  std::vector<float> found;
  while (reader.remaining() > 0) {
    std::vector<float> piece(std::min<std::size_t>(reader.remaining(), random() % 30'000));
    reader.read(piece);
    found.insert(found.end(), piece.begin(), piece.end());
  }
  CHECK(same_bits(found, all));
  CHECK(same_bits(values_of(bytes), all));
}

TEST_CASE("more values than remain are not given") {
  NpyReader reader = reader_of(npy({3}, {1.0F, 2.0F, 3.0F}));
  std::vector<float> two(2);
  reader.read(two);
  try {
    reader.read(two);
    FAIL("read past the last value");
  } catch (const FileTruncated& cut) {
    CHECK(cut.wanted == 16);
    CHECK(cut.found == 12);
  }
}

TEST_CASE("a file cut short at any byte is refused as such") {
  const std::string bytes = npy({2, 5}, special);
  const TemporaryFolder folder;
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    INFO(size << " bytes");
    CHECK_THROWS_AS(values_of(bytes.substr(0, size)), FileTruncated);
    write_bytes(folder / "a.npy", bytes.substr(0, size));
    try {
      open_npy(folder / "a.npy");
      FAIL("opened");
    } catch (const FileTruncated& cut) {
      CHECK(cut.found == size);
      CHECK(cut.wanted > size);
      CHECK(contains(cut.what(), "is cut short: " + std::to_string(size) + " of "));
    }
  }
}

TEST_CASE("bytes behind the last value are refused") {
  const std::string bytes = npy({2}, {1.0F, 2.0F}) + "x";
  CHECK(contains(sentence_of<WrongFormat>([&] { reader_of(bytes); }), "1 bytes follow its last value"));
  CHECK_THROWS_AS(reader_of(npy("<f4", {0}, "") + "x"), WrongFormat);
}

TEST_CASE("bytes that are no .npy array are refused") {
  for (const std::string start : {"\x93NUMPX", "\x92NUMPY", "PK\3\4xx", "NUMPY "})
    CHECK(contains(sentence_of<WrongFormat>([&] { reader_of(start + std::string(100, ' ')); }),
                   "does not start with the bytes"));
}

TEST_CASE("a malformed header is refused with the reason") {
  const std::string good = header_with_shape("(1,)");
  REQUIRE(reason_of(good, "abcd").empty());
  for (std::size_t size = 0; size < good.size(); ++size) {
    INFO(good.substr(0, size));
    CHECK_THROWS_AS(reader_of(npy_of_header(good.substr(0, size), "abcd")), Misuse);
  }
  CHECK(contains(reason_of("{'descr': '<f4', 'fortran_order': False, 'shape': (1,)", "abcd"), "lacks a '}'"));
  CHECK(contains(reason_of("{'descr': '<f4', 'fortran_order': False}"), "lacks 'descr', 'fortran_order' or 'shape'"));
  CHECK(contains(reason_of("{'descr': '<f4', 'shape': (1,)}", "abcd"), "lacks 'descr'"));
  CHECK(contains(reason_of("{'fortran_order': False, 'shape': (1,)}", "abcd"), "lacks 'descr'"));
  CHECK(contains(reason_of("{}"), "lacks 'descr'"));
  CHECK(contains(reason_of(good + "x", "abcd"), "goes on after its dictionary"));
  CHECK(contains(reason_of("{'descr': '<f4', 'descr': '<f4'}"), "twice"));
  CHECK(contains(reason_of("{'other': 1}"), "unknown key 'other'"));
  CHECK(contains(reason_of("{'descr': '<f4', 'fortran_order': 0, 'shape': (1,)}"), "neither True nor False"));
  CHECK(contains(reason_of("{'descr: 1"), "lacks a string"));
  CHECK(contains(reason_of(""), "lacks a '{'"));
  CHECK(contains(reason_of(std::string(65535, '{')), "lacks a string"));
}

TEST_CASE("a hostile shape is refused before anything is allocated") {
  CHECK(contains(reason_of(header_with_shape("(-1,)")), "no extent"));
  CHECK(contains(reason_of(header_with_shape("(1.5,)")), "lacks a ','"));
  CHECK(contains(reason_of(header_with_shape("(1 2)")), "lacks a ','"));
  CHECK(contains(reason_of(header_with_shape("(,)")), "no extent"));
  CHECK(contains(reason_of(header_with_shape("(1,,)")), "no extent"));
  CHECK(contains(reason_of(header_with_shape("(4)")), "a number, not a tuple"));
  CHECK(contains(reason_of(header_with_shape("4")), "lacks a '('"));
  CHECK(contains(reason_of(header_with_shape("((1,),)")), "no extent"));
  CHECK(contains(reason_of(header_with_shape("[1]")), "lacks a '('"));
  CHECK(contains(reason_of(header_with_shape(std::string(1000, '('))), "no extent"));
  CHECK(contains(reason_of(header_with_shape("(18446744073709551615,)")), "too large"));
  CHECK(contains(reason_of(header_with_shape("(18446744073709551616,)")), "no extent"));
  CHECK(contains(reason_of(header_with_shape("(4294967296, 4294967296)")), "too large"));
  CHECK(contains(reason_of(header_with_shape("(9223372036854775807,)")), "too large"));
  // A product of 2^66, which is 4 modulo 2^64, and one that an extent of 0 would hide.
  CHECK(contains(reason_of(header_with_shape("(65536, 65536, 65536, 262144)"), "abcd"), "too large"));
  CHECK(contains(reason_of(header_with_shape("(0, 4294967296, 4294967296)")), "too large"));
  CHECK(contains(reason_of(header_with_shape("(" + std::string(60'000, '9') + ",)")), "no extent"));
  std::string ones = "(";
  for (int i = 0; i < 65; ++i) ones += "1,";
  CHECK(contains(reason_of(header_with_shape(ones + ")"), "abcd"), "more than 64 axes"));
  // A million digits need a header of version 2.
  const std::string digits = npy_of_header(header_with_shape("(" + std::string(1'000'000, '1') + ",)"), {}, 2);
  CHECK(contains(sentence_of<WrongFormat>([&] { reader_of(digits); }), "is too long"));
  const std::string length = std::string("\x93NUMPY\2\0", 8) + "\xff\xff\xff\xff";
  CHECK(contains(sentence_of<WrongFormat>([&] { reader_of(length); }), "4294967295 bytes is too long"));
}

TEST_CASE("an array larger than its file is refused without room for it", "[law]") {
  // 2^60 bytes: were they allocated, bad_alloc would leave instead.
  const std::string bytes = npy("<f4", {std::size_t(1) << 40, std::size_t(1) << 18}, "abcd");
  try {
    reader_of(bytes);
    FAIL("opened");
  } catch (const FileTruncated& cut) {
    CHECK(cut.found == bytes.size());
    CHECK(cut.wanted == bytes.size() - 4 + (std::uint64_t(1) << 60));
  }
}

TEST_CASE("element types other than numbers are refused by name") {
  for (const std::string type :
       {"|O", "<U8", "|S4", "<c8", "<f16", "|V4", "<M8[s]", "=f4", "f4", "<f1", "<i3", "|f4", "<u16", ""}) {
    INFO(type);
    try {
      reader_of(npy(type, {1}, "abcd"));
      FAIL("opened");
    } catch (const WrongType& wrong) {
      CHECK(wrong.found == type);
      CHECK(contains(wrong.what(), "holds elements of type '" + type + "', allowed is f2, f4"));
    }
  }
  CHECK_THROWS_AS(reader_of(npy_of_header("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,)}")),
                  WrongType);
}

TEST_CASE("text of a hostile header reaches a message as one line of ASCII") {
  const std::string type = "\x1b[31m\n\xff" + std::string(5000, 'x');
  const std::string sentence = sentence_of<WrongType>([&] { reader_of(npy(type, {1}, "abcd")); });
  CHECK(contains(sentence, "'?[31m??xxx"));
  CHECK(sentence.size() < 300);
  for (const char c : sentence) CHECK((c >= ' ' && c <= '~'));
}

TEST_CASE("random damage to a file gives an array or a sentence, never more", "[law]") {
  constexpr std::uint32_t seed = 47;
  INFO("seed " << seed);
  std::mt19937 random(seed);
  const std::string good = npy({2, 5}, special);
  for (int i = 0; i < 20'000; ++i) {
    std::string bytes = good;
    for (std::uint32_t n = random() % 4 + 1; n > 0; --n) bytes[random() % bytes.size()] = static_cast<char>(random());
    if (random() % 4 == 0) bytes.resize(random() % bytes.size());
    try {
      const std::size_t count = values_of(bytes).size();
      CHECK(count <= 40);
    } catch (const Misuse& misuse) {
      CHECK(contains(misuse.what(), "spikingjet: 'memory'"));
    }
  }
}

TEST_CASE("arrays of more than four axes are read, as tensors without those of one element") {
  const std::string bytes = npy({1, 1, 2, 1, 2}, {1.0F, 2.0F, 3.0F, 4.0F});
  CHECK(reader_of(bytes).extents() == Extents{1, 1, 2, 1, 2});
  CHECK(values_of(bytes).size() == 4);
  CHECK(read_tensor(reader_of(bytes)).shape == Shape{2, 2});
  CHECK(read_tensor(reader_of(npy({1, 2, 1, 2}, {1.0F, 2.0F, 3.0F, 4.0F}))).shape == Shape{1, 2, 1, 2});
  const std::string five = npy({2, 2, 2, 2, 2}, std::vector<float>(32));
  CHECK(contains(sentence_of<WrongShape>([&] { read_tensor(reader_of(five)); }),
                 "(2, 2, 2, 2, 2), wanted is one of at most 4 axes"));
  const Tensor tensor = read_tensor(reader_of(npy({2, 2}, {1.0F, 2.0F, 3.0F, 4.0F})));
  CHECK(tensor.shape == Shape{2, 2});
  CHECK(tensor.values == std::vector{1.0F, 2.0F, 3.0F, 4.0F});
}

TEST_CASE("paths that are no readable files are refused") {
  const TemporaryFolder folder;
  CHECK(contains(sentence_of<FileMissing>([&] { open_npy(folder / "none.npy"); }), "none.npy"));
  CHECK(contains(sentence_of<UnsupportedFile>([&] { open_npy(folder.path()); }), "is a folder, allowed is a file"));
  if (std::filesystem::exists("/dev/zero"))
    CHECK(contains(sentence_of<UnsupportedFile>([&] { open_npy("/dev/zero"); }), "is a device"));
}
