// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/fault/fault.hpp>
#include <spikingjet/inject/strike.hpp>
#include <spikingjet/model/graph.hpp>
#include <spikingjet/model/quantity.hpp>

#include <algorithm>
#include <cstddef>
#include <span>
#include <utility>
#include <vector>

namespace spikingjet {

/// Whether the sums that faults of a group strike are pooled before they reach neurons.
inline bool is_pooled(const Graph& network, const StrikeGroup& group) {
  return group.in_sums() && network.layers[group.layer + 1].kind == LayerKind::pooling;
}

/// The faults of a list, quantity by quantity.
struct DeviceFaults {
  struct Part {
    StrikeGroup group;
    std::vector<Strike> faults;  // neighbours: bits of one site, sites of one neuron
  };

  std::vector<Part> parts;
  std::size_t equivalent = 0;  // faults that leave the stored bits as they are; in no part
};

/// Sorts a list of faults for a device.
inline DeviceFaults sort_faults(const GraphWithParameters& network, std::span<const Fault> faults) {
  DeviceFaults sorted;
  std::vector<DeviceFaults::Part> parts(network.quantities.size());
  for (std::size_t q = 0; q < parts.size(); ++q) parts[q].group = strike_group(network, q);
  for (std::size_t f = 0; f < faults.size(); ++f) {
    const Strike strike = strike_of(faults[f], f, network.quantities, network.parameters);
    if (parts[strike.quantity].group.is_equivalent(strike))
      ++sorted.equivalent;
    else
      parts[strike.quantity].faults.push_back(strike);
  }
  for (std::size_t q = 0; q < parts.size(); ++q) {
    if (parts[q].faults.empty()) continue;
    const auto before = [](const Strike& a, const Strike& b) { return a.element < b.element; };
    if (!std::is_sorted(parts[q].faults.begin(), parts[q].faults.end(), before))  // an exhaustive list is
      std::stable_sort(parts[q].faults.begin(), parts[q].faults.end(), before);
    sorted.parts.push_back(std::move(parts[q]));
  }
  return sorted;
}

}  // namespace spikingjet
