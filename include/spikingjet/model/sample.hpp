// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/digest.hpp>
#include <spikingjet/core/shape.hpp>

#include <algorithm>
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

  /// The non-zero inputs of a step.
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

  /// Closes the open step and opens the next.
  void end_step() { begin_.push_back(index_.size()); }

  /// Makes room for so many steps.
  void reserve(std::size_t steps) { begin_.reserve(steps + 1); }

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
  std::vector<std::uint32_t> classes = {};  // the labels that were there to choose samples from, each once; or empty

  std::size_t size() const { return samples.size(); }

  /// The label of a sample, if labels are known.
  std::optional<std::uint32_t> label(std::size_t sample) const {
    return labels.empty() ? std::nullopt : std::optional(labels[sample]);
  }
};

/// The first `count` samples of a dataset, which is repeated cyclically where it is shorter.
class SampleRange {
 public:
  /// The dataset must outlive it.
  SampleRange(const Dataset& dataset, std::size_t count) : dataset_(&dataset), count_(count) {}
  explicit SampleRange(const Dataset& dataset) : SampleRange(dataset, dataset.size()) {}

  std::size_t size() const { return count_; }

  /// Number of different samples among them.
  std::size_t distinct() const { return std::min(count_, dataset_->size()); }

  const Sample& operator[](std::size_t sample) const { return dataset_->samples[sample % dataset_->size()]; }
  std::optional<std::uint32_t> label(std::size_t sample) const { return dataset_->label(sample % dataset_->size()); }

 private:
  const Dataset* dataset_;
  std::size_t count_;
};

/// A digest of samples and their labels: every step, index and value.
inline Digest digest_of(const SampleRange& samples) {
  Digest digest;
  for (std::size_t s = 0; s < samples.distinct(); ++s) {
    const Sample& sample = samples[s];
    for (std::size_t step = 0; step < sample.steps(); ++step) {
      const Activity x = sample[step];
      digest.add(std::uint64_t{x.size()});
      for (std::size_t k = 0; k < x.size(); ++k) digest.add(x.index[k]).add(x.value[k]);
    }
    digest.add(samples.label(s).value_or(0xffffffffu));
  }
  return digest;
}

}  // namespace spikingjet
