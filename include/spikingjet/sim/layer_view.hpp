// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/bits.hpp>
#include <spikingjet/core/config.hpp>
#include <spikingjet/core/shape.hpp>
#include <spikingjet/model/pool2d.hpp>
#include <spikingjet/model/sharing.hpp>
#include <spikingjet/model/synapse_geometry.hpp>
#include <spikingjet/model/zero_input.hpp>
#include <spikingjet/sim/sum_terms.hpp>
#include <spikingjet/sim/windows.hpp>

#include <cstddef>
#include <cstdint>

namespace spikingjet {

// Layers as the thread of a device sees them: plain numbers and pointers, one output at a time. Types here name no layer.

/// What flows into a layer in one step: golden values, of which some may be replaced by a list of changed ones.
struct StepInput {
  const float* value = nullptr;           // (inputs)
  const std::uint32_t* active = nullptr;  // (active_count) inputs that are not zero, ascending; null where not listed
  std::size_t active_count = 0;
  const std::uint64_t* changed = nullptr;  // (changed_count) keys `changed_base` + input, ascending
  const float* changed_value = nullptr;    // (changed_count)
  std::size_t changed_count = 0;
  std::uint64_t changed_base = 0;

  SPIKINGJET_HD std::size_t changed_input(std::size_t entry) const { return std::size_t(changed[entry] - changed_base); }

