// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/lanes/lane.hpp>
#include <spikingjet/core/number_set.hpp>
#include <spikingjet/engine/golden/recording.hpp>
#include <spikingjet/model/layers/pool2d.hpp>
#include <spikingjet/model/layers/synapse_geometry.hpp>
#include <spikingjet/model/neuron.hpp>
#include <spikingjet/model/reach.hpp>
#include <spikingjet/model/sharing.hpp>
#include <spikingjet/sim/sums/row_sums.hpp>

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
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
  std::size_t group_registers = 1;  // of the layout, which divides to know them
  std::size_t position_registers = 1;
  std::vector<std::uint32_t> filled;  // (registers) a bit for each lane that holds a channel

  SynapseGeometry geometry;
  std::size_t weight = none;     // quantity
  AlignedFloats stored_weights;  // (taps + 1, registers of a position): the last row is -0
  float* weights = nullptr;      // the first of them
  const float* bias = nullptr;   // (channels), or null
  PoolGeometry pool;
  NumberLists windows_of;       // of pooling: an input position's windows
  NumberLists inputs_of;        // a window's input positions, row-major
  NumberLists reached_from;     // of a convolution: an input position's output positions
  NumberLists reached_through;  // and the taps of the kernel through which it reaches them

  Update update = nullptr;
  std::size_t potential = 0;                  // number of that state
  std::vector<std::vector<float>> constants;  // of neurons and one-to-one weights, spread over the places
  std::span<const SharedBy> shared;           // of those

  bool feeds_sums = false;              // so that its bits are kept
  bool feeds_convolution = false;       // so that its changes are listed
  std::size_t only_reader = none;       // the node that takes its values, where there is one alone
  std::vector<std::uint32_t> place_of;  // (outputs) flat to place
  std::vector<std::uint32_t> flat_of;   // (places); none in lanes that hold nothing

  // The golden run, edited while something is replayed.
  StepRows values;                  // (1 + steps, places): zero before step 0
  std::vector<StepRows> states;     // each (steps + 1, places): before each step and at the end
  std::vector<std::uint64_t> bits;  // (1 + steps, words): which outputs are not zero, by flat index
  std::size_t words = 0;
  std::vector<std::uint32_t> first_tap;  // of a convolution: (steps x units + 1)
  std::vector<Tap> taps;  // of the units in each step, those whose inputs are not zero, in the order of the sum
  bool ones = false;      // the inputs of all taps are 1

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

  /// As `Reach::each_unit_of`, which divides.
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
  const ReachAxis<std::size_t> rows = reach_rows<std::size_t>(g);
  const ReachAxis<std::size_t> columns = reach_columns<std::size_t>(g);
  const std::uint64_t* bits = from.bits_for(node, step);
  const std::size_t channel = group * g.channels_in_group() + tap / g.kernel.size();
  const std::size_t i = tap % g.kernel.size() / g.kernel.columns;
  const std::size_t j = tap % g.kernel.columns;
  for (std::size_t y = 0; y < rows.out; ++y) {
    const auto row = rows.input_under(y, i);
    if (row < 0) continue;
    const std::size_t line = (channel * rows.in + std::size_t(row)) * columns.in;
    if (columns.stride == 1 && columns.in <= 64) {
      for (std::uint64_t word = bits_at(bits, line, columns.in); word != 0; word &= word - 1)
        if (const auto z = columns.window_over(std::size_t(std::countr_zero(word)), j); z >= 0)
          at(y * columns.out + std::size_t(z));
      continue;
    }
    for (std::size_t z = 0; z < columns.out; ++z) {
      const auto column = columns.input_under(z, j);
      if (column < 0) continue;
      const std::size_t flat = line + std::size_t(column);
      if (((bits[flat / 64] >> (flat % 64)) & 1) != 0) at(y * columns.out + z);
    }
  }
}

}  // namespace spikingjet
