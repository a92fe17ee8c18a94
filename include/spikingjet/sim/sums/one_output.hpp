// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/bits.hpp>
#include <spikingjet/core/config.hpp>
#include <spikingjet/model/layers/pool2d.hpp>
#include <spikingjet/model/layers/synapse_geometry.hpp>
#include <spikingjet/model/reach.hpp>
#include <spikingjet/model/sharing.hpp>
#include <spikingjet/model/zero_input.hpp>
#include <spikingjet/sim/sums/term.hpp>
#include <spikingjet/sim/sums/windows.hpp>

#include <cstddef>
#include <cstdint>

namespace spikingjet {

// Layers as the thread of a device sees them: plain numbers and pointers, one output at a time. Types here name no
// layer, hold no arrays that are indexed at run time, and count in 32 bits, so that they stay in registers.

/// What flows into a layer in one step: golden values, of which some may be replaced by a list of changed ones.
struct StepInput {
  const float* value = nullptr;            // (inputs)
  const std::uint32_t* active =
      nullptr;  // (active_count) taps of a unit whose inputs are not zero, ascending; null where not listed
  const float* active_value = nullptr;     // (active_count)
  const std::uint32_t* mask = nullptr;     // (words of inputs) which inputs are not zero, bit 0 the first; or null
  std::uint32_t active_count = 0;
  std::uint32_t changed_count = 0;
  const std::uint64_t* changed = nullptr;  // (changed_count) keys `changed_base` + input, ascending
  const float* changed_value = nullptr;    // (changed_count)
  std::uint64_t changed_base = 0;

  SPIKINGJET_HD std::uint32_t changed_input(std::uint32_t entry) const {
    return std::uint32_t(changed[entry] - changed_base);
  }

  /// The value of an input.
  SPIKINGJET_HD float at(std::uint32_t input) const {
    std::uint32_t first = 0;
    std::uint32_t last = changed_count;
    while (first < last) {
      const std::uint32_t middle = (first + last) / 2;
      if (changed_input(middle) < input)
        first = middle + 1;
      else
        last = middle;
    }
    return first < changed_count && changed_input(first) == input ? changed_value[first] : value[input];
  }
};

/// A faulty value of one weight or bias, for the time of one canonical sum.
struct FaultyTerm {
  static constexpr std::uint32_t none = ~std::uint32_t{0};

  std::uint32_t tap = none;  // of the output's kernel; in a fully connected layer the input
  float weight = 0;
  bool in_bias = false;
  float bias = 0;
};

/// A synaptic or lateral layer: what reaches what, and its weights.
struct SynapseView : Reach<std::uint32_t> {
  const float* weight = nullptr;  // (taps, channels_out); one-to-one: as shared
  const float* bias = nullptr;    // (channels_out), or null
  ZeroInput zero_input = ZeroInput::multiply;
  bool all_inputs = false;  // zeros take part, too, as a golden weight is NaN or infinite
  SharedBy shared;          // of one-to-one weights

  constexpr SynapseView() = default;
  constexpr explicit SynapseView(const SynapseGeometry& g) : Reach(g) {}

  /// The golden weight of an output's tap.
  SPIKINGJET_HD float weight_at(std::uint32_t output, std::uint32_t tap) const {
    return one_to_one ? weight[shared.element(output)] : weight[std::size_t{tap} * channels_out + output / positions()];
  }

  /// The canonical sum of one output.
  ///
  /// **Laws** the bits of `sum_active_inputs`, `sum_all_inputs`, `convolve_active_inputs` and `sum_one_to_one`,
  /// whichever applies to the weights as they are with the fault.
  SPIKINGJET_HD float sum(std::uint32_t output, const StepInput& x, const FaultyTerm& fault) const {
    if (one_to_one) {
      const float w = fault.tap == 0 ? fault.weight : weight[shared.element(output)];
      return sum_one_to_one(w, x.at(output), zero_input);
    }
    const std::uint32_t channel = output / positions();
    const float start = fault.in_bias ? fault.bias : bias ? bias[channel] : 0.0F;
    if (!all_inputs && x.active) return sum_active(output, channel, start, x, fault);
    if (!all_inputs && x.mask && dense) return sum_mask(channel, start, x, fault);
    return dense ? sum_dense(channel, start, x, fault) : sum_taps(output, channel, start, x, fault);
  }

