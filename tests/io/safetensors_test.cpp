// SPDX-License-Identifier: MIT
#include "catch.hpp"
#include "io/fixture.hpp"

#include <spikingjet/io/safetensors.hpp>

#include <chrono>
#include <limits>
#include <random>

using namespace spikingjet;

namespace {

std::string file_of(const std::string& header, const std::string& data = {}) {
  return little_endian(header.size(), 8) + header + data;
}

std::string entry(const std::string& name, const std::string& type, const std::string& shape, std::size_t begin,
                  std::size_t end) {
  return "\"" + name + "\":{\"dtype\":\"" + type + "\",\"shape\":" + shape + ",\"data_offsets\":[" +
         std::to_string(begin) + "," + std::to_string(end) + "]}";
}

/// Why a file is refused; with the tensor's name in front where there is one.
std::string reason_of(const std::string& bytes) {
  try {
    const SafetensorsFile file(bytes_of(bytes), "a.safetensors");
  } catch (const WrongFormat& wrong) {
    CHECK(wrong.place.path == "a.safetensors");
    return wrong.place.array.empty() ? wrong.reason : wrong.place.array + ": " + wrong.reason;
  }
  return {};
}

const std::string eight_bytes = float_bytes(std::vector{1.0F, -2.0F});

}  // namespace

TEST_CASE("a file of the safetensors library gives its tensors") {
  const std::string path = std::string(SPIKINGJET_TEST_DATA) + "/small.safetensors";
  const std::string bytes = read_bytes(path);
  for (const SafetensorsFile& file :
       {SafetensorsFile(std::filesystem::path(path)), SafetensorsFile(bytes_of(bytes), path)}) {
    CHECK(file.path() == path);
    CHECK(file.names().size() == 8);
    const auto is = [&file](const char* name, const Shape& shape, const std::vector<float>& values) {
      INFO(name);
      CHECK(file.contains(name));
      CHECK(file.shape(name) == shape);
      CHECK(file.read(name).shape == shape);
      CHECK(same_bits(file.read(name).values, values));
    };
    is("fc1.weight", {2, 3}, {1.0F, -0.0F, 2.5F, std::numeric_limits<float>::infinity(), -4.0F, 0.1F});
    is("fc1.bias", {2}, {0.1F, -std::numeric_limits<float>::infinity()});
    is("lif1.beta", {}, {0.5F});
    is("lif1.threshold", {2}, {1.0F, -3.140625F});
    is("count", {3}, {-3.0F, 0.0F, 1099511627776.0F});
    is("flag", {2}, {1.0F, 0.0F});
    is("empty", {0, 4}, {});
    is("five", {2}, {7.0F, 255.0F});  // (1, 1, 2, 1, 1)
    CHECK(!file.contains("__metadata__"));
    CHECK(contains(sentence_of<ArrayMissing>([&] { file.read("fc2.weight"); }), "has no array 'fc2.weight'"));
  }
}

TEST_CASE("the bits of a float32 tensor stay, NaN payloads included") {
  const std::vector<float> values{to_float(0xffc12345u), to_float(0x7f812345u)};
  const std::string bytes = file_of("{" + entry("a", "F32", "[2]", 0, 8) + "}   ", float_bytes(values));
  CHECK(same_bits(SafetensorsFile(bytes_of(bytes), "a").read("a").values, values));
}

TEST_CASE("tensors stand in the order of their bytes, whatever the header's") {
  const std::string bytes = file_of("{" + entry("b", "F32", "[1]", 4, 8) + ",\"__metadata__\":{\"x\":\"y\"}," +
                                        entry("c", "U8", "[0]", 4, 4) + "," + entry("a", "F32", "[]", 0, 4) + "}",
                                    eight_bytes);
  const SafetensorsFile file(bytes_of(bytes), "a");
  CHECK(file.names() == std::vector<std::string>{"a", "c", "b"});
  CHECK(file.read("a").values == std::vector{1.0F});
  CHECK(file.read("b").values == std::vector{-2.0F});
}

TEST_CASE("a file without tensors is one") { CHECK(SafetensorsFile(bytes_of(file_of("{}")), "a").names().empty()); }

TEST_CASE("tensors with gaps, overlaps or offsets that do not fit are refused by name") {
  const auto two = [](const std::string& second) {
    return reason_of(file_of("{" + entry("a", "F32", "[1]", 0, 4) + "," + second + "}", eight_bytes));
  };
  CHECK(two(entry("b", "F32", "[1]", 4, 8)).empty());
  CHECK(two(entry("b", "F16", "[1]", 6, 8)) == "b: there is a gap before it");
  CHECK(two(entry("b", "F16", "[3]", 2, 8)) == "b: it overlaps the tensor before it");
  CHECK(two(entry("b", "F32", "[1]", 0, 4)) == "b: it overlaps the tensor before it");
  CHECK(two(entry("b", "F32", "[2]", 4, 8)) == "b: its shape (2,) of type F32 does not fit 4 bytes");
  CHECK(two(entry("b", "F32", "[18446744073709551615,18446744073709551615]", 4, 8)) ==
        "b: its shape (18446744073709551615, 18446744073709551615) of type F32 does not fit 4 bytes");
  CHECK(two(entry("b", "F32", "[1]", 8, 4)) == "b: its 'data_offsets' end before they begin");
  CHECK(reason_of(file_of("{" + entry("a", "F32", "[1]", 0, 4) + "}", eight_bytes)) ==
        "4 bytes follow its last tensor");
  CHECK(reason_of(file_of("{" + entry("a", "F32", "[1]", 4, 8) + "}", eight_bytes)) == "a: there is a gap before it");
}

