// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/config.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace spikingjet {

/// A set of small numbers that is emptied at once, in the order in which they came.
class NumberSet {
 public:
  void resize(std::size_t size) { since_.assign(size, 0); }
  void clear() {
    numbers_.clear();
    ++now_;
  }
  void add(std::size_t number) {
    if (since_[number] == now_) return;
    since_[number] = now_;
    numbers_.push_back(static_cast<std::uint32_t>(number));
  }
  bool empty() const { return numbers_.empty(); }
  bool has(std::size_t number) const { return since_[number] == now_; }
  std::span<const std::uint32_t> numbers() const { return numbers_; }

 private:
  std::uint64_t now_ = 1;
  std::vector<std::uint64_t> since_;
  std::vector<std::uint32_t> numbers_;
};

/// Lists of numbers, one behind the other.
class NumberLists {
 public:
  void add(std::uint32_t number) { numbers_.push_back(number); }
  void end_list() { end_.push_back(static_cast<std::uint32_t>(numbers_.size())); }

  std::span<const std::uint32_t> operator[](std::size_t list) const {
    return std::span(numbers_).subspan(end_[list], end_[list + 1] - end_[list]);
  }

 private:
  std::vector<std::uint32_t> numbers_;
  std::vector<std::uint32_t> end_ = {0};  // (1 + lists)
};

}  // namespace spikingjet
