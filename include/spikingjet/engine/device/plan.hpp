// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/bits.hpp>
#include <spikingjet/core/config.hpp>
#include <spikingjet/core/lanes/lane.hpp>
#include <spikingjet/engine/device/network.hpp>
#include <spikingjet/fault/alteration.hpp>
#include <spikingjet/fault/fault.hpp>
#include <spikingjet/model/neuron.hpp>
#include <spikingjet/model/quantity.hpp>
#include <spikingjet/model/sharing.hpp>
#include <spikingjet/sim/sums/one_output.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace spikingjet {

/// A fault as the thread of a device carries it.
struct DeviceFault {
  Alteration alteration;
  Window window;
  float value = 0;            // of a stored parameter, where the fault is there
  std::uint32_t element = 0;  // of the quantity
  std::uint32_t index = 0;    // in the list
};

/// What faults of one quantity strike.
enum class Strikes : std::uint8_t { weight, bias, lateral_weight, lateral_bias, constant, state, spike };

/// The faults of a list that strike one quantity, and which neurons each of them reaches.
struct FaultGroup {
  Strikes strikes = Strikes::weight;
  std::uint32_t stage = 0;
  std::uint32_t layer = 0;
  std::uint32_t number = 0;  // of the constant or state, in the model's order
  std::uint32_t reach = 1;   // neurons, or outputs of the synaptic layer, that each fault reaches
  std::uint32_t taps = 1;    // elements of each channel, of weights that are not one-to-one
  SharedBy shared;           // elements, or channels of them, among neurons

  /// The i-th neuron that a fault reaches.
  SPIKINGJET_HD std::uint32_t neuron(std::uint32_t element, std::uint32_t i) const {
    return shared.neuron(element / taps, i);
  }

  /// Whether a fault reaches a neuron.
  SPIKINGJET_HD bool hits(std::uint32_t element, std::uint32_t neuron) const {
    return shared.element(neuron) == element / taps;
  }

  /// What a fault alters in the sums of the neurons that it reaches.
  SPIKINGJET_HD FaultyTerm term(const DeviceFault& fault) const {
    FaultyTerm term;
    if (strikes == Strikes::bias || strikes == Strikes::lateral_bias) {
      term.in_bias = true;
      term.bias = fault.value;
    } else {
      term.tap = fault.element % taps;
      term.weight = fault.value;
    }
    return term;
  }

  /// A fault, where it is there, in the constants of a neuron that it hits.
  template <class Model>
  SPIKINGJET_HD void strike_constants(const DeviceFault& fault, Constants<Model, float>& constant) const {
    if (strikes != Strikes::constant) return;
    for (int c = 0; c < int(Model::constants.size()); ++c)  // a run-time index would put them into memory
      if (std::uint32_t(c) == number) constant[c] = fault.value;
  }
  /// A fault, where it is there, in what the update of a neuron that it hits left.
  template <class Model>
  SPIKINGJET_HD void strike_neuron(const DeviceFault& fault, Values<float, int(Model::states.size())>& state,
                                   float& spike) const {
    if (strikes == Strikes::state)
      for (int s = 0; s < int(Model::states.size()); ++s)
        if (std::uint32_t(s) == number) state[s] = fault.alteration.on_state(state[s]);
    if (strikes == Strikes::spike) spike = fault.alteration.on_state(spike);
  }

  SPIKINGJET_HD bool in_sums() const { return strikes == Strikes::weight || strikes == Strikes::bias; }
  SPIKINGJET_HD bool in_lateral_sums() const {
    return strikes == Strikes::lateral_weight || strikes == Strikes::lateral_bias;
  }
};

/// Whether the sums that faults of a group strike are pooled before they reach neurons.
inline bool is_pooled(const DeviceNetwork& network, const FaultGroup& group) {
  return group.in_sums() && network.layers[group.layer + 1].kind == LayerKind::pooling;
}

/// The faults of a list, quantity by quantity.
struct DeviceFaults {
  struct Part {
    FaultGroup group;
    std::vector<DeviceFault> faults;  // neighbours: bits of one site, sites of one neuron
  };

  std::vector<Part> parts;
  std::size_t equivalent = 0;  // faults that leave the stored bits as they are; in no part
};

namespace detail {

inline FaultGroup group_of(const DeviceNetwork& network, std::size_t quantity) {
  const Quantity& q = network.quantities[quantity];
  const DeviceLayer& layer = network.layers[q.layer_index];
  const std::size_t positions = layer.geometry.out.size();
  FaultGroup group;
  group.stage = static_cast<std::uint32_t>(q.stage);
  group.layer = static_cast<std::uint32_t>(q.layer_index);
  const bool lateral = layer.kind == LayerKind::lateral;
  if (q.storage == Storage::spike) {
    group.strikes = Strikes::spike;
    group.shared = SharedBy(1, layer.outputs);
  } else if (q.storage == Storage::state) {
    group.strikes = Strikes::state;
    group.number = static_cast<std::uint32_t>(q.offset);
    group.shared = SharedBy(1, layer.outputs);
  } else if (layer.kind == LayerKind::neuron) {
    group.strikes = Strikes::constant;
    while (layer.constants[group.number] != q.offset) ++group.number;
    group.shared = layer.shared[group.number];
  } else if (layer.one_to_one) {
    group.strikes = Strikes::lateral_weight;
    group.shared = layer.shared.front();
  } else {
    const bool weight = q.offset == layer.weight;
    if (weight) group.taps = static_cast<std::uint32_t>(layer.geometry.taps());
    group.strikes = weight    ? lateral ? Strikes::lateral_weight : Strikes::weight
                    : lateral ? Strikes::lateral_bias
                              : Strikes::bias;
    group.shared = SharedBy(positions, layer.geometry.channels_out);
  }
  group.reach = static_cast<std::uint32_t>(layer.outputs) / group.shared.modulus;
  return group;
}

}  // namespace detail

/// Sorts a list of faults for a device.
inline DeviceFaults sort_faults(const DeviceNetwork& network, std::span<const Fault> faults) {
  DeviceFaults sorted;
  std::vector<DeviceFaults::Part> parts(network.quantities.size());
  for (std::size_t f = 0; f < faults.size(); ++f) {
    const Fault& fault = faults[f];
    DeviceFault on_device{fault.alteration, fault.window, 0.0F, static_cast<std::uint32_t>(fault.site.element),
                          static_cast<std::uint32_t>(f)};
    if (network.quantities[fault.site.quantity].storage == Storage::parameter) {
      const float stored = network.stored(fault);
      on_device.value = fault.alteration.on_parameter(stored);
      if (to_word(on_device.value) == to_word(stored)) {
        ++sorted.equivalent;
        continue;
      }
    }
    parts[fault.site.quantity].faults.push_back(on_device);
  }
  for (std::size_t q = 0; q < parts.size(); ++q) {
    if (parts[q].faults.empty()) continue;
    parts[q].group = detail::group_of(network, q);
    const auto before = [](const DeviceFault& a, const DeviceFault& b) { return a.element < b.element; };
    if (!std::is_sorted(parts[q].faults.begin(), parts[q].faults.end(), before))  // an exhaustive list is
      std::stable_sort(parts[q].faults.begin(), parts[q].faults.end(), before);
    sorted.parts.push_back(std::move(parts[q]));
  }
  return sorted;
}

}  // namespace spikingjet