  /// Calls `at(tap, value)` for the inputs of an output that are not zero, in the order of the canonical sum: the
  /// listed ones merged with the changed ones.
  template <class At>
  SPIKINGJET_HD void each_active(std::uint32_t output, const StepInput& x, const At& at) const {
    if (x.changed_count == 0) {
      for (std::uint32_t a = 0; a < x.active_count; ++a) at(x.active[a], x.active_value[a]);
      return;
    }
    std::uint32_t c = 0;  // changes are in the order of inputs, and so of taps
    std::uint32_t changed = FaultyTerm::none;
    for (; c < x.changed_count && (changed = tap_of(output, x.changed_input(c))) == FaultyTerm::none; ++c) {}
    for (std::uint32_t a = 0; a < x.active_count || changed != FaultyTerm::none;) {
      const std::uint32_t active = a < x.active_count ? x.active[a] : FaultyTerm::none;
      const bool is_changed = changed <= active;
      const std::uint32_t tap = is_changed ? changed : active;
      const float value = is_changed ? x.changed_value[c] : x.active_value[a];
      a += active == tap;
      if (!(value == 0.0F)) at(tap, value);
      if (!is_changed) continue;
      changed = FaultyTerm::none;
      for (++c; c < x.changed_count && (changed = tap_of(output, x.changed_input(c))) == FaultyTerm::none; ++c) {}
    }
  }

  /// The canonical sum of one output, of a fully connected layer, up to the term of one input.
  SPIKINGJET_HD float sum_before(std::uint32_t output, const StepInput& x, std::uint32_t input) const {
    float before = bias ? bias[output] : 0.0F;
    for (std::uint32_t a = 0; a < x.active_count && x.active[a] < input; ++a)
      before = sum_next(before, weight_at(output, x.active[a]), x.active_value[a]);
    return before;
  }

  /// The canonical sum with another value of that input, where `golden` is the sum as it is, and `before` that up to
  /// the input. Golden weights are finite.
  ///
  /// **Laws** the bits of `sum` with the one change: where a sum so far is back to golden bits, so is the rest.
  SPIKINGJET_HD float sum_with(std::uint32_t output, const StepInput& x, std::uint32_t input, float value, float before,
                               float golden) const {
    const float w = weight_at(output, input);
    float changed = value == 0.0F ? before : sum_next(before, w, value);
    if (!(x.value[input] == 0.0F)) before = sum_next(before, w, x.value[input]);
    if (to_word(changed) == to_word(before)) return golden;
    for (std::uint32_t a = 0; a < x.active_count; ++a) {
      if (x.active[a] <= input) continue;
      const float other = weight_at(output, x.active[a]);
      changed = sum_next(changed, other, x.active_value[a]);
      before = sum_next(before, other, x.active_value[a]);
      if (to_word(changed) == to_word(before)) return golden;
    }
    return changed;
  }

 private:
  SPIKINGJET_HD float weight_of(std::uint32_t tap, std::uint32_t channel, const FaultyTerm& fault) const {
    return tap == fault.tap ? fault.weight : weight[std::size_t{tap} * channels_out + channel];
  }

  /// Fully connected, inputs one after another.
  SPIKINGJET_HD float sum_dense(std::uint32_t channel, float sum, const StepInput& x, const FaultyTerm& fault) const {
    std::uint32_t c = 0;
    for (std::uint32_t i = 0; i < inputs; ++i) {
      float value = x.value[i];
      if (c < x.changed_count && x.changed_input(c) == i) value = x.changed_value[c++];
      if (value == 0.0F && !all_inputs && i != fault.tap) continue;
      const float w = weight_of(i, channel, fault);
      if (takes_part(w, value, zero_input)) sum = sum_next(sum, w, value);
    }
    return sum;
  }

