// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/analysis/betting.hpp>
#include <spikingjet/analysis/statistics.hpp>
#include <spikingjet/core/random.hpp>
#include <spikingjet/fault/sample_size.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace spikingjet {

/// The interval of the mean of values in [0, 1] that are independent samples of a large population: that by betting, in
/// an order that a fixed key gives.
///
/// Student's is narrower and misses more often than it says wherever a few inputs have a rate of their own: as long as
/// none of them is drawn, the others look alike. Accuracy is such a rate, as few inputs are predicted wrongly.
///
/// **Laws** contains the mean and lies in [0, 1]; [0, 1] without a value.
/// **Errors** `BadProportion` where the confidence is not inside (0, 1) or a value not in [0, 1].
inline Interval interval_of_samples(std::span<const double> values, double confidence) {
  constexpr std::uint64_t key = 0x73616d706c6573;  // no outcome has a part in the order
  detail::require_inside_0_1("confidence", confidence);
  for (const double x : values) detail::require_value_in_0_1(x);
  const Permutation order(values.size(), key);
  std::vector<double> drawn;
  for (std::size_t i = 0; i < values.size(); ++i) drawn.push_back(values[order(i)]);
  return betting_interval(drawn, confidence);
}

/// The interval of a rate over faults *and* samples that were not seen, from its interval over faults and the rates of
/// the drawn faults on each sample.
///
/// Use it where a rate shall hold for data that the campaign did not have; its samples count as drawn at random. Each
/// part also varies with what faults and samples do together, which so counts twice: the interval errs to the wide
/// side.
///
/// **Shapes** rates: (samples), each distinct sample once.
/// **Laws** contains the rate, and the interval over faults; lies in [0, 1]; where all faults were injected, the
/// interval of the samples.
/// **Errors** as `interval_of_samples`.
/// **Source** Zou and Donner, "Construction of confidence limits about effect measures: a general approach", Statistics
/// in Medicine 2008 (limits of a sum from those of its independent parts); the two parts of the variance as in Cameron,
/// Gelbach and Miller, "Robust inference with multiway clustering", Journal of Business & Economic Statistics 2011.
inline Interval over_samples_too(double rate, const Interval& over_faults, std::span<const double> rates,
                                 double confidence) {
  const Interval samples = interval_of_samples(rates, confidence);
  double mean = 0;
  for (const double x : rates) mean += x / double(rates.size());
  const double below = std::max(0.0, mean - samples.low);
  const double above = std::max(0.0, samples.high - mean);
  constexpr double rounding = 1e-12;  // of what should be 0 or 1
  const double low = rate - std::hypot(rate - over_faults.low, below);
  const double high = rate + std::hypot(over_faults.high - rate, above);
  return {low < rounding ? 0.0 : low, high > 1 - rounding ? 1.0 : high};
}

}  // namespace spikingjet
