// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/analysis/greedy_cover.hpp>
#include <spikingjet/analysis/sparse_rows.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <span>
#include <utility>
#include <vector>

namespace spikingjet {

/// A smallest set of columns that hits every row, as far as it is proven.
struct MinimumCover {
  std::vector<std::uint32_t> columns;  // ascending
  std::uint64_t at_least = 0;          // no set that hits every row has fewer

  bool is_proven() const { return columns.size() == at_least; }
};

namespace detail {

/// Branch and bound over rows and columns that no reduction parts.
///
/// The bound is Lagrangian: for prices u_r >= 0 of the rows, no cover has fewer columns than
/// sum_r u_r + sum_j min(0, 1 - sum_(r hit by j) u_r). Prices are whole multiples of 2^-20, so that bounds are exact.
class CoverSearch {
 public:
  CoverSearch(const SparseRows& rows, std::size_t columns, std::uint64_t work)
      : rows_(rows), hits_(rows.transposed(columns)), work_(work) {
    best_ = without_needless(greedy_cover(rows, columns, std::vector<std::uint64_t>(rows.size(), 1)));
  }

  MinimumCover run() {
    Node root{std::vector<bool>(rows_.size(), true),
              std::vector<bool>(hits_.size(), true),
              std::vector<std::int64_t>(rows_.size()),
              {}};
    for (std::size_t row = 0; row < rows_.size(); ++row) root.price[row] = one / std::int64_t(rows_[row].size());
    const std::uint64_t proven = search(std::move(root), root_rounds);
    std::sort(best_.begin(), best_.end());
    return {best_, std::min<std::uint64_t>(proven, best_.size())};
  }

  std::uint64_t work_left() const { return work_; }

 private:
  static constexpr std::int64_t one = std::int64_t{1} << 20;
  static constexpr int root_rounds = 400;
  static constexpr int node_rounds = 30;

  struct Node {
    std::vector<bool> open;            // (rows), not hit yet
    std::vector<bool> allowed;         // (columns)
    std::vector<std::int64_t> price;   // (rows), in 1/one
    std::vector<std::uint32_t> taken;  // columns
  };

  struct Bound {
    std::int64_t value = std::numeric_limits<std::int64_t>::min();  // in 1/one
    std::vector<std::int64_t> price;                                // (rows)
    std::vector<std::int64_t> cost;                                 // (columns), reduced
  };

  void take(Node& node, std::uint32_t column) const {
    node.taken.push_back(column);
    node.allowed[column] = false;
    for (const std::uint32_t row : hits_[column]) node.open[row] = false;
  }

  /// The columns of a cover, without those that the others make needless.
  std::vector<std::uint32_t> without_needless(std::vector<std::uint32_t> cover) const {
    std::vector<std::uint32_t> count(rows_.size());
    for (const std::uint32_t column : cover)
      for (const std::uint32_t row : hits_[column]) ++count[row];
    std::vector<std::uint32_t> kept;
    for (std::size_t i = cover.size(); i-- > 0;) {
      const std::span<const std::uint32_t> mine = hits_[cover[i]];
      const bool needless = std::all_of(mine.begin(), mine.end(), [&](std::uint32_t row) { return count[row] > 1; });
      if (!needless) kept.push_back(cover[i]);
      for (const std::uint32_t row : mine) count[row] -= needless;
    }
    return kept;
  }

  void spend(std::uint64_t steps) { work_ -= std::min(work_, steps); }

  /// Takes columns that alone hit an open row; false where a row cannot be hit any more.
  bool propagate(Node& node) {
    for (bool again = true; again;) {
      again = false;
      for (std::size_t row = 0; row < rows_.size(); ++row) {
        if (!node.open[row]) continue;
        spend(rows_[row].size());
        std::uint32_t choices = 0;
        std::uint32_t last = 0;
        for (const std::uint32_t column : rows_[row])
          if (node.allowed[column]) {
            ++choices;
            last = column;
          }
        if (choices == 0) return false;
        if (choices > 1) continue;
        take(node, last);
        again = true;
      }
    }
    return true;
  }

