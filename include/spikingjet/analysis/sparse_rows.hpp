// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/config.hpp>

#include <cstddef>
#include <cstdint>
#include <numeric>
#include <span>
#include <vector>

namespace spikingjet {

/// Rows of column numbers, each ascending: which columns hit a row.
class SparseRows {
 public:
  std::size_t size() const { return begin_.size() - 1; }

  std::span<const std::uint32_t> operator[](std::size_t row) const {
    return std::span(columns_).subspan(begin_[row], begin_[row + 1] - begin_[row]);
  }

  void add(std::span<const std::uint32_t> row) {
    columns_.insert(columns_.end(), row.begin(), row.end());
    begin_.push_back(columns_.size());
  }

  /// Takes the row that was added last away again.
  void drop_last() {
    begin_.pop_back();
    columns_.resize(begin_.back());
  }

  /// The same entries by columns: which rows a column hits.
  SparseRows transposed(std::size_t columns) const {
    SparseRows by_column;
    by_column.begin_.assign(columns + 1, 0);
    for (const std::uint32_t column : columns_) ++by_column.begin_[column + 1];
    std::partial_sum(by_column.begin_.begin(), by_column.begin_.end(), by_column.begin_.begin());
    by_column.columns_.resize(columns_.size());
    std::vector<std::uint64_t> next(by_column.begin_.begin(), by_column.begin_.end() - 1);
    for (std::size_t row = 0; row < size(); ++row)
      for (const std::uint32_t column : (*this)[row]) by_column.columns_[next[column]++] = std::uint32_t(row);
    return by_column;
  }

 private:
  std::vector<std::uint64_t> begin_{0};
  std::vector<std::uint32_t> columns_;
};

}  // namespace spikingjet
