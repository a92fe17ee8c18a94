// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/bits.hpp>
#include <spikingjet/core/lanes/lane.hpp>
#include <spikingjet/core/lanes/pack.hpp>
#include <spikingjet/core/number_set.hpp>
#include <spikingjet/engine/golden/recording.hpp>
#include <spikingjet/model/layers/pool2d.hpp>
#include <spikingjet/model/layers/synapse_geometry.hpp>
#include <spikingjet/model/network.hpp>
#include <spikingjet/model/neuron.hpp>
#include <spikingjet/model/parameters.hpp>
#include <spikingjet/model/quantity.hpp>
#include <spikingjet/model/sample.hpp>
#include <spikingjet/sim/step.hpp>
#include <spikingjet/sim/sums/convolution.hpp>
#include <spikingjet/sim/sums/pooling.hpp>
#include <spikingjet/sim/sums/row_sums.hpp>
#include <spikingjet/sim/workspace.hpp>

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <type_traits>
#include <utility>
#include <vector>

namespace spikingjet {

/// How the values of a layer lie in a circuit: position by position, at each the channels side by side, those of a
/// group in whole registers. Lanes beyond a group's channels hold nothing that counts.
///
/// **Laws** every flat index (channel, position) has a place of its own.
struct CircuitLayout {
  std::size_t channels = 1;
  std::size_t positions = 1;
  std::size_t groups = 1;
  std::size_t lanes = 1;  // of a register

  constexpr std::size_t group_channels() const { return channels / groups; }
  constexpr std::size_t group_registers() const { return (group_channels() + lanes - 1) / lanes; }
  constexpr std::size_t position_registers() const { return groups * group_registers(); }
  constexpr std::size_t registers() const { return positions * position_registers(); }
  constexpr std::size_t size() const { return registers() * lanes; }

  constexpr std::size_t place(std::size_t flat) const {
    const std::size_t channel = flat / positions;
    return (flat % positions * position_registers() + channel / group_channels() * group_registers()) * lanes +
           channel % group_channels();
  }
  /// Puts values by flat index into their places.
  void put(const float* from, float* to) const {
    constexpr std::size_t together = 16;  // positions, whose lines stay in the first cache for all channels
    const std::size_t stride = position_registers() * lanes;
    for (std::size_t first = 0; first < positions; first += together)
      for (std::size_t c = 0; c < channels; ++c) {
        float* row = to + place(c * positions);
        const std::size_t end = std::min(first + together, positions);
        for (std::size_t p = first; p < end; ++p) row[p * stride] = from[c * positions + p];
      }
  }
  /// Lanes of a register that hold a channel.
  constexpr std::size_t filled(std::size_t reg) const {
    return std::min(lanes, group_channels() - reg % group_registers() * lanes);
  }

  constexpr bool operator==(const CircuitLayout&) const = default;
};

/// What a neuron layer's update reads: rows of one step, in the layout of the layer.
struct NeuronRows {
  static constexpr std::size_t most = 12;  // states, and constants, of a model

  const float* current = nullptr;
  const float* lateral = nullptr;
  std::array<const float*, most> state{};
  std::array<const float*, most> constant{};
};

/// Updates registers of neurons of one model.
///
/// **Shapes** out (registers, states + 1, lanes): the states behind the update, then the spike.
template <class Model, class One, bool FeedsBack>
void update_registers(const NeuronRows& rows, std::span<const std::uint32_t> registers, float* out) {
  constexpr int states = int(Model::states.size());
  static_assert(Model::states.size() <= NeuronRows::most && Model::constants.size() <= NeuronRows::most,
                "spikingjet: a neuron model has at most 12 states and 12 constants; see docs/concepts/neuron_model.md");
  for (const std::uint32_t r : registers) {
    const std::size_t at = r * One::lanes;
    Values<One, states> state;
    for (int s = 0; s < states; ++s) state[s] = One::load(rows.state[std::size_t(s)] + at);
    Constants<Model, One> constant;
    for (int c = 0; c < int(Model::constants.size()); ++c) constant[c] = One::load(rows.constant[std::size_t(c)] + at);
    const One current = One::load(rows.current + at);
    const One spike = [&] {
      if constexpr (is_recurrent_model<Model>)
        return Model::update(state, current, One::load(rows.lateral + at), constant);
      else if constexpr (FeedsBack)
        return Model::update(state, current + One::load(rows.lateral + at), constant);
      else
        return Model::update(state, current, constant);
    }();
    for (int s = 0; s < states; ++s, out += One::lanes) state[s].store(out);
    spike.store(out);
    out += One::lanes;
  }
}

/// A weight of a unit's canonical sum with the input under it.
struct Tap {
  std::uint32_t weights;  // the tap's first weight of the unit's group, in the node's store
  float value;
};

/// One layer of a circuit, as plain numbers, and what the golden run left there.
struct CircuitNode {
  enum class Kind { input, synapses, one_to_one, pooling, reshape, neurons };
  using Update = void (*)(const NeuronRows& rows, std::span<const std::uint32_t> registers, float* out);

