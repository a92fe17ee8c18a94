// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/app/removed_unless_kept.hpp>
#include <spikingjet/io/extents.hpp>
#include <spikingjet/io/npy.hpp>

#include <span>
#include <string>

namespace spikingjet {

/// The readouts of a campaign as .npy (fault, sample, class); removed again unless all of them were written.
///
/// **Errors** `WriteFailed`.
class ScoresFile {
 public:
  ScoresFile(const std::string& path, const Extents& extents) : claim_(path), writer_(path, extents) {}

  /// Appends readouts, fault by fault.
  void write(std::span<const float> readouts) { writer_.write(readouts); }

  /// Ends the file, which stays.
  void finish() {
    writer_.close();
    claim_.keep();
  }

 private:
  RemovedUnlessKept claim_;
  NpyWriter writer_;
};

}  // namespace spikingjet
