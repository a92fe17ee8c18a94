// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/app/list_origin.hpp>
#include <spikingjet/app/options.hpp>
#include <spikingjet/app/out_of_memory.hpp>
#include <spikingjet/core/compiled.hpp>
#include <spikingjet/core/error.hpp>
#include <spikingjet/core/text.hpp>
#include <spikingjet/fault/fault_list.hpp>
#include <spikingjet/fault/fault_space.hpp>
#include <spikingjet/fault/list_origin.hpp>
#include <spikingjet/fault/list_reader.hpp>
#include <spikingjet/fault/randomness.hpp>
#include <spikingjet/fault/sample_design.hpp>
#include <spikingjet/fault/sample_size.hpp>
#include <spikingjet/fault/sampling_plan.hpp>
#include <spikingjet/fault/stratification.hpp>
#include <spikingjet/fault/stratified_sample.hpp>
#include <spikingjet/model/quantity.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace spikingjet {

SPIKINGJET_INLINE bool needs_steps(const CompiledFaults& compiled, const SamplingOptions& options) {
  if (options.persistence == "compiled") return compiled.space(2).windows() != compiled.space(1).windows();
  return options.persistence == "transient";
}

SPIKINGJET_INLINE FaultSpace requested_space(const CompiledFaults& compiled, const SamplingOptions& options,
                                             std::optional<std::uint64_t> steps) {
  if (needs_steps(compiled, options) && !steps) throw StepsUnknown();
  return choose_space(compiled.space(steps.value_or(1)), options, steps);
}

SPIKINGJET_INLINE std::string drawing_text(const SamplingPlan& plan) {
  const double bytes = double(sizeof(DrawnFault) + sizeof(std::uint64_t)) * double(plan.faults());
  return fmt::format("drawing {} of {} faults, which takes {}", plan.faults(), plan.population(), memory_text(bytes));
}

SPIKINGJET_INLINE ListOrigin origin_of(const FaultSpace& space, const SamplingPlan& plan,
                                       const SamplingOptions& options, std::optional<std::uint64_t> steps,
                                       const std::string& pilot) {
  detail::require_inside_0_1("confidence", options.confidence);
  ListOrigin origin{.method = plan.method,
                    .confidence = options.confidence,
                    .seed = options.seed,
                    .population = population_of(space),
                    .about = {},
                    .by = plan.by};
  if (origin.is_stratified()) origin.strata = plan.strata;
  const auto say = [&origin](const char* key, std::string value) { origin.about.emplace_back(key, std::move(value)); };
  if (plan.precision) say("margin", fmt::format("{}", options.precision().margin));
  if (plan.precision && !origin.is_stratified()) say("p", fmt::format("{}", options.precision().p));
  if (plan.method == "data-aware")
    say("rates", !options.pilot.empty()   ? "pilot " + options.pilot
                 : !options.rates.empty() ? options.rates
                                          : "weights");
  else if (!options.pilot.empty())
    say("pilot", options.pilot);
  if (!pilot.empty()) origin.about.emplace_back(ListOrigin::pilot_key, pilot);
  say("targets", fmt::format("{}", fmt::join(options.targets, " ")));
  say("bits", options.bits);
  say("fault types", options.fault_types);
  say("persistence", options.persistence);
  if (steps) say("steps", fmt::format("{}", *steps));
  return origin;
}

