// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/engine/differential/replay/circuit_nodes.hpp>
#include <spikingjet/engine/differential/replay/node.hpp>
#include <spikingjet/engine/golden/recording.hpp>
#include <spikingjet/model/graph.hpp>
#include <spikingjet/model/neuron.hpp>
#include <spikingjet/model/parameters.hpp>
#include <spikingjet/model/quantity.hpp>
#include <spikingjet/model/sample.hpp>
#include <spikingjet/sim/perturbation.hpp>
#include <spikingjet/sim/step.hpp>
#include <spikingjet/sim/workspace.hpp>

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

namespace spikingjet {

/// A network as a list of layers that are told apart at run time, so that one source replays them all, with the golden
/// run of a sample.
///
/// **Laws** values, states and spikes are those of `run`, bit by bit: it takes the same steps.
template <class Net, class One>
class Circuit {
 public:
  /// `parameters` must outlive the circuit; biases are read from it in every step, weights once.
  explicit Circuit(const Parameters<Net>& parameters)
      : Circuit(CircuitNodes(graph_of<Net>, parameters.values(), One::lanes)) {}
  Circuit(const Circuit&) = delete;
  Circuit& operator=(const Circuit&) = delete;

  std::size_t size() const { return nodes_.size(); }
  std::size_t steps() const { return steps_; }
  CircuitNode& operator[](std::size_t node) { return nodes_[node]; }
  const CircuitNode& operator[](std::size_t node) const { return nodes_[node]; }
  std::size_t node_of_layer(std::size_t layer) const { return node_of_[layer]; }

  /// Runs a sample without fault and keeps what every layer leaves.
  void record(Workspace<Net>& work, const Parameters<Net>& parameters, const Sample& sample) {
    start(sample);
    work.reset();
    NoPerturbation nothing;
    for (std::size_t step = 0; step < steps_; ++step) {
      step_network(work, parameters, sample[step], step, nothing);
      keep(work, sample, step);
    }
    finish();
  }

  /// The same for a run that somebody else does: to be called before its first step, after each, and behind the last.
  void start(const Sample& sample) {
    steps_ = sample.steps();
    for (CircuitNode& node : nodes_) {
      node.values.resize(steps_ + 1, node.layout.size());
      std::fill_n(node.values[0], node.layout.size(), 0.0F);
      for (StepRows& rows : node.states) {
        rows.resize(steps_ + 1, node.layout.size());
        std::fill_n(rows[0], node.layout.size(), 0.0F);
      }
      node.bits.assign((steps_ + 1) * node.words, 0);
    }
  }
  void keep(const Workspace<Net>& work, const Sample& sample, std::size_t step) {
    keep_input(sample[step], step);
    each_layer([&]<std::size_t I>(std::integral_constant<std::size_t, I>) { keep_layer<I>(work, step); });
    for (CircuitNode& node : nodes_)
      if (node.kind == CircuitNode::Kind::reshape) {
        const CircuitNode& from = nodes_[node.from];
        for (std::size_t f = 0; f < node.outputs(); ++f)
          node.row(step)[node.place_of[f]] = from.values[step + 1][from.place_of[f]];
      }
  }
  void finish() {
    for (CircuitNode& node : nodes_)
      if (node.kind == CircuitNode::Kind::synapses && !node.geometry.is_dense()) list_taps(node);
  }

  /// Spreads a constant of neurons, or one-to-one weights, over their places.
  void spread(std::size_t node_index, std::size_t constant, std::span<const float> stored) {
    CircuitNodes::spread(nodes_[node_index], constant, stored);
  }

 private:
  explicit Circuit(CircuitNodes&& nodes) : node_of_(nodes.of_layer()), nodes_(std::move(nodes).take()) {
    each_layer([&]<std::size_t I>(std::integral_constant<std::size_t, I>) { set_model<I>(); });
  }

