// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/shape.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace spikingjet {

/// The non-zero elements of one layer's activity in one step, in ascending flat index.
struct Activity {
  std::span<const std::uint32_t> index;  // (active)
  std::span<const float> value;          // (active)

  std::size_t size() const { return index.size(); }
};

/// One recorded input: for each step the non-zero inputs.
///
/// Filled step by step: `add` the non-zero inputs of a step in ascending index, then `end_step`.
///
/// **Units** values are event counts unless the network was trained on something else.
class Sample {
 public:
  /// Number of steps.
  std::size_t steps() const { return begin_.size() - 1; }

  /// Number of non-zero inputs over all steps.
  std::size_t events() const { return index_.size(); }

  Activity operator[](std::size_t step) const {
    const std::size_t first = begin_[step];
    const std::size_t count = begin_[step + 1] - first;
    return {std::span(index_).subspan(first, count), std::span(value_).subspan(first, count)};
  }

  /// Appends a non-zero input to the open step; zeros are left out, as the canonical sum leaves them out.
  void add(std::uint32_t index, float value) {
    if (value == 0.0F) return;
    index_.push_back(index);
    value_.push_back(value);
  }

  void end_step() { begin_.push_back(index_.size()); }

 private:
  std::vector<std::size_t> begin_ = {0};  // (steps + 1)
  std::vector<std::uint32_t> index_;      // (events)
  std::vector<float> value_;              // (events)
};

/// Samples of one input shape, with labels where they are known.
struct Dataset {
  Shape shape;                         // of one step, as the network takes it
  std::vector<Sample> samples;         // [sample]
  std::vector<std::uint32_t> labels;   // [sample], or empty

  std::size_t size() const { return samples.size(); }

  /// The label of a sample, if labels are known.
  std::optional<std::uint32_t> label(std::size_t sample) const {
    return labels.empty() ? std::nullopt : std::optional(labels[sample]);
  }
};

}  // namespace spikingjet
