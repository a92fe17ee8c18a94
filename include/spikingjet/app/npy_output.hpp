// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/output_file.hpp>
#include <spikingjet/io/extents.hpp>
#include <spikingjet/io/npy.hpp>

#include <cstdint>
#include <ios>
#include <span>
#include <string>

namespace spikingjet {

/// A row-major .npy array of float32 that is written from front to back, and stands at its path only when it is whole.
///
/// **Errors** those of `OutputFile`; `WrongValueCount` from `finish` where values are missing.
class NpyOutput {
 public:
  NpyOutput(const std::string& path, const Extents& extents, Overwrite overwrite) : file_(path, overwrite) {
    const auto bytes = byte_count(extents, sizeof(float));
    if (!bytes) throw WriteFailed(path, "the shape " + to_string(extents) + " is too large");
    size_ = *bytes / sizeof(float);
    file_.write(npy_header(extents));
  }

  /// Appends values.
  void write(std::span<const float> values) {
    file_.stream().write(reinterpret_cast<const char*>(values.data()),
                         static_cast<std::streamsize>(values.size_bytes()));
    file_.check();
    written_ += values.size();
  }

  /// Puts the file at its path.
  void finish() {
    if (written_ != size_) throw WrongValueCount(file_.path(), size_, written_);
    file_.finish();
  }

 private:
  OutputFile file_;
  std::uint64_t size_ = 0;     // [value]
  std::uint64_t written_ = 0;  // [value]
};

}  // namespace spikingjet
