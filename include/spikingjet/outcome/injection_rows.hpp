// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/outcome/injection_outcome.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace spikingjet {

/// The outcome of an injection as an engine finds it, whichever comes first.
struct FoundOutcome {
  std::uint32_t fault = 0;  // of consecutive ones
  InjectionOutcome injection;
};

namespace detail {

inline constexpr auto is_of_earlier_sample = [](const auto& a, const auto& b) { return a.sample < b.sample; };

}  // namespace detail

/// The injections of consecutive faults that are not masked: a row a fault, ascending in sample. Few are not, so only
/// these take room.
///
/// **Shapes** (faults, of each as many as are not masked).
/// **Cost** 8 bytes a fault and 12 an injection.
class InjectionRows {
 public:
  /// No fault yet.
  explicit InjectionRows(std::uint64_t first = 0) : first_(first) {}

  /// Rows of what was found, sorted by fault and sample.
  ///
  /// `for_each_found(visit)` calls `visit(const FoundOutcome&)` for each, in any order; it is called twice.
  template <class ForEachFound>
  static InjectionRows sorted(std::uint64_t first, std::size_t faults, const ForEachFound& for_each_found) {
    InjectionRows rows(first);
    rows.begin_.assign(faults + 1, 0);
    for_each_found([&](const FoundOutcome& found) { ++rows.begin_[found.fault + 1]; });
    for (std::size_t f = 0; f < faults; ++f) rows.begin_[f + 1] += rows.begin_[f];
    rows.injections_.resize(rows.begin_[faults]);
    std::vector<std::uint64_t> next(rows.begin_.begin(), rows.begin_.end() - 1);
    for_each_found([&](const FoundOutcome& found) { rows.injections_[next[found.fault]++] = found.injection; });
    const auto at = [&rows](std::size_t f) {
      return rows.injections_.begin() + static_cast<std::ptrdiff_t>(rows.begin_[f]);
    };
    for (std::size_t f = 0; f < faults; ++f)  // who goes from sample to sample finds them in order
      if (!std::is_sorted(at(f), at(f + 1), detail::is_of_earlier_sample))
        std::sort(at(f), at(f + 1), detail::is_of_earlier_sample);
    return rows;
  }

  /// Adds the row of the next fault, ascending in sample.
  void add(std::span<const InjectionOutcome> row) {
    injections_.insert(injections_.end(), row.begin(), row.end());
    begin_.push_back(injections_.size());
  }

  std::uint64_t first() const { return first_; }  // place of the first fault in its list
  std::size_t faults() const { return begin_.size() - 1; }
  std::uint64_t injections() const { return injections_.size(); }  // that are not masked

  /// The injections of fault `first() + f` that are not masked.
  std::span<const InjectionOutcome> row(std::size_t f) const {
    return std::span(injections_).subspan(begin_[f], begin_[f + 1] - begin_[f]);
  }

  bool operator==(const InjectionRows&) const = default;

 private:
  std::uint64_t first_;
  std::vector<std::uint64_t> begin_{0};       // (faults + 1)
  std::vector<InjectionOutcome> injections_;  // those of all faults, one behind the other
};

}  // namespace spikingjet