  static constexpr std::size_t none = std::numeric_limits<std::size_t>::max();

  Kind kind = Kind::input;
  std::size_t from = none;      // the node whose values it takes
  bool of_step_before = false;  // takes those of the step before, as lateral layers do
  std::size_t back = none;      // of neurons: the node with their lateral currents
  CircuitLayout layout;
  std::size_t group_registers = 1;     // of the layout, which divides to know them
  std::size_t position_registers = 1;
  std::vector<std::uint32_t> filled;   // (registers) a bit for each lane that holds a channel

  SynapseGeometry geometry;
  std::size_t weight = none;       // quantity
  AlignedFloats stored_weights;  // (taps + 1, registers of a position): the last row is -0
  float* weights = nullptr;      // the first of them
  const float* bias = nullptr;     // (channels), or null
  PoolGeometry pool;
  NumberLists windows_of;        // of pooling: an input position's windows
  NumberLists inputs_of;         // a window's input positions, row-major
  NumberLists reached_from;      // of a convolution: an input position's output positions
  NumberLists reached_through;   // and the taps of the kernel through which it reaches them

  Update update = nullptr;
  std::size_t potential = 0;                  // number of that state
  std::vector<std::vector<float>> constants;  // of neurons and one-to-one weights, spread over the places
  std::vector<Sharing> sharings;              // of those
  Shape shape;                                // of the neurons

  bool feeds_sums = false;               // so that its bits are kept
  bool feeds_convolution = false;        // so that its changes are listed
  std::size_t only_reader = none;        // the node that takes its values, where there is one alone
  std::vector<std::uint32_t> place_of;   // (outputs) flat to place
  std::vector<std::uint32_t> flat_of;    // (places); none in lanes that hold nothing

  // The golden run, edited while something is replayed.
  StepRows values;                    // (1 + steps, places): zero before step 0
  std::vector<StepRows> states;       // each (steps + 1, places): before each step and at the end
  std::vector<std::uint64_t> bits;    // (1 + steps, words): which outputs are not zero, by flat index
  std::size_t words = 0;
  std::vector<std::uint32_t> first_tap;  // of a convolution: (steps x units + 1)
  std::vector<Tap> taps;  // of the units in each step, those whose inputs are not zero, in the order of the sum
  bool ones = false;                     // the inputs of all taps are 1

  /// Where the weights of a tap of a group begin.
  std::size_t weights_of(std::size_t tap, std::size_t group) const {
    return (tap * position_registers + group * group_registers) * layout.lanes;
  }
  /// The place of a weight, by its channel and its tap within the group.
  std::size_t weight_place(std::size_t channel, std::size_t tap) const {
    return weights_of(tap, channel / layout.group_channels()) + channel % layout.group_channels();
  }
  /// A tap that changes no sum, not even a zero's sign.
  Tap nothing() const { return {static_cast<std::uint32_t>(weights_of(geometry.taps(), 0)), 1.0F}; }
  std::size_t tap_of(const Tap& tap) const {
    return tap.weights / static_cast<std::uint32_t>(position_registers * layout.lanes);
  }

