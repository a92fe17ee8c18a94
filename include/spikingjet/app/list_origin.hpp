// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/app/options.hpp>
#include <spikingjet/app/out_of_memory.hpp>
#include <spikingjet/core/error.hpp>
#include <spikingjet/core/text.hpp>
#include <spikingjet/fault/fault_file.hpp>
#include <spikingjet/fault/fault_space.hpp>
#include <spikingjet/fault/list_origin.hpp>
#include <spikingjet/fault/randomness.hpp>
#include <spikingjet/fault/sample_size.hpp>
#include <spikingjet/model/quantity.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace spikingjet {

/// Whether the faults of a program depend on the number of steps.
template <class Injector>
bool needs_steps(const SamplingOptions& options) {
  if (options.persistence == "compiled")
    return Injector::fault_space(2).windows() != Injector::fault_space(1).windows();
  return options.persistence == "transient";
}

/// The fault space that a command line asks for, for runs of so many steps.
///
/// **Errors** those of `choose_space`; `StepsUnknown` where they matter and are not known.
template <class Injector>
FaultSpace requested_space(const SamplingOptions& options, std::optional<std::uint64_t> steps) {
  if (needs_steps<Injector>(options) && !steps) throw StepsUnknown();
  return choose_space(Injector::fault_space(steps.value_or(1)), options, steps);
}

/// What drawing faults is called in messages, with what it takes where a number of faults is asked for.
inline std::string drawing_text(const FaultSpace& space, const SamplingOptions& options) {
  const auto count = count_of(options.method);
  return count ? fmt::format("drawing {} of {} faults, which takes {}", *count, space.size(),
                             memory_text(8 * double(*count)))
               : fmt::format("drawing from {} faults", space.size());
}

/// Where the list is from that `choose_faults` draws; `steps` where the space depends on them.
///
/// **Errors** `BadProportion` where the confidence is none.
inline ListOrigin origin_of(const FaultSpace& space, const SamplingOptions& options,
                            std::optional<std::uint64_t> steps) {
  detail::require_inside_0_1("confidence", options.precision.confidence);
  ListOrigin origin{.method = options.method,
                    .confidence = options.precision.confidence,
                    .seed = options.seed,
                    .population = population_of(space),
                    .about = {}};
  if (options.method == "network-wise") {
    origin.about.emplace_back("margin", fmt::format("{}", options.precision.margin));
    origin.about.emplace_back("p", fmt::format("{}", options.precision.p));
  }
  origin.about.emplace_back("targets", fmt::format("{}", fmt::join(options.targets, " ")));
  origin.about.emplace_back("bits", options.bits);
  origin.about.emplace_back("fault types", options.fault_types);
  origin.about.emplace_back("persistence", options.persistence);
  if (steps) origin.about.emplace_back("steps", fmt::format("{}", *steps));
  return origin;
}

namespace detail {

inline std::string said_of(const ListOrigin& origin, std::string_view key) {
  for (const auto& [name, value] : origin.about)
    if (name == key) return value;
  return "";
}

/// What the `#` line of a list says that does not hold here, in a clause: its fault space is another than that of this
/// program and these data. Nothing of a line that says too little to tell.
template <class Injector>
std::optional<std::string> contradiction(const ListOrigin& origin, SamplingOptions options, std::uint64_t steps) {
  options.bits = said_of(origin, "bits");
  options.fault_types = said_of(origin, "fault types");
  options.persistence = said_of(origin, "persistence");
  if (options.bits.empty() || options.fault_types.empty() || options.persistence.empty()) return std::nullopt;
  options.targets.clear();
  for (const std::string& glob : split(said_of(origin, "targets"), ' '))
    if (!glob.empty()) options.targets.push_back(glob);
  const bool transient = needs_steps<Injector>(options);
  try {
    const FaultSpace space = requested_space<Injector>(options, steps);
    if (population_of(space) == origin.population) return std::nullopt;
    const std::string drawn = said_of(origin, "steps");
    return fmt::format("its '#' line speaks of a fault space of {} faults{}, but network and data have {}{}",
                       origin.faults(),
                       !transient      ? ""
                       : drawn.empty() ? " (it does not say of how many steps)"
                                       : fmt::format(" (steps={})", printable(drawn, 20)),
                       space.size(), transient ? fmt::format(" (steps={})", steps) : "");
  } catch (const Misuse&) {  // targets or fault types that this program has not
    return "its '#' line speaks of targets or fault types that this program does not have";
  }
}

/// The names of the quantities that a list strikes, if it strikes fewer than all of `expected`.
inline std::optional<std::string> part_struck(const FaultList& faults, std::span<const Quantity> quantities,
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

/// How a list that was read is taken, and what is to be told of that.
struct ListVerdict {
  std::optional<ListOrigin> origin;           // where it holds
  std::vector<std::string> notes{};           // clauses of what the user may have meant
  std::vector<std::string> contradictions{};  // clauses of what does not agree
};

/// How `run` takes a list: as the sample that its `#` line describes, where that is this list and this program and data
/// have the space that it was drawn from; with `random` as a random sample; else as faults that stand for themselves.
template <class Injector>
ListVerdict judge_list(const LoadedFaultList& list, const SamplingOptions& options, std::uint64_t steps, bool random) {
  ListVerdict verdict{.origin = list.origin};
  std::optional<std::string> flaw;
  if (list.is_changed) flaw = "it is a part or a changed copy of the list that its '#' line describes";
  if (list.origin) flaw = detail::contradiction<Injector>(*list.origin, options, steps);
  if (flaw) verdict.origin.reset();
  if (verdict.origin) return verdict;
  if (!random) {
    if (flaw)
      verdict.contradictions.push_back(*flaw + "; rates are those of these faults alone");
    else
      verdict.notes.emplace_back(
          "nothing in it says how its faults were chosen, so rates are those of these faults alone; "
          "if they were drawn at random from a large space, add '--random'; see docs/formats.md");
    return verdict;
  }
  const auto quantities = Injector::Network::quantities;
  if (flaw) verdict.notes.push_back(*flaw + "; it is taken as a random sample because '--random' says so");
  if (const auto reason = why_not_random(list.faults, quantities))
    verdict.contradictions.push_back("'--random' says that it is a random sample, but " + *reason +
                                     ", which is no chance; intervals mean nothing then: leave '--random' out");
  else if (const auto part = detail::part_struck(list.faults, quantities, requested_space<Injector>(options, steps)))
    verdict.notes.push_back("as a random sample it speaks of what it strikes alone: " + *part);
  return verdict;
}

}  // namespace spikingjet
