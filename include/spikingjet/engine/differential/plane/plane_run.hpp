// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/bits.hpp>
#include <spikingjet/core/lanes/lane.hpp>
#include <spikingjet/core/lanes/pack.hpp>
#include <spikingjet/core/number_set.hpp>
#include <spikingjet/engine/differential/replay/node.hpp>
#include <spikingjet/engine/golden/changed_spike.hpp>
#include <spikingjet/fault/fault.hpp>
#include <spikingjet/model/neuron.hpp>
#include <spikingjet/sim/sums/windows.hpp>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <utility>
#include <vector>

namespace spikingjet {

/// Runs the neurons of one output channel of a convolution with one faulty weight or bias, lanes over neurons: sums
/// anew where the weight's input is not zero, pools the windows that holds, updates the plane of neurons.
///
/// For a convolution with at most one pooling behind it and no lateral currents, whose golden weights are finite, or
/// zeros skipped, as the faulty value.
///
/// **Laws** the spikes that are returned are those in which a full run differs in this layer.
template <class Model, class V>
class PlaneRun {
  using One = typename Resized<V, 1>::type;
  static constexpr int states = int(Model::states.size());
  static constexpr std::size_t lanes = One::lanes;
  static constexpr double most_margin = 1e30;  // beyond, a sum might overflow

 public:
  /// In place of a tap: what is faulty is the bias.
  static constexpr std::size_t bias = ~std::size_t{0};

  /// The convolution, as a circuit has it.
  struct Nodes {
    CircuitNode& from;  // that feeds it
    CircuitNode& synapses;
    const CircuitNode* pooling;  // null where there is none
    CircuitNode& neurons;
  };

  /// A faulty weight or bias of it.
  struct Fault {
    std::size_t channel;
    std::size_t tap;
    float value;
    Window window;
  };

  /// Nothing is known of the next sample.
  void forget() { known_ = false; }

  /// The changed spikes of a run with the fault, by step, valid until the next call.
  std::span<const ChangedSpike> run(const Nodes& nodes, std::size_t steps, const Fault& fault) {
    CircuitNode& synapses = nodes.synapses;
    CircuitNode& neurons = nodes.neurons;
    const CircuitNode* const pooling = nodes.pooling;
    const Window& window = fault.window;
    const std::size_t channel = fault.channel;
    const std::size_t tap = fault.tap;
    if (!known_) lay_out(synapses, pooling, neurons, steps);
    const SynapseGeometry& g = synapses.geometry;
    const std::size_t group = channel / g.channels_out_group();
    changed_.clear();
    started_ = false;
    bias_ = synapses.bias ? synapses.bias[channel] : 0.0F;
    float& stored = tap == bias ? bias_ : synapses.weights[synapses.weight_place(channel, tap)];
    const float golden = std::exchange(stored, fault.value);
    const double moved = std::abs(double(fault.value) - double(golden));
    const double margin = tap == bias ? margin_of(pooling, channel, moved, true)
                                      : margin_of(pooling, channel, moved * largest_input_, one_sided_);
    const bool has_margin = margin < most_margin;
    const std::size_t first =
        synapses.layout.place(channel * synapses.layout.positions);  // of the channel, pooled or not
    const std::size_t stride = synapses.position_registers * lanes;
    for (std::size_t step = window.begin; step < std::min<std::size_t>(window.end, steps); ++step) {
      touched_.clear();
      if (window.contains(step)) {
        const float* sums = synapses.row(step) + first;  // golden
        const float* pooled = has_margin ? pooling->values[step + 1] + first : nullptr;
        const auto touch = [&](std::size_t p) {
          if (!(has_margin && stays_below(sums, pooled, *pooling, stride, p, margin)))
            touched_.push_back(static_cast<std::uint32_t>(p));
        };
        if (tap == bias)
          for (std::size_t p = 0; p < g.out.size(); ++p) touch(p);
        else
          each_position_under_tap(synapses, nodes.from, step, group, tap, touch);
      }
      if (touched_.empty() && !started_) continue;
      const float* current = current_.data() + (channel * steps + step) * plane_;
      if (!touched_.empty()) {
        sum_touched(synapses, step, channel);
        std::copy_n(current, plane_, faulty_.data());
        patch(synapses.row(step) + first, stride, pooling);
        current = faulty_.data();
      }
      advance(neurons, step, steps, channel, current);
    }
    stored = golden;
    if (started_)
      for (std::size_t step = std::max(behind_, std::min<std::size_t>(window.end, steps));
           step < steps && !is_golden(neurons, step, channel); ++step)
        advance(neurons, step, steps, channel, current_.data() + (channel * steps + step) * plane_);
    return changed_;
  }

