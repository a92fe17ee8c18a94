// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/analysis/sparse_rows.hpp>

#include <cstddef>
#include <cstdint>
#include <queue>
#include <span>
#include <vector>

namespace spikingjet {

/// Columns, each the one that hits most of the weight that those before it left, until every row is hit; ties go to the
/// lowest column. Rows without a column are passed over.
///
/// **Shapes** weights: (rows).
/// **Source** Chvatal, "A greedy heuristic for the set-covering problem", Mathematics of Operations Research 1979: at
/// most 1 + ln(rows) times as many columns as needed.
inline std::vector<std::uint32_t> greedy_cover(const SparseRows& rows, std::size_t columns,
                                               std::span<const std::uint64_t> weights) {
  struct Gain {
    std::uint64_t weight;
    std::uint32_t column;

    bool operator<(const Gain& other) const {
      return weight != other.weight ? weight < other.weight : column > other.column;
    }
  };
  const SparseRows hits = rows.transposed(columns);
  std::vector<bool> hit(rows.size());
  const auto gain = [&](std::uint32_t column) {
    std::uint64_t sum = 0;
    for (const std::uint32_t row : hits[column]) sum += hit[row] ? 0 : weights[row];
    return sum;
  };
  std::priority_queue<Gain> queue;  // gains as they were once: they only fall
  for (std::uint32_t column = 0; column < columns; ++column) queue.push({gain(column), column});
  std::vector<std::uint32_t> chosen;
  while (!queue.empty() && queue.top().weight > 0) {
    const Gain best = queue.top();
    queue.pop();
    const Gain now{gain(best.column), best.column};
    if (!queue.empty() && now < queue.top()) {
      queue.push(now);
      continue;
    }
    if (now.weight == 0) break;
    chosen.push_back(now.column);
    for (const std::uint32_t row : hits[now.column]) hit[row] = true;
  }
  return chosen;
}

}  // namespace spikingjet
