// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/analysis/betting.hpp>
#include <spikingjet/analysis/clopper_pearson.hpp>
#include <spikingjet/analysis/hypergeometric.hpp>
#include <spikingjet/analysis/interval_kind.hpp>
#include <spikingjet/analysis/statistics.hpp>
#include <spikingjet/analysis/stratified_betting.hpp>
#include <spikingjet/core/error.hpp>
#include <spikingjet/fault/sample_size.hpp>

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace spikingjet {

/// A rate and its interval.
struct EstimatedRate {
  std::optional<double> rate;        // absent where nothing was drawn of a part of the population
  std::optional<Interval> interval;  // absent where nothing can be said of the population

  /// The achieved margin: half the interval's width.
  std::optional<double> margin() const {
    return interval ? std::optional((interval->high - interval->low) / 2) : std::nullopt;
  }
};

/// The rate of a population of faults, from those that were drawn of it, and the interval that belongs to how they were
/// drawn (`interval_kind`).
///
/// A population is one cell or several: of a simple sample one, of a stratified one the part that each stratum has in
/// it. Of several cells the rate is sum W_h p_h with W_h = N_h/N, never the plain mean.
///
/// **Laws** the interval contains the rate and lies in [0, 1]; [rate, rate], bit by bit, where all of every cell was
/// drawn, which counts decide. A cell of which nothing was drawn leaves the rate open, and the interval as wide as what
/// it may be.
/// **Errors** `BadProportion` where the confidence is not inside (0, 1) or a fault has more hits than samples; `Misuse`
/// for more faults than a cell has, a fault before the first cell, several cells of a simple sample, or several samples
/// a fault of a hypergeometric interval.
/// **Example** `estimator.begin_cell(82496, 2000); for (...) estimator.add(hits, samples); estimator.estimate().rate`
class RateEstimator {
 public:
  RateEstimator(IntervalKind kind, double confidence) : kind_(kind), confidence_(confidence) {
    detail::require_inside_0_1("confidence", confidence);
  }

  /// The faults that follow are `drawn` of a cell of `population`, in the order of their draw; absent: not known,
  /// large.
  void begin_cell(std::optional<std::uint64_t> population, std::uint64_t drawn) {
    const bool simple = kind_ == IntervalKind::hypergeometric || kind_ == IntervalKind::betting ||
                        kind_ == IntervalKind::betting_at_any_time;
    if (simple && !cells_.empty())
      throw Misuse(
          "spikingjet: 'RateEstimator' was given two cells of a simple sample, which has one; a sample of several "
          "strata has IntervalKind::stratified_betting");
    cells_.push_back({population, 0, 0, 0});
    if (kind_ == IntervalKind::betting) bets_.emplace(FixedSize{drawn}, confidence_, population);
    if (kind_ == IntervalKind::betting_at_any_time) bets_.emplace(AnyTime{}, confidence_, population);
    if (kind_ == IntervalKind::stratified_betting) strata_.begin_stratum(population.value_or(drawn));
  }

  /// Adds a fault that had the outcome in `hits` of its `samples` injections.
  void add(std::uint64_t hits, std::uint64_t samples) {
    add(std::span<const std::uint64_t>(&hits, 1), std::span<const std::uint64_t>(&samples, 1));
  }

  /// Adds faults of the cell one after the other, with the bits of adding each alone; none of them where it throws.
  ///
  /// **Shapes** hits, samples: (fault).
  template <std::unsigned_integral Count>
  void add(std::span<const Count> hits, std::span<const Count> samples) {
    if (cells_.empty())
      throw Misuse("spikingjet: 'RateEstimator' was given a fault of no cell; call 'begin_cell' first");
    shares_.resize(hits.size());
    Cell more;
    for (std::size_t f = 0; f < hits.size(); ++f) {
      if (kind_ == IntervalKind::hypergeometric && samples[f] != 1)
        throw Misuse(
            "spikingjet: 'RateEstimator' was given a fault with several samples for a hypergeometric interval, "
            "which takes one; let 'interval_kind' choose by Outcomes::fractions");
      shares_[f] = double(hits[f]) / double(samples[f]);
      if (hits[f] > samples[f]) throw BadProportion("hits/samples", shares_[f], "lie in [0, 1]");
      more.hits += hits[f];
      more.injections += samples[f];
    }
    if (bets_) bets_->add(shares_);
    if (kind_ == IntervalKind::stratified_betting)
      for (const double share : shares_) strata_.add(share);
    Cell& cell = cells_.back();
    cell.drawn += hits.size();
    cell.hits += more.hits;
    cell.injections += more.injections;
  }

  EstimatedRate estimate() const {
    EstimatedRate estimate;
    estimate.rate = rate();
    if (kind_ != IntervalKind::none && estimate.rate && all_drawn()) {
      estimate.interval = Interval{*estimate.rate, *estimate.rate};
      return estimate;
    }
    const auto interval = bounds(estimate.rate);
    if (!interval) return estimate;
    const double low = std::clamp(interval->low, 0.0, 1.0);
    const double high = std::clamp(interval->high, 0.0, 1.0);
    estimate.interval = estimate.rate ? detail::around(*estimate.rate, low, high) : Interval{low, high};
    return estimate;
  }

 private:
  struct Cell {
    std::optional<std::uint64_t> population;
    std::uint64_t drawn = 0;
    std::uint64_t hits = 0;
    std::uint64_t injections = 0;

    double rate() const { return double(hits) / double(injections); }
  };

  std::optional<double> rate() const {
    if (cells_.size() == 1) return cells_.front().injections > 0 ? std::optional(cells_.front().rate()) : std::nullopt;
    double total = 0;
    for (const Cell& cell : cells_) {
      if (!cell.population || (*cell.population > 0 && cell.injections == 0)) return std::nullopt;
      total += double(*cell.population);
    }
    if (total == 0) return std::nullopt;
    double rate = 0;
    for (const Cell& cell : cells_)
      if (*cell.population > 0) rate += double(*cell.population) / total * cell.rate();
    return std::min(1.0, rate);
  }

  /// Whether every fault of every cell was drawn, so that nothing is left to estimate.
  bool all_drawn() const {
    return std::all_of(cells_.begin(), cells_.end(), [](const Cell& cell) { return cell.population == cell.drawn; });
  }

  std::optional<Interval> bounds(std::optional<double> rate) const {
    if (cells_.empty()) return std::nullopt;
    const Cell& first = cells_.front();
    switch (kind_) {
      case IntervalKind::none:
        return std::nullopt;
      case IntervalKind::exact:
        return rate ? std::optional(Interval{*rate, *rate}) : std::nullopt;
      case IntervalKind::hypergeometric:
        if (first.drawn == 0) return Interval{};
        return first.population ? hypergeometric_interval(first.hits, first.drawn, *first.population, confidence_)
                                : clopper_pearson(first.hits, first.drawn, confidence_);
      case IntervalKind::betting:
      case IntervalKind::betting_at_any_time:
        return bets_->interval();
      case IntervalKind::stratified_betting:
        return std::all_of(cells_.begin(), cells_.end(), [](const Cell& cell) { return cell.population.has_value(); })
                   ? std::optional(strata_.interval(confidence_))
                   : std::nullopt;
    }
    return std::nullopt;
  }

  IntervalKind kind_;
  double confidence_;
  std::vector<Cell> cells_;
  std::optional<BettingSample> bets_;  // of the one cell of a simple sample
  StratifiedBetting strata_;
  std::vector<double> shares_;  // of the faults that are being added
};

}  // namespace spikingjet
