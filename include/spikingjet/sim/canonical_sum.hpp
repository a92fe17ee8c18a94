// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/bits.hpp>
#include <spikingjet/model/sample.hpp>
#include <spikingjet/model/zero_input.hpp>
#include <spikingjet/sim/lanes.hpp>

#include <cstddef>
#include <cstdint>

namespace spikingjet {

/// Currents of a fully connected layer, the canonical sum: one float32 accumulator per output starts as the bias (+0
/// without one); then in ascending input index `acc = acc + w*x`, product and sum rounded separately, zero inputs left
/// out.
///
/// For finite weights, under either `ZeroInput` policy; and for any weights under `ZeroInput::skip`.
///
/// **Shapes** weight (inputs, Outputs): outputs run fastest; bias (Outputs) or null; current (Outputs).
/// **Source** the additions of a dense product in index order; torch adds in an order of its own.
template <std::size_t Outputs>
inline void sum_active_inputs(const float* weight, const float* bias, Activity x, float* current) {
  for_lanes<Outputs>([=]<class V>(std::size_t first) {
    V acc = bias ? load_lanes<V>(bias + first) : V(0.0F);
    for (std::size_t k = 0; k < x.size(); ++k)
      acc = acc + load_lanes<V>(weight + std::size_t(x.index[k]) * Outputs + first) * V(x.value[k]);
    store_lanes(current + first, acc);
  });
}

/// The canonical sum under `ZeroInput::multiply` where a weight may be NaN or infinite: such a weight counts at every
/// input, and 0 * Inf poisons the sum with NaN.
///
/// **Shapes** as `sum_active_inputs`, with `inputs` rows of weights.
template <std::size_t Outputs>
inline void sum_all_inputs(const float* weight, const float* bias, Activity x, std::size_t inputs, float* current) {
  for (std::size_t o = 0; o < Outputs; ++o) current[o] = bias ? bias[o] : 0.0F;
  std::size_t k = 0;
  for (std::size_t i = 0; i < inputs; ++i) {
    const bool active = k < x.size() && x.index[k] == i;
    const float value = active ? x.value[k++] : 0.0F;
    const float* w = weight + i * Outputs;  // (Outputs)
    for (std::size_t o = 0; o < Outputs; ++o)
      if (active || !is_finite(w[o])) current[o] = current[o] + w[o] * value;
  }
}

}  // namespace spikingjet
