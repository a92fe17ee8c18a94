// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/config.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <numeric>
#include <queue>
#include <span>
#include <utility>
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

/// A smallest set of columns that hits every row, as far as it is proven.
struct MinimumCover {
  std::vector<std::uint32_t> columns;  // ascending
  std::uint64_t at_least = 0;          // no set that hits every row has fewer

  bool is_proven() const { return columns.size() == at_least; }
};

namespace detail {

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

}  // namespace detail

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
