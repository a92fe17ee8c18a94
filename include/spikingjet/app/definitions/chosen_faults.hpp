// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/app/chosen_faults.hpp>
#include <spikingjet/app/options.hpp>
#include <spikingjet/app/pilot_store.hpp>
#include <spikingjet/core/compiled.hpp>
#include <spikingjet/fault/expected_rates.hpp>
#include <spikingjet/fault/fault_list.hpp>
#include <spikingjet/fault/fault_space.hpp>
#include <spikingjet/fault/pilot.hpp>
#include <spikingjet/fault/sample_design.hpp>
#include <spikingjet/fault/sampling_method.hpp>
#include <spikingjet/fault/sampling_plan.hpp>
#include <spikingjet/fault/stratification.hpp>
#include <spikingjet/fault/stratified_sample.hpp>
#include <spikingjet/fault/ways.hpp>

#include <fmt/format.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>

namespace spikingjet {

SPIKINGJET_INLINE void require_iterative_margin(const SamplingMethod& method, const SamplingOptions& options,
                                                std::uint64_t population) {
  if (method.kind() != SamplingMethod::Kind::iterative || !options.margin) return;
  if (!(*options.margin > 0 && *options.margin < 0.5))
    throw BadOption("--margin", fmt::format("{}", *options.margin),
                    "a number between 0 and 0.5, both excluded, as it is half the width of an interval");
  const double least = 0.5 / double(population);
  if (*options.margin < least) throw UnreachableMargin(*options.margin, least * 1.01, population);
}

SPIKINGJET_INLINE ChosenFaults choose_faults(const FaultSpace& space, const SamplingOptions& options,
                                             const SamplingSubject& subject,
                                             const std::function<void(const SamplingPlan&)>& planned) {
  using Kind = SamplingMethod::Kind;
  const SamplingMethod method = choose_method(options);
  const Stratification strata = choose_strata(space, method, options);
  if (space.size() == 0) throw NoFaultLeft();
  require_iterative_margin(method, options, space.size());
  std::optional<Pilot> pilot;
  if (!options.pilot.empty()) pilot = read_pilot(options.pilot, strata, subject);
  SamplingKnowledge known{.pilot = pilot ? &*pilot : nullptr};
  if (method.kind() == Kind::data_aware) {
    if (pilot)
      known.rates = rates_from_pilot(*pilot);
    else if (!options.rates.empty())
      known.rates = read_expected_rates(options.rates, space.quantities());
    else if (subject.values_of)
      known.rates = rates_from_weights(space, subject.values_of);
    else
      throw RatesUnknown();
  }
  SamplingPlan plan = plan_of(method, strata, options.precision(), known);
  if (options.margin && method.kind() != Kind::iterative) require_sample(plan);  // a pilot has a margin of its own
  planned(plan);
  if (method.kind() == Kind::exhaustive) return {FaultList(space), std::move(plan), ways_of(strata)};
  std::string key = options.pilot.empty() ? std::string() : pilot_key(options.pilot);
  StratifiedSample sample = draw(strata, plan, draw_seed(options.seed, key));
  FaultList faults = sample.faults();
  return {std::move(faults), std::move(plan), ways_of(strata), std::move(sample), std::move(key)};
}

SPIKINGJET_INLINE SampleDesign design_of(ChosenFaults& chosen) {
  SampleDesign design{chosen.plan.strata, chosen.ways, {}};
  if (chosen.sample) design.draws = std::move(*chosen.sample).take_drawn();
  return design;
}

}  // namespace spikingjet
