// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/campaign/campaign.hpp>
#include <spikingjet/core/digest.hpp>
#include <spikingjet/core/version.hpp>
#include <spikingjet/fault/fault_list.hpp>
#include <spikingjet/fault/list_origin.hpp>
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

}  // namespace spikingjet
