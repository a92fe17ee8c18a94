// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/shape.hpp>
#include <spikingjet/engine/differential/replay/node.hpp>
#include <spikingjet/model/graph.hpp>
#include <spikingjet/model/layers/pool2d.hpp>
#include <spikingjet/model/quantity.hpp>
#include <spikingjet/model/reach.hpp>
#include <spikingjet/model/sharing.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace spikingjet {

/// The nodes of a circuit, made from the graph of a network: one for its input, one for each layer, and one more where
/// a layer needs the values before it in another layout. The models of neurons are not known here.
///
/// **Shapes** values: as `Parameters::values`; they must outlive the nodes, which read biases from them.
/// **Laws** a node takes values of nodes before it, but for lateral ones, which take those of the neurons behind them.
class CircuitNodes {
 public:
  CircuitNodes(const Graph& graph, std::span<const float> values, std::size_t lanes)
      : graph_(graph), values_(values), lanes_(lanes) {
    CircuitNode input;
    input.layout = layout_of(graph.layers.front().in);
    add(std::move(input), graph.inputs);
    for (const GraphLayer& layer : graph.layers) {
      of_layer_.push_back(add(node_for(layer), layer.outputs()));
      spread_all(nodes_.back(), layer);
    }
    find_readers();
    for (CircuitNode& node : nodes_) node.words = node.feeds_sums ? node.outputs() / 64 + 2 : 0;
  }

  std::vector<CircuitNode> take() && { return std::move(nodes_); }
  /// The node of each layer.
  const std::vector<std::size_t>& of_layer() const { return of_layer_; }

  /// Spreads a constant of neurons, or one-to-one weights, over their places.
  static void spread(CircuitNode& node, std::size_t constant, std::span<const float> stored) {
    const SharedBy shared = node.shared[constant];
    const auto users = static_cast<std::uint32_t>(node.outputs()) / shared.modulus;
    float* row = node.constants[constant].data();
    for (std::uint32_t element = 0; element < shared.modulus; ++element)
      for (std::uint32_t i = 0; i < users; ++i) row[node.place_of[shared.neuron(element, i)]] = stored[element];
  }

 private:
  CircuitLayout layout_of(const Shape& shape) const {
    return {.channels = shape[0], .positions = shape.size() / shape[0], .lanes = lanes_};
  }

  std::size_t add(CircuitNode node, std::size_t outputs) {
    settle(node);
    for (std::size_t reg = 0; reg < node.layout.registers(); ++reg)
      node.filled.push_back(~std::uint32_t{0} >> (32 - node.layout.filled(reg)));
    node.place_of.resize(outputs);
    node.flat_of.assign(node.layout.size(), 0xffffffffu);
    for (std::size_t f = 0; f < outputs; ++f) {
      node.place_of[f] = static_cast<std::uint32_t>(node.layout.place(f));
      node.flat_of[node.place_of[f]] = static_cast<std::uint32_t>(f);
    }
    nodes_.push_back(std::move(node));
    return nodes_.size() - 1;
  }

  static void settle(CircuitNode& node) {
    node.group_registers = node.layout.group_registers();
    node.position_registers = node.layout.position_registers();
  }

  CircuitNode node_for(const GraphLayer& layer) {
    switch (layer.kind) {
      case LayerKind::pooling: return pooling(layer);
      case LayerKind::neuron: return neurons(layer);
      case LayerKind::synaptic:
      case LayerKind::lateral: break;
    }
    CircuitNode node = layer.one_to_one ? one_to_one(layer) : synapses(layer);
    node.weight = layer.quantity;
    node.of_step_before = layer.kind == LayerKind::lateral;
    node.from = nodes_.size() - 1;
    if (node.of_step_before && node.layout != nodes_.back().layout) reshape(node.layout);
    if (node.of_step_before) node.from = nodes_.size() + 1;  // the neurons behind it
    return node;
  }

  CircuitNode one_to_one(const GraphLayer& layer) const {
    CircuitNode node;
    node.kind = CircuitNode::Kind::one_to_one;
    node.layout = nodes_.back().layout;
    node.shared = layer.shared;
    node.constants.emplace_back(node.layout.size());
    return node;
  }

  CircuitNode synapses(const GraphLayer& layer) const {
    CircuitNode node;
    node.kind = CircuitNode::Kind::synapses;
    node.geometry = layer.geometry;
    node.layout = {.channels = layer.geometry.channels_out,
                   .positions = layer.geometry.out.size(),
                   .groups = layer.geometry.groups,
                   .lanes = lanes_};
    if (!node.geometry.is_dense()) list_reached(node);
    store_weights(node, graph_.quantities[layer.quantity]);
    if (layer.bias != GraphLayer::none) node.bias = values_.data() + layer.bias;
    return node;
  }

