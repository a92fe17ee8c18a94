// SPDX-License-Identifier: MIT
#include "catch.hpp"
#include "io/fixture.hpp"

#include <spikingjet/io/pytorch.hpp>

#include <limits>
#include <random>

using namespace spikingjet;

namespace {

const std::string data = SPIKINGJET_TEST_DATA;

std::string text(const std::string& value) { return "X" + little_endian(value.size(), 4) + value; }

std::string tuple(const std::vector<std::int64_t>& values) {
  std::string opcodes = "(";
  for (const std::int64_t value : values) opcodes += "\x8a\x08" + little_endian(static_cast<std::uint64_t>(value), 8);
  return opcodes + "t";
}

/// The opcodes of a tensor on storage '0'.
std::string tensor(const std::string& type, std::int64_t held, std::int64_t offset,
                   const std::vector<std::int64_t>& size, const std::vector<std::int64_t>& stride) {
  const auto number = [](std::int64_t value) {
    return "\x8a\x08" + little_endian(static_cast<std::uint64_t>(value), 8);
  };
  return "ctorch._utils\n_rebuild_tensor_v2\n((" + text("storage") + "ctorch\n" + type + "\n" + text("0") +
         text("cpu") + number(held) + "tQ" + number(offset) + tuple(size) + tuple(stride) +
         "\x89"
         "ccollections\nOrderedDict\n)RtR";
}

std::string pickle_of(const std::string& value) { return "\x80\2}" + text("a") + value + "s."; }

/// The archive of one tensor 'a' with these bytes as its storage.
ZipMembers members(const std::string& value, const std::string& storage) {
  return {{"model/data.pkl", pickle_of(value)}, {"model/data/0", storage}, {"model/version", "3\n"}};
}

std::vector<float> values_of(const ZipMembers& of, bool deflate = false) {
  const TemporaryFolder folder;
  const std::string bytes = write_zip(folder / "a.pt", of, deflate);
  return PytorchFile(bytes_of(bytes), "a.pt").read("a").values;
}

std::string reason_of(const ZipMembers& of) {
  try {
    values_of(of);
  } catch (const WrongFormat& wrong) {
    return wrong.reason;
  }
  return {};
}

const std::string six = float_bytes(std::vector{0.0F, 1.0F, 2.0F, 3.0F, 4.0F, 5.0F});

}  // namespace

TEST_CASE("a state_dict that torch.save wrote gives its tensors, views of any kind") {
  const std::string path = data + "/state_dict.pt";
  const std::string bytes = read_bytes(path);
  for (const PytorchFile& file : {PytorchFile(std::filesystem::path(path)), PytorchFile(bytes_of(bytes), path)}) {
    CHECK(file.path() == path);
    CHECK(file.names() == std::vector<std::string>{"fc1.weight", "fc1.bias", "transposed", "every_third", "block",
                                                   "expanded", "scalar", "empty", "half", "brain", "double", "long",
                                                   "bytes", "flags", "complex"});
    const auto is = [&file](const char* name, const Shape& shape, const std::vector<float>& values) {
      INFO(name);
      CHECK(file.contains(name));
      CHECK(file.shape(name) == shape);
      const Tensor tensor = file.read(name);
      CHECK(tensor.shape == shape);
      CHECK(same_bits(tensor.values, values));
    };
    is("fc1.weight", {2, 3}, {0.0F, 1.0F, 2.0F, 3.0F, 4.0F, 5.0F});
    is("fc1.bias", {2}, {22.0F, 23.0F});
    std::vector<float> transposed;
    for (int column = 0; column < 6; ++column)
      for (int row = 0; row < 4; ++row) transposed.push_back(float(6 * row + column));
    is("transposed", {6, 4}, transposed);
    is("every_third", {8}, {1.0F, 4.0F, 7.0F, 10.0F, 13.0F, 16.0F, 19.0F, 22.0F});
    is("block", {1, 2, 2}, {16.0F, 18.0F, 20.0F, 22.0F});
    is("expanded", {2, 3}, {1.5F, 1.5F, 1.5F, 1.5F, 1.5F, 1.5F});
    is("scalar", {}, {0.9F});
    is("empty", {0, 3}, {});
    is("half", {2}, {0.5F, -2.0F});
    is("brain", {2}, {1.0F, -3.140625F});
    is("double", {2}, {0.1F, -std::numeric_limits<float>::infinity()});
    is("long", {2}, {-3.0F, 1099511627776.0F});
    is("bytes", {2}, {7.0F, 255.0F});
    is("flags", {2}, {1.0F, 0.0F});
    CHECK(contains(sentence_of<WrongType>([&] { file.read("complex"); }), "of type 'torch.ComplexFloatStorage'"));
    CHECK(contains(sentence_of<ArrayMissing>([&] { file.read("fc2.weight"); }), "has no array 'fc2.weight'"));
    CHECK(!file.contains("fc2.weight"));
  }
}

