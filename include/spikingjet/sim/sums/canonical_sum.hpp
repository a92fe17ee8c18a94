// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/bits.hpp>
#include <spikingjet/core/lanes/native.hpp>
#include <spikingjet/model/sample.hpp>
#include <spikingjet/sim/sums/term.hpp>

#include <cstddef>
#include <type_traits>

namespace spikingjet {

namespace detail {

/// current = bias + sum over k < count of weight[row(k)] * value(k), in ascending k, lanes over outputs.
template <std::size_t Outputs, class Count, class Row, class Value>
inline void sum_rows(const float* weight, const float* bias, float* current, Count count, Row row, Value value) {
  constexpr std::size_t most = 8;  // accumulators that stay in registers
  constexpr std::size_t vectors = vectors_of(Outputs);
  const auto sum = [=]<std::size_t Vectors>(std::integral_constant<std::size_t, Vectors>, std::size_t first) {
    Lanes acc[Vectors];
    for (std::size_t v = 0; v < Vectors; ++v) acc[v] = bias ? load_lanes(bias + first + v * native_lanes) : Lanes(0.0F);
    for (std::size_t k = 0; k < count; ++k) {
      const float* w = weight + row(k) * Outputs + first;
      const Lanes x(value(k));
      for (std::size_t v = 0; v < Vectors; ++v) acc[v] = sum_next(acc[v], load_lanes(w + v * native_lanes), x);
    }
    for (std::size_t v = 0; v < Vectors; ++v) store_lanes(current + first + v * native_lanes, acc[v]);
  };
  for (std::size_t v = 0; v + most <= vectors; v += most)
    sum(std::integral_constant<std::size_t, most>{}, v * native_lanes);
  if constexpr (vectors % most != 0)
    sum(std::integral_constant<std::size_t, vectors % most>{}, vectors / most * most * native_lanes);
}

}  // namespace detail

/// Currents of a fully connected layer, the canonical sum: one float32 accumulator per output starts as the bias (+0
/// without one); then in ascending input index `acc = acc + w*x`, product and sum rounded separately, zero inputs left
/// out.
///
/// For finite weights, under either `ZeroInput` policy; and for any weights under `ZeroInput::skip`.
///
/// **Shapes** weight (inputs, Outputs): outputs run fastest; bias (Outputs) or null; current (Outputs). All three are
/// readable, and `current` writable, for `lane_slack` floats beyond their end.
/// **Source** the additions of a dense product in index order; torch adds in an order of its own.
template <std::size_t Outputs>
inline void sum_active_inputs(const float* weight, const float* bias, Activity x, float* current) {
  detail::sum_rows<Outputs>(weight, bias, current, x.size(), [x](std::size_t k) { return std::size_t(x.index[k]); },
                            [x](std::size_t k) { return x.value[k]; });
}

/// The canonical sum where no zero input needs to be left out: finite weights and no bias of -0, under either policy.
///
/// A product with a zero input is then +0 or -0, and adding that changes only an accumulator of -0, which none can
/// become: a sum is -0 only where both terms are. Free of branches, so better than `sum_active_inputs` for few inputs.
///
/// **Shapes** as `sum_active_inputs`; x (inputs).
template <std::size_t Outputs, std::size_t Inputs>
inline void sum_every_input(const float* weight, const float* bias, const float* x, float* current) {
  detail::sum_rows<Outputs>(weight, bias, current, std::integral_constant<std::size_t, Inputs>{},
                            [](std::size_t i) { return i; }, [x](std::size_t i) { return x[i]; });
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
      if (active || !is_finite(w[o])) current[o] = sum_next(current[o], w[o], value);
  }
}

}  // namespace spikingjet
