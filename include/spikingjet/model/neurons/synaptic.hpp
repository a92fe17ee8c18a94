// SPDX-License-Identifier: MIT
#pragma once

// Leaky integrate-and-fire, second order: the synapse has a memory of its own.
//
//   R[t] = H(U[t-1] - theta)
//   s[t] = alpha s[t-1] + I[t]
//   B[t] = beta U[t-1] + s[t]
//   U[t] = B[t] - R[t] theta                                subtract
//   U[t] = B[t] - B[t] R[t]                                 zero (s is kept)
//   U[t] = B[t]                                             none
//   S[t] = H(U[t] - theta)
//
// Source: snnTorch 0.8 to 0.9, class Synaptic.

#include <spikingjet/model/neuron.hpp>
#include <spikingjet/model/neurons/reset.hpp>

#include <array>
#include <string>

namespace spikingjet {

/// The synaptic neuron's equations.
///
/// **Units** potential, current and threshold share the weights' unit; alpha, beta in [0, 1], clamped at use.
/// **Source** snnTorch, class Synaptic.
template <Reset R = Reset::subtract, bool Delay = true>
struct SynapticModel {
  enum Constant : int { alpha_at, beta_at, threshold_at };
  enum State : int { potential_at, current_at };

  static constexpr std::array constants{ConstantInfo{"alpha", Role::synaptic_decay}, ConstantInfo{"beta", Role::decay},
                                        ConstantInfo{"threshold", Role::threshold}};
  static constexpr std::array states{StateInfo{"potential", Role::potential}, StateInfo{"current", Role::current}};
  static constexpr Reset reset = R;
  static constexpr bool immediate_reset = !Delay;
  static constexpr bool clamps_decays = true;

  template <class Option>
  static constexpr bool takes = detail::ResetOption<Option> || std::is_same_v<Option, option::ImmediateReset>;

  static std::string name() {
    return "synaptic(" + std::string(reset_name(R)) + (Delay ? "" : ", immediate") + ")";
  }

  /// See `NeuronModel`: with a delayed reset, R[t] is S[t-1], so the same spikes mean the same resets.
  static constexpr bool monotone(const Values<float, 3>&) { return Delay || R == Reset::none; }

  /// See `NeuronModel`: what a subtracted reset takes off follows from the spikes, and cancels.
  template <class V>
    requires(R != Reset::zero)
  SPIKINGJET_HD static void respond(Values<V, 2>& difference, V i, const Values<V, 3>& constant) {
    difference[current_at] = clamp_to_unit(constant[alpha_at]) * difference[current_at] + i;
    difference[potential_at] = clamp_to_unit(constant[beta_at]) * difference[potential_at] + difference[current_at];
  }
  static constexpr int roundings = 5;  // two products, two sums, a difference
  static constexpr double spread(double steps) { return (steps + 2) * (steps + 2) / 4; }

  template <class V>
  SPIKINGJET_HD static V update(Values<V, 2>& state, V i, const Values<V, 3>& constant) {
    const V alpha = clamp_to_unit(constant[alpha_at]);
    const V beta = clamp_to_unit(constant[beta_at]);
    const V theta = constant[threshold_at];
    V u = state[potential_at];

    const V r = fires(u, theta);
    const V s = alpha * state[current_at] + i;
    const V b = beta * u + s;
    if constexpr (R == Reset::subtract) u = b - r * theta;
    if constexpr (R == Reset::zero) u = b - b * r;
    if constexpr (R == Reset::none) u = b;
    const V spike = fires(u, theta);
    if constexpr (!Delay && R == Reset::subtract) u = u - (spike - r) * theta;
    if constexpr (!Delay && R == Reset::zero) u = u - (spike - r) * u;

    state[potential_at] = u;
    state[current_at] = s;
    return spike;
  }
};

/// A layer of synaptic (second-order leaky) neurons.
///
/// Options: `SubtractReset` (default), `ZeroReset`, `NoReset`, `ImmediateReset`, `Shared`.
///
/// **Shapes** `NAME.alpha`, `NAME.beta`, `NAME.threshold`: one value for each index of the last axis, unless `Shared`.
template <LayerName N = LayerName(), Option... Options>
using Synaptic = detail::NeuronLayer<detail::SpelledLayer<N>,
                        SynapticModel<detail::reset_of<detail::TypeOf<Options>...>(Reset::subtract),
                                      !detail::has_option<option::ImmediateReset, detail::TypeOf<Options>...>>,
                        detail::TypeOf<Options>...>;

}  // namespace spikingjet
