// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/analysis/sample_kind.hpp>
#include <spikingjet/store/store.hpp>

#include <algorithm>
#include <cstdint>

namespace spikingjet {

/// The golden run as a whole: how many samples have a label, and how many of these are predicted right. A campaign that
/// repeats its data counts each of its samples as often as it was used.
struct GoldenSummary {
  std::uint64_t samples = 0;
  std::uint64_t labelled = 0;
  std::uint64_t correct = 0;

  /// Whether accuracies can be told.
  bool has_labels() const { return samples > 0 && labelled == samples; }
};

/// Counts the samples of a store's golden run.
inline GoldenSummary golden_summary(const Store& store) {
  std::uint64_t distinct = 0;
  store.for_each_golden([&distinct](const GoldenSample&) { ++distinct; });
  const std::uint64_t samples = std::max(detail::stated_count(store, "samples").value_or(distinct), distinct);
  GoldenSummary summary;
  store.for_each_golden([&](const GoldenSample& golden) {
    const std::uint64_t times = samples / distinct + (golden.sample < samples % distinct);
    summary.samples += times;
    summary.labelled += golden.label ? times : 0;
    summary.correct += golden.label == golden.predicted ? times : 0;
  });
  return summary;
}

}  // namespace spikingjet
