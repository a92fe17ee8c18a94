// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/campaign/block.hpp>
#include <spikingjet/engine/decision.hpp>
#include <spikingjet/fault/sample_design.hpp>
#include <spikingjet/fault/sampling_plan.hpp>
#include <spikingjet/fault/ways.hpp>
#include <spikingjet/store/rows.hpp>
#include <spikingjet/store/store.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace spikingjet {

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
