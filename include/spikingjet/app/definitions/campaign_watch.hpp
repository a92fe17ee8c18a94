// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/analysis/stopping_rule.hpp>
#include <spikingjet/app/campaign_watch.hpp>
#include <spikingjet/app/decided_text.hpp>
#include <spikingjet/campaign/block.hpp>
#include <spikingjet/core/compiled.hpp>
#include <spikingjet/core/random.hpp>
#include <spikingjet/fault/fault_list.hpp>
#include <spikingjet/fault/fault_space.hpp>
#include <spikingjet/fault/list_origin.hpp>
#include <spikingjet/fault/sample_design.hpp>
#include <spikingjet/fault/sampling_plan.hpp>
#include <spikingjet/fault/stratification.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace spikingjet {

SPIKINGJET_INLINE CampaignWatch::CampaignWatch(const FaultSpace& space, const StoppingRule& rule, std::uint64_t faults,
                                               double confidence, double p)
    : faults_(faults),
      population_(space.size()),
      confidence_(confidence),
      estimate_(rule, target_population(rule, space.quantities(), population_of(space)), space.size(), confidence, p) {}

SPIKINGJET_INLINE std::uint64_t CampaignWatch::most_faults(const FaultSpace& space, const StoppingRule& rule,
                                                           double confidence) {
  constexpr double many = 16;
  const std::vector<std::uint64_t> counted = target_population(rule, space.quantities(), population_of(space));
  double of_target = 0;
  for (const std::uint64_t faults : counted) of_target += double(faults);
  const double t = quantile(confidence);
  const double most =
      std::ceil(many * t * t / (4 * rule.half_width * rule.half_width) * double(space.size()) / of_target);
  return most < double(space.size()) ? std::max<std::uint64_t>(1, std::uint64_t(most)) : space.size();
}

SPIKINGJET_INLINE void CampaignWatch::saw(const CampaignBlock& block) {
  for (std::size_t f = 0; f < block.faults.size(); ++f) estimate_.add(block.faults[f], block.records[f]);
  injected_ += block.faults.size();
  if (injected_ < block_end()) return;
  estimate_.look();
  enough_ = estimate_.is_done();
}

SPIKINGJET_INLINE std::string CampaignWatch::plan_text() const {
  return fmt::format("until {} at confidence {}: {} first, at most {} of {}{}", rule().str(),
                     detail::number_text(confidence_), counted(block_end(), "fault"), faults_, population_,
                     rule().target == "all" ? "" : ", all targets together; '--target' draws from some alone");
}

SPIKINGJET_INLINE std::string CampaignWatch::found_text() const {
  const Interval interval = estimate_.interval_now();
  if (estimate_.drawn() == 0) return fmt::format("{}: no fault of its target was injected", rule().str());
  return fmt::format(
      "{} {} is {:.3g} %, between {:.3g} and {:.3g} %, a half-width of {:.3g}, after {} of {} faults ({} round{})",
      detail::rates[rule().rate].name, rule().target, 100 * estimate_.rate(), 100 * interval.low, 100 * interval.high,
      (interval.high - interval.low) / 2, injected_, population_, estimate_.rounds(),
      estimate_.rounds() == 1 ? "" : "s");
}

SPIKINGJET_INLINE std::pair<FaultList, SampleDesign> draw_in_order(const FaultSpace& space, std::uint64_t faults,
                                                                   std::uint64_t seed) {
  SampleDesign design = design_of(unstratified(space), {{"all", space.size(), faults, 0.5}});
  design.in_order_of_draw = true;
  return {FaultList(space, Permutation(space.size(), seed), faults), std::move(design)};
}

}  // namespace spikingjet
