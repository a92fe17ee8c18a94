// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/shape.hpp>
#include <spikingjet/model/layers/pool2d.hpp>
#include <spikingjet/model/layers/synapse_geometry.hpp>
#include <spikingjet/model/parameters.hpp>
#include <spikingjet/model/quantity.hpp>
#include <spikingjet/model/sharing.hpp>
#include <spikingjet/model/zero_input.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace spikingjet {

/// A layer of a network as data.
struct GraphLayer {
  static constexpr std::size_t none = ~std::size_t{0};

  LayerKind kind = LayerKind::synaptic;
  std::size_t stage = 0;
  std::size_t quantity = 0;  // its first one: its parameters follow, then its states, then its spike
  Shape in;
  Shape out;
  std::size_t parameters = 0;        // number of tensors
  std::size_t states = 0;            // number of them
  std::span<const SharedBy> shared;  // of the constants of neurons, or of one-to-one weights

  // synaptic and lateral
  SynapseGeometry geometry;
  std::size_t weight = none;  // offset in the parameters
  std::size_t bias = none;
  bool one_to_one = false;

  PoolGeometry pool;

  constexpr std::size_t inputs() const { return in.size(); }
  constexpr std::size_t outputs() const { return out.size(); }
};

/// A network's layers, shapes and offsets as data, for code that does not depend on its type.
///
/// **Laws** `graph_of<Net>` says what `Net` says: every layer's kind, stage and shapes, every quantity's offset.
struct Graph {
  std::span<const GraphLayer> layers;
  std::span<const std::size_t> neurons;  // (stages) the neuron layer of each
  std::span<const Quantity> quantities;  // as `Network::quantities`
  std::size_t inputs = 0;
  std::size_t classes = 0;
  ZeroInput zero_input = ZeroInput::multiply;

  constexpr std::size_t stages() const { return neurons.size(); }
  constexpr std::size_t first_of(std::size_t stage) const { return stage == 0 ? 0 : neurons[stage - 1] + 1; }

  /// The layer of some kind in a stage, or `GraphLayer::none`.
  constexpr std::size_t find(std::size_t stage, LayerKind kind) const {
    for (std::size_t l = first_of(stage); l <= neurons[stage]; ++l)
      if (layers[l].kind == kind) return l;
    return GraphLayer::none;
  }

  constexpr bool has_lateral(std::size_t stage) const { return find(stage, LayerKind::lateral) != GraphLayer::none; }
  /// Whether a stage or one behind it has lateral weights.
  constexpr bool meets_lateral(std::size_t stage) const {
    for (; stage < stages(); ++stage)
      if (has_lateral(stage)) return true;
    return false;
  }

  /// The offset of a layer's p-th parameter tensor.
  constexpr std::size_t offset(const GraphLayer& layer, std::size_t p) const {
    return quantities[layer.quantity + p].offset;
  }
};

namespace detail {

/// How the constants of a bound layer's neurons, or its one-to-one weights, are shared.
template <class Layer>
inline constexpr auto shared_of = [] {
  if constexpr (Layer::kind == LayerKind::neuron) {
    std::array<SharedBy, Layer::parameters.size()> shared{};
    for (std::size_t c = 0; c < shared.size(); ++c) shared[c] = SharedBy(Layer::sharings[c], Layer::out);
    return shared;
  } else if constexpr (requires { Layer::sharing; }) {
    return std::array{SharedBy(Layer::sharing, Layer::out)};
  } else {
    return std::array<SharedBy, 0>{};
  }
}();

template <class Net, std::size_t I>
constexpr GraphLayer describe_layer() {
  using Layer = typename Net::template Layer<I>;
  constexpr std::size_t quantity = Net::template first_quantity<I>;
  GraphLayer layer;
  layer.kind = Layer::kind;
  layer.quantity = quantity;
  layer.in = Layer::in;
  layer.out = Layer::out;
  layer.parameters = Layer::parameters.size();
  layer.states = Layer::states.size();
  layer.shared = shared_of<Layer>;
  if constexpr (Layer::kind == LayerKind::pooling) {
    layer.pool = Layer::geometry;
  } else if constexpr (Layer::kind != LayerKind::neuron) {
    layer.weight = Net::quantities[quantity].offset;
    layer.one_to_one = requires { Layer::sharing; };
    if constexpr (requires { Layer::geometry; }) {
      layer.geometry = Layer::geometry;
      if constexpr (Layer::has_bias) layer.bias = Net::quantities[quantity + 1].offset;
    }
  }
  return layer;
}

template <class Net>
inline constexpr auto graph_neurons = [] {
  std::array<std::size_t, Net::stage_count> neurons{};
  for (std::size_t s = 0; s < neurons.size(); ++s) neurons[s] = Net::neurons_of(s);
  return neurons;
}();

template <class Net>
inline constexpr auto graph_layers = []<std::size_t... I>(std::index_sequence<I...>) {
  std::array<GraphLayer, Net::layer_count> layers{describe_layer<Net, I>()...};
  for (std::size_t s = 0; s < Net::stage_count; ++s)
    for (std::size_t l = Net::first_of(s); l <= Net::neurons_of(s); ++l) layers[l].stage = s;
  return layers;
}(std::make_index_sequence<Net::layer_count>{});

}  // namespace detail

/// The graph of a network.
template <class Net>
inline constexpr Graph graph_of = {.layers = detail::graph_layers<Net>,
                                   .neurons = detail::graph_neurons<Net>,
                                   .quantities = Net::quantities,
                                   .inputs = Net::input.size(),
                                   .classes = Net::classes,
                                   .zero_input = Net::zero_input};

/// A graph with the values of its network's parameters.
struct GraphWithParameters : Graph {
  std::vector<float> parameters;         // as `Parameters::values`
  std::vector<std::uint8_t> all_inputs;  // (layers) zeros take part in sums, as a weight is NaN or infinite
};

/// The graph of a network with the values of its parameters.
template <class Net>
GraphWithParameters graph_with(const Parameters<Net>& parameters) {
  GraphWithParameters graph{graph_of<Net>, {parameters.values().begin(), parameters.values().end()}, {}};
  for (const GraphLayer& layer : graph.layers)
    graph.all_inputs.push_back(graph.zero_input == ZeroInput::multiply && layer.weight != GraphLayer::none &&
                               !layer.one_to_one && !parameters.all_finite(layer.quantity));
  return graph;
}

}  // namespace spikingjet
