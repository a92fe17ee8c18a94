// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/analysis/sequential_estimate.hpp>
#include <spikingjet/analysis/stopping_rule.hpp>
#include <spikingjet/app/decided_text.hpp>
#include <spikingjet/campaign/block.hpp>
#include <spikingjet/core/random.hpp>
#include <spikingjet/fault/fault_list.hpp>
#include <spikingjet/fault/fault_space.hpp>
#include <spikingjet/fault/list_origin.hpp>
#include <spikingjet/fault/sample_design.hpp>
#include <spikingjet/fault/stratification.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace spikingjet {

/// Watches a campaign that injects in the order of a draw, and ends it when a rate is known well enough.
///
/// **Laws** the interval holds when it ends, however often it was looked at; see `SequentialEstimate`.
class CampaignWatch {
 public:
  /// `faults` of the space are drawn at most; the first round expects the rate p.
  ///
  /// **Errors** `BadStoppingRule` where no fault of the space belongs to the rule's target.
  CampaignWatch(const FaultSpace& space, const StoppingRule& rule, std::uint64_t faults, double confidence,
                double p = 0.5)
      : faults_(faults),
        population_(space.size()),
        confidence_(confidence),
        estimate_(rule, target_population(rule, space.quantities(), population_of(space)), space.size(), confidence,
                  p) {}

  /// So many faults are drawn at most for a rule, unless one asks for another number: many times what would do at the
  /// worst rate, 1/2, so that lists and identities of huge spaces stay short.
  static std::uint64_t most_faults(const FaultSpace& space, const StoppingRule& rule, double confidence) {
    constexpr double many = 16;
    const std::vector<std::uint64_t> counted = target_population(rule, space.quantities(), population_of(space));
    double of_target = 0;
    for (const std::uint64_t faults : counted) of_target += double(faults);
    const double t = quantile(confidence);
    const double most =
        std::ceil(many * t * t / (4 * rule.half_width * rule.half_width) * double(space.size()) / of_target);
    return most < double(space.size()) ? std::max<std::uint64_t>(1, std::uint64_t(most)) : space.size();
  }

  /// Where the campaign's next block must end: at the next look.
  std::uint64_t block_end() const { return std::min(estimate_.until(), faults_); }

  /// Takes a finished block, and looks where it is time to.
  void saw(const CampaignBlock& block) {
    for (std::size_t f = 0; f < block.faults.size(); ++f) estimate_.add(block.faults[f], block.records[f]);
    injected_ += block.faults.size();
    if (injected_ < block_end()) return;
    estimate_.look();
    enough_ = estimate_.is_done();
  }

  /// Whether the rule holds, or nothing is left; any thread may ask.
  bool enough() const { return enough_; }

  /// Whether the rule holds.
  bool is_met() const { return estimate_.is_met(); }

  const StoppingRule& rule() const { return estimate_.rule(); }

  /// "until SDC_1 all <= 0.01 at confidence 0.99: 666 faults first, at most 266256 of 381120".
  std::string plan_text() const {
    return fmt::format("until {} at confidence {:g}: {} first, at most {} of {}{}", rule().str(), confidence_,
                       counted(block_end(), "fault"), faults_, population_,
                       rule().target == "all" ? "" : ", all targets together; '--target' draws from some alone");
  }

  /// "SDC_1 all is 0.25 %, between 0.11 and 0.47 %, a half-width of 0.0018, after 2345 of 381120 faults (3 rounds)".
  std::string found_text() const {
    const Interval interval = estimate_.interval_now();
    if (estimate_.drawn() == 0) return fmt::format("{}: no fault of its target was injected", rule().str());
    return fmt::format(
        "{} {} is {:.3g} %, between {:.3g} and {:.3g} %, a half-width of {:.3g}, after {} of {} faults ({} round{})",
        detail::rates[rule().rate].name, rule().target, 100 * estimate_.rate(), 100 * interval.low, 100 * interval.high,
        (interval.high - interval.low) / 2, injected_, population_, estimate_.rounds(),
        estimate_.rounds() == 1 ? "" : "s");
  }

 private:
  std::uint64_t faults_;
  std::uint64_t population_;
  double confidence_;
  SequentialEstimate estimate_;
  std::uint64_t injected_ = 0;
  std::atomic<bool> enough_ = false;
};

/// The first draws from a space, in the order of the draw, and what a store keeps of that.
inline std::pair<FaultList, SampleDesign> draw_in_order(const FaultSpace& space, std::uint64_t faults,
                                                        std::uint64_t seed) {
  SampleDesign design = design_of(unstratified(space), {{"all", space.size(), faults, 0.5}});
  design.in_order_of_draw = true;
  return {FaultList(space, Permutation(space.size(), seed), faults), std::move(design)};
}

}  // namespace spikingjet
