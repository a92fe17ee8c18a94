// SPDX-License-Identifier: MIT
#include "catch.hpp"
#include "io/fixture.hpp"

#include <spikingjet/io/npz.hpp>

#include <optional>
#include <random>

using namespace spikingjet;

namespace {

const std::vector<float> values{1.0F, -0.0F, to_float(0xffc12345u), 4.0F, 5.0F, 6.0F};

ZipMembers two_arrays() {
  return {{"fc1.weight.npy", npy({2, 3}, values)}, {"notes.txt", "no array"}, {"fc1.bias.npy", npy({2}, {7.0F, 8.0F})}};
}

/// Reads all that an archive offers.
void read_all(const NpzFile& file) {
  for (const std::string& name : file.names()) file.read(name);
}

}  // namespace

TEST_CASE("arrays come out of an archive bit for bit, stored or deflated") {
  const TemporaryFolder folder;
  for (const bool deflate : {false, true}) {
    const std::string bytes = write_zip(folder / "a.npz", two_arrays(), deflate);
    for (const bool in_memory : {false, true}) {
      INFO((deflate ? "deflated" : "stored") << (in_memory ? ", in memory" : ", in a file"));
      const NpzFile file = in_memory ? NpzFile(bytes_of(bytes), "a.npz in memory") : NpzFile(folder / "a.npz");
      CHECK(file.path() == (in_memory ? "a.npz in memory" : folder / "a.npz"));
      CHECK(file.names() == std::vector<std::string>{"fc1.weight", "fc1.bias"});
      CHECK(file.contains("fc1.weight"));
      CHECK(!file.contains("fc1.weight.npy"));
      CHECK(!file.contains("notes"));
      CHECK(!file.contains("notes.txt"));
      CHECK(!file.contains(""));
      const Tensor weight = file.read("fc1.weight");
      CHECK(weight.shape == Shape{2, 3});
      CHECK(same_bits(weight.values, values));
      CHECK(file.read("fc1.bias").values == std::vector{7.0F, 8.0F});
      CHECK(file.read("fc1.bias").values == std::vector{7.0F, 8.0F});
    }
  }
}

