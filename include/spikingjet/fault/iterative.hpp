// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/fault/sample_size.hpp>
#include <spikingjet/fault/sampling.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace spikingjet {

namespace detail {

/// The whole number at or above a number that is not quite exact.
inline std::uint64_t rounded_up(double number) { return static_cast<std::uint64_t>(std::ceil(number - 1e-6)); }

}  // namespace detail

/// The finite population matters only where more than this share of it is drawn.
inline constexpr double finite_population_share = 0.05;

/// How many faults an iterative campaign needs for a margin around a rate p: t^2 p (1-p) / e^2, corrected for the
/// population where that is more than 5 % of it; rounded up.
///
/// **Laws** never more than the population.
/// **Errors** `BadProportion` where margin or confidence is not inside (0, 1), or p not in [0, 1].
/// **Source** Ruospo et al., IEEE TC 2025.
inline std::uint64_t iterative_sample_size(std::uint64_t population, double margin, double confidence, double p) {
  detail::require_inside_0_1("margin", margin);
  if (!(p >= 0 && p <= 1)) throw BadProportion("p", p, "lie in [0, 1]");
  const double t = quantile(confidence);
  const auto size = double(population);
  const double variance = t * t * p * (1 - p);
  if (variance == 0 || population == 0) return 0;
  double faults = variance / (margin * margin);
  if (faults > finite_population_share * size) faults = size / (1 + margin * margin * (size - 1) / variance);
  return faults >= size ? population : detail::rounded_up(faults);
}

/// The margin of error e' of a rate p' that `drawn` faults showed: t sqrt(p'(1-p') / n), times sqrt((N-n) / (N-1))
/// where more than 5 % of the population was drawn.
///
/// It is 0 at the rates 0 and 1, and too small near them: an interval that holds there and at stopping times is the
/// better e' for `IterativeSampling::saw`.
///
/// **Errors** `BadProportion` where the confidence is not inside (0, 1), or p not in [0, 1].
/// **Source** Ruospo et al., IEEE TC 2025.
inline double iterative_margin(double p, std::uint64_t drawn, std::uint64_t population, double confidence) {
  if (!(p >= 0 && p <= 1)) throw BadProportion("p", p, "lie in [0, 1]");
  const double t = quantile(confidence);
  if (drawn >= population) return 0;
  if (drawn == 0) return 1;
  const auto n = double(drawn);
  const auto size = double(population);
  const double margin = t * std::sqrt(p * (1 - p) / n);
  return n > finite_population_share * size ? margin * std::sqrt((size - n) / (size - 1)) : margin;
}

/// The margin that the next round aims at, of a rate p' known within e'.
///
/// **Laws** the goal where e'/3 <= goal; else in [goal, e'/3], e'/3 at p' = 1/2 and the goal at 0 and 1.
/// **Source** Ruospo et al., IEEE TC 2025: -k p'^2 + k p' + goal with k = 4 (e'/3 - goal).
inline double next_margin(double goal, double p, double margin) {
  const double third = margin / 3;
  if (third <= goal) return goal;
  const double k = 4 * (third - goal);
  return std::clamp(k * (p * (1 - p)) + goal, goal, third);
}

/// `iterative`: how many faults to have injected next, from what those injected so far showed. A pilot comes first,
/// with a margin of 5 % or the goal if that is larger; then rounds, until the margin is the goal or every fault was
/// injected.
///
/// It decides sizes and injects nothing: draw with a seed, and each round extends the sample of the one before. Who
/// injects says how well the rate is known. Where e' is `iterative_margin` this is the published method; where it is
/// half the width of a valid interval, rounds grow with that interval: as 1/sqrt(n), at rates 0 and 1 as 1/n.
///
/// **Laws** faults() grows with each round that is not the last, and never beyond the population; a run ends.
/// **Errors** `BadProportion` where margin or confidence is not inside (0, 1); in `saw` where a rate or margin is not
/// in [0, 1].
/// **Source** Ruospo et al., IEEE TC 2025. Where no fault or every fault showed the outcome the published margin is 0;
/// it stops then after the pilot.
/// **Example** `for (IterativeSampling s(N, goal); !s.is_done();) { inject up to s.faults(); s.saw(rate, margin); }`
class IterativeSampling {
 public:
  static constexpr double pilot_margin = 0.05;

  IterativeSampling(std::uint64_t population, const Precision& goal)
      : population_(population), goal_(goal), target_(std::max(pilot_margin, goal.margin)) {
    detail::require_inside_0_1("margin", goal.margin);
    detail::require_inside_0_1("p", goal.p);
    faults_ = std::min(population,
                       std::max<std::uint64_t>(1, iterative_sample_size(population, target_, goal.confidence, goal.p)));
  }

  /// Faults to have injected, those of earlier rounds among them, before `saw` is told.
  std::uint64_t faults() const { return faults_; }

  /// The margin that this round aims at.
  double target() const { return target_; }

  /// Rounds begun, the pilot being the first.
  unsigned rounds() const { return rounds_; }

  bool is_done() const { return done_; }

  /// What all `faults()` showed: a rate p' and its margin e'.
  void saw(double rate, double margin) {
    if (!(rate >= 0 && rate <= 1)) throw BadProportion("rate", rate, "lie in [0, 1]");
    if (!(margin >= 0 && margin <= 1)) throw BadProportion("margin of error", margin, "lie in [0, 1]");
    done_ = margin <= goal_.margin || faults_ >= population_;
    if (done_) return;
    target_ = next_margin(goal_.margin, rate, margin);
    faults_ = std::max(
        {faults_ + 1, grown(rate, margin), iterative_sample_size(population_, target_, goal_.confidence, rate)});
    ++rounds_;
  }

 private:
  /// The faults at which a margin that falls as that of a sample without replacement will be the target.
  std::uint64_t grown(double rate, double margin) const {
    const auto n = double(faults_);
    const auto size = double(population_);
    const double shrink = margin / target_;
    double next = n * shrink * (rate == 0 || rate == 1 ? 1 : shrink);
    if (next >
        finite_population_share * size) {  // (1/n' - 1/N) shrink^2 = 1/n - 1/N, without 1/N where e' knew of none
      const double known = n > finite_population_share * size ? 1 / n - 1 / size : 1 / n;
      next = 1 / (known * (n / next) + 1 / size);
    }
    return next >= size ? population_ : detail::rounded_up(next);
  }

  std::uint64_t population_;
  Precision goal_;
  double target_;
  std::uint64_t faults_ = 0;
  unsigned rounds_ = 1;
  bool done_ = false;
};

}  // namespace spikingjet
