// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/name.hpp>
#include <spikingjet/core/shape.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace spikingjet {

/// What a quantity means to the network. A target selects quantities by it.
enum class Role : std::uint8_t {
  weight,
  bias,
  decay,           // of the membrane potential
  synaptic_decay,  // of the synaptic current
  threshold,
  potential,
  current,  // the state s of a synapse with memory
  spike,
  other,  // of a model of one's own, or a constant that no default target hits
};

/// The word of a role, as tables print it.
constexpr std::string_view role_name(Role role) {
  constexpr std::string_view names[] = {"weight",    "bias",    "decay", "synaptic_decay", "threshold",
                                        "potential", "current", "spike", "other"};
  return names[static_cast<std::size_t>(role)];
}

/// Where a quantity lives: a stored parameter, a state that each run starts from zero, or the spikes of a step.
enum class Storage : std::uint8_t { parameter, state, spike };

/// What a layer does in a step.
enum class LayerKind : std::uint8_t {
  synaptic,  // turns spikes into currents
  pooling,   // of spikes or currents, without parameters
  lateral,   // turns the spikes of the neurons behind it, of the step before, into currents
  neuron,    // turns currents into spikes and keeps states
};

/// One named tensor of a network that a fault can strike: `fc1.weight`, `lif1.potential`.
struct Quantity {
  Name layer;
  Name field;
  Role role = Role::other;
  Storage storage = Storage::parameter;
  Shape shape;                  // logical, as in the weights file
  std::size_t layer_index = 0;  // in the network's list of layers
  std::size_t offset = 0;       // first float in the parameter store; the number of the state for a state
  bool output_last = false;     // stored with the first axis running fastest, so that lanes run over outputs
  std::size_t stage = 0;        // of the network's stages
  LayerKind kind = LayerKind::synaptic;  // of the layer

  /// Number of fault sites.
  constexpr std::size_t size() const { return shape.size(); }

  /// Where element `element` (row-major in `shape`) stands in the parameter store, from `offset`.
  constexpr std::size_t position(std::size_t element) const {
    if (!output_last) return element;
    const std::size_t inner = shape.size() / shape[0];
    return (element % inner) * shape[0] + element / inner;
  }

  /// "fc1.weight".
  std::string name() const { return layer.str() + "." + field.str(); }
};

}  // namespace spikingjet
