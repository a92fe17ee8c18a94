// SPDX-License-Identifier: MIT
#pragma once

#include "files.hpp"

#include <zip.h>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

inline std::span<const std::byte> bytes_of(const std::string& text) { return std::as_bytes(std::span(text)); }

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
