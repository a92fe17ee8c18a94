// SPDX-License-Identifier: MIT
#pragma once

// How far a weight of a convolution may move before a spike of any of its neurons can change. As in
// neuron/weight_intervals.hpp, for all neurons of an output channel at once, and through the pooling behind the
// convolution: a maximum over a window moves by no more than what moves most in it, a sum by the sum. Proof:
// docs/concepts/engines.md, "Intervals".

#include <spikingjet/core/lanes/lane.hpp>
#include <spikingjet/core/lanes/pack.hpp>
#include <spikingjet/engine/bounds/margin.hpp>
#include <spikingjet/engine/differential/neuron/weight_intervals.hpp>
#include <spikingjet/engine/differential/replay/node.hpp>
#include <spikingjet/model/layers/pool2d.hpp>
#include <spikingjet/model/neuron.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <utility>
#include <vector>

namespace spikingjet {

/// Decides changes of a convolution's weights: whether they leave the golden spikes of every neuron.
///
/// For a `RespondingModel` behind a convolution and at most one pooling, without lateral currents.
///
/// **Laws** a weight that `stays` holds all of the run leaves golden spikes.
template <class Model, class V>
class PlaneIntervals {
  using One = typename Resized<V, 1>::type;
  static constexpr int states = int(Model::states.size());
  static constexpr std::size_t lanes = One::lanes;

 public:
  enum class Verdict { unknown, silent, stays };

  /// Nothing is known of the next sample.
  void forget() { known_ = false; }

  /// What a change of the weight of `channel` and `tap` from one finite value to another does.
  ///
  /// `synapses`, `pooling` and `neurons` are the nodes of a recorded circuit; `pooling` is null where there is none.
  /// All golden weights and biases must be finite.
  Verdict judge(const CircuitNode& synapses, const CircuitNode* pooling, CircuitNode& neurons, std::size_t steps,
                std::size_t channel, std::size_t tap, float golden, float value) {
    if (!known_) measure(synapses, pooling, neurons, steps);
    if (!fits_) return Verdict::unknown;
    const std::size_t group = channel / synapses.geometry.channels_out_group();
    const std::size_t column = group * synapses.geometry.taps() + tap;
    if (first_[column] == steps) return Verdict::silent;
    if (!fair_[channel] || is_blocked(channel, column, steps)) return Verdict::unknown;
    const double moved = double(value) - double(golden);
    const float* per_margin = (moved > 0 ? up_ : down_).data() + channel * steps * plane_;
    One most(IntervalBounds::least_share);
    for (std::size_t n = 0; n < plane_; n += lanes) {
      Constants<Model, One> constant;
      for (std::size_t c = 0; c < Model::constants.size(); ++c)
        constant[int(c)] = One::load(constants_.data() + (c * synapses.geometry.channels_out + channel) * plane_ + n);
      Values<One, states> response;
      for (int s = 0; s < states; ++s) response[s] = One(0.0F);
      for (std::size_t step = first_[column]; step < steps; ++step) {
        Model::respond(response, One::load(input_.data() + (column * steps + step) * plane_ + n), constant);
        most = larger(most, response[potential_of<Model>()] * One::load(per_margin + step * plane_ + n));
      }
    }
    std::array<float, lanes> share;
    most.store(share.data());
    float largest = 0;
    for (const float one : share) largest = std::max(largest, one);
    const double limit = IntervalBounds::shrink(kappa_) / double(largest);
    return std::abs(moved) <= limit ? Verdict::stays : Verdict::unknown;
  }

 private:
  static constexpr std::size_t most_values = std::size_t{1} << 22;

  /// A step in which a neuron comes too near to the threshold for any input before it to be judged.
  struct Blocked {
    std::uint32_t step;
    std::uint32_t neuron;
  };

  void measure(const CircuitNode& synapses, const CircuitNode* pooling, CircuitNode& neurons, std::size_t steps) {
    known_ = true;
    const SynapseGeometry& g = synapses.geometry;
    const std::size_t columns = g.groups * g.taps();
    positions_ = neurons.layout.positions;
    plane_ = (positions_ + lanes - 1) / lanes * lanes;
    fits_ = steps > 0 && columns * steps * plane_ <= most_values && g.channels_out * steps * plane_ <= most_values;
    if (!fits_) return;
    lay_out_inputs(synapses, pooling, steps, columns);
    if (!fits_) return;
    const double terms = double(most_terms_) + double(pooling ? pooling->pool.window.size() + 1 : 0);
    kappa_ = IntervalBounds::kappa<Model>(terms, steps);
    fits_ = kappa_ <= IntervalBounds::most_kappa;
    if (!fits_) return;
    measure_margins(synapses, pooling, neurons, steps);
  }

