// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/analysis/sequential_estimate.hpp>
#include <spikingjet/analysis/stopping_rule.hpp>
#include <spikingjet/campaign/block.hpp>
#include <spikingjet/fault/fault_list.hpp>
#include <spikingjet/fault/fault_space.hpp>
#include <spikingjet/fault/sample_design.hpp>

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <string>
#include <utility>

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
                double p = 0.5);

  /// So many faults are drawn at most for a rule, unless one asks for another number: many times what would do at the
  /// worst rate, 1/2, so that lists and identities of huge spaces stay short.
  static std::uint64_t most_faults(const FaultSpace& space, const StoppingRule& rule, double confidence);

  /// Where the campaign's next block must end: at the next look.
  std::uint64_t block_end() const { return std::min(estimate_.until(), faults_); }

  /// Takes a finished block, and looks where it is time to.
  void saw(const CampaignBlock& block);

  /// Whether the rule holds, or nothing is left; any thread may ask.
  bool enough() const { return enough_; }

  /// Whether the rule holds.
  bool is_met() const { return estimate_.is_met(); }

  const StoppingRule& rule() const { return estimate_.rule(); }

  /// "until SDC_1 all <= 0.01 at confidence 0.99: 666 faults first, at most 266256 of 381120".
  std::string plan_text() const;

  /// "SDC_1 all is 0.25 %, between 0.11 and 0.47 %, a half-width of 0.0018, after 2345 of 381120 faults (3 rounds)".
  std::string found_text() const;

 private:
  std::uint64_t faults_;
  std::uint64_t population_;
  double confidence_;
  SequentialEstimate estimate_;
  std::uint64_t injected_ = 0;
  std::atomic<bool> enough_ = false;
};

/// The first draws from a space, in the order of the draw, and what a store keeps of that.
std::pair<FaultList, SampleDesign> draw_in_order(const FaultSpace& space, std::uint64_t faults, std::uint64_t seed);

}  // namespace spikingjet

#if !defined(SPIKINGJET_COMPILED)
#include <spikingjet/app/definitions/campaign_watch.hpp>
#endif