  /// Lists which output positions each input position of a convolution reaches, and through which taps.
  static void list_reached(CircuitNode& node) {
    const Reach<std::size_t> reach(node.geometry);
    for (std::size_t p = 0; p < node.geometry.in.size(); ++p) {
      reach.each_unit_of(p, [&](std::size_t unit, std::size_t tap) {
        node.reached_from.add(static_cast<std::uint32_t>(unit / node.geometry.groups));
        node.reached_through.add(static_cast<std::uint32_t>(tap));
      });
      node.reached_from.end_list();
      node.reached_through.end_list();
    }
  }

  /// Copies the weights of a layer into whole registers.
  void store_weights(CircuitNode& node, const Quantity& weight) const {
    settle(node);
    const std::size_t taps = node.geometry.taps();
    node.stored_weights.assign(taps * node.position_registers * lanes_, 0.0F);
    node.stored_weights.resize(node.stored_weights.size() + node.position_registers * lanes_, -0.0F);
    node.weights = node.stored_weights.data();
    for (std::size_t e = 0; e < node.geometry.channels_out * taps; ++e)
      node.weights[node.weight_place(e / taps, e % taps)] = values_[weight.offset + weight.position(e)];
  }

  CircuitNode pooling(const GraphLayer& layer) {
    CircuitNode node;
    node.kind = CircuitNode::Kind::pooling;
    node.pool = layer.pool;
    if (nodes_.back().layout.positions != node.pool.in.size()) reshape(layout_of(layer.in));
    node.from = nodes_.size() - 1;
    node.layout = nodes_.back().layout;
    node.layout.positions = node.pool.out.size();
    list_windows(node);
    return node;
  }

  /// Lists the input positions of each window, and the windows of each input position.
  static void list_windows(CircuitNode& node) {
    const Reach<std::size_t> reach(node.pool);
    std::vector<std::vector<std::uint32_t>> windows(node.pool.in.size());
    for (std::size_t w = 0; w < node.pool.out.size(); ++w) {
      reach.each_in_window(w / node.pool.out.columns, w % node.pool.out.columns, [&](std::size_t p) {
        windows[p].push_back(static_cast<std::uint32_t>(w));
        node.inputs_of.add(static_cast<std::uint32_t>(p));
      });
      node.inputs_of.end_list();
    }
    for (const auto& of_position : windows) {
      for (const std::uint32_t w : of_position) node.windows_of.add(w);
      node.windows_of.end_list();
    }
  }

  CircuitNode neurons(const GraphLayer& layer) const {
    CircuitNode node;
    node.kind = CircuitNode::Kind::neurons;
    node.layout = nodes_.back().layout;
    node.from = nodes_.size() - 1;
    if (graph_.has_lateral(layer.stage)) node.back = node.from--;
    node.states.resize(layer.states);
    node.shared = layer.shared;
    for (std::size_t c = 0; c < layer.parameters; ++c) node.constants.emplace_back(node.layout.size());
    return node;
  }

  void spread_all(CircuitNode& node, const GraphLayer& layer) const {
    for (std::size_t c = 0; c < node.constants.size(); ++c)
      spread(node, c, values_.subspan(graph_.offset(layer, c), node.shared[c].modulus));
  }

  /// Lays the last node's values out in another way.
  void reshape(const CircuitLayout& layout) {
    CircuitNode node;
    node.kind = CircuitNode::Kind::reshape;
    node.from = nodes_.size() - 1;
    node.layout = layout;
    add(std::move(node), nodes_.back().outputs());
  }

  /// Finds out who takes the values of each node.
  void find_readers() {
    for (const CircuitNode& node : nodes_)
      if (node.kind == CircuitNode::Kind::synapses) {
        nodes_[node.from].feeds_sums = true;
        if (!node.geometry.is_dense()) nodes_[node.from].feeds_convolution = true;
      }
    for (std::size_t n = 0; n < nodes_.size(); ++n) {
      const auto takes = [n](const CircuitNode& node) { return node.from == n || node.back == n; };
      if (std::count_if(nodes_.begin(), nodes_.end(), takes) == 1)
        nodes_[n].only_reader =
            static_cast<std::size_t>(std::find_if(nodes_.begin(), nodes_.end(), takes) - nodes_.begin());
    }
  }

  const Graph& graph_;
  std::span<const float> values_;
  std::size_t lanes_;
  std::vector<CircuitNode> nodes_;
  std::vector<std::size_t> of_layer_;
};

}  // namespace spikingjet