  /// The positions of the convolution that reach a neuron: those of its window, or its own.
  template <class At>
  static void each_position(const CircuitNode* pooling, std::size_t neuron, const At& at) {
    if (!pooling) return at(neuron);
    for (const std::uint32_t p : pooling->inputs_of[neuron]) at(p);
  }

  /// What each tap brings to each neuron: the largest input of its window, or their sum.
  void lay_out_inputs(const CircuitNode& synapses, const CircuitNode* pooling, std::size_t steps, std::size_t columns) {
    const SynapseGeometry& g = synapses.geometry;
    input_.assign(columns * steps * plane_, 0.0F);
    first_.assign(columns, static_cast<std::uint32_t>(steps));
    most_terms_ = 0;
    const bool adds = pooling && pooling->pool.kind != PoolKind::largest;
    for (std::size_t step = 0; step < steps; ++step)
      for (std::size_t n = 0; n < positions_; ++n)
        each_position(pooling, n, [&](std::size_t p) {
          for (std::size_t group = 0; group < g.groups; ++group) {
            const auto taps = synapses.taps_of(step, p * g.groups + group);
            most_terms_ = std::max(most_terms_, taps.size());
            for (const Tap& tap : taps) {
              // Finite and positive, and far from what could overflow.
              fits_ = fits_ && tap.value > 0.0F && tap.value <= IntervalBounds::most_input;
              const std::size_t column = group * g.taps() + synapses.tap_of(tap);
              float& input = input_[(column * steps + step) * plane_ + n];
              input = adds ? input + tap.value : std::max(input, tap.value);
              first_[column] = std::min(first_[column], static_cast<std::uint32_t>(step));
            }
          }
        });
    // The mean, or more where it would be subnormal: what reaches a neuron must not become nothing.
    if (pooling && pooling->pool.kind == PoolKind::mean)
      for (float& input : input_)
        if (input != 0.0F)
          input = std::max(input / static_cast<float>(pooling->pool.window.size()), std::numeric_limits<float>::min());
    // Sums of inputs round, too.
    if (adds)
      for (float& input : input_) input *= 1 + 0x1p-12F;
  }

  /// How far potentials are from the threshold, what rounding may do taken off; for all channels of a position at once.
  void measure_margins(const CircuitNode& synapses, const CircuitNode* pooling, CircuitNode& neurons,
                       std::size_t steps) {
    const SynapseGeometry& g = synapses.geometry;
    const CircuitLayout& layout = neurons.layout;
    up_.assign(g.channels_out * steps * plane_, 0.0F);
    down_.assign(g.channels_out * steps * plane_, 0.0F);
    constants_.assign(Model::constants.size() * g.channels_out * plane_, 0.0F);
    fair_.assign(g.channels_out, 1);
    blocked_.assign(g.channels_out, {});
    const bool adds = pooling && pooling->pool.kind != PoolKind::largest;
    weighed_.resize(synapses.layout.size());
    counts_.resize(synapses.units());
    error_.assign(states * layout.size(), 0.0F);
    for (std::size_t step = 0; step < steps; ++step) {
      weigh(synapses, step);
      for (std::size_t n = 0; n < positions_; ++n)
        for (std::size_t r = 0; r < neurons.position_registers; ++r) {
          const std::size_t at = (n * neurons.position_registers + r) * lanes;
          One weighed(0.0F);
          std::size_t terms = 1;
          each_position(pooling, n, [&](std::size_t p) {
            const One one = One::load(weighed_.data() + (p * neurons.position_registers + r) * lanes);
            weighed = adds ? weighed + one : larger(weighed, one);
            terms = std::max(terms, counts_[p * layout.groups + r / neurons.group_registers] + 1);
          });
          if (adds) terms += pooling->pool.window.size() + 1;
          measure_margin(neurons, step, steps, at, weighed, static_cast<float>(terms));
        }
    }
    for (std::size_t flat = 0; flat < neurons.outputs(); ++flat)
      for (std::size_t c = 0; c < Model::constants.size(); ++c)
        constants_[(c * g.channels_out + flat / positions_) * plane_ + flat % positions_] =
            neurons.constants[c][neurons.place_of[flat]];
    Constants<Model, float> constant;
    for (std::size_t flat = 0; flat < neurons.outputs(); ++flat) {
      for (std::size_t c = 0; c < Model::constants.size(); ++c)
        constant[int(c)] = neurons.constants[c][neurons.place_of[flat]];
      if (!Model::monotone(constant)) fair_[flat / positions_] = 0;
    }
  }

