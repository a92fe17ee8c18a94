// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/io/npy.hpp>
#include <spikingjet/io/tensor.hpp>
#include <spikingjet/io/zip.hpp>

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace spikingjet {

/// An .npz archive: named .npy arrays in a zip file, stored or deflated, each read when asked for.
///
/// A reader that `open` returns may outlive the file object; readers of one file must not be used by several threads.
///
/// **Errors** those of `ZipArchive`.
class NpzFile {
 public:
  explicit NpzFile(const std::filesystem::path& path) : archive_(path, format) {}

  /// An archive in memory, which must outlive the file object and its readers; `name` stands for the path in messages.
  NpzFile(std::span<const std::byte> bytes, std::string name) : archive_(bytes, std::move(name), format) {}

  explicit NpzFile(ZipArchive archive) : archive_(std::move(archive)) {}

  const std::string& path() const { return archive_.path(); }

  /// Names of the arrays without ".npy", in the archive's order.
  std::vector<std::string> names() const {
    std::vector<std::string> names;
    for (const std::string& member : archive_.members())
      if (member.ends_with(suffix)) names.push_back(member.substr(0, member.size() - suffix.size()));
    return names;
  }

  bool contains(std::string_view name) const { return index_of(name) < archive_.members().size(); }

  /// A reader at the first value of an array.
  ///
  /// **Errors** `ArrayMissing`, `FileDamaged`, those of `NpyReader`.
  NpyReader open(std::string_view name) const {
    if (!contains(name)) throw ArrayMissing(path(), std::string(name), names());
    return NpyReader(archive_.open(index_of(name), std::string(name)));
  }

  /// The shape of an array of at most four axes, without reading its values.
  ///
  /// **Errors** those of `open` and `NpyReader::shape`.
  Shape shape(std::string_view name) const { return open(name).shape(); }

  /// All of an array of at most four axes.
  ///
  /// **Errors** those of `open` and `read_tensor`.
  Tensor read(std::string_view name) const { return read_tensor(open(name)); }

 private:
  static constexpr std::string_view format = "an .npz file";
  static constexpr std::string_view suffix = ".npy";

  std::size_t index_of(std::string_view name) const { return archive_.find(std::string(name) + std::string(suffix)); }

  ZipArchive archive_;
};

}  // namespace spikingjet
