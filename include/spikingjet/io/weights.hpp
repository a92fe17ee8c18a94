// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/shape.hpp>
#include <spikingjet/io/byte_source.hpp>
#include <spikingjet/io/file_errors.hpp>
#include <spikingjet/io/npz.hpp>
#include <spikingjet/io/pytorch.hpp>
#include <spikingjet/io/safetensors.hpp>
#include <spikingjet/io/tensor.hpp>
#include <spikingjet/io/zip.hpp>

#include <array>
#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace spikingjet {

/// Named tensors that a training tool left in a file, with the names of its state_dict: `fc1.weight`.
///
/// The kind of file is told from its bytes, not from its name. float32 values keep their bits, NaN payload included;
/// float16 and bfloat16 are exact; float64 and integers are rounded to the nearest float32.
///
/// **Errors** `UnsupportedFile` for other files than .npz, safetensors and PyTorch's zip files; those of `NpzFile`,
/// `SafetensorsFile` and `PytorchFile`.
class WeightFile {
 public:
  static WeightFile open(const std::filesystem::path& path) {
    FileSource file(path);
    if (is_safetensors(file)) return WeightFile{SafetensorsFile(path)};
    return of_archive(ZipArchive(path, zip_format));
  }

  /// A file in memory, which must outlive the object; `name` stands for the path in messages.
  static WeightFile of(std::span<const std::byte> bytes, std::string name) {
    MemorySource memory(bytes, {name});
    if (is_safetensors(memory)) return WeightFile{SafetensorsFile(bytes, std::move(name))};
    return of_archive(ZipArchive(bytes, std::move(name), zip_format));
  }

  const std::string& path() const {
    return std::visit([](const auto& file) -> const std::string& { return file.path(); }, file_);
  }

  /// Names of the tensors, in the file's order.
  std::vector<std::string> names() const {
    return std::visit([](const auto& file) { return file.names(); }, file_);
  }

  bool contains(std::string_view name) const {
    return std::visit([name](const auto& file) { return file.contains(name); }, file_);
  }

  /// The shape of a tensor, without reading its values.
  ///
  /// **Errors** those of `tensor` that its values do not cause.
  Shape shape(std::string_view name) const {
    return std::visit([name](const auto& file) { return file.shape(name); }, file_);
  }

  /// **Errors** `ArrayMissing`; `WrongType`; `WrongShape` for more than four axes; `WrongFormat`, `FileTruncated`,
  /// `FileDamaged`.
  Tensor tensor(std::string_view name) const {
    return std::visit([name](const auto& file) { return file.read(name); }, file_);
  }

 private:
  static constexpr const char* allowed = "an .npz, .safetensors or PyTorch (.pt) file with one array a parameter";
  static constexpr const char* zip_format = "an .npz or PyTorch file";

  template <class File>
  explicit WeightFile(File file) : file_(std::move(file)) {}

  static WeightFile of_archive(ZipArchive archive) {
    if (PytorchFile::matches(archive)) return WeightFile{PytorchFile(std::move(archive))};
    NpzFile arrays(std::move(archive));
    if (arrays.names().empty())
      throw UnsupportedFile(arrays.path(), "a zip file without .npy arrays and without a state_dict", allowed);
    return WeightFile{std::move(arrays)};
  }

  /// Whether a file is of safetensors rather than a zip archive; what is neither is refused by what it is.
  static bool is_safetensors(ByteSource& file) {
    std::array<std::byte, 9> bytes{};
    const std::size_t count = file.read(bytes);
    const std::string_view start(reinterpret_cast<const char*>(bytes.data()), count);
    const auto refuse = [&](const char* found) { throw UnsupportedFile(file.place().path, found, allowed); };
    if (start.starts_with("PK")) return false;
    if (start.starts_with("\x93NUMPY")) refuse("a single .npy array");
    if (start.starts_with("\x89HDF")) refuse("an HDF5 file");
    if (count == bytes.size() && start.back() == '{') return true;
    if (count >= 2 && start[0] == '\x80' && start[1] >= 2 && start[1] <= 5)
      refuse("a pickle, perhaps of PyTorch before 1.6");
    refuse(count == 0 ? "empty" : "of an unknown kind");
    return false;
  }

  std::variant<NpzFile, SafetensorsFile, PytorchFile> file_;
};

}  // namespace spikingjet