  /// Magnitudes of a step's products and the bias, added up, and the number of products, of each position.
  void weigh(const CircuitNode& synapses, std::size_t step) {
    const SynapseGeometry& g = synapses.geometry;
    for (std::size_t unit = 0; unit < synapses.units(); ++unit) {
      const auto taps = synapses.taps_of(step, unit);
      counts_[unit] = taps.size();
      for (std::size_t r = 0; r < synapses.group_registers; ++r) {
        const float* bias =
            synapses.bias ? synapses.bias + unit % g.groups * g.channels_out_group() + r * lanes : nullptr;
        One sum = bias ? magnitude_of(One::load(bias)) : One(0.0F);
        for (const Tap& tap : taps)
          sum = sum + magnitude_of(One::load(synapses.weights + tap.weights + r * lanes)) * One(tap.value);
        sum.store(weighed_.data() + (unit * synapses.group_registers + r) * lanes);
      }
    }
  }

  void measure_margin(CircuitNode& neurons, std::size_t step, std::size_t steps, std::size_t at, const One& weighed,
                      float terms) {
    const CircuitLayout& layout = neurons.layout;
    Constants<Model, One> constant;
    for (std::size_t c = 0; c < Model::constants.size(); ++c)
      constant[int(c)] = One::load(neurons.constants[c].data() + at);
    const One theta = constant[threshold_of<Model>()];
    Values<One, states> magnitude;
    Values<One, states> error;
    for (int s = 0; s < states; ++s) {
      magnitude[s] = magnitude_of(One::load(neurons.states[std::size_t(s)][step] + at));
      error[s] = One::load(error_.data() + (at * states + std::size_t(s) * lanes));
    }
    Model::respond(magnitude, weighed, constant);
    const One u = One::load(neurons.states[neurons.potential][step + 1] + at);
    const auto found =
        measure_step<Model>(magnitude[potential_of<Model>()] + magnitude_of(theta), weighed, terms, u, constant, error);
    for (int s = 0; s < states; ++s) error[s].store(error_.data() + (at * states + std::size_t(s) * lanes));
    const One zero(0.0F);
    std::array<float, lanes> is_clear;
    found.clear.store(is_clear.data());
    std::array<float, lanes> up;
    std::array<float, lanes> down;
    std::array<float, lanes> is_fair;
    select(u > theta, zero, found.share).store(up.data());
    select(u > theta, found.share, zero).store(down.data());
    found.fair.store(is_fair.data());
    const std::size_t position = at / lanes / neurons.position_registers;
    const std::size_t reg = at / lanes % neurons.position_registers;
    const std::size_t first_channel =
        reg / neurons.group_registers * layout.group_channels() + reg % neurons.group_registers * lanes;
    for (std::size_t l = 0; l < layout.filled(at / lanes); ++l) {
      const std::size_t channel = first_channel + l;
      const std::size_t place = (channel * steps + step) * plane_ + position;
      up_[place] = up[l];
      down_[place] = down[l];
      if (is_fair[l] == 0.0F) fair_[channel] = 0;
      if (is_clear[l] == 0.0F)
        blocked_[channel].push_back({static_cast<std::uint32_t>(step), static_cast<std::uint32_t>(position)});
    }
  }

  /// Whether a tap reaches a neuron before it comes too near to the threshold.
  bool is_blocked(std::size_t channel, std::size_t column, std::size_t steps) const {
    for (const Blocked& blocked : blocked_[channel])
      for (std::size_t step = first_[column]; step <= blocked.step; ++step)
        if (input_[(column * steps + step) * plane_ + blocked.neuron] != 0.0F) return true;
    return false;
  }

  // of the sample
  bool known_ = false;
  bool fits_ = false;
  std::size_t positions_ = 0;    // neurons of a channel
  std::size_t plane_ = 0;        // those in whole registers
  std::size_t most_terms_ = 0;   // of a sum
  double kappa_ = 0;
  std::vector<float> input_;          // (groups x taps, steps, plane)
  std::vector<std::uint32_t> first_;  // (groups x taps) the first step with an input, or the number of steps
  std::vector<float> up_;             // (channels, steps, plane) 1 / margin of silent neurons
  std::vector<float> down_;           // (channels, steps, plane) 1 / margin of firing neurons
  std::vector<float> constants_;      // (constants, channels, plane)
  std::vector<unsigned char> fair_;   // (channels) 0 where a magnitude is too large for the bounds
  std::vector<std::vector<Blocked>> blocked_;  // (channels)
  std::vector<float> weighed_;        // (places of the convolution)
  std::vector<std::size_t> counts_;   // (units)
  std::vector<float> error_;          // (registers, states, lanes)
};

}  // namespace spikingjet
