// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/inject/strike.hpp>
#include <spikingjet/model/layers/pool2d.hpp>
#include <spikingjet/model/layers/synapse_geometry.hpp>
#include <spikingjet/model/parameters.hpp>
#include <spikingjet/model/quantity.hpp>
#include <spikingjet/model/sharing.hpp>
#include <spikingjet/model/zero_input.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <type_traits>
#include <utility>
#include <vector>

namespace spikingjet {

/// A layer of a network as data.
struct DeviceLayer {
  static constexpr std::size_t none = ~std::size_t{0};

  LayerKind kind = LayerKind::synaptic;
  std::size_t stage = 0;
  std::size_t inputs = 0;
  std::size_t outputs = 0;

  // synaptic and lateral
  SynapseGeometry geometry;
  std::size_t weight = none;  // offset in the parameters
  std::size_t bias = none;
  bool all_inputs = false;    // zeros take part in sums, as a weight is NaN or infinite
  bool one_to_one = false;

  PoolGeometry pool;

  // neurons
  std::size_t states = 0;
  std::vector<std::size_t> constants;  // offsets in the parameters
  std::vector<SharedBy> shared;        // of the constants, or of one-to-one weights
};

/// A network with its parameters as data: what is left of its type for a device, whose code must not name layers.
struct DeviceNetwork {
  std::vector<DeviceLayer> layers;
  std::vector<std::size_t> neurons;  // (stages) the neuron layer of each
  std::vector<Quantity> quantities;
  std::vector<StrikeGroup> groups;  // (quantities)
  std::vector<float> parameters;  // as `Parameters::values`
  std::size_t inputs = 0;
  std::size_t classes = 0;
  ZeroInput zero_input = ZeroInput::multiply;

  std::size_t stages() const { return neurons.size(); }
  std::size_t first_of(std::size_t stage) const { return stage == 0 ? 0 : neurons[stage - 1] + 1; }

  /// The layer of some kind in a stage, or `DeviceLayer::none`.
  std::size_t find(std::size_t stage, LayerKind kind) const {
    for (std::size_t l = first_of(stage); l <= neurons[stage]; ++l)
      if (layers[l].kind == kind) return l;
    return DeviceLayer::none;
  }

  bool has_lateral(std::size_t stage) const { return find(stage, LayerKind::lateral) != DeviceLayer::none; }
  /// Whether a stage or one behind it has lateral weights.
  bool meets_lateral(std::size_t stage) const {
    for (; stage < stages(); ++stage)
      if (has_lateral(stage)) return true;
    return false;
  }
};

namespace detail {

template <class Net, std::size_t I>
DeviceLayer describe_layer(const Parameters<Net>& parameters) {
  using Layer = typename Net::template Layer<I>;
  DeviceLayer layer;
  layer.kind = Layer::kind;
  layer.inputs = Layer::in.size();
  layer.outputs = Layer::out.size();
  constexpr std::size_t q = Net::template first_quantity<I>;
  if constexpr (Layer::kind == LayerKind::neuron) {
    layer.states = Layer::states.size();
    for (std::size_t c = 0; c < Layer::parameters.size(); ++c) {
      layer.constants.push_back(Net::quantities[q + c].offset);
      layer.shared.emplace_back(Layer::sharings[c], Layer::out);
    }
  } else if constexpr (Layer::kind == LayerKind::pooling) {
    layer.pool = Layer::geometry;
  } else {
    layer.weight = Net::quantities[q].offset;
    if constexpr (requires { Layer::sharing; }) {
      layer.one_to_one = true;
      layer.shared.emplace_back(Layer::sharing, Layer::out);
    } else {
      layer.geometry = Layer::geometry;
      if constexpr (Layer::has_bias) layer.bias = Net::quantities[q + 1].offset;
      layer.all_inputs = Net::zero_input == ZeroInput::multiply && !parameters.all_finite(q);
    }
  }
  return layer;
}

}  // namespace detail

/// The data of a network.
template <class Net>
DeviceNetwork describe_network(const Parameters<Net>& parameters) {
  DeviceNetwork network;
  [&]<std::size_t... I>(std::index_sequence<I...>) {
    (network.layers.push_back(detail::describe_layer<Net, I>(parameters)), ...);
  }(std::make_index_sequence<Net::layer_count>{});
  for (std::size_t s = 0; s < Net::stage_count; ++s) {
    network.neurons.push_back(Net::neurons_of(s));
    for (std::size_t l = Net::first_of(s); l <= Net::neurons_of(s); ++l) network.layers[l].stage = s;
  }
  network.quantities.assign(Net::quantities.begin(), Net::quantities.end());
  network.groups.assign(strike_groups<Net>.begin(), strike_groups<Net>.end());
  network.parameters.assign(parameters.values().begin(), parameters.values().end());
  network.inputs = Net::input.size();
  network.classes = Net::classes;
  network.zero_input = Net::zero_input;
  return network;
}

}  // namespace spikingjet
