// SPDX-License-Identifier: MIT
#include "catch.hpp"

#include <spikingjet/analysis/greedy_cover.hpp>
#include <spikingjet/analysis/sparse_rows.hpp>

#include <cstdint>
#include <vector>

using namespace spikingjet;

namespace {

using Row = std::vector<std::uint32_t>;

SparseRows rows_of(const std::vector<Row>& lists) {
  SparseRows rows;
  for (const Row& row : lists) rows.add(row);
  return rows;
}

}  // namespace

TEST_CASE("greedy takes the column that hits most of what is left, the lowest of equals") {
  const SparseRows rows = rows_of({{0, 1}, {0, 2}, {1, 3}, {2, 3}, {}});
  CHECK(greedy_cover(rows, 4, std::vector<std::uint64_t>{1, 1, 1, 1, 1}) == Row{0, 3});
  CHECK(greedy_cover(rows, 4, std::vector<std::uint64_t>{1, 1, 9, 1, 1}) == Row{1, 2});
  CHECK(greedy_cover(rows, 4, std::vector<std::uint64_t>{1, 1, 9, 2, 1}) == Row{3, 0});
  CHECK(greedy_cover({}, 4, {}).empty());
}
