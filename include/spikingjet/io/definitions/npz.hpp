// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/compiled.hpp>
#include <spikingjet/io/npy.hpp>
#include <spikingjet/io/npz.hpp>
#include <spikingjet/io/tensor.hpp>
#include <spikingjet/io/zip.hpp>

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace spikingjet {

SPIKINGJET_INLINE NpzFile::NpzFile(const std::filesystem::path& path) : NpzFile(ZipArchive(path, format)) {}

SPIKINGJET_INLINE NpzFile::NpzFile(std::span<const std::byte> bytes, std::string name)
    : NpzFile(ZipArchive(bytes, std::move(name), format)) {}

SPIKINGJET_INLINE NpzFile::NpzFile(ZipArchive archive) : archive_(std::move(archive)) { list_arrays(); }

SPIKINGJET_INLINE NpyReader NpzFile::open(std::string_view name) const {
  const std::size_t found = find_name(names_, name);
  if (found == names_.size()) throw ArrayMissing(path(), std::string(name), names());
  return open(found);
}

SPIKINGJET_INLINE NpyReader NpzFile::open(std::size_t array) const {
  return NpyReader(archive_.open(members_[array], names_[array]));
}

SPIKINGJET_INLINE Shape NpzFile::shape(std::string_view name) const { return open(name).shape(); }

SPIKINGJET_INLINE Shape NpzFile::shape(std::size_t array) const { return open(array).shape(); }

SPIKINGJET_INLINE Tensor NpzFile::read(std::string_view name) const { return read_tensor(open(name)); }

SPIKINGJET_INLINE Tensor NpzFile::read(std::size_t array) const { return read_tensor(open(array)); }

SPIKINGJET_INLINE void NpzFile::list_arrays() {
  for (std::size_t member = 0; member < archive_.members().size(); ++member) {
    const std::string& name = archive_.members()[member];
    if (!name.ends_with(suffix)) continue;
    names_.push_back(name.substr(0, name.size() - suffix.size()));
    members_.push_back(member);
  }
}

}  // namespace spikingjet
