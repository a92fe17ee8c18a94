// SPDX-License-Identifier: MIT
#pragma once

#include <zip.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <span>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <unistd.h>

/// A folder of its own for one test, gone when the test ends.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    static std::atomic<int> number = 0;
    folder_ = std::filesystem::temp_directory_path() /
              ("spikingjet-io-test-" + std::to_string(::getpid()) + "-" + std::to_string(number++));
    std::filesystem::create_directories(folder_);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  ~TemporaryFolder() { std::filesystem::remove_all(folder_); }

  std::string operator/(const std::string& name) const { return (folder_ / name).string(); }
  std::string path() const { return folder_.string(); }

 private:
  std::filesystem::path folder_;
};

/// Writes a file, with the folders on the way to it.
inline void write_bytes(const std::string& path, const std::string& bytes) {
  std::filesystem::create_directories(std::filesystem::path(path).parent_path());
  std::ofstream(path, std::ios::binary) << bytes;
}

inline std::string read_bytes(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

inline std::span<const std::byte> bytes_of(const std::string& text) { return std::as_bytes(std::span(text)); }

/// The sentence that a call ends with, for exceptions of one type; empty if it throws nothing.
template <class Exception, class Call>
std::string sentence_of(const Call& call) {
  try {
    call();
  } catch (const Exception& exception) {
    return exception.what();
  }
  return {};
}

inline bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

inline bool same_bits(std::span<const float> a, std::span<const float> b) {
  return a.size() == b.size() && (a.empty() || std::memcmp(a.data(), b.data(), a.size_bytes()) == 0);
}

/// A number in `bytes` bytes, the lowest first.
inline std::string little_endian(std::uint64_t value, int bytes) {
  std::string text;
  for (int i = 0; i < bytes; ++i) text += static_cast<char>(value >> (8 * i) & 0xff);
  return text;
}

/// A number in `bytes` bytes, the highest first.
inline std::string big_endian(std::uint64_t value, int bytes) {
  const std::string text = little_endian(value, bytes);
  return {text.rbegin(), text.rend()};
}

/// The words of float32 values in a file, the lowest byte first.
inline std::string float_bytes(std::span<const float> values) {
  std::string text;
  for (const float value : values) {
    std::uint32_t word = 0;
    std::memcpy(&word, &value, sizeof(word));
    text += little_endian(word, 4);
  }
  return text;
}

/// The bytes of a .npy file of which nothing but the header's length is checked.
inline std::string npy_of_header(const std::string& header, const std::string& data = {}, int major = 1) {
  std::string bytes = "\x93NUMPY";
  bytes += static_cast<char>(major);
  bytes += '\0';
  return bytes + little_endian(header.size(), major == 1 ? 2 : 4) + header + data;
}

/// The bytes of a .npy file as NumPy writes it.
inline std::string npy(const std::string& type, const std::vector<std::size_t>& shape, const std::string& data,
                       bool fortran_order = false, int major = 1) {
  std::string extents;
  for (const std::size_t extent : shape) extents += std::to_string(extent) + ",";
  if (shape.size() > 1) extents.pop_back();
  std::string header = "{'descr': '" + type + "', 'fortran_order': " + (fortran_order ? "True" : "False") +
                       ", 'shape': (" + extents + "), }";
  while ((header.size() + (major == 1 ? 11 : 13)) % 64 != 0) header += ' ';
  return npy_of_header(header + '\n', data, major);
}

/// The same for float32 values in row-major order.
inline std::string npy(const std::vector<std::size_t>& shape, const std::vector<float>& values) {
  return npy("<f4", shape, float_bytes(values));
}

/// Names in a zip archive with the bytes of each: {"x.npy", npy(...)}.
using ZipMembers = std::vector<std::pair<std::string, std::string>>;

/// Writes a zip archive and returns its bytes.
inline std::string write_zip(const std::string& path, const ZipMembers& members, bool deflate = false) {
  int code = 0;
  zip_t* archive = zip_open(path.c_str(), ZIP_CREATE | ZIP_TRUNCATE, &code);
  if (!archive) throw std::runtime_error("cannot make " + path);
  for (const auto& [name, bytes] : members) {
    zip_source_t* source = zip_source_buffer(archive, bytes.data(), bytes.size(), 0);
    const zip_int64_t index = zip_file_add(archive, name.c_str(), source, ZIP_FL_OVERWRITE);
    if (index < 0) throw std::runtime_error("cannot write " + path);
    zip_set_file_compression(archive, static_cast<zip_uint64_t>(index), deflate ? ZIP_CM_DEFLATE : ZIP_CM_STORE, 0);
  }
  if (zip_close(archive) != 0) throw std::runtime_error("cannot write " + path);
  return read_bytes(path);
}
