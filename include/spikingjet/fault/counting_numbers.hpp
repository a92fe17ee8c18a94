// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/config.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <vector>

namespace spikingjet::detail {

/// A number for each fault of a list, in little memory where they mostly count up by one.
class CountingNumbers {
 public:
  void add(std::uint64_t number) {
    if (runs_.empty() || number != last_ + 1) runs_.push_back({size_, number});
    last_ = number;
    ++size_;
  }

  std::uint64_t operator[](std::uint64_t index) const {
    const auto next = std::upper_bound(runs_.begin(), runs_.end(), index,
                                       [](std::uint64_t i, const Run& run) { return i < run.index; });
    const Run& run = *std::prev(next);
    return run.number + (index - run.index);
  }

  std::uint64_t size() const { return size_; }

  /// Whether each number is larger than the one before.
  bool ascend() const {
    for (std::size_t r = 1; r < runs_.size(); ++r)
      if (runs_[r].number <= (*this)[runs_[r].index - 1]) return false;
    return true;
  }

 private:
  struct Run {
    std::uint64_t index;
    std::uint64_t number;
  };

  std::vector<Run> runs_;
  std::uint64_t last_ = 0;
  std::uint64_t size_ = 0;
};

}  // namespace spikingjet::detail
