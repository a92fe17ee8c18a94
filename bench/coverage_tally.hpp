// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/analysis/statistics.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdio>
#include <string>
#include <vector>

/// The median; 0 without a value.
inline double median(std::vector<double> values) {
  if (values.empty()) return 0;
  const auto middle = values.begin() + std::ptrdiff_t(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

inline std::string percent(double share) {
  char text[16];
  std::snprintf(text, sizeof text, "%.1f", 100 * share);
  return text;
}

/// Intervals of one kind for one rate, over repetitions of a draw.
class CoverageTally {
 public:
  void add(double truth, const spikingjet::Interval& interval) {
    constexpr double rounding = 1e-12;
    held_ += interval.low <= truth + rounding && truth <= interval.high + rounding;
    widths_.push_back(interval.high - interval.low);
  }

  std::size_t tried() const { return widths_.size(); }
  /// The share of intervals that held the truth.
  double coverage() const { return double(held_) / double(tried()); }
  double median_width() const { return median(widths_); }

 private:
  std::size_t held_ = 0;
  std::vector<double> widths_;
};
