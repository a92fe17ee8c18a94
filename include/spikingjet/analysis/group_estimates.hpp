// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/analysis/drawn_outcomes.hpp>
#include <spikingjet/analysis/group_space.hpp>
#include <spikingjet/analysis/interval_kind.hpp>
#include <spikingjet/analysis/outcome_sums.hpp>
#include <spikingjet/analysis/rate_estimator.hpp>
#include <spikingjet/analysis/rates.hpp>
#include <spikingjet/analysis/statistics.hpp>
#include <spikingjet/analysis/store_sampling.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace spikingjet::detail {

/// Whether nothing was drawn of a cell; `each` calls its argument for each fault, by stratum.
template <class Each>
bool has_open_cell(const std::vector<GroupCell>& cells, const Each& each) {
  std::size_t drawn = 0;
  std::optional<std::uint32_t> last;
  each([&](std::uint32_t stratum, const DrawnOutcomes::Counts&) {
    drawn += last != stratum;
    last = stratum;
  });
  return drawn < cells.size();
}

/// The faults that were drawn of each cell, which `each_draw` gives by stratum; a path names the store in errors.
///
/// **Errors** `DamagedStore` where a cell has not so many.
template <class Each>
std::vector<std::uint64_t> drawn_of_cells(const StoreSampling& sampling, const std::string& path,
                                          const OutcomeSums& sums, const std::vector<GroupCell>& strata,
                                          const Each& each_draw) {
  std::vector<std::uint64_t> drawn(strata.size());
  std::size_t cell = 0;
  const auto damaged = [&] {
    return DamagedStore(path, "it has faults that its fault space has not, or more than that has of a kind");
  };
  if (strata.size() == 1) {
    drawn[0] = sums.faults;
  } else if (strata.size() > 1) {
    each_draw([&](std::uint32_t stratum, const DrawnOutcomes::Counts&) {
      while (cell < strata.size() && strata[cell].stratum < stratum) ++cell;
      if (cell == strata.size() || strata[cell].stratum != stratum) throw damaged();
      ++drawn[cell];
    });
  }
  for (std::size_t h = 0; h < strata.size(); ++h)
    if (sampling.draw != Draw::unknown && strata[h].population && drawn[h] > *strata[h].population) throw damaged();
  return drawn;
}

/// Draws of one stratum, gathered before estimators take them: their counts lie anywhere in memory, and so are waited
/// for together.
class DrawBatch {
 public:
  bool is_full() const { return size_ == samples_.size(); }

  void add(const DrawnOutcomes::Counts& counts) {
    for (std::size_t r = 0; r < hits_.size(); ++r) hits_[r][size_] = counts.hits[r];
    samples_[size_++] = counts.samples;
  }

  /// Adds the draws to the estimator of each rate, and forgets them.
  ///
  /// **Shapes** estimators: (rate).
  void hand_to(std::span<RateEstimator> estimators) {
    if (size_ == 0) return;
    const std::span samples = std::span<const std::uint32_t>(samples_).first(size_);
    for (std::size_t r = 0; r < hits_.size(); ++r)
      estimators[r].add(std::span<const std::uint32_t>(hits_[r]).first(size_), samples);
    size_ = 0;
  }

 private:
  static constexpr std::size_t most = 512;

  std::array<std::array<std::uint32_t, most>, rates.size()> hits_{};
  std::array<std::uint32_t, most> samples_{};
  std::size_t size_ = 0;
};

/// The rates of some faults, which `each_draw` gives in the order of their draw.
///
/// **Shapes** strata, drawn: (cells); returns [Rate].
template <class Each>
std::array<EstimatedRate, rates.size()> estimate_rates(const StoreSampling& sampling, double confidence,
                                                       const OutcomeSums& sums, const std::vector<GroupCell>& strata,
                                                       std::span<const std::uint64_t> drawn, const Each& each_draw) {
  std::array<EstimatedRate, rates.size()> estimates;
  if (sums.injections == 0 || strata.empty()) return estimates;
  const Draw draw = sampling.draw == Draw::stratified && strata.size() == 1 ? Draw::simple : sampling.draw;
  const IntervalKind kind = interval_kind(draw, sampling.completion, sampling.outcomes);
  if (strata.size() == 1 && (kind == IntervalKind::none || kind == IntervalKind::exact)) {
    for (std::size_t r = 0; r < estimates.size(); ++r) {
      estimates[r].rate = double(sums.hits[r]) / double(sums.injections);
      if (kind == IntervalKind::exact) estimates[r].interval = Interval{*estimates[r].rate, *estimates[r].rate};
    }
    return estimates;
  }
  std::vector<RateEstimator> estimators(estimates.size(), RateEstimator(kind, confidence));
  std::size_t begun = 0;
  const auto begin_next = [&] {
    for (RateEstimator& estimator : estimators) estimator.begin_cell(strata[begun].population, drawn[begun]);
    ++begun;
  };
  DrawBatch batch;
  each_draw([&](std::uint32_t stratum, const DrawnOutcomes::Counts& counts) {
    if (begun == 0 || strata[begun - 1].stratum != stratum) batch.hand_to(estimators);
    while (begun == 0 || strata[begun - 1].stratum != stratum) begin_next();
    batch.add(counts);
    if (batch.is_full()) batch.hand_to(estimators);
  });
  batch.hand_to(estimators);
  while (begun < strata.size()) begin_next();
  for (std::size_t r = 0; r < estimates.size(); ++r) estimates[r] = estimators[r].estimate();
  return estimates;
}

/// The margin that the size of the sample promises for any rate; at most 1, as rates lie in [0, 1].
///
/// **Source** Leveugle et al., DATE 2009; over strata sum W_h^2 of its square.
inline std::optional<double> promised_margin(const std::vector<GroupCell>& strata, std::span<const std::uint64_t> drawn,
                                             double confidence) {
  if (strata.size() == 1)
    return drawn[0] > 0
               ? std::optional(std::min(1.0, margin_of_error(0.5, double(drawn[0]), strata[0].population, confidence)))
               : std::nullopt;
  double total = 0;
  for (const GroupCell& cell : strata) total += double(cell.population.value_or(0));
  double squares = 0;
  for (std::size_t h = 0; h < strata.size(); ++h) {
    if (!strata[h].population || drawn[h] == 0) return std::nullopt;
    const double margin = double(*strata[h].population) / total *
                          margin_of_error(0.5, double(drawn[h]), strata[h].population, confidence);
    squares += margin * margin;
  }
  return strata.empty() ? std::nullopt : std::optional(std::min(1.0, std::sqrt(squares)));
}

}  // namespace spikingjet::detail
