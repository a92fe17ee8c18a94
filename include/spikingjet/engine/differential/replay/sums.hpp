// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/bits.hpp>
#include <spikingjet/core/number_set.hpp>
#include <spikingjet/engine/differential/replay/absorption.hpp>
#include <spikingjet/engine/differential/replay/circuit.hpp>
#include <spikingjet/engine/differential/replay/edits.hpp>
#include <spikingjet/engine/differential/replay/node.hpp>
#include <spikingjet/engine/differential/replay/replay_strike.hpp>
#include <spikingjet/inject/strike.hpp>
#include <spikingjet/model/layers/synapse_geometry.hpp>
#include <spikingjet/model/parameters.hpp>
#include <spikingjet/model/reach.hpp>
#include <spikingjet/model/zero_input.hpp>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace spikingjet {

/// The canonical sums of synaptic layers of a circuit, done again where something else than in the golden run arrives.
/// A unit is a position of a group of output channels: its sums go over the same inputs.
///
/// **Laws** sums have the bits of those of `run`; a unit is left out only where its inputs and weights are golden, or
/// what changed is absorbed.
template <class Net, class One>
class ReplaySums {
  static constexpr std::size_t lanes = One::lanes;

 public:
  /// All must outlive the sums.
  ReplaySums(const Parameters<Net>& parameters, Circuit<Net, One>& circuit, Edits<Net, One>& edits,
             Absorption<One>& absorption)
      : parameters_(parameters), circuit_(circuit), edits_(edits), absorption_(absorption) {}

  /// Sums anew in a step what changed inputs or the fault, where there is one, reach.
  void run(std::size_t n, std::size_t step, const ReplayStrike* struck) {
    CircuitNode& node = circuit_[n];
    const SynapseGeometry& g = node.geometry;
    NumberSet& units = edits_[n].to_compute;
    units.clear();
    if (g.is_dense()) {
      if (!edits_.changes_before(node).empty()) units.add(0);
    } else {
      spread_inputs(n, step, units);
    }
    for (const std::uint32_t unit : units.numbers()) {
      list_taps(n, step, unit);
      const std::size_t first = unit * node.group_registers;
      sum_registers(n, step, unit, first, first + node.group_registers);
    }
    if (struck) {
      const Strike& strike = struck->strike;
      const std::size_t channel = struck->group.channel(strike.element);
      const std::size_t group = channel / g.channels_out_group();
      const std::size_t reg = channel % g.channels_out_group() / lanes;
      const auto sum_at = [&](std::size_t position) {
        const std::size_t unit = position * g.groups + group;
        if (units.has(unit)) return;
        list_taps(n, step, unit);
        const std::size_t first = unit * node.group_registers + reg;
        sum_registers(n, step, unit, first, first + 1);
      };
      const bool everywhere = struck->group.is_bias() || (Net::zero_input == ZeroInput::multiply &&
                                                          !(is_finite(strike.golden) && is_finite(strike.faulty)));
      if (everywhere)
        for (std::size_t p = 0; p < g.out.size(); ++p) sum_at(p);
      else
        each_position_under_tap(node, circuit_[node.from], step, group, struck->group.tap(strike.element), sum_at);
    }
  }

 private:
  /// Lists the changed taps of each unit of a convolution that changed inputs reach, ascending, and the units whose
  /// sums they may change.
  void spread_inputs(std::size_t n, std::size_t step, NumberSet& units) {
    CircuitNode& node = circuit_[n];
    std::vector<ChangedInput>& inputs = edits_.inputs_before(node);
    if (inputs.empty()) return;
    std::sort(inputs.begin(), inputs.end(),
              [](const ChangedInput& a, const ChangedInput& b) { return a.flat < b.flat; });
    if (changed_taps_.size() < node.units()) {
      changed_taps_.resize(node.units());
      listed_units_.resize(node.units());
    }
    listed_units_.clear();
    for (const ChangedInput& input : inputs) {
      // Alone, as tiny products may add up to what counts.
      const bool tiny = inputs.size() == 1 && input.was_zero && std::abs(input.value) <= absorption_.most_input;
      node.each_unit_reached_from(input.flat, [&](std::size_t unit, std::size_t tap) {
        if (!listed_units_.has(unit)) {
          listed_units_.add(unit);
          changed_taps_[unit].clear();
        }
        changed_taps_[unit].push_back(
            {static_cast<std::uint32_t>(node.weights_of(tap, unit % node.geometry.groups)), input.value});
        if (!(tiny && absorption_.unit_absorbs(n, node, step, unit, input.value))) units.add(unit);
      });
    }
  }

  /// Lists the taps of a unit that count, in the order of the canonical sum, with the inputs under them.
  void list_taps(std::size_t n, std::size_t step, std::size_t unit) {
    const CircuitNode& node = circuit_[n];
    every_tap_ = Net::zero_input == ZeroInput::multiply && !parameters_.all_finite(node.weight);
    if (every_tap_) return list_every_tap(node, step, unit);
    if (node.geometry.is_dense()) return list_inputs(node, step);
    taps_ = node.taps_of(step, unit);
    all_ones_ = node.ones;
    if (edits_[n].to_compute.has(unit)) merge_taps(taps_, changed_taps_[unit]);
  }