  /// Lets a layer's neurons be updated by their model.
  template <std::size_t I>
  void set_model() {
    using Layer = typename Net::template Layer<I>;
    if constexpr (Layer::kind == LayerKind::neuron) {
      using Model = typename Layer::Dynamics;
      constexpr bool feeds_back = I > 0 && Net::template Layer<I - 1>::kind == LayerKind::lateral;
      CircuitNode& node = nodes_[node_of_[I]];
      node.update = &update_registers<Model, One, feeds_back>;
      node.potential = std::size_t(potential_of<Model>());
    }
  }

  /// Lists the taps of a convolution's units: ascending inputs meet the taps of each unit in ascending order.
  void list_taps(CircuitNode& node) {
    CircuitNode& from = nodes_[node.from];
    const std::size_t units = node.units();
    node.first_tap.assign(steps_ * units + 1, 0);
    const auto each_tap = [&](const auto& at) {
      for (std::size_t step = 0; step < steps_; ++step) {
        const std::uint64_t* bits = from.bits_for(node, step);
        const float* row = from.row_for(node, step);
        for (std::size_t w = 0; w * 64 < from.outputs(); ++w)
          for (std::uint64_t word = bits[w]; word != 0; word &= word - 1) {
            const std::size_t flat = w * 64 + std::size_t(std::countr_zero(word));
            const float value = row[from.place_of[flat]];
            node.each_unit_reached_from(flat, [&](std::size_t unit, std::size_t tap) {
              at(step * units + unit,
                 Tap{static_cast<std::uint32_t>(node.weights_of(tap, unit % node.geometry.groups)), value});
            });
          }
      }
    };
    each_tap([&](std::size_t u, Tap) { ++node.first_tap[u + 1]; });
    for (std::size_t u = 0; u + 1 < node.first_tap.size(); ++u) node.first_tap[u + 1] += node.first_tap[u];
    node.taps.resize(node.first_tap.back());
    next_tap_.assign(node.first_tap.begin(), node.first_tap.end() - 1);
    each_tap([&](std::size_t u, Tap tap) { node.taps[next_tap_[u]++] = tap; });
    node.ones = std::all_of(node.taps.begin(), node.taps.end(), [](const Tap& tap) { return tap.value == 1.0F; });
  }

  template <class F>
  static void each_layer(const F& f) {
    [&]<std::size_t... I>(std::index_sequence<I...>) {
      (f(std::integral_constant<std::size_t, I>{}), ...);
    }(std::make_index_sequence<Net::layer_count>{});
  }

  void keep_input(Activity x, std::size_t step) {
    CircuitNode& node = nodes_[0];
    std::fill_n(node.row(step), node.layout.size(), 0.0F);
    for (std::size_t k = 0; k < x.size(); ++k) {
      node.row(step)[node.place_of[x.index[k]]] = x.value[k];
      if (node.feeds_sums) node.bits_of(step)[x.index[k] / 64] |= std::uint64_t{1} << (x.index[k] % 64);
    }
  }

  template <std::size_t I>
  void keep_layer(const Workspace<Net>& work, std::size_t step) {
    using Layer = typename Net::template Layer<I>;
    CircuitNode& node = nodes_[node_of_[I]];
    const auto& buffers = std::get<I>(work.layers);
    const auto keep = [&](const float* from, float* to) {
      if (node.layout.positions == 1 && node.layout.groups == 1)
        std::copy_n(from, node.outputs(), to);
      else
        node.layout.put(from, to);
    };
    const float* values = nullptr;
    if constexpr (Layer::kind == LayerKind::neuron) {
      values = buffers.spike.data();
      for (std::size_t s = 0; s < node.states.size(); ++s) keep(buffers.state[s].data(), node.states[s][step + 1]);
    } else {
      values = buffers.current.data();
    }
    keep(values, node.row(step));
    if (node.feeds_sums)
      for (std::size_t f = 0; f < node.outputs(); ++f)
        if (!(values[f] == 0.0F)) node.bits_of(step)[f / 64] |= std::uint64_t{1} << (f % 64);
  }

  std::vector<std::size_t> node_of_;  // (layers)
  std::vector<CircuitNode> nodes_;
  std::size_t steps_ = 0;
  std::vector<std::uint32_t> next_tap_;
};

}  // namespace spikingjet