 private:
  void lay_out(const CircuitNode& synapses, const CircuitNode* pooling, CircuitNode& neurons, std::size_t steps) {
    known_ = true;
    positions_ = neurons.layout.positions;
    plane_ = (positions_ + lanes - 1) / lanes * lanes;
    const std::size_t channels = synapses.geometry.channels_out;
    const CircuitNode& fed = pooling ? *pooling : synapses;
    current_.assign(channels * steps * plane_, 0.0F);
    spikes_.assign(channels * steps * plane_ / lanes, 0);
    constants_.assign(Model::constants.size() * channels * plane_, 0.0F);
    for (std::size_t flat = 0; flat < neurons.outputs(); ++flat) {
      const std::size_t channel = flat / positions_;
      const std::size_t n = flat % positions_;
      for (std::size_t step = 0; step < steps; ++step) {
        const std::size_t row = (channel * steps + step) * plane_;
        current_[row + n] = fed.values[step + 1][fed.place_of[flat]];
        if (neurons.values[step + 1][neurons.place_of[flat]] != 0.0F)
          spikes_[(row + n) / lanes] |= std::uint32_t{1} << (n % lanes);
      }
      for (std::size_t c = 0; c < Model::constants.size(); ++c)
        constants_[(c * channels + channel) * plane_ + n] = neurons.constants[c][neurons.place_of[flat]];
    }
    channels_ = channels;
    faulty_.resize(plane_);
    state_.resize(states * plane_);
    sums_.resize(synapses.layout.positions);
    note_magnitudes(synapses);
    if (pooling) {
      windows_.resize(pooling->layout.positions);
      in_windows_.resize(pooling->pool.window.size() * lanes);
    }
  }

  void note_magnitudes(const CircuitNode& synapses) {
    const SynapseGeometry& g = synapses.geometry;
    most_taps_ = 0;
    for (std::size_t u = 0; u + 1 < synapses.first_tap.size(); ++u)
      most_taps_ = std::max<std::size_t>(most_taps_, synapses.first_tap[u + 1] - synapses.first_tap[u]);
    largest_input_ = 0;
    one_sided_ = true;
    for (const Tap& tap : synapses.taps) {
      largest_input_ = std::max(largest_input_, std::abs(double(tap.value)));
      one_sided_ = one_sided_ && tap.value > 0.0F;
    }
    magnitude_.assign(channels_, 0.0);
    for (std::size_t channel = 0; channel < channels_; ++channel) {
      double largest = 0;
      for (std::size_t tap = 0; tap < g.taps(); ++tap)
        largest = std::max(largest, std::abs(double(synapses.weights[synapses.weight_place(channel, tap)])));
      magnitude_[channel] = double(most_taps_) * largest * largest_input_ +
                            (synapses.bias ? std::abs(double(synapses.bias[channel])) : 0);
    }
  }

