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
#include <vector>

namespace spikingjet {

/// An .npz archive: named .npy arrays in a zip file, stored or deflated, each read when asked for.
///
/// A reader that `open` returns may outlive the file object; readers of one file must not be used by several threads.
///
/// **Errors** those of `ZipArchive`.
class NpzFile {
 public:
  explicit NpzFile(const std::filesystem::path& path);

  /// An archive in memory, which must outlive the file object and its readers; `name` stands for the path in messages.
  NpzFile(std::span<const std::byte> bytes, std::string name);

  explicit NpzFile(ZipArchive archive);

  const std::string& path() const { return archive_.path(); }

  /// Names of the arrays without ".npy", in the archive's order.
  const std::vector<std::string>& names() const { return names_; }

  bool contains(std::string_view name) const { return find_name(names_, name) < names_.size(); }

  /// A reader at the first value of an array.
  ///
  /// **Errors** `ArrayMissing`, `FileDamaged`, those of `NpyReader`.
  NpyReader open(std::string_view name) const;
  NpyReader open(std::size_t array) const;

  /// The shape of an array of at most four axes of more than one element, without reading its values.
  ///
  /// **Errors** those of `open` and `NpyReader::shape`.
  Shape shape(std::string_view name) const;
  Shape shape(std::size_t array) const;

  /// All of an array likewise.
  ///
  /// **Errors** those of `open` and `read_tensor`.
  Tensor read(std::string_view name) const;
  Tensor read(std::size_t array) const;

 private:
  static constexpr std::string_view format = "an .npz file";
  static constexpr std::string_view suffix = ".npy";

  void list_arrays();

  ZipArchive archive_;
  std::vector<std::string> names_;
  std::vector<std::size_t> members_;  // of each, in the archive
};

}  // namespace spikingjet

#if !defined(SPIKINGJET_COMPILED)
#include <spikingjet/io/definitions/npz.hpp>
#endif
