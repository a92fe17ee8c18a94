// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/app/activity_table.hpp>
#include <spikingjet/core/bits.hpp>
#include <spikingjet/core/remark.hpp>
#include <spikingjet/model/parameters.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <string>
#include <vector>

namespace spikingjet {

/// What the activity of a golden run shows to be unlikely: hidden layers without a spike, layers that fire in every
/// step, potentials that are NaN or infinite though all parameters are finite (of others `load_parameters` tells). Of
/// an output layer without a spike `golden_remarks` tells.
template <class Net>
std::vector<Remark> activity_remarks(const SpikeCounter<Net>& counter, const Parameters<Net>& parameters,
                                     std::size_t samples) {
  std::vector<Remark> remarks;
  const auto tell = [&](RemarkKind kind, const std::string& sentence) {
    remarks.push_back({kind, "spikingjet: " + sentence + "; see docs/checks.md"});
  };
  const bool finite = std::all_of(parameters.values().begin(), parameters.values().end(), is_finite);
  if (const std::size_t bad = counter.samples_not_finite(); finite && bad > 0)
    tell(RemarkKind::not_finite, "in " + std::to_string(bad) + " of " + std::to_string(samples) +
                                     " samples potentials become NaN or infinite without a fault, and a neuron with "
                                     "one never fires again; check weights, decays and thresholds");
  for (const Quantity& quantity : Net::quantities) {
    if (quantity.storage != Storage::spike) continue;
    const std::vector<std::uint64_t>& counts = counter.of_layer(quantity.layer_index);
    const std::uint64_t spikes = std::accumulate(counts.begin(), counts.end(), std::uint64_t{0});
    const bool output = quantity.layer_index + 1 == Net::layer_count;
    const std::string layer = "'" + quantity.layer.str() + "'";
    if (spikes == 0 && !output)
      tell(RemarkKind::silent_layer, "no neuron of " + layer + " spikes in any of " + std::to_string(samples) +
                                         " samples, so that nothing reaches the layers behind it; check thresholds, "
                                         "decays and the scale of weights and inputs");
    if (spikes > 0 && spikes == counter.of_layer_at_most(quantity.layer_index))
      tell(RemarkKind::saturated_layer,
           "all neurons of " + layer + " spike in every step of " + std::to_string(samples) +
               " samples, so that they say nothing of the input; check thresholds and the scale of weights and inputs");
  }
  return remarks;
}

}  // namespace spikingjet