  /// How far below the largest sum of its window a sum must lie to stay below it, golden and faulty, when sums of the
  /// channel move by up to `reach`, all to the same side or not; infinite where pooling takes no maximum.
  ///
  /// Rounding of n products and n additions moves each of four sums by (n + 1) 2^-24 times the magnitudes added up, to
  /// first order; twice that is taken.
  double margin_of(const CircuitNode* pooling, std::size_t channel, double reach, bool one_sided) const {
    if (!pooling || pooling->pool.kind != PoolKind::largest) return std::numeric_limits<double>::infinity();
    const double rounding = 8 * (double(most_taps_) + 1) * 0x1p-24 * (magnitude_[channel] + reach);
    return (one_sided ? 1 : 2) * reach + rounding + 0x1p-100;
  }

  /// Whether a position's sum stays below the largest of each of its windows. The largest ones themselves do not, so
  /// they are summed anew.
  ///
  /// **Shapes** sums, pooled: of one channel, positions `stride` apart.
  static bool stays_below(const float* sums, const float* pooled, const CircuitNode& pooling, std::size_t stride,
                          std::size_t position, double margin) {
    const double sum = double(sums[position * stride]);
    for (const std::uint32_t window : pooling.windows_of[position])
      if (!(sum + margin < double(pooled[window * stride]))) return false;
    return true;
  }

  /// The canonical sums at the touched positions, four side by side, so that the latency of one hides behind the
  /// others.
  void sum_touched(const CircuitNode& synapses, std::size_t step, std::size_t channel) {
    const SynapseGeometry& g = synapses.geometry;
    const std::size_t group = channel / g.channels_out_group();
    const float* weights = synapses.weights + channel % g.channels_out_group();
    const Tap nothing = synapses.nothing();
    std::array<std::span<const Tap>, 4> taps;
    for (std::size_t t = 0; t < touched_.size(); t += taps.size()) {
      const std::size_t count = std::min(taps.size(), touched_.size() - t);
      std::size_t longest = 0;
      for (std::size_t i = 0; i < taps.size(); ++i) {
        taps[i] = i < count ? synapses.taps_of(step, touched_[t + i] * g.groups + group) : std::span<const Tap>{};
        longest = std::max(longest, taps[i].size());
      }
      std::array<float, taps.size()> sums;
      sums.fill(bias_);
      for (std::size_t k = 0; k < longest; ++k)
        for (std::size_t i = 0; i < taps.size(); ++i) {
          const Tap& tap = *(k < taps[i].size() ? taps[i].data() + k : &nothing);
          sums[i] = sums[i] + weights[tap.weights] * tap.value;
        }
      for (std::size_t i = 0; i < count; ++i) sums_[t + i] = sums[i];
    }
  }

  /// Puts the currents of the neurons that touched positions reach into `faulty_`.
  ///
  /// **Shapes** plane: golden sums of the channel, positions `stride` apart; golden again in the end.
  void patch(float* plane, std::size_t stride, const CircuitNode* pooling) {
    if (!pooling) {
      for (std::size_t t = 0; t < touched_.size(); ++t) faulty_[touched_[t]] = sums_[t];
      return;
    }
    // Pooling reads the golden sums with the faulty ones in their places.
    for (std::size_t t = 0; t < touched_.size(); ++t) std::swap(plane[touched_[t] * stride], sums_[t]);
    windows_.clear();
    for (const std::uint32_t p : touched_)
      for (const std::uint32_t window : pooling->windows_of[p]) windows_.add(window);
    const std::size_t size = pooling->pool.window.size();
    for (std::size_t first = 0; first < windows_.numbers().size(); first += lanes) {
      const auto windows = windows_.numbers().subspan(first, std::min(lanes, windows_.numbers().size() - first));
      for (std::size_t l = 0; l < windows.size(); ++l) {
        const auto inputs = pooling->inputs_of[windows[l]];
        for (std::size_t i = 0; i < size; ++i)
          in_windows_[i * lanes + l] = i < inputs.size() ? plane[inputs[i] * stride] : pool_nothing(pooling->pool.kind);
      }
      One pooled(pool_start(pooling->pool.kind));
      for (std::size_t i = 0; i < size; ++i)
        pooled = pool_next(pooling->pool.kind, pooled, One::load(in_windows_.data() + i * lanes));
      std::array<float, lanes> values;
      pool_end(pooling->pool.kind, size, pooled).store(values.data());
      for (std::size_t l = 0; l < windows.size(); ++l) faulty_[windows[l]] = values[l];
    }
    for (std::size_t t = 0; t < touched_.size(); ++t) std::swap(plane[touched_[t] * stride], sums_[t]);
  }

