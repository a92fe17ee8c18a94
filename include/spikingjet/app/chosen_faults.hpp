// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/app/options.hpp>
#include <spikingjet/app/pilot_store.hpp>
#include <spikingjet/core/error.hpp>
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
#include <utility>
#include <vector>

namespace spikingjet {

/// `data-aware` was asked for, and nothing says which rates to expect.
class RatesUnknown : public Misuse {
 public:
  RatesUnknown()
      : Misuse(
            "spikingjet: '--method data-aware' needs to know which rates to expect; add '--weights', '--pilot' or "
            "'--rates'") {}
};

/// No fault is left of those that a program was compiled for.
class NoFaultLeft : public Misuse {
 public:
  NoFaultLeft()
      : Misuse(
            "spikingjet: there is no fault of these types and bits on these targets; name others with '--target', "
            "'--fault' or '--bits'") {}
};

/// The faults that a command line asks for.
struct ChosenFaults {
  FaultList faults;  // in the order of the space
  SamplingPlan plan;
  std::vector<Way> ways;                     // of the space
  std::optional<StratifiedSample> sample{};  // stratum and rank of each of the faults; absent of a whole space
};

/// Refuses a margin of an iterative campaign that is no half-width, or that no sample of `population` faults reaches:
/// as long as one fault is left out, a rate is known to half of 1/N at best.
///
/// **Errors** `BadOption`, `UnreachableMargin`.
inline void require_iterative_margin(const SamplingMethod& method, const SamplingOptions& options,
                                     std::uint64_t population) {
  if (method.kind() != SamplingMethod::Kind::iterative || !options.margin) return;
  if (!(*options.margin > 0 && *options.margin < 0.5))
    throw BadOption("--margin", fmt::format("{}", *options.margin),
                    "a number between 0 and 0.5, both excluded, as it is half the width of an interval");
  const double least = 0.5 / double(population);
  if (*options.margin < least) throw UnreachableMargin(*options.margin, least * 1.01, population);
}

/// The faults that `--method` chooses from a space. `planned` is told how many of which stratum before they are drawn.
///
/// **Laws** `chosen.sample->drawn()[i]` is the draw of `chosen.faults[i]`; a whole space is not drawn, and takes no
/// memory.
/// **Errors** those of `choose_method`, `choose_strata`, `read_pilot`, `read_expected_rates` and `plan_of`;
/// `NoFaultLeft`; `RatesUnknown`; `UnreachableMargin` where a margin was asked for that takes every fault of every
/// stratum.
inline ChosenFaults choose_faults(
    const FaultSpace& space, const SamplingOptions& options, const SamplingSubject& subject = {},
    const std::function<void(const SamplingPlan&)>& planned = [](const SamplingPlan&) {}) {
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
  StratifiedSample sample = draw(strata, plan, options.seed);
  FaultList faults = sample.faults();
  return {std::move(faults), std::move(plan), ways_of(strata), std::move(sample)};
}

/// What a store keeps of how faults were chosen. Their sample is moved out.
inline SampleDesign design_of(ChosenFaults& chosen) {
  SampleDesign design{chosen.plan.strata, chosen.ways, {}};
  if (chosen.sample) design.draws = std::move(*chosen.sample).take_drawn();
  return design;
}

}  // namespace spikingjet