TEST_CASE("the tensors of a checkpoint are named by the way to them") {
  const PytorchFile file{std::filesystem::path(data + "/checkpoint.pt")};
  const auto named = [&](const std::string& end) {
    for (const std::string& name : file.names())
      if (name.ends_with(end) && !name.starts_with("optimizer")) return name;
    return std::string();
  };
  CHECK(file.read(named(".weight")).values == std::vector{0.0F, 1.0F, 2.0F, 3.0F, 4.0F, 5.0F});
  CHECK(file.read(named(".bias")).values == std::vector{22.0F, 23.0F});
}

TEST_CASE("a whole module is its parameters, where its attributes keep them") {
  const PytorchFile file{std::filesystem::path(data + "/module.pt")};
  CHECK(file.names() == std::vector<std::string>{"_parameters.weight", "_parameters.bias"});
  CHECK(file.shape("_parameters.weight") == Shape{2, 3});
}

TEST_CASE("tensors are found in dicts, lists, pairs, attributes and what objects hold") {
  const std::string view = tensor("FloatStorage", 6, 2, {}, {});
  const auto names = [&](const std::string& pickle) {
    const TemporaryFolder folder;
    const std::string bytes = write_zip(folder / "a.pt", {{"m/data.pkl", "\x80\2" + pickle + "."}, {"m/data/0", six}});
    const PytorchFile file(bytes_of(bytes), "a.pt");
    for (const std::string& name : file.names()) CHECK(file.read(name).values == std::vector{2.0F});
    return file.names();
  };
  using Names = std::vector<std::string>;
  CHECK(names("}" + text("a") + "}K\5]" + view + "ass") == Names{"a.5.0"});
  CHECK(names("](" + text("fc1.weight") + view + "\x86" "e") == Names{"fc1.weight"});
  CHECK(names("cmy\nClass\n)\x81}" + text("a") + view + "sb") == Names{"a"});
  CHECK(names("cmy\nClass\n)\x81N}" + text("a") + view + "s\x86" "b") == Names{"a"});  // of slots
  CHECK(names("cmy\nDict\n)\x81" + text("a") + view + "s") == Names{"a"});
  CHECK(names("cmy\nList\n)\x81" + view + "a") == Names{"0"});
  CHECK(names("cmy\nClass\n" + view + "\x85R") == Names{"0"});
  CHECK(names("ccollections\nOrderedDict\n](" + text("a") + view + "\x86" "e\x85R") == Names{"a"});
  CHECK(names("}q\1" + text("me") + "h\1s" + text("a") + view + "s") == Names{"a"});  // a dict in itself
}

