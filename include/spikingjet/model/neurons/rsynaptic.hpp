// SPDX-License-Identifier: MIT
#pragma once

// Leaky integrate-and-fire, second order, fed back by the layer's own spikes:
//
//   R[t] = H(U[t-1] - theta)
//   s[t] = alpha s[t-1] + I[t] + rec(S[t-1])                left to right
//   B[t] = beta U[t-1] + s[t]
//   U[t] = B[t] - R[t] theta                                subtract
//   U[t] = B[t] - B[t] R[t]                                 zero (s is kept)
//   U[t] = B[t]                                             none
//   S[t] = H(U[t] - theta)
//
// Source: snnTorch 0.8 to 1.0, class RSynaptic.

#include <spikingjet/model/neuron.hpp>
#include <spikingjet/model/neurons/reset.hpp>

#include <array>
#include <string>

namespace spikingjet {

/// The recurrent synaptic neuron's equations.
///
/// **Units** potential, current, recurrent sum and threshold share the weights' unit; alpha, beta in [0, 1], clamped at
/// use.
/// **Source** snnTorch, class RSynaptic.
template <Reset R = Reset::subtract>
struct RSynapticModel {
  enum Constant : int { alpha_at, beta_at, threshold_at };
  enum State : int { potential_at, current_at };

  static constexpr std::array constants{ConstantInfo{"alpha", Role::synaptic_decay}, ConstantInfo{"beta", Role::decay},
                                        ConstantInfo{"threshold", Role::threshold}};
  static constexpr std::array states{StateInfo{"potential", Role::potential}, StateInfo{"current", Role::current}};
  static constexpr Reset reset = R;
  static constexpr bool immediate_reset = false;
  static constexpr bool clamps_decays = true;

  template <class Option>
  static constexpr bool takes = detail::ResetOption<Option>;

  static std::string name() { return "rsynaptic(" + std::string(reset_name(R)) + ")"; }

  /// See `NeuronModel`: equal spikes mean equal recurrent sums and equal resets.
  static constexpr bool monotone(const Values<float, 3>&) { return true; }

  /// See `NeuronModel`: recurrent sums, and what a subtracted reset takes off, follow from the spikes and cancel.
  template <class V>
    requires(R != Reset::zero)
  SPIKINGJET_HD static void respond(Values<V, 2>& difference, V i, const Values<V, 3>& constant) {
    difference[current_at] = clamp_to_unit(constant[alpha_at]) * difference[current_at] + i;
    difference[potential_at] = clamp_to_unit(constant[beta_at]) * difference[potential_at] + difference[current_at];
  }
  static constexpr int roundings = 6;  // two products, three sums, a difference
  static constexpr double spread(double steps) { return (steps + 2) * (steps + 2) / 4; }

  template <class V>
  SPIKINGJET_HD static V update(Values<V, 2>& state, V i, V recurrent, const Values<V, 3>& constant) {
    const V alpha = clamp_to_unit(constant[alpha_at]);
    const V beta = clamp_to_unit(constant[beta_at]);
    const V theta = constant[threshold_at];
    V u = state[potential_at];

    const V r = fires(u, theta);
    const V s = (alpha * state[current_at] + i) + recurrent;
    const V b = beta * u + s;
    if constexpr (R == Reset::subtract) u = b - r * theta;
    if constexpr (R == Reset::zero) u = b - b * r;
    if constexpr (R == Reset::none) u = b;

    state[potential_at] = u;
    state[current_at] = s;
    return fires(u, theta);
  }
};

/// A layer of synaptic neurons whose spikes of the step before feed back into it, as in `RLeaky`.
///
/// Options: `NoBias`, `OneToOne`, `SameConv2d`; `SubtractReset` (default), `ZeroReset`, `NoReset`, `Shared`.
///
/// **Shapes** `NAME.alpha`, `NAME.beta`, `NAME.threshold`: one value for each index of the last axis, unless `Shared`;
/// `NAME.recurrent.weight`, `NAME.recurrent.bias` or `NAME.recurrent.V` as in `RLeaky`.
/// **Example** `RSynaptic<"lif1", OneToOne>`
template <LayerName N = LayerName(), Option... Options>
using RSynaptic = detail::NeuronLayer<detail::SpelledLayer<N>,
                                      RSynapticModel<detail::reset_of<detail::TypeOf<Options>...>(Reset::subtract)>,
                                      detail::TypeOf<Options>...>;

}  // namespace spikingjet
