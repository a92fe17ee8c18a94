// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/analysis/cover_reduction.hpp>
#include <spikingjet/analysis/cover_search.hpp>
#include <spikingjet/analysis/sparse_rows.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace spikingjet {

/// A smallest set of columns that hits every row that has a column.
///
/// Rows that hold another one and columns that another one outdoes are left out, again and again; what is left falls
/// into parts, each of which branch and bound searches with Lagrangian bounds and fixing by reduced costs. `most_work`,
/// in entries that are looked at, ends the search: then the best set that was found stands beside what is proven.
///
/// **Laws** the columns hit every row that any column hits; at_least <= the size of every such set; the same on every
/// machine, as no clock decides.
/// **Cost** about ten nanoseconds an entry looked at, with the default at most some five seconds.
/// **Source** Beasley, "An algorithm for set covering problem", European Journal of Operational Research 1987; Caprara,
/// Toth and Fischetti, "Algorithms for the set covering problem", Annals of Operations Research 2000.
inline MinimumCover minimum_cover(const SparseRows& rows, std::size_t columns,
                                  std::uint64_t most_work = 500'000'000) {
  MinimumCover cover;
  SparseRows core = detail::minimal_rows(rows, columns);
  for (bool again = true; again;) {
    again = false;
    const std::vector<bool> dominated = detail::dominated_columns(core, columns);
    SparseRows left;
    std::vector<std::uint32_t> row;
    for (std::size_t r = 0; r < core.size(); ++r) {
      row.clear();
      for (const std::uint32_t column : core[r])
        if (!dominated[column]) row.push_back(column);
      again = again || row.size() < core[r].size();
      left.add(row);
    }
    core = again ? detail::minimal_rows(left, columns) : std::move(left);
  }
  std::vector<SparseRows> parts = detail::parts_of(core, columns);
  std::stable_sort(parts.begin(), parts.end(),
                   [](const SparseRows& a, const SparseRows& b) { return a.size() < b.size(); });
  for (const SparseRows& part : parts) {
    MinimumCover best;
    if (part.size() == 1) {
      best = {{part[0].front()}, 1};
    } else {
      detail::CoverSearch search(part, columns, most_work);
      best = search.run();
      most_work = search.work_left();
    }
    cover.columns.insert(cover.columns.end(), best.columns.begin(), best.columns.end());
    cover.at_least += best.at_least;
  }
  std::sort(cover.columns.begin(), cover.columns.end());
  return cover;
}

}  // namespace spikingjet
