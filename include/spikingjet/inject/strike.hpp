// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/bits.hpp>
#include <spikingjet/core/config.hpp>
#include <spikingjet/core/lanes/lane.hpp>
#include <spikingjet/fault/alteration.hpp>
#include <spikingjet/fault/fault.hpp>
#include <spikingjet/model/graph.hpp>
#include <spikingjet/model/neuron.hpp>
#include <spikingjet/model/quantity.hpp>
#include <spikingjet/model/sharing.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace spikingjet {

/// A fault resolved against a network and its golden parameters. `StrikeGroup` says what its element is.
///
/// **Laws** trivially copyable, so that a device carries it as it is; where the fault is there, a parameter has the
/// bits of `faulty`, as under `FaultPerturbation`.
struct Strike {
  Alteration alteration;
  Window window;
  float golden = 0;  // of a parameter; 0 of a state or spike
  float faulty = 0;  // of a parameter, where the fault is there
  std::uint32_t quantity = 0;
  std::uint32_t element = 0;  // of the quantity
  std::uint32_t number = 0;   // of the fault, in its list
};

/// Resolves a fault; the one place that knows which value it gives to a stored parameter.
///
/// **Shapes** quantities, stored: as `Network::quantities` and `Parameters::values`.
inline Strike strike_of(const Fault& fault, std::size_t number, std::span<const Quantity> quantities,
                        std::span<const float> stored) {
  const Quantity& quantity = quantities[fault.site.quantity];
  Strike strike{.alteration = fault.alteration,
                .window = fault.window,
                .quantity = fault.site.quantity,
                .element = static_cast<std::uint32_t>(fault.site.element),
                .number = static_cast<std::uint32_t>(number)};
  if (quantity.storage == Storage::parameter) {
    strike.golden = stored[quantity.offset + quantity.position(strike.element)];
    strike.faulty = fault.alteration.on_parameter(strike.golden);
  }
  return strike;
}

/// Resolves the faults of a list, in its order.
inline std::vector<Strike> strikes_of(std::span<const Fault> faults, std::span<const Quantity> quantities,
                                      std::span<const float> stored) {
  std::vector<Strike> strikes;
  strikes.reserve(faults.size());
  for (std::size_t f = 0; f < faults.size(); ++f) strikes.push_back(strike_of(faults[f], f, quantities, stored));
  return strikes;
}

/// What an element of a quantity is to a network.
enum class StrikeKind : std::uint8_t { weight, bias, lateral_weight, lateral_bias, constant, state, spike };

/// What all strikes on one quantity have in common, and which neurons each reaches: those behind a synaptic layer are
/// its outputs, which may be pooled before they reach neurons.
///
/// **Laws** `hits(element, n)` holds for those n that are `neuron(element, i)`, which ascend in i < `reach`.
struct StrikeGroup {
  StrikeKind kind = StrikeKind::weight;
  std::uint32_t stage = 0;
  std::uint32_t layer = 0;
  std::uint32_t number = 0;  // of the constant or state, in the model's order; a spike's is behind the states
  std::uint32_t reach = 1;   // neurons that each element reaches
  std::uint32_t taps = 1;    // elements of each channel, of weights that are not one-to-one
  SharedBy shared;           // elements, or channels of them, among neurons

  SPIKINGJET_HD constexpr bool in_sums() const { return kind == StrikeKind::weight || kind == StrikeKind::bias; }
  SPIKINGJET_HD constexpr bool in_lateral_sums() const {
    return kind == StrikeKind::lateral_weight || kind == StrikeKind::lateral_bias;
  }
  SPIKINGJET_HD constexpr bool is_weight() const {
    return kind == StrikeKind::weight || kind == StrikeKind::lateral_weight;
  }
  SPIKINGJET_HD constexpr bool is_bias() const { return kind == StrikeKind::bias || kind == StrikeKind::lateral_bias; }
  SPIKINGJET_HD constexpr bool is_parameter() const { return kind < StrikeKind::state; }