  /// The value of an input.
  SPIKINGJET_HD float at(std::size_t input) const {
    std::size_t first = 0;
    std::size_t last = changed_count;
    while (first < last) {
      const std::size_t middle = (first + last) / 2;
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
  static constexpr std::size_t none = ~std::size_t{0};

  std::size_t tap = none;  // of the output's kernel; in a fully connected layer the input
  float weight = 0;
  bool in_bias = false;
  float bias = 0;
};

/// A synaptic or lateral layer.
struct SynapseView {
  SynapseGeometry geometry;
  const float* weight = nullptr;  // (taps, channels_out); one-to-one: as shared
  const float* bias = nullptr;    // (channels_out), or null
  ZeroInput zero_input = ZeroInput::multiply;
  bool all_inputs = false;  // zeros take part, too, as a golden weight is NaN or infinite
  bool one_to_one = false;
  Sharing sharing = Sharing::per_neuron;  // of one-to-one weights
  Shape neurons;                          // likewise

  SPIKINGJET_HD std::size_t outputs() const { return one_to_one ? neurons.size() : geometry.outputs(); }
  SPIKINGJET_HD std::size_t inputs() const { return one_to_one ? neurons.size() : geometry.inputs(); }

  /// The input under a tap of an output; `FaultyTerm::none` in the padding.
  SPIKINGJET_HD std::size_t input_of(std::size_t output, std::size_t tap) const {
    const SynapseGeometry& g = geometry;
    if (one_to_one) return output;
    const std::size_t position = output % g.out.size();
    const std::size_t channel = output / g.out.size() / g.channels_out_group() * g.channels_in_group() + tap / g.kernel.size();
    const auto row = input_under(position / g.out.columns, tap % g.kernel.size() / g.kernel.columns, g.stride.rows, g.padding.rows, g.dilation.rows, g.in.rows);
    const auto column = input_under(position % g.out.columns, tap % g.kernel.columns, g.stride.columns, g.padding.columns, g.dilation.columns, g.in.columns);
    return row < 0 || column < 0 ? FaultyTerm::none : (channel * g.in.rows + std::size_t(row)) * g.in.columns + std::size_t(column);
  }

  /// The canonical sum of one output.
  ///
  /// **Laws** the bits of `sum_active_inputs`, `sum_all_inputs`, `convolve_active_inputs` and `sum_one_to_one`, whichever
  /// applies to the weights as they are with the fault.
  SPIKINGJET_HD float sum(std::size_t output, const StepInput& x, const FaultyTerm& fault) const {
    if (one_to_one) {
      const float w = fault.tap == 0 ? fault.weight : weight[shared_element(sharing, neurons, output)];
      return sum_one_to_one(w, x.at(output), zero_input);
    }
    const std::size_t channel = output / geometry.out.size();
    const float start = fault.in_bias ? fault.bias : bias ? bias[channel] : 0.0F;
    return geometry.is_dense() ? sum_dense(channel, start, x, fault) : sum_taps(output, channel, start, x, fault);
  }

 private:
  SPIKINGJET_HD float weight_of(std::size_t tap, std::size_t channel, const FaultyTerm& fault) const {
    return tap == fault.tap ? fault.weight : weight[tap * geometry.channels_out + channel];
  }

  SPIKINGJET_HD float sum_dense(std::size_t channel, float sum, const StepInput& x, const FaultyTerm& fault) const {
    if (all_inputs || !x.active) {
      std::size_t c = 0;
      for (std::size_t i = 0; i < geometry.channels_in; ++i) {
        float value = x.value[i];
        if (c < x.changed_count && x.changed_input(c) == i) value = x.changed_value[c++];
        if (value == 0.0F && !all_inputs && i != fault.tap) continue;
        const float w = weight_of(i, channel, fault);
        if (takes_part(w, value, zero_input)) sum = sum_next(sum, w, value);
      }
      return sum;
    }
    std::size_t a = 0;
    std::size_t c = 0;
    while (a < x.active_count || c < x.changed_count) {
      const std::size_t active = a < x.active_count ? x.active[a] : FaultyTerm::none;
      const std::size_t changed = c < x.changed_count ? x.changed_input(c) : FaultyTerm::none;
      const std::size_t i = active < changed ? active : changed;
      float value;
      if (changed == i)
        value = x.changed_value[c++];
      else
        value = x.value[i];
      a += active == i;
      if (!(value == 0.0F)) sum = sum_next(sum, weight_of(i, channel, fault), value);
    }
    // A faulty weight that is NaN or infinite counts at a zero, too: the sum is NaN then, wherever the term stands.
    if (fault.tap != FaultyTerm::none && !is_finite(fault.weight)) {
      const float value = x.at(fault.tap);
      if (value == 0.0F && zero_input == ZeroInput::multiply) sum = sum_next(sum, fault.weight, value);
    }
    return sum;
  }

  SPIKINGJET_HD float sum_taps(std::size_t output, std::size_t channel, float sum, const StepInput& x, const FaultyTerm& fault) const {
    const SynapseGeometry& g = geometry;
    const std::size_t position = output % g.out.size();
    const std::size_t y = position / g.out.columns;
    const std::size_t z = position % g.out.columns;
    const std::size_t first_channel = channel / g.channels_out_group() * g.channels_in_group();
    std::size_t c = 0;  // taps meet inputs, and so changes, in ascending order
    std::size_t tap = 0;
    for (std::size_t k = first_channel; k < first_channel + g.channels_in_group(); ++k)
      for (std::size_t i = 0; i < g.kernel.rows; ++i) {
        const auto row = input_under(y, i, g.stride.rows, g.padding.rows, g.dilation.rows, g.in.rows);
        for (std::size_t j = 0; j < g.kernel.columns; ++j, ++tap) {
          const auto column = input_under(z, j, g.stride.columns, g.padding.columns, g.dilation.columns, g.in.columns);
          float value = 0.0F;
          if (row >= 0 && column >= 0) {
            const std::size_t input = (k * g.in.rows + std::size_t(row)) * g.in.columns + std::size_t(column);
            while (c < x.changed_count && x.changed_input(c) < input) ++c;
            value = c < x.changed_count && x.changed_input(c) == input ? x.changed_value[c] : x.value[input];
          }
          if (value == 0.0F && !all_inputs && tap != fault.tap) continue;
          const float w = weight_of(tap, channel, fault);
          if (takes_part(w, value, zero_input)) sum = sum_next(sum, w, value);
        }
      }
    return sum;
  }
};

/// What one window of a pooling layer leaves.
///
/// **Laws** the bits of `pool_channels`.
SPIKINGJET_HD inline float pool_window(const PoolGeometry& g, std::size_t output, const StepInput& x) {
  const std::size_t channel = output / g.out.size();
  const std::size_t position = output % g.out.size();
  float pooled = pool_start(g.kind);
  each_in_window(g, position / g.out.columns, position % g.out.columns,
                 [&](std::size_t at) { pooled = pool_next(g.kind, pooled, x.at(channel * g.in.size() + at)); });
  return pool_end(g, pooled);
}

/// Calls `at(unit)` for each unit of a synaptic layer that an input reaches, in ascending order of units but for equal ones: a
/// unit is a position of a group of output channels.
template <class At>
SPIKINGJET_HD void each_unit_of(const SynapseGeometry& g, std::size_t input, const At& at) {
  const std::size_t group = input / g.in.size() / g.channels_in_group();
  const std::size_t row = input % g.in.size() / g.in.columns;
  const std::size_t column = input % g.in.columns;
  for (std::size_t i = g.kernel.rows; i-- > 0;) {
    const auto y = window_of(row, i, g.stride.rows, g.padding.rows, g.dilation.rows, g.out.rows);
    if (y < 0) continue;
    for (std::size_t j = g.kernel.columns; j-- > 0;) {
      const auto z = window_of(column, j, g.stride.columns, g.padding.columns, g.dilation.columns, g.out.columns);
      if (z >= 0) at((std::size_t(y) * g.out.columns + std::size_t(z)) * g.groups + group);
    }
  }
}

/// Calls `at(output)` for each window of a pooling layer that an input lies in, in ascending order.
template <class At>
SPIKINGJET_HD void each_window_of(const PoolGeometry& g, std::size_t input, const At& at) {
  const std::size_t channel = input / g.in.size();
  const std::size_t row = input % g.in.size() / g.in.columns;
  const std::size_t column = input % g.in.columns;
  for (std::size_t i = g.window.rows; i-- > 0;) {
    const auto y = window_of(row, i, g.stride.rows, g.padding.rows, 1, g.out.rows);
    if (y < 0) continue;
    for (std::size_t j = g.window.columns; j-- > 0;) {
      const auto z = window_of(column, j, g.stride.columns, g.padding.columns, 1, g.out.columns);
      if (z >= 0) at((channel * g.out.rows + std::size_t(y)) * g.out.columns + std::size_t(z));
    }
  }
}

}  // namespace spikingjet