TEST_CASE("a tensor beyond the end of the file is cut short") {
  const std::string bytes = file_of("{" + entry("a", "F32", "[1000000000000]", 0, 4000000000000) + "}", eight_bytes);
  try {
    const SafetensorsFile file(bytes_of(bytes), "a");
    FAIL("read");
  } catch (const FileTruncated& cut) {
    CHECK(cut.place.array == "a");
    CHECK(cut.wanted == 4000000000000);
    CHECK(cut.found == 8);
  }
}

TEST_CASE("a file cut short at any byte is refused") {
  const std::string bytes = file_of("{" + entry("a", "F32", "[2]", 0, 8) + "}", eight_bytes);
  for (std::size_t size = 0; size < bytes.size(); ++size)
    CHECK_THROWS_AS(SafetensorsFile(bytes_of(bytes).first(size), "a"), FileTruncated);
}

TEST_CASE("headers that are not those of safetensors are refused with the reason") {
  const auto of = [](const std::string& header) { return reason_of(file_of(header, eight_bytes)); };
  const std::string good = entry("a", "F32", "[2]", 0, 8);
  CHECK(of("") == "its header is no JSON object");
  CHECK(of("[]") == "its header is no JSON object");
  CHECK(of(" {}") == "its header is no JSON object");
  CHECK(contains(of("{" + good), "its header is no JSON: byte "));
  CHECK(contains(of("{" + good + "}x"), "its header is no JSON: byte "));
  CHECK(contains(of("{\"\xff\":1}"), "its header is no JSON: byte "));
  CHECK(of("{\"a\":1e999}") == "its header is no JSON: a number in it is too large");
  CHECK(of("{" + good + "," + good + "}") == "its header has the key 'a' twice");
  CHECK(of("{\"a\":{\"dtype\":\"F32\",\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}") ==
        "its header has the key 'dtype' twice");
  CHECK(of("{\"__metadata__\":{\"a\":{}}}") == "its header is nested too deeply");
  CHECK(of("{\"__metadata__\":" + std::string(100000, '[')) == "its header is nested too deeply");
  CHECK(of("{\"a\":{\"shape\":[[2]]}}") == "its header is nested too deeply");
  const std::string fields = "a: it must have the fields 'dtype', 'shape' and 'data_offsets' and no others";
  CHECK(of("{\"a\":[[[1]]]}") == fields);
  CHECK(of("{\"a\":{\"b\":{\"c\":{}}}}") == fields);
  CHECK(of("{\"a\":1}") == fields);
  CHECK(of("{\"a\":{\"dtype\":\"F32\",\"shape\":[2]}}") == fields);
  CHECK(of("{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8],\"x\":1}}") == fields);
  CHECK(of("{\"a\":{\"dtype\":1,\"shape\":[2],\"data_offsets\":[0,8]}}") == "a: its 'dtype' is no text");
  for (const std::string shape : {"2", "[-2]", "[2.0]", "[\"2\"]", "[18446744073709551616]"})
    CHECK(of("{\"a\":{\"dtype\":\"F32\",\"shape\":" + shape + ",\"data_offsets\":[0,8]}}") ==
          "a: its 'shape' is no list of whole numbers from 0 on");
  for (const std::string offsets : {"8", "[8]", "[0,8,8]", "[-1,8]", "[0,8.0]"})
    CHECK(of("{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":" + offsets + "}}") ==
          "a: its 'data_offsets' are not two whole numbers from 0 on");
  CHECK(reason_of(little_endian(100'000'001, 8) + "{") == "its header of 100000001 bytes is too long");
}

TEST_CASE("a header of very many tensors is read in a time that grows with its length") {
  const auto seconds = [](std::size_t count) {
    std::string header = "{";
    for (std::size_t i = 0; i < count; ++i)
      header += (i ? "," : "") + entry("layer" + std::to_string(i) + ".weight", "U8", "[1]", i, i + 1);
    const std::string bytes = file_of(header + "}", std::string(count, 'x'));
    const auto start = std::chrono::steady_clock::now();
    CHECK(SafetensorsFile(bytes_of(bytes), "a").names().size() == count);
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  };
  CHECK(seconds(100'000) < 20 * seconds(10'000) + 1.0);  // with n^2.4: 250 times, and minutes
}

TEST_CASE("element types that are not read are refused when asked for") {
  const std::string bytes =
      file_of("{" + entry("a", "F8_E4M3", "[4]", 0, 4) + "," + entry("b", "X9", "[1,2]", 4, 8) + "}", eight_bytes);
  const SafetensorsFile file(bytes_of(bytes), "a");
  CHECK(contains(sentence_of<WrongType>([&] { file.read("a"); }), "of type 'F8_E4M3', allowed is F32, F16, BF16, F64"));
  CHECK_THROWS_AS(file.shape("b"), WrongType);
}

TEST_CASE("random damage to a safetensors file gives tensors or a sentence, never more", "[law]") {
  const std::string bytes = read_bytes(std::string(SPIKINGJET_TEST_DATA) + "/small.safetensors");
  std::mt19937 random(20240401);
  for (int i = 0; i < 3000; ++i) {
    std::string damaged = bytes;
    for (std::size_t k = 0; k <= random() % 3; ++k) damaged[random() % damaged.size()] = static_cast<char>(random());
    try {
      const SafetensorsFile file(bytes_of(damaged), "a");
      for (const std::string& name : file.names()) file.read(name);
    } catch (const Misuse&) {
    }
  }
}
