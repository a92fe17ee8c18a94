// SPDX-License-Identifier: MIT
#include "catch.hpp"
#include "io/fixture.hpp"

#include <spikingjet/io/idx.hpp>

using namespace spikingjet;

namespace {

std::string idx(std::uint64_t magic, const std::vector<std::uint64_t>& extents, const std::string& data) {
  std::string bytes = big_endian(magic, 4);
  for (const std::uint64_t extent : extents) bytes += big_endian(extent, 4);
  return bytes + data;
}

IdxArray array_of(const std::string& bytes) {
  MemorySource source(bytes_of(bytes));
  return read_idx(source);
}

}  // namespace

TEST_CASE("images and labels are read from IDX files") {
  const TemporaryFolder folder;
  write_bytes(folder / "images", idx(0x803, {2, 1, 3}, std::string("\0\1\2\x7f\x80\xff", 6)));
  const IdxArray images = read_idx(std::filesystem::path(folder / "images"));
  CHECK(images.extents == Extents{2, 1, 3});
  CHECK(images.values == std::vector<std::uint8_t>{0, 1, 2, 127, 128, 255});
  const IdxArray labels = array_of(idx(0x801, {4}, "\3\1\4\1"));
  CHECK(labels.extents == Extents{4});
  CHECK(labels.values == std::vector<std::uint8_t>{3, 1, 4, 1});
  CHECK(array_of(idx(0x801, {258}, std::string(258, 'x'))).values.size() == 258);
  CHECK(array_of(idx(0x802, {3, 0}, "")).values.empty());
  CHECK(array_of(idx(0x800, {}, "x")).values == std::vector<std::uint8_t>{'x'});
}

TEST_CASE("an IDX file cut short at any byte is refused as such") {
  const std::string bytes = idx(0x803, {2, 1, 3}, "abcdef");
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    INFO(size << " bytes");
    CHECK_THROWS_AS(array_of(bytes.substr(0, size)), FileTruncated);
  }
  CHECK(contains(sentence_of<FileTruncated>([&] { array_of(bytes.substr(0, 20)); }), "20 of 22 bytes"));
}

TEST_CASE("an IDX file that is none is refused with the reason") {
  const auto sentence = [](const std::string& bytes) { return sentence_of<WrongFormat>([&] { array_of(bytes); }); };
  CHECK(contains(sentence(idx(0x1f8b0800, {1}, "a")), "is not an IDX array: it is gzip-compressed"));
  CHECK(contains(sentence(idx(0x01000801, {1}, "a")), "does not start with two zero bytes"));
  CHECK(contains(sentence(idx(0x801, {1}, "ab")), "1 bytes follow its last value"));
  for (const std::uint64_t type : {0x00u, 0x09u, 0x0bu, 0x0cu, 0x0du, 0x0eu})
    CHECK(contains(sentence_of<WrongType>([&] { array_of(idx(type << 8 | 1, {1}, "a")); }),
                   "elements of type '" + std::to_string(type) + "'"));
  CHECK_THROWS_AS(read_idx(std::filesystem::path("no such file")), FileMissing);
}

TEST_CASE("an IDX array larger than its file is refused without room for it") {
  CHECK_THROWS_AS(array_of(idx(0x802, {0x7fffffff, 0x7fffffff}, "a")), FileTruncated);
  CHECK(contains(sentence_of<WrongFormat>([&] { array_of(idx(0x802, {0xffffffff, 0xffffffff}, "a")); }), "too large"));
  const std::vector<std::uint64_t> many(255, 0xffffffff);
  CHECK(contains(sentence_of<WrongFormat>([&] { array_of(idx(0x8ff, many, "a")); }), "too large"));
  const std::vector<std::uint64_t> wrapping(4, 0x10000);  // a product of 2^64
  CHECK(contains(sentence_of<WrongFormat>([&] { array_of(idx(0x804, wrapping, "")); }), "too large"));
}