  /// As `each_unit_reached`, which divides.
  template <class At>
  void each_unit_reached_from(std::size_t flat, const At& at) const {
    const std::size_t channel = flat / geometry.in.size();
    const auto positions = reached_from[flat % geometry.in.size()];
    const auto through = reached_through[flat % geometry.in.size()];
    const std::size_t group = channel / geometry.channels_in_group();
    const std::size_t first_tap_of_channel = channel % geometry.channels_in_group() * geometry.kernel.size();
    for (std::size_t k = 0; k < positions.size(); ++k)
      at(positions[k] * geometry.groups + group, first_tap_of_channel + through[k]);
  }

  std::size_t units() const { return layout.positions * layout.groups; }
  std::span<const Tap> taps_of(std::size_t step, std::size_t unit) const {
    const std::size_t u = step * units() + unit;
    return std::span(taps).subspan(first_tap[u], first_tap[u + 1] - first_tap[u]);
  }

  float* row(std::size_t step) { return values[step + 1]; }
  std::uint64_t* bits_of(std::size_t step) { return bits.data() + (step + 1) * words; }
  /// What a node that takes these values reads in a step: those of the step, or of the one before.
  const float* row_for(const CircuitNode& reader, std::size_t step) {
    return values[step + (reader.of_step_before ? 0 : 1)];
  }
  const std::uint64_t* bits_for(const CircuitNode& reader, std::size_t step) const {
    return bits.data() + (step + (reader.of_step_before ? 0 : 1)) * words;
  }

  std::size_t outputs() const { return place_of.size(); }
};

/// `count` bits, at most 64, from a place on.
inline std::uint64_t bits_at(const std::uint64_t* bits, std::size_t at, std::size_t count) {
  const std::size_t shift = at % 64;
  std::uint64_t word = bits[at / 64] >> shift;
  if (shift != 0) word |= bits[at / 64 + 1] << (64 - shift);
  return count == 64 ? word : word & ((std::uint64_t{1} << count) - 1);
}

/// Calls `at(position)` for each output position whose input under a tap is not zero.
template <class At>
void each_position_under_tap(CircuitNode& node, CircuitNode& from, std::size_t step, std::size_t group, std::size_t tap,
                             const At& at) {
  const SynapseGeometry& g = node.geometry;
  const std::uint64_t* bits = from.bits_for(node, step);
  const std::size_t channel = group * g.channels_in_group() + tap / g.kernel.size();
  const std::size_t i = tap % g.kernel.size() / g.kernel.columns;
  const std::size_t j = tap % g.kernel.columns;
  for (std::size_t y = 0; y < g.out.rows; ++y) {
    const auto row = input_under(y, i, g.stride.rows, g.padding.rows, g.dilation.rows, g.in.rows);
    if (row < 0) continue;
    const std::size_t line = (channel * g.in.rows + std::size_t(row)) * g.in.columns;
    if (g.stride.columns == 1 && g.in.columns <= 64) {
      for (std::uint64_t word = bits_at(bits, line, g.in.columns); word != 0; word &= word - 1)
        if (const auto z = window_of(std::size_t(std::countr_zero(word)), j, std::size_t{1}, g.padding.columns,
                                     g.dilation.columns, g.out.columns);
            z >= 0)
          at(y * g.out.columns + std::size_t(z));
      continue;
    }
    for (std::size_t z = 0; z < g.out.columns; ++z) {
      const auto column = input_under(z, j, g.stride.columns, g.padding.columns, g.dilation.columns, g.in.columns);
      if (column < 0) continue;
      const std::size_t flat = line + std::size_t(column);
      if (((bits[flat / 64] >> (flat % 64)) & 1) != 0) at(y * g.out.columns + z);
    }
  }
}

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
        if (!node.geometry.is_dense())
          for (std::size_t p = 0; p < node.geometry.in.size(); ++p) {
            each_unit_reached(node.geometry, p, [&](std::size_t unit, std::size_t tap) {
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
      for (std::size_t w = 0; w < node.pool.out.size(); ++w) {
        each_in_window(node.pool, w / node.pool.out.columns, w % node.pool.out.columns, [&](std::size_t p) {
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