  /// Lists golden taps with what changed of them; both ascend.
  void merge_taps(std::span<const Tap> golden, const std::vector<Tap>& changed) {
    listed_.resize(golden.size() + changed.size());
    Tap* to = listed_.data();
    auto next = golden.begin();
    for (const Tap& tap : changed) {
      while (next != golden.end() && next->weights < tap.weights) *to++ = *next++;
      if (next != golden.end() && next->weights == tap.weights) ++next;
      if (!(tap.value == 0.0F)) *to++ = tap;
      all_ones_ &= (tap.value == 1.0F) | (tap.value == 0.0F);
    }
    to = std::copy(next, golden.end(), to);
    taps_ = std::span<const Tap>(listed_.data(), to);
  }

  /// The inputs of a fully connected layer that are not zero.
  void list_inputs(const CircuitNode& node, std::size_t step) {
    CircuitNode& from = circuit_[node.from];
    const float* row = from.row_for(node, step);
    const std::uint64_t* bits = from.bits_for(node, step);
    listed_.clear();
    all_ones_ = true;
    for (std::size_t w = 0; w * 64 < node.geometry.channels_in; ++w)
      for (std::uint64_t word = bits[w]; word != 0; word &= word - 1) {
        const std::size_t f = w * 64 + std::size_t(std::countr_zero(word));
        listed_.push_back({static_cast<std::uint32_t>(node.weights_of(f, 0)), row[from.place_of[f]]});
        all_ones_ &= listed_.back().value == 1.0F;
      }
    taps_ = listed_;
  }

  /// Every tap of a unit, with zeros where its input is zero or padding.
  void list_every_tap(const CircuitNode& node, std::size_t step, std::size_t unit) {
    CircuitNode& from = circuit_[node.from];
    const float* row = from.row_for(node, step);
    const std::size_t group = unit % node.geometry.groups;
    const Reach<std::size_t> reach(node.geometry);
    listed_.clear();
    reach.each_tap(unit, [&](std::size_t tap, std::size_t input) {
      const float value = input == reach.none ? 0.0F : row[from.place_of[input]];
      listed_.push_back({static_cast<std::uint32_t>(node.weights_of(tap, group)), value});
    });
    taps_ = listed_;
  }

  /// The canonical sums of some registers of a unit, over the taps that were listed.
  void sum_registers(std::size_t n, std::size_t step, std::size_t unit, std::size_t begin, std::size_t end) {
    std::size_t reg = begin;
    for (; reg + 8 <= end; reg += 8) sum_together<8>(n, step, unit, reg);
    for (; reg + 4 <= end; reg += 4) sum_together<4>(n, step, unit, reg);
    for (; reg + 2 <= end; reg += 2) sum_together<2>(n, step, unit, reg);
    for (; reg < end; ++reg) sum_together<1>(n, step, unit, reg);
  }

  template <std::size_t Count>
  void sum_together(std::size_t n, std::size_t step, std::size_t unit, std::size_t reg) {
    CircuitNode& node = circuit_[n];
    const std::size_t channel = (reg - unit * node.group_registers) * lanes;  // within the group
    const float* bias =
        node.bias ? node.bias + unit % node.geometry.groups * node.geometry.channels_out_group() + channel : nullptr;
    One sum[Count];
    for (std::size_t c = 0; c < Count; ++c) sum[c] = bias ? One::load(bias + c * lanes) : One(0.0F);
    const float* weights = node.weights + channel;
    if (!every_tap_ && all_ones_) {
      for (const Tap& tap : taps_)
        for (std::size_t c = 0; c < Count; ++c) sum[c] = sum[c] + One::load(weights + tap.weights + c * lanes);
    } else if (!every_tap_) {
      for (const Tap& tap : taps_) {
        const One x(tap.value);
        for (std::size_t c = 0; c < Count; ++c) sum[c] = sum[c] + One::load(weights + tap.weights + c * lanes) * x;
      }
    } else {
      for (const Tap& tap : taps_)
        for (std::size_t c = 0; c < Count; ++c) {
          const One w = One::load(weights + tap.weights + c * lanes);
          const One more = sum[c] + w * One(tap.value);
          sum[c] = tap.value == 0.0F ? select((w - w) == One(0.0F), sum[c], more)
                                     : more;  // zeros count where w is not finite
        }
    }
    for (std::size_t c = 0; c < Count; ++c) edits_.edit_values(n, step, reg + c, sum[c]);
  }

  const Parameters<Net>& parameters_;
  Circuit<Net, One>& circuit_;
  Edits<Net, One>& edits_;
  Absorption<One>& absorption_;
  std::span<const Tap> taps_;
  std::vector<Tap> listed_;
  std::vector<std::vector<Tap>> changed_taps_;  // (units) of those that changed inputs reach
  NumberSet listed_units_;                      // those, also where the change is absorbed
  bool every_tap_ = false;                      // zeros are listed, too
  bool all_ones_ = false;                       // all inputs listed are 1, by which a weight is not multiplied
};

}  // namespace spikingjet
