// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/app/options.hpp>
#include <spikingjet/fault/fault_list.hpp>
#include <spikingjet/fault/fault_space.hpp>
#include <spikingjet/fault/fault_type.hpp>
#include <spikingjet/fault/list_origin.hpp>
#include <spikingjet/fault/list_reader.hpp>
#include <spikingjet/fault/sample_design.hpp>
#include <spikingjet/fault/sampling_plan.hpp>
#include <spikingjet/model/quantity.hpp>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace spikingjet {

/// The faults that a program was compiled for.
struct CompiledFaults {
  std::span<const Quantity> quantities;  // of the network
  std::vector<FaultTypeInfo> types;
  FaultSpace (*space)(std::uint64_t steps);  // of runs of so many steps
};

/// Those of a program with this injector.
template <class Injector>
CompiledFaults compiled_faults() {
  return {Injector::Network::quantities, Injector::fault_types(),
          [](std::uint64_t steps) { return Injector::fault_space(steps); }};
}

/// Whether the faults of a program depend on the number of steps.
bool needs_steps(const CompiledFaults& compiled, const SamplingOptions& options);

/// The same of a program with this injector.
template <class Injector>
bool needs_steps(const SamplingOptions& options) {
  return needs_steps(compiled_faults<Injector>(), options);
}

/// The fault space that a command line asks for, for runs of so many steps.
///
/// **Errors** those of `choose_space`; `StepsUnknown` where they matter and are not known.
FaultSpace requested_space(const CompiledFaults& compiled, const SamplingOptions& options,
                           std::optional<std::uint64_t> steps);

/// The same of a program with this injector.
template <class Injector>
FaultSpace requested_space(const SamplingOptions& options, std::optional<std::uint64_t> steps) {
  return requested_space(compiled_faults<Injector>(), options, steps);
}

/// What drawing the faults of a plan is called in messages, with the memory that it takes.
std::string drawing_text(const SamplingPlan& plan);

/// Where the list is from that `choose_faults` chose by this plan; `steps` where the space depends on them, `pilot` as
/// `ChosenFaults` has it.
///
/// **Errors** `BadProportion` where the confidence is none.
ListOrigin origin_of(const FaultSpace& space, const SamplingPlan& plan, const SamplingOptions& options,
                     std::optional<std::uint64_t> steps, const std::string& pilot = {});

namespace detail {

/// What the `#` line of a list means here: the design of the sample that it is, or what does not hold, in a clause.
/// None of a line that says too little to tell.
struct OriginHere {
  std::optional<std::string> flaw{};
  std::optional<SampleDesign> design{};
};

/// Compares what the `#` line says with the space of this program and these data, and draws again.
OriginHere origin_here(const CompiledFaults& compiled, const FaultList& faults, const ListOrigin& origin,
                       SamplingOptions options, std::uint64_t steps);

/// The names of the quantities that a list strikes, if it strikes fewer than all of `expected`.
std::optional<std::string> part_struck(const FaultList& faults, std::span<const Quantity> quantities,
                                       const FaultSpace& expected);

}  // namespace detail

/// How a list that was read is taken, and what is to be told of that.
struct ListVerdict {
  std::optional<ListOrigin> origin;           // where it holds
  std::optional<SampleDesign> design{};       // of such a list, where its line says enough to draw it again
  std::vector<std::string> notes{};           // clauses of what the user may have meant
  std::vector<std::string> contradictions{};  // clauses of what does not agree
};

/// How `run` takes a list: as the sample that its `#` line describes, where that is this list, this program and data
/// have the space that it was drawn from, and drawing again gives it; with `random` as a random sample; else as faults
/// that stand for themselves.
ListVerdict judge_list(const CompiledFaults& compiled, const LoadedFaultList& list, const SamplingOptions& options,
                       std::uint64_t steps, bool random);

/// The same of a program with this injector.
template <class Injector>
ListVerdict judge_list(const LoadedFaultList& list, const SamplingOptions& options, std::uint64_t steps, bool random) {
  return judge_list(compiled_faults<Injector>(), list, options, steps, random);
}

}  // namespace spikingjet

#if !defined(SPIKINGJET_COMPILED)
#include <spikingjet/app/definitions/list_origin.hpp>
#endif