  /// The bound of the columns that are still to be taken, by subgradient steps; better covers are kept on the way.
  Bound bound(const Node& node, int rounds) {
    Bound best;
    std::vector<std::int64_t> price = node.price;
    std::vector<std::int64_t> cost(hits_.size());
    double pace = 1;
    int idle = 0;
    const auto missing = double(best_.size() - node.taken.size());
    for (int round = 0; round < rounds; ++round) {
      std::int64_t value = 0;
      std::fill(cost.begin(), cost.end(), one);
      for (std::size_t row = 0; row < rows_.size(); ++row) {
        if (!node.open[row]) continue;
        spend(4 * rows_[row].size());
        value += price[row];
        for (const std::uint32_t column : rows_[row]) cost[column] -= price[row];
      }
      for (std::size_t column = 0; column < cost.size(); ++column)
        if (node.allowed[column]) value += std::min<std::int64_t>(0, cost[column]);
      if (value > best.value) {
        best = {value, price, cost};
        idle = 0;
      } else if (++idle == 15) {
        pace /= 2;
        idle = 0;
      }
      if (rounded_up(best.value) + node.taken.size() >= best_.size() || pace < 1e-3 || work_ == 0) break;
      if (round % 10 == 9) offer(node, cost);

      double norm = 0;
      std::vector<std::int32_t> slope(rows_.size());
      for (std::size_t row = 0; row < rows_.size(); ++row) {
        if (!node.open[row]) continue;
        std::int32_t hits = 0;
        for (const std::uint32_t column : rows_[row]) hits += node.allowed[column] && cost[column] < 0;
        slope[row] = 1 - hits;
        norm += double(slope[row]) * slope[row];
      }
      if (norm == 0) break;
      const double step = pace * (missing * double(one) - double(value)) / norm;
      for (std::size_t row = 0; row < rows_.size(); ++row)
        if (node.open[row]) price[row] = std::max<std::int64_t>(0, price[row] + std::int64_t(step * slope[row]));
    }
    return best;
  }

  static std::uint64_t rounded_up(std::int64_t value) {
    return value <= 0 ? 0 : std::uint64_t((value + one - 1) / one);
  }

  /// Tries the cover of the columns that are cheapest by their reduced costs.
  void offer(const Node& node, const std::vector<std::int64_t>& cost) {
    Node trial{node.open, node.allowed, {}, node.taken};
    for (std::size_t row = 0; row < rows_.size(); ++row) {
      if (!trial.open[row]) continue;
      std::uint32_t cheapest = std::numeric_limits<std::uint32_t>::max();
      for (const std::uint32_t column : rows_[row])
        if (trial.allowed[column] && (cheapest >= cost.size() || cost[column] < cost[cheapest])) cheapest = column;
      if (cheapest >= cost.size()) return;
      take(trial, cheapest);
    }
    keep(std::move(trial.taken));
  }

  void keep(std::vector<std::uint32_t> cover) {
    cover = without_needless(std::move(cover));
    if (cover.size() < best_.size()) best_ = std::move(cover);
  }

  /// The fewest columns of a cover below this node, or what is proven of it: at least as many as are returned, or as
  /// `best_` has.
  std::uint64_t search(Node node, int rounds) {
    constexpr auto none = std::numeric_limits<std::uint64_t>::max();
    Bound found;
    std::uint64_t least = 0;
    while (true) {
      if (!propagate(node)) return none;
      if (std::find(node.open.begin(), node.open.end(), true) == node.open.end()) {
        const std::uint64_t size = node.taken.size();
        keep(std::move(node.taken));
        return size;
      }
      if (node.taken.size() + 1 >= best_.size()) return none;
      found = bound(node, rounds);
      least = node.taken.size() + rounded_up(found.value);
      if (least >= best_.size() || work_ == 0) return least;
      // A column whose reduced cost would lift the bound to what is known already is in no better cover, or in each.
      const std::int64_t room = one * std::int64_t(best_.size() - node.taken.size() - 1) - found.value;
      bool fixed = false;
      for (std::uint32_t column = 0; column < hits_.size(); ++column) {
        if (!node.allowed[column] || std::abs(found.cost[column]) <= room) continue;
        fixed = true;
        if (found.cost[column] < 0)
          take(node, column);
        else
          node.allowed[column] = false;
      }
      node.price = found.price;
      if (!fixed) break;
      rounds = node_rounds;
    }

    std::size_t branch = 0;
    std::size_t fewest = std::numeric_limits<std::size_t>::max();
    for (std::size_t row = 0; row < rows_.size(); ++row) {
      if (!node.open[row]) continue;
      const auto choices = std::size_t(std::count_if(rows_[row].begin(), rows_[row].end(),
                                                     [&](std::uint32_t column) { return node.allowed[column]; }));
      if (choices < fewest) {
        fewest = choices;
        branch = row;
      }
    }
    std::vector<std::uint32_t> choices;
    for (const std::uint32_t column : rows_[branch])
      if (node.allowed[column]) choices.push_back(column);
    std::stable_sort(choices.begin(), choices.end(),
                     [&](std::uint32_t a, std::uint32_t b) { return found.cost[a] < found.cost[b]; });
    std::uint64_t proven = none;
    for (const std::uint32_t column : choices) {
      if (work_ == 0) return std::min(proven, least);
      Node child = node;
      take(child, column);
      proven = std::min(proven, search(std::move(child), node_rounds));
      node.allowed[column] = false;
    }
    return std::max(proven, least);
  }

  const SparseRows& rows_;
  SparseRows hits_;  // (columns)
  std::uint64_t work_;
  std::vector<std::uint32_t> best_;
};

}  // namespace detail

}  // namespace spikingjet
