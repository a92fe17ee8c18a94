// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/analysis/rates.hpp>
#include <spikingjet/core/error.hpp>
#include <spikingjet/outcome/record.hpp>
#include <spikingjet/store/rows.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <limits>
#include <numeric>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace spikingjet {

/// The outcomes of drawn faults in the order of their draw, of all of them and of each group: what intervals by betting
/// are made from.
///
/// Outcomes of faults that are fully masked, as most are, are kept once.
///
/// **Laws** faults stand by stratum, and by rank within it, whatever order they were added in.
/// **Cost** 28 bytes a fault, 36 more where it is not fully masked, and 24 while `sort` works, once after the last.
class DrawnOutcomes {
 public:
  /// The injections of a fault that each rate of a table counts, and all of them.
  struct Counts {
    std::array<std::uint32_t, detail::rates.size()> hits{};
    std::uint32_t samples = 0;

    bool operator==(const Counts&) const = default;
  };

  void reserve(std::uint64_t faults) { drawn_.reserve(faults); }

  /// **Errors** `Misuse` for a fault with more injections than 32 bits count.
  void add(FaultDraw draw, std::uint32_t group, const FaultRecord& record) {
    if (record.samples > std::numeric_limits<std::uint32_t>::max())
      throw Misuse("spikingjet: a fault was injected into " + std::to_string(record.samples) +
                   " samples, and intervals take up to 4294967295; analyse a campaign on fewer");
    Counts counts;
    for (std::size_t r = 0; r < counts.hits.size(); ++r)
      counts.hits[r] = static_cast<std::uint32_t>(detail::rates[r].hits(record));
    counts.samples = static_cast<std::uint32_t>(record.samples);
    const bool usual = record.masked == record.samples;
    if (!usual || !has_usual_ || counts != counts_[usual_]) {
      counts_.push_back(counts);
      if (usual && !has_usual_) {
        usual_ = static_cast<std::uint32_t>(counts_.size() - 1);
        has_usual_ = true;
      }
      drawn_.push_back({draw.rank, draw.stratum, group, static_cast<std::uint32_t>(counts_.size() - 1)});
    } else {
      drawn_.push_back({draw.rank, draw.stratum, group, usual_});
    }
    groups_ = std::max<std::size_t>(groups_, group + std::size_t{1});
  }

  std::uint64_t size() const { return drawn_.size(); }

  /// Brings the faults into their order.
  void sort() {
    const auto before = [](const Drawn& a, const Drawn& b) {
      return std::tie(a.stratum, a.rank) < std::tie(b.stratum, b.rank);
    };
    if (!std::is_sorted(drawn_.begin(), drawn_.end(), before) && !place_by_rank())
      std::stable_sort(drawn_.begin(), drawn_.end(), before);
    begins_.assign(groups_ + 1, 0);
    for (const Drawn& drawn : drawn_) ++begins_[drawn.group + 1];
    std::partial_sum(begins_.begin(), begins_.end(), begins_.begin());
    places_.resize(drawn_.size());
    std::vector<std::uint32_t> next(begins_.begin(), begins_.end());
    for (std::size_t i = 0; i < drawn_.size(); ++i) places_[next[drawn_[i].group]++] = static_cast<std::uint32_t>(i);
  }

  /// Whether two faults are the same draw of a stratum; after `sort`.
  bool has_twins() const {
    return std::adjacent_find(drawn_.begin(), drawn_.end(), [](const Drawn& a, const Drawn& b) {
             return a.stratum == b.stratum && a.rank == b.rank;
           }) != drawn_.end();
  }

  /// Calls `callback(stratum, const Counts&)` for each fault, in order.
  template <class Callback>
  void for_each(Callback&& callback) const {
    for (const Drawn& drawn : drawn_) callback(drawn.stratum, counts_[drawn.counts]);
  }

  /// Likewise for those of a group.
  template <class Callback>
  void for_each(std::uint32_t group, Callback&& callback) const {
    if (group >= groups_) return;
    for (std::uint32_t i = begins_[group]; i < begins_[group + 1]; ++i) {
      const Drawn& drawn = drawn_[places_[i]];
      callback(drawn.stratum, counts_[drawn.counts]);
    }
  }

 private:
  struct Drawn {
    std::uint64_t rank;
    std::uint32_t stratum;
    std::uint32_t group;
    std::uint32_t counts;
  };

  /// Sorts faults that are the first draws of each stratum, none missing, in one pass; false, and nothing is changed,
  /// where they are not.
  bool place_by_rank() {
    std::uint32_t last = 0;  // stratum
    for (const Drawn& drawn : drawn_) last = std::max(last, drawn.stratum);
    if (last >= drawn_.size()) return false;
    std::vector<std::size_t> ends(last + std::size_t{1});
    for (const Drawn& drawn : drawn_) ++ends[drawn.stratum];
    std::partial_sum(ends.begin(), ends.end(), ends.begin());
    const auto begin = [&ends](std::uint32_t stratum) { return stratum == 0 ? std::size_t{0} : ends[stratum - 1]; };
    std::vector<bool> taken(drawn_.size());
    for (const Drawn& drawn : drawn_) {
      if (drawn.rank >= ends[drawn.stratum] - begin(drawn.stratum)) return false;
      const std::size_t place = begin(drawn.stratum) + drawn.rank;
      if (taken[place]) return false;
      taken[place] = true;
    }
    std::vector<Drawn> placed(drawn_.size());
    for (const Drawn& drawn : drawn_) placed[begin(drawn.stratum) + drawn.rank] = drawn;
    drawn_ = std::move(placed);
    return true;
  }

  std::vector<Drawn> drawn_;
  std::deque<Counts> counts_;
  std::uint32_t usual_ = 0;  // counts of fully masked faults
  bool has_usual_ = false;
  std::size_t groups_ = 0;
  std::vector<std::uint32_t> begins_;  // (groups + 1)
  std::vector<std::uint32_t> places_;  // in drawn_, by group
};

}  // namespace spikingjet
