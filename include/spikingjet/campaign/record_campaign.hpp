// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/campaign/campaign.hpp>
#include <spikingjet/core/digest.hpp>
#include <spikingjet/core/version.hpp>
#include <spikingjet/fault/fault_list.hpp>
#include <spikingjet/store/store.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace spikingjet {

/// The identity of a campaign: network, digests of weights, data and fault list, samples.
///
/// What informs besides (threads, date, the method that made the fault list) is the caller's to add.
template <class Injector, class Engine>
Manifest identify_campaign(const Campaign<Injector, Engine>& campaign, const FaultList& faults) {
  using Net = typename Injector::Network;
  Manifest manifest;
  manifest.identify("network", Net::summary());
  manifest.identify("weights", Digest().add(campaign.parameters().values()).hex());
  manifest.identify("data", digest_of(campaign.samples()).hex());
  manifest.identify("samples", std::to_string(campaign.samples().size()));
  manifest.identify("faults", digest_of(faults).hex());
  manifest.identify("fault count", std::to_string(faults.size()));
  manifest.inform("policies", Injector::summary());
  manifest.inform("engine", Engine::name);
  manifest.inform("version", version);
  return manifest;
}

/// Stores the golden run of a campaign: a row for each distinct sample; the manifest's `samples` says how often they repeat.
template <class Injector, class Engine>
void store_golden(Store& store, const Campaign<Injector, Engine>& campaign) {
  std::vector<GoldenSample> samples;
  for (const GoldenOutcome& golden : campaign.golden())
    samples.push_back({samples.size(), golden.label(), static_cast<std::uint32_t>(golden.top()),
                       {golden.readout().begin(), golden.readout().end()}});
  store.append_golden(samples);
}

/// Stores a finished block of a campaign, and how its injections were decided.
inline void store_block(Store& store, const CampaignBlock& block) {
  std::vector<Tally> tallies;
  for (std::size_t d = 0; d < decision_count; ++d)
    if (const std::uint64_t count = block.decisions[Decision(d)]; count > 0)
      tallies.push_back({std::string(decision_name(Decision(d))), count});
  store.append_block(block.first, block.faults, block.records, block.seconds, tallies);
}

/// The faults of a space that strike each quantity, as a store wants them.
inline std::vector<std::uint64_t> population_of(const FaultSpace& space) {
  std::vector<std::uint64_t> population;
  for (std::size_t q = 0; q < space.quantities().size(); ++q) population.push_back(space.size(q));
  return population;
}

}  // namespace spikingjet
