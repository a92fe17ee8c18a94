// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/analysis/betting.hpp>
#include <spikingjet/analysis/rates.hpp>
#include <spikingjet/analysis/statistics.hpp>
#include <spikingjet/analysis/stopping_rule.hpp>
#include <spikingjet/fault/fault.hpp>
#include <spikingjet/fault/iterative.hpp>
#include <spikingjet/outcome/record.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numeric>
#include <utility>
#include <vector>

namespace spikingjet {

/// A rate that is watched while faults are injected in the order of a draw, until it is known well enough.
///
/// Rounds are those of `IterativeSampling`: a pilot, then as many faults as the last interval says are needed. After
/// each round the interval of the rate is that of `BettingSample` at any time, which holds at all rounds together:
/// looking again and again, and stopping when it is narrow, does not spoil it. Where the rule's target is a part of the
/// space, the faults of that part are a simple sample of it, and rounds are as much longer as it is smaller.
///
/// **Laws** the interval misses the rate of the target's population with a probability of at most 1 - confidence,
/// whenever one stops; until() grows by each round; it ends at the latest when every fault is injected.
/// **Errors** `BadProportion` where the confidence is not inside (0, 1).
/// **Cost** that of `BettingSample::interval` once a round.
/// **Source** Ruospo et al., IEEE TC 2025 (rounds); Waudby-Smith and Ramdas, JRSS B 2024 (confidence sequence).
/// **Example** `for (SequentialEstimate e(rule, counted, N, 0.99); !e.is_done(); e.look()) { inject up to e.until();
/// add }`
class SequentialEstimate {
 public:
  /// `counted` are the faults of the target that strike each quantity, of a fault space of `faults`; the pilot expects
  /// the rate p.
  ///
  /// **Shapes** counted: (quantities), as `target_population` gives it.
  SequentialEstimate(StoppingRule rule, std::vector<std::uint64_t> counted, std::uint64_t faults, double confidence,
                     double p = 0.5)
      : rule_(std::move(rule)),
        counted_(std::move(counted)),
        faults_(faults),
        population_(std::accumulate(counted_.begin(), counted_.end(), std::uint64_t{0})),
        rounds_(population_, {.margin = rule_.half_width, .confidence = confidence, .p = p}),
        sample_(AnyTime{}, confidence, population_) {
    until_ = in_space(rounds_.faults());
  }

  const StoppingRule& rule() const { return rule_; }

  /// Adds the next fault of the draw and what became of it.
  void add(const Fault& fault, const FaultRecord& record) {
    ++added_;
    if (counted_[fault.site.quantity] > 0) sample_.add(detail::rates[rule_.rate].hits(record), record.samples);
  }

  /// Faults of the draw to have injected before the next look.
  std::uint64_t until() const { return until_; }

  /// Takes the interval of what was added, and says whether that is enough or how many faults come next.
  void look() {
    ++looks_;
    if (sample_.drawn() > 0) interval_ = sample_.interval();
    rounds_.saw(sample_.drawn() > 0 ? std::min(1.0, sample_.mean()) : 0, half_width());
    if (!rounds_.is_done()) until_ = std::max(added_ + 1, in_space(rounds_.faults()));
    until_ = std::min(until_, faults_);
  }

  /// Whether the rule holds, or every fault was injected.
  bool is_done() const { return is_met() || added_ >= faults_; }

  bool is_met() const { return half_width() <= rule_.half_width; }

  /// Of the last look.
  Interval interval() const { return interval_; }

  /// Of all faults so far, where a campaign ended between two looks: a confidence sequence holds there, too.
  Interval interval_now() const { return sample_.drawn() > 0 ? sample_.interval() : Interval{}; }
  double half_width() const { return (interval_.high - interval_.low) / 2; }

  /// Hits per injection of the target's faults so far; NaN before the first.
  double rate() const { return sample_.mean(); }

  /// Faults of the target so far.
  std::uint64_t drawn() const { return sample_.drawn(); }

  /// Rounds that ended with a look.
  unsigned rounds() const { return looks_; }

 private:
  /// How many faults of the space hold so many of the target, about.
  std::uint64_t in_space(std::uint64_t of_target) const {
    const double share = double(population_) / double(faults_);
    return std::min(faults_, static_cast<std::uint64_t>(std::ceil(double(of_target) / share - 1e-6)));
  }

  StoppingRule rule_;
  std::vector<std::uint64_t> counted_;  // (quantities)
  std::uint64_t faults_;
  std::uint64_t population_;
  IterativeSampling rounds_;
  BettingSample sample_;
  Interval interval_;
  std::uint64_t added_ = 0;
  std::uint64_t until_ = 0;
  unsigned looks_ = 0;
};

}  // namespace spikingjet
