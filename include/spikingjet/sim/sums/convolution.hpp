// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/lanes/native.hpp>
#include <spikingjet/model/layers/synapse_geometry.hpp>
#include <spikingjet/model/reach.hpp>
#include <spikingjet/model/sample.hpp>
#include <spikingjet/model/zero_input.hpp>
#include <spikingjet/sim/sums/term.hpp>

#include <algorithm>
#include <cstddef>
#include <span>

namespace spikingjet {

/// Floats between two positions of a convolution's sums: the channels of each group in whole vectors.
constexpr std::size_t sums_stride(const SynapseGeometry& g) {
  return g.groups * vectors_of(g.channels_out_group()) * native_lanes;
}

/// Currents of a convolution, the canonical sum, where zero inputs are left out: each input in turn is added to the
/// outputs that it reaches, lanes over channels. Ascending inputs meet each output's taps in ascending order.
///
/// **Shapes** weight (taps, channels_out); bias (channels_out) or null; x: inputs, flat; sums (positions,
/// `sums_stride`), room to compute in; current (channels_out, positions). Weights are readable for `lane_slack` floats
/// beyond their end.
inline void convolve_active_inputs(const SynapseGeometry& g, const float* weight, const float* bias, Activity x,
                                   float* sums, float* current) {
  const std::size_t positions = g.out.size();
  const std::size_t stride = sums_stride(g);
  const std::size_t group_out = g.channels_out_group();
  const std::size_t group_stride = stride / g.groups;
  for (std::size_t p = 0; p < positions; ++p)
    for (std::size_t group = 0; group < g.groups; ++group) {
      float* row = sums + p * stride + group * group_stride;
      std::fill_n(row, group_stride, 0.0F);
      if (bias) std::copy_n(bias + group * group_out, group_out, row);
    }
  const Reach<std::size_t> reach(g);
  for (std::size_t k = 0; k < x.size(); ++k) {
    const std::size_t group = x.index[k] / g.in.size() / g.channels_in_group();
    const Lanes value(x.value[k]);
    reach.each_unit_of(x.index[k], [&](std::size_t unit, std::size_t tap) {
      const float* w = weight + tap * g.channels_out + group * group_out;
      float* sum = sums + unit * group_stride;
      for (std::size_t v = 0; v < group_stride; v += native_lanes)
        store_lanes(sum + v, sum_next(load_lanes(sum + v), load_lanes(w + v), value));
    });
  }
  constexpr std::size_t together = 16;  // positions, so that their sums stay in the first cache for all channels
  for (std::size_t first = 0; first < positions; first += together)
    for (std::size_t group = 0; group < g.groups; ++group)
      for (std::size_t o = 0; o < group_out; ++o)
        for (std::size_t p = first; p < std::min(first + together, positions); ++p)
          current[(group * group_out + o) * positions + p] = sums[p * stride + group * group_stride + o];
}

/// Currents of a convolution under `ZeroInput::multiply` where a weight may be NaN or infinite: such a weight counts at
/// every input, padding included.
///
/// **Shapes** as `convolve_active_inputs`; x (inputs), every input written out.
inline void convolve_all_inputs(const SynapseGeometry& g, const float* weight, const float* bias, const float* x,
                                float* current) {
  const Reach<std::size_t> reach(g);
  for (std::size_t o = 0; o < g.channels_out; ++o)
    for (std::size_t y = 0; y < g.out.rows; ++y)
      for (std::size_t z = 0; z < g.out.columns; ++z) {
        float sum = bias ? bias[o] : 0.0F;
        reach.each_tap_at(o / g.channels_out_group(), y, z, [&](std::size_t tap, std::size_t input) {
          const float value = input == reach.none ? 0.0F : x[input];
          const float w = weight[tap * g.channels_out + o];
          if (takes_part(w, value, ZeroInput::multiply)) sum = sum_next(sum, w, value);
        });
        current[(o * g.out.rows + y) * g.out.columns + z] = sum;
      }
}

}  // namespace spikingjet