TEST_CASE("a tensor that is not plain is refused by name with the cure, where it is asked for") {
  const TemporaryFolder folder;
  const auto made_by = [](const std::string& function) { return "ctorch._utils\n" + function + "\n)R"; };
  const std::string bytes = write_zip(
      folder / "a.pt", {{"m/data.pkl", "\x80\2}(" + text("q") + made_by("_rebuild_qtensor") + text("s") +
                                           made_by("_rebuild_sparse_tensor") + text("a") +
                                           tensor("FloatStorage", 6, 2, {}, {}) + "u."},
                        {"m/data/0", six}});
  const PytorchFile file(bytes_of(bytes), "a.pt");
  CHECK(file.names() == std::vector<std::string>{"q", "s", "a"});
  CHECK(file.read("a").values == std::vector{2.0F});
  CHECK(sentence_of<TensorNotPlain>([&] { file.read("q"); }) ==
        "spikingjet: 'q' in 'a.pt' is made by 'torch._utils._rebuild_qtensor', which is not executed; save plain "
        "tensors, such as 'tensor.dequantize()'; see docs/formats.md");
  CHECK(contains(sentence_of<TensorNotPlain>([&] { file.shape("s"); }), "such as 'tensor.to_dense()'"));
}

TEST_CASE("a storage of bytes takes the type that stands beside it") {
  const std::string storage =
      "(" + text("storage") + "ctorch.storage\nUntypedStorage\n" + text("0") + text("cpu") + "K\x06tQ";
  const std::string value = "ctorch._utils\n_rebuild_tensor_v3\n(" + storage + "K\1K\2\x85K\1\x85\x89" +
                            "ccollections\nOrderedDict\n)Rctorch\nuint16\ntR";
  CHECK(values_of(members(value, std::string("\1\0\2\0\3\1", 6))) == std::vector{2.0F, 259.0F});
}

TEST_CASE("views read their elements from a storage, stored or deflated") {
  for (const bool deflate : {false, true}) {
    CHECK(values_of(members(tensor("FloatStorage", 6, 0, {2, 3}, {3, 1}), six), deflate) ==
          std::vector{0.0F, 1.0F, 2.0F, 3.0F, 4.0F, 5.0F});
    CHECK(values_of(members(tensor("FloatStorage", 6, 1, {2, 2}, {1, 2}), six), deflate) ==
          std::vector{1.0F, 3.0F, 2.0F, 4.0F});
    CHECK(values_of(members(tensor("FloatStorage", 6, 5, {}, {}), six), deflate) == std::vector{5.0F});
    CHECK(values_of(members(tensor("FloatStorage", 6, 5, {1, 1}, {1000, 1000}), six), deflate) == std::vector{5.0F});
    CHECK(values_of(members(tensor("FloatStorage", 6, 99, {3, 0}, {1, 1}), six), deflate).empty());
  }
}

TEST_CASE("views larger than any buffer are read") {
  std::vector<float> stored(100000);
  for (std::size_t i = 0; i < stored.size(); ++i) stored[i] = static_cast<float>(i);
  const std::vector<float> found =
      values_of(members(tensor("FloatStorage", 100000, 20001, {3, 20000}, {20000, 1}), float_bytes(stored)), true);
  REQUIRE(found.size() == 60000);
  for (std::size_t i = 0; i < found.size(); ++i) REQUIRE(found[i] == static_cast<float>(20001 + i));
}

TEST_CASE("big-endian storages are read") {
  ZipMembers of = members(tensor("FloatStorage", 1, 0, {1}, {1}), big_endian(0x3fc00000, 4));
  of.emplace_back("model/byteorder", "big");
  CHECK(values_of(of) == std::vector{1.5F});
  of.back().second = "little";
  CHECK(values_of(of) == std::vector{to_float(0x0000c03fu)});
  of.back().second = "odd";
  CHECK(reason_of(of) == "its byte order is neither 'little' nor 'big'");
}

TEST_CASE("views beyond their storage are refused") {
  const std::string beyond = "it reaches beyond the 6 values of its storage";
  constexpr std::int64_t huge = std::numeric_limits<std::int64_t>::max();
  for (const std::string& view : {tensor("FloatStorage", 6, 0, {7}, {1}), tensor("FloatStorage", 6, 1, {2, 3}, {3, 1}),
                                  tensor("FloatStorage", 6, 6, {1}, {1}), tensor("FloatStorage", 6, 6, {}, {}),
                                  tensor("FloatStorage", 6, 0, {3}, {huge}), tensor("FloatStorage", 6, huge, {1}, {1}),
                                  tensor("FloatStorage", 6, 0, {3, 3}, {huge, huge})})
    CHECK(reason_of(members(view, six)) == beyond);
  CHECK(contains(reason_of(members(tensor("FloatStorage", 6, 0, {huge, huge}, {0, 0}), six)), "is too large"));
}