  /// A faulty weight that is NaN or infinite counts at a zero, too: the sum is NaN then, wherever the term stands.
  SPIKINGJET_HD float with_fault_at_zero(std::uint32_t output, float sum, const StepInput& x,
                                         const FaultyTerm& fault) const {
    if (fault.tap == FaultyTerm::none || is_finite(fault.weight) || zero_input != ZeroInput::multiply) return sum;
    const std::uint32_t input = input_of(output, fault.tap);
    const float value = input == FaultyTerm::none ? 0.0F : x.at(input);
    return value == 0.0F ? sum_next(sum, fault.weight, value) : sum;
  }

  /// Golden weights finite: the listed inputs that are not zero, merged with the changed ones.
  SPIKINGJET_HD float sum_active(std::uint32_t output, std::uint32_t channel, float sum, const StepInput& x,
                                 const FaultyTerm& fault) const {
    each_active(output, x,
                [&](std::uint32_t tap, float value) { sum = sum_next(sum, weight_of(tap, channel, fault), value); });
    return with_fault_at_zero(output, sum, x, fault);
  }

  /// Fully connected, golden weights finite: the inputs of a mask.
  SPIKINGJET_HD float sum_mask(std::uint32_t channel, float sum, const StepInput& x, const FaultyTerm& fault) const {
    for (std::uint32_t first = 0; first < inputs; first += 32)
      for (std::uint32_t bits = x.mask[first / 32]; bits != 0; bits &= bits - 1) {
        const std::uint32_t i = first + std::uint32_t(lowest_bit(bits));
        sum = sum_next(sum, weight_of(i, channel, fault), x.value[i]);
      }
    return with_fault_at_zero(channel, sum, x, fault);
  }

  /// A convolution, tap by tap.
  SPIKINGJET_HD float sum_taps(std::uint32_t output, std::uint32_t channel, float sum, const StepInput& x,
                               const FaultyTerm& fault) const {
    const std::uint32_t position = output % positions();
    std::uint32_t c = 0;  // taps meet inputs, and so changes, in ascending order
    each_tap_at(channel / channels_out_group, position / columns.out, position % columns.out,
                [&](std::uint32_t tap, std::uint32_t input) {
                  float value = 0.0F;
                  if (input != none) {
                    while (c < x.changed_count && x.changed_input(c) < input) ++c;
                    const bool changed = c < x.changed_count && x.changed_input(c) == input;
                    value = changed ? x.changed_value[c] : x.value[input];
                  }
                  if (value == 0.0F && !all_inputs && tap != fault.tap) return;
                  const float w = weight_of(tap, channel, fault);
                  if (takes_part(w, value, zero_input)) sum = sum_next(sum, w, value);
                });
    return sum;
  }
};

/// A pooling layer: what reaches what, and what its windows leave.
struct PoolView : Reach<std::uint32_t> {
  PoolKind kind = PoolKind::largest;

  constexpr PoolView() = default;
  constexpr explicit PoolView(const PoolGeometry& g) : Reach(g), kind(g.kind) {}
};

/// What one window of a pooling layer leaves.
///
/// **Laws** the bits of `pool_channels`.
SPIKINGJET_HD inline float pool_window(const PoolView& g, std::uint32_t output, const StepInput& x) {
  const std::uint32_t first = output / g.positions() * g.plane();
  const std::uint32_t position = output % g.positions();
  float pooled = pool_start(g.kind);
  g.each_in_window(position / g.columns.out, position % g.columns.out,
                   [&](std::uint32_t at) { pooled = pool_next(g.kind, pooled, x.at(first + at)); });
  return pool_end(g.kind, g.kernel(), pooled);
}

}  // namespace spikingjet