  void advance(CircuitNode& neurons, std::size_t step, std::size_t steps, std::size_t channel, const float* current) {
    if (!started_) {
      started_ = true;
      for (int s = 0; s < states; ++s)
        for (std::size_t n = 0; n < positions_; ++n)
          state_[std::size_t(s) * plane_ + n] =
              neurons.states[std::size_t(s)][step][neurons.place_of[channel * positions_ + n]];
    }
    behind_ = step + 1;
    const std::uint32_t* golden = spikes_.data() + (channel * steps + step) * plane_ / lanes;
    for (std::size_t n = 0; n < plane_; n += lanes) {
      Values<One, states> state;
      for (int s = 0; s < states; ++s) state[s] = One::load(state_.data() + std::size_t(s) * plane_ + n);
      Constants<Model, One> constant;
      for (std::size_t c = 0; c < Model::constants.size(); ++c)
        constant[int(c)] = One::load(constants_.data() + (c * channels_ + channel) * plane_ + n);
      const One spike = Model::update(state, One::load(current + n), constant);
      for (int s = 0; s < states; ++s) state[s].store(state_.data() + std::size_t(s) * plane_ + n);
      const std::size_t filled = std::min(lanes, positions_ - n);
      const std::uint32_t fires = bits_of(spike > One(0.0F)) & (~std::uint32_t{0} >> (32 - filled));
      for (std::uint32_t bits = fires ^ golden[n / lanes]; bits != 0; bits &= bits - 1) {
        const auto l = static_cast<std::size_t>(std::countr_zero(bits));
        changed_.push_back({static_cast<std::uint32_t>(step), static_cast<std::uint32_t>(channel * positions_ + n + l),
                            (fires >> l & 1) != 0 ? 1.0F : 0.0F});
      }
    }
  }

  /// Whether all states are back to golden bits before a step.
  bool is_golden(CircuitNode& neurons, std::size_t step, std::size_t channel) const {
    for (int s = 0; s < states; ++s)
      for (std::size_t n = 0; n < positions_; ++n)
        if (to_word(state_[std::size_t(s) * plane_ + n]) !=
            to_word(neurons.states[std::size_t(s)][step][neurons.place_of[channel * positions_ + n]]))
          return false;
    return true;
  }

  // of the sample
  bool known_ = false;
  std::size_t positions_ = 0;  // neurons of a channel
  std::size_t plane_ = 0;      // those in whole registers
  std::size_t channels_ = 0;
  std::vector<float> current_;         // (channels, steps, plane)
  std::vector<std::uint32_t> spikes_;  // (channels, steps, registers of a plane) a bit a lane
  std::vector<float> constants_;       // (constants, channels, plane)
  std::size_t most_taps_ = 0;          // of a sum
  double largest_input_ = 0;           // magnitude
  bool one_sided_ = false;             // no input is negative
  std::vector<double> magnitude_;      // (channels) at least those of a sum's products and the bias, added up

  // of the fault
  float bias_ = 0;  // of the channel
  bool started_ = false;
  std::size_t behind_ = 0;  // the step behind the last one that was run
  std::vector<ChangedSpike> changed_;
  std::vector<float> state_;            // (states, plane)
  std::vector<float> faulty_;           // (plane) currents of a step
  std::vector<std::uint32_t> touched_;  // positions of the convolution in a step
  std::vector<float> sums_;             // faulty ones of those
  NumberSet windows_;                   // that they reach
  std::vector<float> in_windows_;       // (values of a window, lanes)
};

}  // namespace spikingjet
