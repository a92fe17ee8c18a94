// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/campaign/campaign.hpp>
#include <spikingjet/core/digest.hpp>
#include <spikingjet/core/version.hpp>
#include <spikingjet/engine/decision.hpp>
#include <spikingjet/fault/fault_list.hpp>
#include <spikingjet/fault/list_origin.hpp>
#include <spikingjet/fault/sample_design.hpp>
#include <spikingjet/fault/sampling_plan.hpp>
#include <spikingjet/fault/ways.hpp>
#include <spikingjet/model/parameters.hpp>
#include <spikingjet/model/sample.hpp>
#include <spikingjet/store/store.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace spikingjet {

/// The identity of what faults are injected into: network, digests of weights and data, samples.
template <class Net>
Manifest identify_inputs(const Parameters<Net>& parameters, const SampleRange& samples) {
  Manifest manifest;
  manifest.identify("network", Net::summary());
  manifest.identify("weights", Digest().add(parameters.values()).hex());
  manifest.identify("data", digest_of(samples).hex());
  manifest.identify("samples", std::to_string(samples.size()));
  return manifest;
}

/// The identity of a campaign: that of its inputs, and the digest of its fault list.
///
/// What informs besides (threads, date, the method that made the fault list) is the caller's to add.
template <class Injector, class Engine>
Manifest identify_campaign(const Campaign<Injector, Engine>& campaign, const FaultList& faults) {
  Manifest manifest = identify_inputs(campaign.parameters(), campaign.samples());
  manifest.identify("faults", digest_of(faults).hex());
  manifest.identify("fault count", std::to_string(faults.size()));
  manifest.inform("policies", Injector::summary());
  manifest.inform("engine", Engine::name);
  manifest.inform("version", version);
  return manifest;
}

/// Notes where a campaign's faults are from: `sample` is `exhaustive`, `random`, `stratified` where `strata by` says
/// what they were drawn from, or `given` for faults that stand for nothing but themselves, as those of a list that
/// somebody wrote. `random` says the same of a list of unknown origin. What else was asked for stands between `method`
/// and `seed`, where `origin_of` a store finds it again.
inline void inform_of_origin(Manifest& manifest, const std::optional<ListOrigin>& origin, bool random = false) {
  const bool exhaustive = origin && origin->is_exhaustive();
  const bool stratified = origin && origin->is_stratified();
  manifest.inform("sample", exhaustive         ? "exhaustive"
                            : stratified       ? "stratified"
                            : origin || random ? "random"
                                               : "given");
  if (!origin) return;
  manifest.inform("method", origin->method);
  if (stratified) manifest.inform("strata by", origin->by);
  for (const auto& [key, value] : origin->about) manifest.inform(key, value);
  manifest.inform("seed", std::to_string(origin->seed));
  manifest.inform("population", std::to_string(origin->faults()));
}

/// Stores the golden run of a campaign: a row for each distinct sample; the manifest's `samples` says how often they
/// repeat.
template <class Injector, class Engine>
void store_golden(Store& store, const Campaign<Injector, Engine>& campaign) {
  std::vector<GoldenSample> samples;
  for (const GoldenOutcome& golden : campaign.golden())
    samples.push_back({samples.size(), golden.label(), static_cast<std::uint32_t>(golden.top()),
                       {golden.readout().begin(), golden.readout().end()}});
  store.append_golden(samples);
}

/// How injections were decided, as a store counts it: the ways that occurred.
inline std::vector<Tally> tallies_of(const Decisions& decisions) {
  std::vector<Tally> tallies;
  for (std::size_t d = 0; d < decision_count; ++d)
    if (const std::uint64_t count = decisions[Decision(d)]; count > 0)
      tallies.push_back({std::string(decision_name(Decision(d))), count});
  return tallies;
}

/// What a store remembers of the fault space that a list comes from, and of its strata.
///
/// **Shapes** population (quantities).
inline StoredSpace stored_space(std::vector<std::uint64_t> population, const SampleDesign& design) {
  StoredSpace space{.population = std::move(population), .ways = {}, .strata = {}};
  for (const PlannedStratum& stratum : design.strata)
    space.strata.push_back({stratum.name, stratum.population, stratum.faults, stratum.p});
  for (const Way& way : design.ways)
    space.ways.push_back(
        {way.quantity, way.choice.bit, std::string(way.choice.type.name), way.population, way.stratum});
  return space;
}

/// The draws of consecutive faults of a list; none where it is the whole space, which nobody drew.
///
/// **Shapes** result (count) or empty.
inline std::vector<FaultDraw> draws_of(const SampleDesign& design, std::uint64_t first, std::uint64_t count) {
  std::vector<FaultDraw> draws;
  if (design.in_order_of_draw)
    for (std::uint64_t i = 0; i < count; ++i) draws.push_back({0, first + i});
  else if (!design.draws.empty())
    for (std::uint64_t i = 0; i < count; ++i)
      draws.push_back({design.draws[first + i].stratum, design.draws[first + i].rank});
  return draws;
}

/// Stores a finished block of a campaign: how its injections were decided, how its faults were drawn and, where they
/// are kept, how each injection ended and how often outcomes of the program's own happened.
inline void store_block(Store& store, const CampaignBlock& block, const SampleDesign& design = {}) {
  const std::vector<Tally> tallies = tallies_of(block.decisions);
  const std::vector<FaultDraw> draws = draws_of(design, block.first, block.faults.size());
  std::vector<OwnCounts> own;
  for (std::size_t o = 0; o < block.own_outcomes.size(); ++o)
    own.push_back({block.own_outcomes[o].name, block.own_hits.subspan(o * block.faults.size(), block.faults.size())});
  store.append_block({.first = block.first,
                      .faults = block.faults,
                      .records = block.records,
                      .seconds = block.seconds,
                      .tallies = tallies,
                      .draws = draws,
                      .injections = block.outcomes,
                      .own = own});
}

}  // namespace spikingjet
