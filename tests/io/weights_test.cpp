// SPDX-License-Identifier: MIT
#include "catch.hpp"
#include "io/fixture.hpp"

#include <spikingjet/core/bits.hpp>
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
  CHECK(found_kind("\x80\2}q.") == "a pickle that is not in an archive");
  CHECK(found_kind("") == "empty");
  for (const std::string& bytes :
       {std::string("x"), std::string(1000, 'x'), std::string("\x93NUMP"), std::string("{\"a\": 1}")})
    CHECK(found_kind(bytes) == "of an unknown kind");
}

TEST_CASE("every pickle protocol that states itself is called a pickle") {
  for (const char protocol : {'\2', '\3', '\4', '\5'})
    CHECK(found_kind(std::string("\x80") + protocol + "}q.") == "a pickle that is not in an archive");
  const std::string legacy = std::string(SPIKINGJET_TEST_DATA) + "/legacy.pt";
  CHECK(found_kind(read_bytes(legacy)) == "a file of PyTorch's form before 1.6");
  CHECK(contains(sentence_of<UnsupportedFile>([&] { WeightFile::open(legacy); }),
                 "; write it again in Python, with 'torch.save(torch.load(old, map_location=\"cpu\"), new)'; see"));
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
    for (const WeightFile& file :
         {WeightFile::open(folder / "weights.npz"), WeightFile::of(bytes_of(bytes), "embedded")}) {
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

TEST_CASE("axes of one element are left out where there are more than four axes") {
  const TemporaryFolder folder;
  write_zip(folder / "a.npz", {{"w.npy", npy({2, 3, 1, 1, 1}, std::vector<float>(6))},
                               {"x.npy", npy({2, 1, 2, 2, 2, 2}, std::vector<float>(32))},
                               {"y.npy", npy({1, 1, 1, 1}, {1.0F})}});
  const WeightFile file = WeightFile::open(folder / "a.npz");
  CHECK(file.shape("w") == Shape{2, 3});
  CHECK(file.tensor("w").shape == Shape{2, 3});
  CHECK_THROWS_AS(file.tensor("x"), WrongShape);
  CHECK_THROWS_AS(file.shape("x"), WrongShape);
  CHECK(file.shape("y") == Shape{1, 1, 1, 1});
}

namespace {

using Names = std::vector<std::string>;

const std::vector<WantedArray> network = {
    {.name = "fc1.weight"}, {.name = "lif1.beta"}, {.name = "lif1.extra", .required = false}};

/// A file of arrays that each hold their number, or those of `values`.
WeightFile file_of(const Names& names, const std::vector<float>& values = {}) {
  ZipMembers members;
  for (std::size_t i = 0; i < names.size(); ++i)
    members.emplace_back(names[i] + ".npy", npy({1}, {values.empty() ? float(i) : values[i]}));
  const TemporaryFolder folder;
  write_zip(folder / "a.npz", members);
  static std::vector<std::string> kept;  // a file in memory must outlive its reader
  kept.reserve(1000);
  return WeightFile::of(bytes_of(kept.emplace_back(read_bytes(folder / "a.npz"))), "a.npz");
}

float value(const WeightFile& file, const std::string& name) { return file.tensor(name).values.at(0); }

}  // namespace

TEST_CASE("a network's names are found behind any prefix, whatever wrappers put between their parts", "[law]") {
  for (const std::string prefix :
       {"", "module.", "_orig_mod.", "module._orig_mod.", "model.", "net.module.", "state_dict.model.", "a.b.c.",
        "_modules.net._modules.", "module.module.model._orig_mod."})
    for (const std::string wrapper : {"", "_orig_mod.", "module.", "_parameters.", "module._orig_mod."}) {
      const Names given = {prefix + "fc1." + wrapper + "weight", prefix + "lif1." + wrapper + "beta",
                           prefix + "lif1." + wrapper + "reset_mechanism_val", prefix + "lif1." + wrapper + "extra"};
      INFO(given[0]);
      const WeightFile file = file_of(given).named_for(network);
      CHECK(file.names() == Names{"fc1.weight", "lif1.beta", "lif1.reset_mechanism_val", "lif1.extra"});
      for (std::size_t i = 0; i < 4; ++i) CHECK(value(file, file.names()[i]) == float(i));
      CHECK(file.named_for(network).names() == file.names());
    }
}

TEST_CASE("a layer named as a wrapper's word is found, too") {
  const std::vector<WantedArray> wanted = {{.name = "module.weight"}, {.name = "net.module.0.beta"}};
  const WeightFile file = file_of({"module.module.weight", "module.net.module.0.beta"}).named_for(wanted);
  CHECK(file.names() == Names{"module.weight", "net.module.0.beta"});
}

TEST_CASE("of several places that fit none is chosen silently") {
  const Names two = {"model.fc1.weight", "model.lif1.beta", "ema.fc1.weight", "ema.lif1.beta"};
  CHECK(
      sentence_of<SeveralStateDicts>([&] { file_of(two).named_for(network); }) ==
      "spikingjet: 'a.npz' has several state_dicts that fit: 'model', 'ema'; choose one with '--state-dict NAME'; see "
      "docs/formats.md");
  // Where their values are the same, it does not matter.
  CHECK(value(file_of(two, {1.0F, 2.0F, 1.0F, 2.0F}).named_for(network), "fc1.weight") == 1.0F);
  CHECK_THROWS_AS(file_of(two, {0.0F, 2.0F, -0.0F, 2.0F}).named_for(network), SeveralStateDicts);
  // The names as they are need no choice; what is not used stays in sight.
  const WeightFile exact = file_of({"fc1.weight", "lif1.beta", "ema.fc1.weight", "ema.lif1.beta"}).named_for(network);
  CHECK(exact.names() == Names{"fc1.weight", "lif1.beta", "ema.fc1.weight", "ema.lif1.beta"});
  CHECK(value(exact, "fc1.weight") == 0.0F);
}

TEST_CASE("two arrays for one name must hold the same values") {
  const Names twice = {"fc1.weight", "lif1.beta", "module.fc1.weight"};
  CHECK(contains(sentence_of<SeveralArrays>([&] { file_of(twice).named_for(network); }),
                 "'fc1.weight', 'module.fc1.weight' in 'a.npz' are all 'fc1.weight' and hold different values"));
  const WeightFile same = file_of(twice, {1.0F, 2.0F, 1.0F}).named_for(network);
  CHECK(same.names() == Names{"fc1.weight", "lif1.beta"});
}

TEST_CASE("an optimizer's arrays are no state_dict, whatever their names") {
  const Names given = {"optimizer.exp_avg.fc1.weight", "optimizer.exp_avg.lif1.beta", "net.fc1.weight",
                       "net.lif1.beta"};
  CHECK(value(file_of(given).named_for(network), "fc1.weight") == 2.0F);
  CHECK(sentence_of<OptimizerAlone>([&] {
          file_of({given[0], given[1]}).named_for(network);
        }) ==
        "spikingjet: 'a.npz' has the network's arrays only in 'optimizer.exp_avg', by its name an optimizer's, which "
        "is not "
        "taken for weights; save 'net.state_dict()', or, where these are the weights, choose '--state-dict "
        "optimizer.exp_avg'; see docs/formats.md");
  // Beside a part of the weights it is the whole that may be meant.
  CHECK_THROWS_AS(file_of({given[0], given[1], "net.fc1.weight"}).named_for(network), OptimizerAlone);
  // A part of an optimizer beside a part of the weights says nothing.
  CHECK(value(file_of({given[0], "net.fc1.weight"}).named_for(network), "fc1.weight") == 1.0F);
  // The name that is told is one that works.
  const TemporaryFolder folder;
  write_zip(folder / "a.npz",
            {{"optim.state.fc1.weight.npy", npy({1}, {7.0F})}, {"optim.state.lif1.beta.npy", npy({1}, {8.0F})}});
  try {
    WeightFile::open(folder / "a.npz").named_for(network);
    FAIL("it was taken");
  } catch (const OptimizerAlone& refused) {
    CHECK(value(WeightFile::open(folder / "a.npz", refused.names.front()).named_for(network), "fc1.weight") == 7.0F);
  }
}

TEST_CASE("where no place has all that is required, that which has most is taken, and the missing array told") {
  const WeightFile file = file_of({"a.fc1.weight", "b.lif1.extra"}).named_for(network);
  CHECK(value(file, "fc1.weight") == 0.0F);
  CHECK(!file.contains("lif1.beta"));
  CHECK(file_of({"x", "y"}).named_for(network).names() == Names{"x", "y"});
}

TEST_CASE("another array may stand instead of a required one") {
  const std::vector<WantedArray> wanted = {{.name = "lap1.R", .instead = "lap1.beta"}};
  CHECK(file_of({"net.lap1.beta"}).named_for(wanted).names() == Names{"lap1.beta"});
  CHECK(file_of({"net.lap1.R", "net.lap1.beta"}).named_for(wanted).names() == Names{"lap1.R", "lap1.beta"});
}

TEST_CASE("a state_dict is chosen by name, at any depth") {
  const TemporaryFolder folder;
  const std::string bytes = write_zip(folder / "a.npz", {{"model.fc1.weight.npy", npy({1}, {0.0F})},
                                                         {"ckpt.ema.module.fc1.weight.npy", npy({1}, {1.0F})},
                                                         {"ckpt.emb.fc1.weight.npy", npy({1}, {2.0F})},
                                                         {"x.same.a.npy", npy({1}, {3.0F})},
                                                         {"y.same.a.npy", npy({1}, {4.0F})}});
  const auto names = [&](const std::string& name) { return WeightFile::open(folder / "a.npz", name).names(); };
  CHECK(names("model") == Names{"fc1.weight"});
  CHECK(names("ema") == Names{"module.fc1.weight"});
  CHECK(names("ckpt.ema.module") == Names{"fc1.weight"});
  CHECK(names("ckpt") == Names{"ema.module.fc1.weight", "emb.fc1.weight"});
  CHECK(WeightFile::of(bytes_of(bytes), "a", "emb").tensor("fc1.weight").values == std::vector{2.0F});
  CHECK(contains(sentence_of<StateDictMissing>([&] { names("em"); }),
                 "has no state_dict 'em', it has 'ckpt', 'model', 'x', 'y'"));
  CHECK_THROWS_AS(names("weight"), StateDictMissing);
  CHECK(contains(sentence_of<SeveralStateDicts>([&] { names("same"); }), "'x.same', 'y.same'"));
}

TEST_CASE("a checkpoint's state_dict is found, and its optimizer's tensors are out of sight") {
  const WeightFile file = WeightFile::open(std::string(SPIKINGJET_TEST_DATA) + "/checkpoint.pt");
  const std::vector<WantedArray> wanted = {{.name = "weight"}, {.name = "bias"}};
  CHECK(file.named_for(wanted).names() == Names{"weight", "bias"});
}
