// SPDX-License-Identifier: MIT
#include "catch.hpp"
#include "io/fixture.hpp"

#include <spikingjet/io/weights.hpp>

using namespace spikingjet;

namespace {

const std::vector<float> weights{1.0F, -0.0F, to_float(0xffc12345u), to_float(0x7f800000u), 5.0F, 6.0F};

ZipMembers arrays() {
  return {{"fc1.weight.npy", npy({2, 3}, weights)},
          {"fc1.bias.npy", npy("<f8", {2}, little_endian(0x3ff8000000000000, 8) + little_endian(0, 8))},
          {"lif1.beta.npy", npy("<f2", {}, little_endian(0x3800, 2))}};
}

/// How a file of another kind is called in its refusal.
std::string found_kind(const std::string& bytes) {
  const TemporaryFolder folder;
  write_bytes(folder / "weights", bytes);
  try {
    WeightFile::open(folder / "weights");
  } catch (const UnsupportedFile& refused) {
    CHECK(refused.path == folder / "weights");
    CHECK(refused.allowed == "an .npz, .safetensors or PyTorch (.pt) file with one array a parameter");
    CHECK(contains(refused.what(), "weights' is " + refused.found + ", allowed is an .npz, .safetensors or PyTorch"));
    return refused.found;
  }
  return {};
}

}  // namespace

TEST_CASE("a weights file gives its tensors by the names of the state_dict") {
  const TemporaryFolder folder;
  const std::string bytes = write_zip(folder / "weights.bin", arrays());  // the name says nothing
  for (const WeightFile& file :
       {WeightFile::open(folder / "weights.bin"), WeightFile::of(bytes_of(bytes), "embedded")}) {
    CHECK(file.names() == std::vector<std::string>{"fc1.weight", "fc1.bias", "lif1.beta"});
    CHECK(file.contains("fc1.bias"));
    CHECK(!file.contains("fc2.bias"));
    CHECK(file.shape("fc1.weight") == Shape{2, 3});
    CHECK(file.tensor("fc1.weight").shape == Shape{2, 3});
    CHECK(same_bits(file.tensor("fc1.weight").values, weights));
    CHECK(file.tensor("fc1.bias").values == std::vector{1.5F, 0.0F});
    CHECK(file.shape("lif1.beta") == Shape{});
    CHECK(file.tensor("lif1.beta").values == std::vector{0.5F});
    CHECK(contains(sentence_of<ArrayMissing>([&] { file.tensor("fc2.bias"); }),
                   "it has 'fc1.weight', 'fc1.bias', 'lif1.beta'"));
    CHECK_THROWS_AS(file.shape("fc2.bias"), ArrayMissing);
  }
  CHECK(WeightFile::open(folder / "weights.bin").path() == folder / "weights.bin");
  CHECK(WeightFile::of(bytes_of(bytes), "embedded").path() == "embedded");
}

TEST_CASE("other kinds of weights files are refused by name") {
  CHECK(found_kind(npy({1}, {1.0F})) == "a single .npy array");
  CHECK(found_kind("\x89HDF\r\n\x1a\n" + std::string(100, '\0')) == "an HDF5 file");
  CHECK(found_kind("\x80\2}q.") == "a pickle, perhaps of PyTorch before 1.6");
  CHECK(found_kind("") == "empty");
  for (const std::string& bytes :
       {std::string("x"), std::string(1000, 'x'), std::string("\x93NUMP"), std::string("{\"a\": 1}")})
    CHECK(found_kind(bytes) == "of an unknown kind");
}

TEST_CASE("every pickle protocol that states itself is called a pickle") {
  for (const char protocol : {'\2', '\3', '\4', '\5'})
    CHECK(found_kind(std::string("\x80") + protocol + "}q.") == "a pickle, perhaps of PyTorch before 1.6");
  CHECK(found_kind(read_bytes(std::string(SPIKINGJET_TEST_DATA) + "/legacy.pt")) == "a pickle, perhaps of PyTorch before 1.6");
}

TEST_CASE("an archive without arrays and without a state_dict is refused") {
  const TemporaryFolder folder;
  write_zip(folder / "model.zip", {{"model/data/0", "abcd"}});
  CHECK(contains(sentence_of<UnsupportedFile>([&] { WeightFile::open(folder / "model.zip"); }),
                 "a zip file without .npy arrays and without a state_dict"));
}

TEST_CASE("files of safetensors and of PyTorch are told from their bytes, from a path and in memory") {
  const TemporaryFolder folder;
  for (const auto& [name, count] : {std::pair("small.safetensors", 8u), std::pair("state_dict.pt", 15u)}) {
    const std::string bytes = read_bytes(std::string(SPIKINGJET_TEST_DATA) + "/" + name);
    write_bytes(folder / "weights.npz", bytes);  // the name says nothing
    for (const WeightFile& file : {WeightFile::open(folder / "weights.npz"), WeightFile::of(bytes_of(bytes), "embedded")}) {
      CHECK(file.names().size() == count);
      CHECK(file.contains("fc1.weight"));
      CHECK(file.shape("fc1.weight") == Shape{2, 3});
      CHECK(file.tensor("fc1.weight").values.size() == 6);
      CHECK_THROWS_AS(file.tensor("fc9.weight"), ArrayMissing);
    }
  }
}

TEST_CASE("paths that are no weights files are refused") {
  const TemporaryFolder folder;
  CHECK_THROWS_AS(WeightFile::open(folder / "none"), FileMissing);
  CHECK_THROWS_AS(WeightFile::open(folder.path()), UnsupportedFile);
  const std::string bytes = write_zip(folder / "a.npz", arrays());
  write_bytes(folder / "b.npz", bytes.substr(0, bytes.size() / 2));
  CHECK_THROWS_AS(WeightFile::open(folder / "b.npz"), FileDamaged);
  CHECK_THROWS_AS(WeightFile::of({}, "embedded"), UnsupportedFile);
}

TEST_CASE("a tensor of more than four axes is refused") {
  const TemporaryFolder folder;
  write_zip(folder / "a.npz", {{"x.npy", npy({1, 1, 1, 1, 1}, {1.0F})}, {"y.npy", npy({1, 1, 1, 1}, {1.0F})}});
  const WeightFile file = WeightFile::open(folder / "a.npz");
  CHECK_THROWS_AS(file.tensor("x"), WrongShape);
  CHECK_THROWS_AS(file.shape("x"), WrongShape);
  CHECK(file.shape("y") == Shape{1, 1, 1, 1});
}
