// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/io/extents.hpp>
#include <spikingjet/io/npy.hpp>

#include <cstddef>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <system_error>
#include <utility>

namespace spikingjet {

/// The readouts of a campaign as .npy (fault, sample, class); removed again unless all of them were written.
///
/// **Errors** `WriteFailed`.
class ScoresFile {
 public:
  ScoresFile(std::string path, const Extents& extents) : path_(std::move(path)) { writer_.emplace(path_, extents); }
  ScoresFile(const ScoresFile&) = delete;
  ScoresFile& operator=(const ScoresFile&) = delete;
  ~ScoresFile() {
    if (!writer_) return;
    writer_.reset();
    std::error_code ignored;
    std::filesystem::remove(path_, ignored);
  }

  /// Appends readouts, fault by fault.
  void write(std::span<const float> readouts) { writer_->write(readouts); }

  /// Ends the file, which stays.
  void finish() {
    writer_->close();
    writer_.reset();
  }

 private:
  std::string path_;
  std::optional<NpyWriter> writer_;
};

}  // namespace spikingjet