TEST_CASE("a few values repeated to very many are refused without room for them") {
  CHECK(values_of(members(tensor("FloatStorage", 1, 0, {1 << 10, 1 << 10}, {0, 0}), float_bytes(std::vector{3.0F})))
            .size() == 1 << 20);
  const std::string view = tensor("FloatStorage", 1, 0, {1 << 30, 1 << 30}, {0, 0});
  CHECK(reason_of(members(view, float_bytes(std::vector{3.0F}))) ==
        "it repeats 1 values of its storage to 1152921504606846976, allowed are 1048576");
  // Whatever size the storage claims to have.
  CHECK(contains(reason_of(members(tensor("FloatStorage", std::int64_t(1) << 40, 0, {1 << 30}, {0}), six)),
                 "it repeats 1 values"));
}

TEST_CASE("storages that are not there or too short are refused") {
  const std::string whole = tensor("FloatStorage", 6, 0, {6}, {1});
  CHECK(reason_of({{"model/data.pkl", pickle_of(whole)}}) == "its storage 'model/data/0' is not in the file");
  CHECK_THROWS_AS(values_of(members(whole, six.substr(0, 23))), FileTruncated);
  CHECK_THROWS_AS(
      values_of(members(tensor("FloatStorage", std::numeric_limits<std::int64_t>::max(), 0, {6}, {1}), six)),
      FileTruncated);
  CHECK(values_of(members(whole, six + "rest")).size() == 6);
}

TEST_CASE("archives without a state_dict are refused") {
  CHECK(reason_of({{"model/version", "3"}}) == "it holds no 'data.pkl'");
  CHECK(reason_of({{"a/b/data.pkl", pickle_of("N")}}) == "it holds no 'data.pkl'");
  CHECK(reason_of({{"model/data.pkl", "\x80\2]."}}) == "it holds no tensors");
  CHECK(reason_of({{"model/data.pkl", pickle_of("N")}}) == "it holds no tensors");
  CHECK_THROWS_AS(PytorchFile(bytes_of(six), "a"), WrongFormat);
  CHECK_THROWS_AS(PytorchFile(std::filesystem::path(data + "/none.pt")), FileMissing);
  const std::string long_name = "\x80\2}" + text(std::string(4097, 'a')) + tensor("FloatStorage", 6, 0, {}, {}) + "s.";
  CHECK(reason_of({{"model/data.pkl", long_name}}) == "a tensor's name is longer than 4096 bytes");
  const std::string long_pickle((std::size_t(1) << 26) + 1, 'N');
  CHECK(contains(reason_of({{"model/data.pkl", long_pickle}}), "its pickle of 67108865 bytes is too long"));
}

TEST_CASE("the last of two values of a key counts, as in Python") {
  const std::string twice = "\x80\2}" + text("a") + tensor("FloatStorage", 6, 1, {}, {}) + "s" + text("a") +
                            tensor("FloatStorage", 6, 2, {}, {}) + "s.";
  CHECK(values_of({{"model/data.pkl", twice}, {"model/data/0", six}}) == std::vector{2.0F});
}

TEST_CASE("random damage to a state_dict gives tensors or a sentence, never more", "[law]") {
  const std::string bytes = read_bytes(data + "/state_dict.pt");
  std::mt19937 random(7);
  for (int i = 0; i < 2000; ++i) {
    std::string damaged = bytes;
    for (std::size_t k = 0; k <= random() % 3; ++k) damaged[random() % damaged.size()] = static_cast<char>(random());
    try {
      const PytorchFile file(bytes_of(damaged), "a.pt");
      for (const std::string& name : file.names()) try {
          file.read(name);
        } catch (const Misuse&) {
        }
    } catch (const Misuse&) {
    }
  }
}
