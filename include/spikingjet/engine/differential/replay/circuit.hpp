// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/shape.hpp>
#include <spikingjet/engine/differential/replay/node.hpp>
#include <spikingjet/engine/golden/recording.hpp>
#include <spikingjet/model/network.hpp>
#include <spikingjet/model/neuron.hpp>
#include <spikingjet/model/parameters.hpp>
#include <spikingjet/model/quantity.hpp>
#include <spikingjet/model/reach.hpp>
#include <spikingjet/model/sample.hpp>
#include <spikingjet/model/sharing.hpp>
#include <spikingjet/sim/perturbation.hpp>
#include <spikingjet/sim/step.hpp>
#include <spikingjet/sim/workspace.hpp>

#include <algorithm>
#include <array>
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
  explicit Circuit(const Parameters<Net>& parameters) {
    CircuitNode input;
    input.layout = layout_of(Net::input);
    add(std::move(input), Net::input.size());
    each_layer([&]<std::size_t I>(std::integral_constant<std::size_t, I>) { add_layer<I>(parameters); });
    for (std::size_t n = 0; n < nodes_.size(); ++n)
      if (nodes_[n].kind == CircuitNode::Kind::synapses) {
        nodes_[nodes_[n].from].feeds_sums = true;
        if (!nodes_[n].geometry.is_dense()) nodes_[nodes_[n].from].feeds_convolution = true;
      }
    for (std::size_t n = 0; n < nodes_.size(); ++n) {
      const auto takes = [n](const CircuitNode& node) { return node.from == n || node.back == n; };
      if (std::count_if(nodes_.begin(), nodes_.end(), takes) == 1)
        nodes_[n].only_reader =
            static_cast<std::size_t>(std::find_if(nodes_.begin(), nodes_.end(), takes) - nodes_.begin());
    }
    for (CircuitNode& node : nodes_) node.words = node.feeds_sums ? node.outputs() / 64 + 2 : 0;
  }
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
    CircuitNode& node = nodes_[node_index];
    std::vector<float>& row = node.constants[constant];
    for (std::size_t f = 0; f < node.outputs(); ++f)
      row[node.place_of[f]] = stored[shared_element(node.sharings[constant], node.shape, f)];
  }

 private:
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

  static CircuitLayout layout_of(const Shape& shape) {
    CircuitLayout layout;
    layout.channels = shape[0];
    layout.positions = shape.size() / shape[0];
    layout.lanes = One::lanes;
    return layout;
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

  template <std::size_t I>
  void add_layer(const Parameters<Net>& parameters) {
    using Layer = typename Net::template Layer<I>;
    constexpr std::size_t first = Net::template first_quantity<I>;
    CircuitNode node;
    node.from = nodes_.size() - 1;
    if constexpr (Layer::kind == LayerKind::synaptic || Layer::kind == LayerKind::lateral) {
      node.weight = first;
      node.of_step_before = Layer::kind == LayerKind::lateral;
      if constexpr (requires { Layer::sharing; }) {
        node.kind = CircuitNode::Kind::one_to_one;
        node.layout = nodes_.back().layout;
        node.sharings = {Layer::sharing};
        node.shape = Layer::out;
        node.constants.emplace_back(node.layout.size());
      } else {
        node.kind = CircuitNode::Kind::synapses;
        node.geometry = Layer::geometry;
        node.layout.channels = Layer::geometry.channels_out;
        node.layout.positions = Layer::geometry.out.size();
        node.layout.groups = Layer::geometry.groups;
        node.layout.lanes = One::lanes;
        if (const Reach<std::size_t> reach(node.geometry); !reach.dense)
          for (std::size_t p = 0; p < node.geometry.in.size(); ++p) {
            reach.each_unit_of(p, [&](std::size_t unit, std::size_t tap) {
              node.reached_from.add(static_cast<std::uint32_t>(unit / node.geometry.groups));
              node.reached_through.add(static_cast<std::uint32_t>(tap));
            });
            node.reached_from.end_list();
            node.reached_through.end_list();
          }
        store_weights(node, parameters, first);
        if constexpr (Layer::has_bias) node.bias = parameters.stored(first + 1).data();
      }
      if (node.of_step_before && node.layout != nodes_.back().layout) reshape(node.layout);
      if (node.of_step_before) node.from = nodes_.size() + 1;  // the neurons behind it
    } else if constexpr (Layer::kind == LayerKind::pooling) {
      node.kind = CircuitNode::Kind::pooling;
      node.pool = Layer::geometry;
      if (nodes_.back().layout.positions != node.pool.in.size()) reshape(layout_of(Layer::in));
      node.from = nodes_.size() - 1;
      node.layout = nodes_.back().layout;
      node.layout.positions = node.pool.out.size();
      std::vector<std::vector<std::uint32_t>> windows(node.pool.in.size());
      const Reach<std::size_t> reach(node.pool);
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
    } else {
      using Model = typename Layer::Dynamics;
      constexpr bool feeds_back = I > 0 && Net::template Layer<I - 1>::kind == LayerKind::lateral;
      node.kind = CircuitNode::Kind::neurons;
      node.layout = nodes_.back().layout;
      if constexpr (feeds_back) {
        node.back = nodes_.size() - 1;
        node.from = nodes_.size() - 2;
      }
      node.update = &update_registers<Model, One, feeds_back>;
      node.potential = std::size_t(potential_of<Model>());
      node.states.resize(Model::states.size());
      node.sharings.assign(Layer::sharings.begin(), Layer::sharings.end());
      node.shape = Layer::out;
      for (std::size_t c = 0; c < Model::constants.size(); ++c) node.constants.emplace_back(node.layout.size());
    }
    const std::size_t index = add(std::move(node), Layer::out.size());
    node_of_[I] = index;
    for (std::size_t c = 0; c < nodes_[index].constants.size(); ++c) spread(index, c, parameters.stored(first + c));
  }

  /// Copies the weights of a layer into whole registers.
  static void store_weights(CircuitNode& node, const Parameters<Net>& parameters, std::size_t quantity) {
    settle(node);
    const std::size_t taps = node.geometry.taps();
    node.stored_weights.assign(taps * node.position_registers * node.layout.lanes, 0.0F);
    node.stored_weights.resize(node.stored_weights.size() + node.position_registers * node.layout.lanes, -0.0F);
    node.weights = node.stored_weights.data();
    for (std::size_t e = 0; e < node.geometry.channels_out * taps; ++e)
      node.weights[node.weight_place(e / taps, e % taps)] = parameters.read(quantity, e);
  }

  /// Lays the last node's values out in another way.
  void reshape(const CircuitLayout& layout) {
    CircuitNode node;
    node.kind = CircuitNode::Kind::reshape;
    node.from = nodes_.size() - 1;
    node.layout = layout;
    const std::size_t outputs = nodes_.back().outputs();
    add(std::move(node), outputs);
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

  std::vector<CircuitNode> nodes_;
  std::array<std::size_t, Net::layer_count> node_of_{};
  std::size_t steps_ = 0;
  std::vector<std::uint32_t> next_tap_;
};

}  // namespace spikingjet
