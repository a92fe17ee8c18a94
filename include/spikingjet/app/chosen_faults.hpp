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
#include <spikingjet/fault/stratified_sample.hpp>
#include <spikingjet/fault/ways.hpp>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
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
  std::string pilot{};                       // `pilot_key` of the one that it was drawn beside; empty without one
};

/// Refuses a margin of an iterative campaign that is no half-width, or that no sample of `population` faults reaches:
/// as long as one fault is left out, a rate is known to half of 1/N at best.
///
/// **Errors** `BadOption`, `UnreachableMargin`.
void require_iterative_margin(const SamplingMethod& method, const SamplingOptions& options, std::uint64_t population);

/// The faults that `--method` chooses from a space. `planned` is told how many of which stratum before they are drawn.
///
/// **Laws** `chosen.sample->drawn()[i]` is the draw of `chosen.faults[i]`; a whole space is not drawn, and takes no
/// memory. With a pilot the sample shares faults with it by chance alone, and depends on seed and pilot.
/// **Errors** those of `choose_method`, `choose_strata`, `read_pilot`, `read_expected_rates` and `plan_of`;
/// `NoFaultLeft`; `RatesUnknown`; `UnreachableMargin` where a margin was asked for that takes every fault of every
/// stratum.
ChosenFaults choose_faults(
    const FaultSpace& space, const SamplingOptions& options, const SamplingSubject& subject = {},
    const std::function<void(const SamplingPlan&)>& planned = [](const SamplingPlan&) {});

/// What a store keeps of how faults were chosen. Their sample is moved out.
SampleDesign design_of(ChosenFaults& chosen);

}  // namespace spikingjet

#if !defined(SPIKINGJET_COMPILED)
#include <spikingjet/app/definitions/chosen_faults.hpp>
#endif
