// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/analysis/sparse_rows.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <numeric>
#include <span>
#include <vector>

namespace spikingjet::detail {

/// The rows that hold no other row: hitting these hits all.
inline SparseRows minimal_rows(const SparseRows& rows, std::size_t columns) {
  std::vector<std::uint64_t> frequency(columns);
  std::vector<std::uint32_t> order(rows.size());
  for (std::size_t row = 0; row < rows.size(); ++row) {
    order[row] = std::uint32_t(row);
    for (const std::uint32_t column : rows[row]) ++frequency[column];
  }
  std::stable_sort(order.begin(), order.end(),
                   [&](std::uint32_t a, std::uint32_t b) { return rows[a].size() < rows[b].size(); });

  SparseRows minimal;
  std::vector<std::vector<std::uint32_t>> of_rarest(columns);  // minimal rows by their rarest column
  std::vector<bool> inside(columns);
  for (const std::uint32_t number : order) {
    const std::span<const std::uint32_t> row = rows[number];
    if (row.empty()) continue;
    for (const std::uint32_t column : row) inside[column] = true;
    const auto holds = [&](std::uint32_t other) {
      const std::span<const std::uint32_t> part = minimal[other];
      return std::all_of(part.begin(), part.end(), [&](std::uint32_t column) { return inside[column]; });
    };
    const bool is_minimal = std::none_of(row.begin(), row.end(), [&](std::uint32_t column) {
      return std::any_of(of_rarest[column].begin(), of_rarest[column].end(), holds);
    });
    for (const std::uint32_t column : row) inside[column] = false;
    if (!is_minimal) continue;
    const std::uint32_t rarest = *std::min_element(
        row.begin(), row.end(), [&](std::uint32_t a, std::uint32_t b) { return frequency[a] < frequency[b]; });
    of_rarest[rarest].push_back(std::uint32_t(minimal.size()));
    minimal.add(row);
  }
  return minimal;
}

/// For each column, whether another one hits all rows that it hits, or the same rows and has a lower number.
inline std::vector<bool> dominated_columns(const SparseRows& rows, std::size_t columns) {
  const SparseRows hits = rows.transposed(columns);
  std::vector<bool> dominated(columns);
  for (std::uint32_t column = 0; column < columns; ++column) {
    const std::span<const std::uint32_t> mine = hits[column];
    if (mine.empty()) continue;
    const std::uint32_t shortest = *std::min_element(
        mine.begin(), mine.end(), [&](std::uint32_t a, std::uint32_t b) { return rows[a].size() < rows[b].size(); });
    const std::span<const std::uint32_t> others = rows[shortest];
    dominated[column] = std::any_of(others.begin(), others.end(), [&](std::uint32_t other) {
      const std::span<const std::uint32_t> theirs = hits[other];
      if (other == column || theirs.size() < mine.size() || (theirs.size() == mine.size() && other > column))
        return false;
      return std::includes(theirs.begin(), theirs.end(), mine.begin(), mine.end());
    });
  }
  return dominated;
}

/// The connected parts of rows: rows that share a column are in one.
inline std::vector<SparseRows> parts_of(const SparseRows& rows, std::size_t columns) {
  std::vector<std::uint32_t> parent(columns);
  std::iota(parent.begin(), parent.end(), 0u);
  const auto root = [&parent](std::uint32_t column) {
    while (parent[column] != column) column = parent[column] = parent[parent[column]];
    return column;
  };
  for (std::size_t row = 0; row < rows.size(); ++row)
    for (const std::uint32_t column : rows[row]) parent[root(column)] = root(rows[row].front());
  std::vector<std::uint32_t> number(columns, std::numeric_limits<std::uint32_t>::max());
  std::vector<SparseRows> parts;
  for (std::size_t row = 0; row < rows.size(); ++row) {
    std::uint32_t& part = number[root(rows[row].front())];
    if (part >= parts.size()) {
      part = std::uint32_t(parts.size());
      parts.emplace_back();
    }
    parts[part].add(rows[row]);
  }
  return parts;
}

}  // namespace spikingjet::detail
