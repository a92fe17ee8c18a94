// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/config.hpp>

#include <cstddef>
#include <cstdint>
#include <span>

namespace spikingjet {

/// Takes counts of injections that ended alike, with a readout that differs from the golden one.
class CountSink {
 public:
  virtual ~CountSink() = default;

  /// Throws where counting is to end; any thread may ask.
  virtual void go_on() {}

  /// `fault` is an index into the list, `code` a verdict as `OutcomeJudge` numbers it.
  virtual void count(std::uint32_t fault, std::uint32_t code, std::uint64_t injections) = 0;
};

/// Takes the readouts that differ from golden ones.
class ReadoutSink {
 public:
  virtual ~ReadoutSink() = default;

  /// Readouts of faults, as indices into the list, on one sample.
  ///
  /// **Shapes** readouts (faults, classes).
  virtual void take(std::size_t sample, std::span<const std::uint32_t> faults, std::span<const float> readouts) = 0;
};

}  // namespace spikingjet