TEST_CASE("deflated arrays larger than any buffer are read") {
  const TemporaryFolder folder;
  std::vector<float> all(300'000);
  for (std::size_t i = 0; i < all.size(); ++i) all[i] = static_cast<float>(i % 1000);
  write_zip(folder / "a.npz", {{"x.npy", npy({all.size()}, all)}}, true);
  CHECK(std::filesystem::file_size(folder / "a.npz") < 600'000);
  CHECK(same_bits(NpzFile(folder / "a.npz").read("x").values, all));
}

TEST_CASE("readers outlive the file object and do not disturb each other") {
  const TemporaryFolder folder;
  write_zip(folder / "a.npz", two_arrays(), true);
  std::optional<NpzFile> file(folder / "a.npz");
  NpyReader weight = file->open("fc1.weight");
  NpyReader bias = file->open("fc1.bias");
  NpyReader again = file->open("fc1.weight");
  file.reset();
  std::vector<float> three(3);
  weight.read(three);
  CHECK(bias.read_rest() == std::vector{7.0F, 8.0F});
  CHECK(same_bits(again.read_rest(), values));
  CHECK(same_bits(weight.read_rest(), std::span(values).subspan(3)));
}

TEST_CASE("a missing array is named with those that are there") {
  const TemporaryFolder folder;
  write_zip(folder / "a.npz", two_arrays());
  try {
    NpzFile(folder / "a.npz").open("fc2.weight");
    FAIL("opened");
  } catch (const ArrayMissing& missing) {
    CHECK(missing.name == "fc2.weight");
    CHECK(missing.available == std::vector<std::string>{"fc1.weight", "fc1.bias"});
    CHECK(contains(missing.what(), "has no array 'fc2.weight', it has 'fc1.weight', 'fc1.bias'; check"));
  }
  ZipMembers many;
  for (int i = 0; i < 15; ++i) many.emplace_back("x" + std::to_string(i) + ".npy", npy({1}, {1.0F}));
  write_zip(folder / "b.npz", many);
  CHECK(contains(sentence_of<ArrayMissing>([&] { NpzFile(folder / "b.npz").open("y"); }), "'x11' and 3 more"));
}

TEST_CASE("an empty archive has no arrays") {
  const TemporaryFolder folder;
  const std::string end = "PK\5\6" + std::string(18, '\0');
  write_bytes(folder / "a.npz", end);
  for (const NpzFile& file : {NpzFile(folder / "a.npz"), NpzFile(bytes_of(end), "memory")}) {
    CHECK(file.names().empty());
    CHECK(contains(sentence_of<ArrayMissing>([&] { file.open("x"); }), "it has no arrays"));
  }
}

TEST_CASE("an array says in which file it stands") {
  const TemporaryFolder folder;
  write_zip(folder / "a.npz", {{"x.npy", "no array at all"}, {"y.npy", npy("|O", {1}, "abcd")}, {"z.npy", ""}});
  const NpzFile file(folder / "a.npz");
  CHECK(
      contains(sentence_of<WrongFormat>([&] { file.open("x"); }), "'x' in '" + file.path() + "' is not a .npy array"));
  CHECK(contains(sentence_of<WrongType>([&] { file.open("y"); }), "'y' in '" + file.path() + "'"));
  CHECK(contains(sentence_of<FileTruncated>([&] { file.open("z"); }), "'z' in '" + file.path() + "' is cut short"));
}

TEST_CASE("files that are no archives are refused") {
  const TemporaryFolder folder;
  for (const std::string& bytes : {std::string(), std::string("PK"), npy({1}, {1.0F}), std::string(1000, 'x')}) {
    write_bytes(folder / "a.npz", bytes);
    const std::string rule = "is not an .npz file: it does not start with the bytes of a zip archive";
    CHECK(contains(sentence_of<WrongFormat>([&] { NpzFile(folder / "a.npz"); }), rule));
    CHECK(contains(sentence_of<WrongFormat>([&] { NpzFile(bytes_of(bytes), "in memory"); }), "'in memory' " + rule));
  }
  CHECK(contains(sentence_of<FileMissing>([&] { NpzFile(folder / "none.npz"); }), "none.npz"));
  CHECK(contains(sentence_of<UnsupportedFile>([&] { NpzFile(folder.path()); }), "is a folder, allowed is a file"));
}

TEST_CASE("an archive cut short at any byte is refused") {
  const TemporaryFolder folder;
  for (const bool deflate : {false, true}) {
    const std::string bytes = write_zip(folder / "a.npz", two_arrays(), deflate);
    for (std::size_t size = 0; size < bytes.size(); ++size) {
      INFO(size << " of " << bytes.size() << " bytes");
      write_bytes(folder / "b.npz", bytes.substr(0, size));
      CHECK_THROWS_AS(NpzFile(folder / "b.npz"), Misuse);
      CHECK_THROWS_AS(NpzFile(bytes_of(bytes).first(size), "memory"), Misuse);
      if (size >= 4)
        CHECK(contains(sentence_of<FileDamaged>([&] { NpzFile(folder / "b.npz"); }), "no readable directory"));
    }
  }
}

TEST_CASE("a flipped bit in the data is told by the checksum") {
  const TemporaryFolder folder;
  const std::string good = write_zip(folder / "a.npz", {{"x.npy", npy({6}, values)}});
  const std::size_t data = good.find(float_bytes(values));
  REQUIRE(data != std::string::npos);
  for (std::size_t i = 0; i < 24; ++i) {
    std::string bytes = good;
    bytes[data + i] = static_cast<char>(bytes[data + i] ^ 0x10);
    write_bytes(folder / "b.npz", bytes);
    for (const NpzFile& file : {NpzFile(folder / "b.npz"), NpzFile(bytes_of(bytes), "memory")}) {
      CHECK(contains(sentence_of<FileDamaged>([&] { file.read("x"); }), "'x' in '" + file.path() + "' is damaged"));
      NpyReader reader = file.open("x");
      std::vector<float> three(3);
      reader.read(three);
      CHECK_THROWS_AS(reader.read(three), FileDamaged);
    }
  }
}

TEST_CASE("random damage to an archive gives arrays or a sentence, never more", "[law]") {
  constexpr std::uint32_t seed = 53;
  INFO("seed " << seed);
  std::mt19937 random(seed);
  const TemporaryFolder folder;
  for (const bool deflate : {false, true}) {
    const std::string good = write_zip(folder / "a.npz", two_arrays(), deflate);
    for (int i = 0; i < 3000; ++i) {
      std::string bytes = good;
      for (std::uint32_t n = random() % 4 + 1; n > 0; --n) bytes[random() % bytes.size()] = static_cast<char>(random());
      try {
        read_all(NpzFile(bytes_of(bytes), "memory"));
      } catch (const Misuse& misuse) {
        CHECK(contains(misuse.what(), "spikingjet: "));
      }
    }
  }
}

TEST_CASE("an array whose archive claims a size that is not there is refused without room for it") {
  const TemporaryFolder folder;
  const std::string member = npy("<f4", {std::size_t(1) << 28}, "abcd");  // 1 GiB
  std::string bytes = write_zip(folder / "a.npz", {{"x.npy", member}});
  CHECK_THROWS_AS(NpzFile(bytes_of(bytes), "memory").read("x"), FileTruncated);
  const std::string size = little_endian(member.size(), 4);
  const std::string lie = little_endian(member.size() - 4 + (std::uint64_t(1) << 30), 4);
  const std::size_t directory = bytes.find("PK\1\2");
  REQUIRE(bytes.substr(directory + 24, 4) == size);
  bytes.replace(directory + 24, 4, lie);
  CHECK_THROWS_AS(NpzFile(bytes_of(bytes), "memory").read("x"), Misuse);
}
