// SPDX-License-Identifier: MIT
#pragma once

#include <zip.h>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

/// An array for an .npz file: float32, row-major.
struct NpzArray {
  std::vector<std::size_t> shape;
  std::vector<float> values;
};

/// The bytes of a .npy file, version 1.
inline std::string npy_bytes(const NpzArray& array) {
  std::string shape;
  for (const std::size_t extent : array.shape) shape += std::to_string(extent) + ", ";
  std::string header = "{'descr': '<f4', 'fortran_order': False, 'shape': (" + shape + "), }";
  while ((10 + header.size() + 1) % 64 != 0) header += ' ';
  header += '\n';
  std::string bytes = "\x93NUMPY";
  bytes += '\1';
  bytes += '\0';
  bytes += static_cast<char>(header.size() & 0xff);
  bytes += static_cast<char>(header.size() >> 8);
  bytes += header;
  const std::size_t begin = bytes.size();
  bytes.resize(begin + array.values.size() * sizeof(float));
  if (!array.values.empty()) std::memcpy(&bytes[begin], array.values.data(), array.values.size() * sizeof(float));
  return bytes;
}

/// Writes an .npz file as NumPy does.
inline void write_npz(const std::string& path, const std::map<std::string, NpzArray>& arrays) {
  int code = 0;
  zip_t* archive = zip_open(path.c_str(), ZIP_CREATE | ZIP_TRUNCATE, &code);
  if (!archive) throw std::runtime_error("cannot make " + path);
  std::map<std::string, std::string> members;  // must live until the archive is closed
  for (const auto& [name, array] : arrays) {
    const std::string& bytes = members[name] = npy_bytes(array);
    zip_source_t* source = zip_source_buffer(archive, bytes.data(), bytes.size(), 0);
    if (zip_file_add(archive, (name + ".npy").c_str(), source, ZIP_FL_OVERWRITE) < 0)
      throw std::runtime_error("cannot write " + path);
  }
  if (zip_close(archive) != 0) throw std::runtime_error("cannot write " + path);
}
