// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/analysis/sample_kind.hpp>
#include <spikingjet/core/text.hpp>
#include <spikingjet/fault/list_origin.hpp>
#include <spikingjet/store/manifest.hpp>
#include <spikingjet/store/store.hpp>

#include <cstdint>
#include <optional>
#include <string>

namespace spikingjet {

/// Where the faults of a finished store are from, as the line of a fault list says it; absent where nobody noted how
/// they were drawn, and of an unfinished campaign, whose faults are a part of what was drawn.
///
/// A campaign that its rule could end has that rule under `until`: outcomes decided how many faults it has, unless they
/// are all.
///
/// **Laws** of a campaign that injected a drawn list, what the list says.
inline std::optional<ListOrigin> origin_of(const Store& store) {
  const Manifest& manifest = store.manifest();
  const std::uint64_t finished = store.faults();
  const auto method = manifest.find("method");
  const auto confidence = parse_float<double>(manifest.find(Manifest::confidence).value_or(""));
  const auto seed = detail::stated_count(store, "seed");
  const auto population = detail::population(store);
  if (!method || !confidence || !(*confidence > 0 && *confidence < 1) || !seed || !population) return std::nullopt;
  if (sample_kind(store) == SampleKind::given || unfinished_part(store, finished)) return std::nullopt;

  ListOrigin origin{.method = *method, .confidence = *confidence, .seed = *seed, .population = {}, .about = {}};
  for (const StoredQuantity& quantity : store.quantities()) origin.population.push_back(*quantity.population);
  origin.by = manifest.find("strata by").value_or(origin.by);
  if (origin.is_stratified())
    for (const StoredStratum& stratum : store.strata())
      origin.strata.push_back({stratum.name, stratum.population, stratum.drawn, stratum.p});
  bool asked = false;  // what else was asked for stands between method and seed
  for (const Manifest::Entry& entry : manifest.entries()) {
    asked = (asked || entry.key == "method") && entry.key != "seed";
    if (asked && entry.key != "method" && entry.key != "strata by") origin.about.emplace_back(entry.key, entry.value);
  }
  if (const auto rule = manifest.find("until"); rule && finished < *population)
    origin.about.emplace_back("until", *rule);
  return origin;
}

}  // namespace spikingjet
