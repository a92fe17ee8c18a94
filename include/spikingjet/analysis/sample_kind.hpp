// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/analysis/interval_kind.hpp>
#include <spikingjet/core/text.hpp>
#include <spikingjet/store/store.hpp>

#include <fmt/format.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace spikingjet {

/// What the fault list of a campaign is of its fault space, and with it what a rate over its faults says.
enum class SampleKind {
  exhaustive,  // all of it: a rate is the population's
  random,      // a random sample, of all of it or of each stratum: a rate estimates the population's
  given,       // a list of which nobody said that it was drawn at random: a rate is that of these faults
};

/// The word of a kind, as manifests have it.
constexpr std::string_view sample_kind_name(SampleKind kind) {
  constexpr std::string_view names[] = {"exhaustive", "random", "given"};
  return names[static_cast<std::size_t>(kind)];
}

namespace detail {

/// A count that the manifest states.
inline std::optional<std::uint64_t> stated_count(const Store& store, std::string_view key) {
  return parse_number<std::uint64_t>(store.manifest().find(key).value_or(""));
}

/// The faults of the whole fault space; absent where a quantity does not tell.
inline std::optional<std::uint64_t> population(const Store& store) {
  std::uint64_t sum = 0;
  for (const StoredQuantity& quantity : store.quantities()) {
    if (!quantity.population) return std::nullopt;
    sum += *quantity.population;
  }
  return sum;
}

inline SampleKind stated_kind(const Store& store) {
  const Manifest& manifest = store.manifest();
  if (const auto stated = manifest.find("sample")) {
    for (const SampleKind kind : {SampleKind::exhaustive, SampleKind::random})
      if (*stated == sample_kind_name(kind)) return kind;
    return *stated == "stratified" ? SampleKind::random : SampleKind::given;
  }
  if (const auto method = manifest.find("method"))
    return *method == "exhaustive" ? SampleKind::exhaustive : SampleKind::random;
  if (manifest.find("fault file")) return SampleKind::given;
  return population(store) ? SampleKind::random : SampleKind::given;
}

/// "the first 3 of 10 faults", or "the first 3 faults" of a list of unknown length.
inline std::string part_text(std::uint64_t finished, std::optional<std::uint64_t> listed) {
  return listed ? fmt::format("the first {} of {} faults", finished, *listed)
                : fmt::format("the first {} faults", finished);
}

}  // namespace detail

/// "the first 3 of 10 faults": the part of its list that an unfinished campaign has stored, of which `finished` faults;
/// absent of a finished one, of one that its rule ended, and where nothing says how long the list is.
inline std::optional<std::string> unfinished_part(const Store& store, std::uint64_t finished) {
  if (store.manifest().find("ended") == "by rule") return std::nullopt;
  const auto listed = detail::stated_count(store, "fault count");
  if (!listed || finished >= *listed) return std::nullopt;
  return detail::part_text(finished, listed);
}

/// What the manifest says under `sample`. Older stores say it by `method` or `fault file`; the store of a program that
/// says none of these holds a random sample if it knows the fault space, else a given list.
///
/// **Laws** a random sample of as many faults as the space has is exhaustive; an exhaustive campaign of fewer is a
/// given list.
inline SampleKind sample_kind(const Store& store) {
  const SampleKind kind = detail::stated_kind(store);
  const auto all = detail::population(store);
  const auto listed = detail::stated_count(store, "fault count");
  if (!all || !listed) return kind;
  if (kind == SampleKind::random && *all == *listed) return SampleKind::exhaustive;
  if (kind == SampleKind::exhaustive && *all != *listed) return SampleKind::given;
  return kind;
}

/// How the faults of a store come from its fault space.
///
/// A stratified sample of which no strata are stored is of unknown draw: its plain rates say nothing of the space.
inline Draw draw_of(const Store& store, SampleKind kind) {
  if (kind == SampleKind::exhaustive) return Draw::whole;
  if (kind == SampleKind::given) return Draw::unknown;
  const std::size_t strata = store.strata().size();
  if (strata > 1) return Draw::stratified;
  const bool is_stratified = store.manifest().find("sample") == "stratified" ||
                             store.manifest().find("strata by").value_or("nothing") != "nothing";
  return strata == 1 || !is_stratified ? Draw::simple : Draw::unknown;
}

/// Whether the list of a campaign is in the order in which it was drawn, so that its first faults are a sample.
inline bool lists_in_order_of_draw(const Store& store) { return store.manifest().find("order") == "drawn"; }

/// How far a campaign is, of which `finished` faults are stored; `first_draws`: these are the first ones of the draw.
///
/// The manifest's `until` is a rule that could end the campaign by its outcomes: also one that came to the end of its
/// list without it has a number of faults that was not fixed before. Once all faults of the space are stored, nothing
/// is left to be sure of.
inline Completion completion_of(const Store& store, std::uint64_t finished, bool first_draws) {
  const bool by_rule = store.manifest().find("until").has_value();
  if (!unfinished_part(store, finished) && (!by_rule || detail::population(store) == finished))
    return Completion::finished;
  return first_draws && (by_rule || lists_in_order_of_draw(store)) ? Completion::ended_at_will
                                                                   : Completion::ended_in_list;
}

}  // namespace spikingjet
