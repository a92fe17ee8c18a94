// SPDX-License-Identifier: MIT
#include "catch.hpp"

#include <spikingjet/analysis/greedy_cover.hpp>
#include <spikingjet/analysis/minimum_cover.hpp>
#include <spikingjet/analysis/sparse_rows.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <random>
#include <vector>

using namespace spikingjet;

namespace {

using Row = std::vector<std::uint32_t>;

SparseRows rows_of(const std::vector<Row>& lists) {
  SparseRows rows;
  for (const Row& row : lists) rows.add(row);
  return rows;
}

bool hits_all(const SparseRows& rows, const std::vector<std::uint32_t>& columns) {
  for (std::size_t r = 0; r < rows.size(); ++r) {
    const auto inside = [&](std::uint32_t c) { return std::find(columns.begin(), columns.end(), c) != columns.end(); };
    if (!rows[r].empty() && std::none_of(rows[r].begin(), rows[r].end(), inside)) return false;
  }
  return true;
}

/// The size of a smallest set, by trying all.
std::size_t smallest(const SparseRows& rows, std::uint32_t columns) {
  std::size_t best = columns;
  for (std::uint32_t set = 0; set < (1u << columns); ++set) {
    std::vector<std::uint32_t> chosen;
    for (std::uint32_t c = 0; c < columns; ++c)
      if (set >> c & 1u) chosen.push_back(c);
    if (chosen.size() < best && hits_all(rows, chosen)) best = chosen.size();
  }
  return best;
}

/// Pseudorandom rows, each of 1 to `longest` columns.
SparseRows random_rows(std::uint32_t seed, std::size_t count, std::uint32_t columns, std::uint32_t longest) {
  std::mt19937 random(seed);
  SparseRows rows;
  for (std::size_t r = 0; r < count; ++r) {
    Row all(columns);
    std::iota(all.begin(), all.end(), 0u);
    for (std::uint32_t c = 0; c + 1 < columns; ++c) std::swap(all[c], all[c + random() % (columns - c)]);
    all.resize(1 + random() % longest);
    std::sort(all.begin(), all.end());
    rows.add(all);
  }
  return rows;
}

}  // namespace

TEST_CASE("a minimum cover is smaller than a greedy one where greed is led astray") {
  // column 0 hits four rows of six, yet 1 and 2 hit all
  const SparseRows rows = rows_of({{0, 1}, {0, 1}, {0, 2}, {0, 2}, {1}, {2}});
  CHECK(greedy_cover(rows, 3, std::vector<std::uint64_t>(6, 1)).size() == 3);
  const MinimumCover cover = minimum_cover(rows, 3);
  CHECK(cover.columns == Row{1, 2});
  CHECK(cover.at_least == 2);
  CHECK(cover.is_proven());
}

TEST_CASE("rows without a column, and no rows at all, need none") {
  CHECK(minimum_cover({}, 5).columns.empty());
  CHECK(minimum_cover(rows_of({{}, {}}), 5).is_proven());
  CHECK(minimum_cover(rows_of({{}, {3}}), 5).columns == Row{3});
}

TEST_CASE("the edges of a ring of odd length need half of its corners and one more") {
  for (const std::uint32_t corners : {3u, 5u, 9u, 41u}) {
    SparseRows ring;
    for (std::uint32_t c = 0; c < corners; ++c) ring.add(c + 1 < corners ? Row{c, c + 1} : Row{0, c});
    const MinimumCover cover = minimum_cover(ring, corners);
    CHECK(cover.columns.size() == (corners + 1) / 2);
    CHECK(cover.is_proven());
    CHECK(hits_all(ring, cover.columns));
  }
}

TEST_CASE("a minimum cover is as small as that of trying every set", "[law]") {
  for (std::uint32_t seed = 1; seed <= 300; ++seed) {
    CAPTURE(seed);
    const std::uint32_t columns = 4 + seed % 9;
    const SparseRows rows = random_rows(seed, 3 + seed % 28, columns, 1 + seed % 5 % columns);
    const MinimumCover cover = minimum_cover(rows, columns);
    CHECK(cover.is_proven());
    CHECK(hits_all(rows, cover.columns));
    CHECK(cover.columns.size() == smallest(rows, columns));
  }
}

TEST_CASE("where the search is cut short, the bound stays below and the set still hits all", "[law]") {
  for (std::uint32_t seed = 1; seed <= 40; ++seed) {
    CAPTURE(seed);
    const SparseRows rows = random_rows(seed, 150, 40, 4);
    const std::size_t least = minimum_cover(rows, 40).at_least;
    for (const std::uint64_t work : {0u, 1'000u, 30'000u}) {
      const MinimumCover cover = minimum_cover(rows, 40, work);
      CHECK(cover.at_least <= least);
      CHECK(cover.columns.size() >= least);
      CHECK(hits_all(rows, cover.columns));
    }
  }
}
