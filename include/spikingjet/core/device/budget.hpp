// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/config.hpp>

#include <algorithm>
#include <cstddef>
#include <limits>
#include <new>

namespace spikingjet {

/// What a device may hold is spent. Whoever asked for it takes less at once and goes on.
class DeviceMemoryShort : public std::bad_alloc {
 public:
  explicit DeviceMemoryShort(std::size_t bytes_wanted) : wanted(bytes_wanted) {}

  const char* what() const noexcept override { return "the memory of a device is short"; }

  std::size_t wanted;  // [byte]
};

/// Counts the bytes that a device holds.
///
/// **Laws** never more than `limit` are taken.
/// **Errors** `DeviceMemoryShort` from `take`.
class MemoryBudget {
 public:
  static constexpr std::size_t unlimited = std::numeric_limits<std::size_t>::max();

  explicit MemoryBudget(std::size_t limit = unlimited) : limit_(limit) {}

  void take(std::size_t bytes) {
    if (bytes > left()) throw DeviceMemoryShort(bytes);
    used_ += bytes;
    peak_ = std::max(peak_, used_);
  }
  void give_back(std::size_t bytes) { used_ -= bytes; }

  std::size_t limit() const { return limit_; }
  std::size_t used() const { return used_; }
  std::size_t left() const { return limit_ - used_; }
  std::size_t peak() const { return peak_; }  // most that was ever used

 private:
  std::size_t limit_;     // [byte]
  std::size_t used_ = 0;  // [byte]
  std::size_t peak_ = 0;  // [byte]
};

}  // namespace spikingjet