  /// The output channel of a weight or bias.
  SPIKINGJET_HD constexpr std::uint32_t channel(std::uint32_t element) const { return element / taps; }
  /// The tap of a weight within its channel: of a fully connected layer, its input. 0 of all else.
  SPIKINGJET_HD constexpr std::uint32_t tap(std::uint32_t element) const { return element % taps; }

  /// The i-th neuron that an element reaches.
  SPIKINGJET_HD constexpr std::uint32_t neuron(std::uint32_t element, std::uint32_t i = 0) const {
    return shared.neuron(channel(element), i);
  }
  /// Whether an element reaches a neuron.
  SPIKINGJET_HD constexpr bool hits(std::uint32_t element, std::uint32_t neuron) const {
    return shared.element(neuron) == channel(element);
  }

  /// Whether a strike leaves a stored parameter as it is.
  SPIKINGJET_HD constexpr bool is_equivalent(const Strike& strike) const {
    return is_parameter() && to_word(strike.faulty) == to_word(strike.golden);
  }

  /// A strike, where it is there, in the constants of a neuron that it reaches.
  template <class Model>
  SPIKINGJET_HD void strike_constants(const Strike& strike, Constants<Model, float>& constant) const {
    if (kind != StrikeKind::constant) return;
    for (int c = 0; c < int(Model::constants.size()); ++c)  // a run-time index would put them into memory
      if (std::uint32_t(c) == number) constant[c] = strike.faulty;
  }
  /// A strike, where it is there, in what the update of a neuron that it reaches left.
  template <class Model>
  SPIKINGJET_HD void strike_neuron(const Strike& strike, Values<float, int(Model::states.size())>& state,
                                   float& spike) const {
    if (kind == StrikeKind::state)
      for (int s = 0; s < int(Model::states.size()); ++s)
        if (std::uint32_t(s) == number) state[s] = strike.alteration.on_state(state[s]);
    if (kind == StrikeKind::spike) spike = strike.alteration.on_state(spike);
  }
};

/// What strikes on a quantity of a network are.
constexpr StrikeGroup strike_group(const Graph& graph, std::size_t q) {
  const Quantity& quantity = graph.quantities[q];
  const GraphLayer& layer = graph.layers[quantity.layer_index];
  StrikeGroup group;
  group.stage = static_cast<std::uint32_t>(quantity.stage);
  group.layer = static_cast<std::uint32_t>(quantity.layer_index);
  group.number = static_cast<std::uint32_t>(q - layer.quantity);
  if (layer.kind == LayerKind::neuron && quantity.storage == Storage::parameter) {
    group.kind = StrikeKind::constant;
    group.shared = layer.shared[group.number];
  } else if (layer.kind == LayerKind::neuron) {
    group.kind = quantity.storage == Storage::spike ? StrikeKind::spike : StrikeKind::state;
    group.number -= static_cast<std::uint32_t>(layer.parameters);
    group.shared = SharedBy(1, layer.outputs());
  } else if (layer.one_to_one) {
    group.kind = StrikeKind::lateral_weight;
    group.shared = layer.shared.front();
  } else {
    const bool lateral = layer.kind == LayerKind::lateral;
    const bool weight = quantity.role == Role::weight;
    if (weight)
      group.kind = lateral ? StrikeKind::lateral_weight : StrikeKind::weight;
    else
      group.kind = lateral ? StrikeKind::lateral_bias : StrikeKind::bias;
    if (weight) group.taps = static_cast<std::uint32_t>(layer.geometry.taps());
    group.shared = SharedBy(layer.geometry.out.size(), layer.geometry.channels_out);
  }
  group.reach = static_cast<std::uint32_t>(layer.outputs()) / group.shared.modulus;
  return group;
}

/// What strikes on each quantity of a network are.
///
/// **Shapes** (quantities)
template <class Net>
inline constexpr auto strike_groups = [] {
  std::array<StrikeGroup, Net::quantities.size()> groups{};
  for (std::size_t q = 0; q < groups.size(); ++q) groups[q] = strike_group(graph_of<Net>, q);
  return groups;
}();

}  // namespace spikingjet
