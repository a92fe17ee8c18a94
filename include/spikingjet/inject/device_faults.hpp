// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/bits.hpp>
#include <spikingjet/core/config.hpp>
#include <spikingjet/core/lane.hpp>
#include <spikingjet/core/shape.hpp>
#include <spikingjet/fault/alteration.hpp>
#include <spikingjet/fault/fault.hpp>
#include <spikingjet/inject/device_network.hpp>
#include <spikingjet/model/neuron.hpp>
#include <spikingjet/model/quantity.hpp>
#include <spikingjet/model/sharing.hpp>
#include <spikingjet/model/synapse_geometry.hpp>
#include <spikingjet/sim/layer_view.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
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
  std::size_t stage = 0;
  std::size_t layer = 0;
  std::size_t number = 0;  // of the constant or state, in the model's order
  std::size_t reach = 1;   // neurons, or outputs of the synaptic layer, that each fault reaches

  SynapseGeometry geometry;               // of weights and biases that are not one-to-one
  bool shared = false;                    // whether elements are shared as `sharing` says
  Sharing sharing = Sharing::per_neuron;  // of constants and one-to-one weights
  Shape neurons;

  /// The i-th neuron that a fault reaches.
  SPIKINGJET_HD std::size_t neuron(std::size_t element, std::size_t i) const {
    switch (strikes) {
      case Strikes::state:
      case Strikes::spike: return element;
      case Strikes::bias:
      case Strikes::lateral_bias: return element * geometry.out.size() + i;
      default: break;
    }
    if (!shared) return element / geometry.taps() * geometry.out.size() + i;
    switch (sharing) {
      case Sharing::per_neuron: break;
      case Sharing::per_column: return i * neurons.extent[neurons.rank - 1] + element;
      case Sharing::per_channel: return element * (neurons.size() / neurons.extent[0]) + i;
      case Sharing::per_layer: return i;
    }
    return element;
  }

  /// Whether a fault reaches a neuron.
  SPIKINGJET_HD bool hits(std::size_t element, std::size_t neuron) const {
    switch (strikes) {
      case Strikes::state:
      case Strikes::spike: return element == neuron;
      case Strikes::bias:
      case Strikes::lateral_bias: return element == neuron / geometry.out.size();
      default: break;
    }
    return shared ? shared_element(sharing, neurons, neuron) == element : element / geometry.taps() == neuron / geometry.out.size();
  }

  /// What a fault alters in the sums of the neurons that it reaches.
  SPIKINGJET_HD FaultyTerm term(const DeviceFault& fault) const {
    FaultyTerm term;
    if (strikes == Strikes::bias || strikes == Strikes::lateral_bias) {
      term.in_bias = true;
      term.bias = fault.value;
    } else {
      term.tap = shared ? 0 : fault.element % geometry.taps();
      term.weight = fault.value;
    }
    return term;
  }

  /// A fault, where it is there, in the constants of a neuron that it hits.
  template <class Model>
  SPIKINGJET_HD void strike_constants(const DeviceFault& fault, Constants<Model, float>& constant) const {
    if (strikes != Strikes::constant) return;
    for (int c = 0; c < int(Model::constants.size()); ++c)  // a run-time index would put them into memory
      if (std::size_t(c) == number) constant[c] = fault.value;
  }
  /// A fault, where it is there, in what the update of a neuron that it hits left.
  template <class Model>
  SPIKINGJET_HD void strike_neuron(const DeviceFault& fault, Values<float, int(Model::states.size())>& state, float& spike) const {
    if (strikes == Strikes::state)
      for (int s = 0; s < int(Model::states.size()); ++s)
        if (std::size_t(s) == number) state[s] = fault.alteration.on_state(state[s]);
    if (strikes == Strikes::spike) spike = fault.alteration.on_state(spike);
  }

  SPIKINGJET_HD bool in_sums() const { return strikes == Strikes::weight || strikes == Strikes::bias; }
  SPIKINGJET_HD bool in_lateral_sums() const { return strikes == Strikes::lateral_weight || strikes == Strikes::lateral_bias; }
};

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
  FaultGroup group;
  group.stage = q.stage;
  group.layer = q.layer_index;
  group.geometry = layer.geometry;
  group.neurons = layer.shape;
  const bool lateral = layer.kind == LayerKind::lateral;
  if (q.storage == Storage::spike) {
    group.strikes = Strikes::spike;
  } else if (q.storage == Storage::state) {
    group.strikes = Strikes::state;
    group.number = q.offset;
  } else if (layer.kind == LayerKind::neuron) {
    group.strikes = Strikes::constant;
    group.shared = true;
    while (layer.constants[group.number] != q.offset) ++group.number;
    group.sharing = layer.sharings[group.number];
    group.reach = layer.outputs / q.size();
  } else if (layer.one_to_one) {
    group.strikes = Strikes::lateral_weight;
    group.shared = true;
    group.sharing = layer.sharing;
    group.reach = layer.outputs / q.size();
  } else if (q.offset == layer.weight) {
    group.strikes = lateral ? Strikes::lateral_weight : Strikes::weight;
    group.reach = layer.geometry.out.size();
  } else {
    group.strikes = lateral ? Strikes::lateral_bias : Strikes::bias;
    group.reach = layer.geometry.out.size();
  }
  return group;
}

}  // namespace detail

/// Sorts a list of faults for a device.
inline DeviceFaults sort_faults(const DeviceNetwork& network, std::span<const Fault> faults) {
  DeviceFaults sorted;
  std::vector<DeviceFaults::Part> parts(network.quantities.size());
  for (std::size_t f = 0; f < faults.size(); ++f) {
    const Fault& fault = faults[f];
    DeviceFault on_device{fault.alteration, fault.window, 0.0F, static_cast<std::uint32_t>(fault.site.element), static_cast<std::uint32_t>(f)};
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
    std::stable_sort(parts[q].faults.begin(), parts[q].faults.end(),
                     [](const DeviceFault& a, const DeviceFault& b) { return a.element < b.element; });
    sorted.parts.push_back(std::move(parts[q]));
  }
  return sorted;
}

}  // namespace spikingjet