namespace detail {

SPIKINGJET_INLINE OriginHere origin_here(const CompiledFaults& compiled, const FaultList& faults,
                                         const ListOrigin& origin, SamplingOptions options, std::uint64_t steps) {
  if (const std::string rule = origin.said("until"); !rule.empty())
    return {
        fmt::format("its '#' line says that the rule '{}' could end its campaign, so that outcomes decided how many "
                    "faults it has",
                    printable(rule, 60))};
  options.bits = origin.said("bits");
  options.fault_types = origin.said("fault types");
  options.persistence = origin.said("persistence");
  if (options.bits.empty() || options.fault_types.empty() || options.persistence.empty()) {
    if (!origin.is_stratified()) return {};
    return {"its '#' line speaks of strata, and does not say of which fault space"};
  }
  options.targets.clear();
  for (const std::string& glob : split(origin.said("targets"), ' '))
    if (!glob.empty()) options.targets.push_back(glob);
  const bool transient = needs_steps(compiled, options);
  try {
    const FaultSpace space = requested_space(compiled, options, steps);
    if (population_of(space) != origin.population) {
      const std::string drawn = origin.said("steps");
      return {fmt::format("its '#' line speaks of a fault space of {} faults{}, but network and data have {}{}",
                          origin.faults(),
                          !transient      ? ""
                          : drawn.empty() ? " (it does not say of how many steps)"
                                          : fmt::format(" (steps={})", printable(drawn, 20)),
                          space.size(), transient ? fmt::format(" (steps={})", steps) : "")};
    }
    if (!stratification_named(origin.by, space))
      return {fmt::format("its '#' line speaks of strata by '{}', which this program does not know",
                          printable(origin.by, 40))};
    OriginHere here{.design = redrawn(faults, origin, space)};
    if (!here.design) here.flaw = "drawing again with the seed of its '#' line does not give these faults";
    return here;
  } catch (const Misuse&) {  // targets or fault types that this program has not
    return {"its '#' line speaks of targets or fault types that this program does not have"};
  }
}

SPIKINGJET_INLINE std::optional<std::string> part_struck(const FaultList& faults, std::span<const Quantity> quantities,
                                                         const FaultSpace& expected) {
  std::set<std::size_t> struck;
  for (std::uint64_t i = 0; i < faults.size(); ++i) struck.insert(faults[i].site.quantity);
  std::set<std::size_t> all;
  for (const Stratum& stratum : expected.strata()) all.insert(stratum.quantity);
  for (const std::size_t q : struck) all.erase(q);
  if (all.empty()) return std::nullopt;
  std::vector<std::string> names;
  for (const std::size_t q : struck) names.push_back(quantities[q].name());
  return listed(names);
}

}  // namespace detail

SPIKINGJET_INLINE ListVerdict judge_list(const CompiledFaults& compiled, const LoadedFaultList& list,
                                         const SamplingOptions& options, std::uint64_t steps, bool random) {
  ListVerdict verdict{.origin = list.origin};
  std::optional<std::string> flaw;
  if (list.is_changed) flaw = "it is a part or a changed copy of the list that its '#' line describes";
  if (list.origin) {
    detail::OriginHere here = detail::origin_here(compiled, list.faults, *list.origin, options, steps);
    flaw = std::move(here.flaw);
    verdict.design = std::move(here.design);
  }
  if (flaw) verdict.origin.reset();
  if (verdict.origin) {
    if (random && verdict.origin->is_stratified())
      verdict.notes.emplace_back(
          "it was drawn from strata, as its '#' line says and drawing again shows; '--random' "
          "changes nothing of that");
    return verdict;
  }
  if (!random) {
    if (flaw)
      verdict.contradictions.push_back(*flaw + "; rates are those of these faults alone");
    else
      verdict.notes.emplace_back(
          "nothing in it says how its faults were chosen, so rates are those of these faults alone; "
          "if they were drawn at random from a large space, each with the same chance, add '--random'; see "
          "docs/formats.md");
    return verdict;
  }
  if (flaw) verdict.notes.push_back(*flaw + "; it is taken as a random sample because '--random' says so");
  if (const auto reason = why_not_random(list.faults, compiled.quantities))
    verdict.contradictions.push_back("'--random' says that it is a random sample, but " + *reason +
                                     ", which is no chance; intervals mean nothing then: leave '--random' out");
  else if (const auto part =
               detail::part_struck(list.faults, compiled.quantities, requested_space(compiled, options, steps)))
    verdict.notes.push_back("as a random sample it speaks of what it strikes alone: " + *part);
  return verdict;
}

}  // namespace spikingjet
