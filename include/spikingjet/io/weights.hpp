// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/shape.hpp>
#include <spikingjet/io/byte_source.hpp>
#include <spikingjet/io/file_errors.hpp>
#include <spikingjet/io/npz.hpp>
#include <spikingjet/io/tensor.hpp>

#include <array>
#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace spikingjet {

/// Named tensors that a training tool left in a file, with the names of its state_dict: `fc1.weight`.
///
/// The kind of file is told from its bytes, not from its name. float32 values keep their bits, NaN payload included;
/// float16 is exact; float64 and integers are rounded to the nearest float32.
///
/// **Errors** `UnsupportedFile` for other files than .npz; `FileMissing`, `ReadFailed`, `FileDamaged`.
class WeightFile {
 public:
  static WeightFile open(const std::filesystem::path& path) {
    refuse_other_kinds(path);
    WeightFile file{NpzFile(path)};
    if (file.names().empty()) throw UnsupportedFile(path.string(), "a zip file without .npy arrays, perhaps of PyTorch", allowed);
    return file;
  }

  /// An .npz file in memory, which must outlive the object; `name` stands for the path in messages.
  static WeightFile of(std::span<const std::byte> bytes, std::string name) {
    return WeightFile{NpzFile(bytes, std::move(name))};
  }

  const std::string& path() const { return arrays_.path(); }

  /// Names of the tensors, in the file's order.
  std::vector<std::string> names() const { return arrays_.names(); }

  bool contains(std::string_view name) const { return arrays_.contains(name); }

  /// The shape of a tensor, without reading its values.
  ///
  /// **Errors** those of `tensor` that its values do not cause.
  Shape shape(std::string_view name) const { return arrays_.open(name).shape(); }

  /// **Errors** `ArrayMissing`; `WrongType`; `WrongShape` for more than four axes; `WrongFormat`, `FileTruncated`,
  /// `FileDamaged`.
  Tensor tensor(std::string_view name) const { return arrays_.read(name); }

 private:
  static constexpr const char* allowed = "an .npz file with one array a parameter";

  explicit WeightFile(NpzFile arrays) : arrays_(std::move(arrays)) {}

  static void refuse_other_kinds(const std::filesystem::path& path) {
    FileSource file(path);
    std::array<std::byte, 9> bytes{};
    const std::size_t count = file.read(bytes);
    const std::string_view start(reinterpret_cast<const char*>(bytes.data()), count);
    if (start.starts_with("PK")) {
      return;
    } else if (start.starts_with("\x93NUMPY")) {
      throw UnsupportedFile(path.string(), "a single .npy array", allowed);
    } else if (start.starts_with("\x89HDF")) {
      throw UnsupportedFile(path.string(), "an HDF5 file", allowed);
    } else if (count == bytes.size() && start.back() == '{') {
      throw UnsupportedFile(path.string(), "a safetensors file", allowed);
    } else if (count >= 2 && start[0] == '\x80' && start[1] >= 2 && start[1] <= 5) {
      throw UnsupportedFile(path.string(), "a pickle", allowed);
    }
    throw UnsupportedFile(path.string(), count == 0 ? "empty" : "of an unknown kind", allowed);
  }

  NpzFile arrays_;
};

}  // namespace spikingjet
