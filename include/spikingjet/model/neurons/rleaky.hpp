// SPDX-License-Identifier: MIT
#pragma once

// Leaky integrate-and-fire, first order, fed back by the layer's own spikes:
//
//   R[t] = H(U[t-1] - theta)
//   B[t] = beta U[t-1] + I[t] + rec(S[t-1])                 left to right
//   U[t] = B[t] - R[t] theta                                subtract
//   U[t] = B[t] - R[t] B[t]                                 zero
//   U[t] = B[t]                                             none
//   S[t] = H(U[t] - theta)
//
// Source: snnTorch 0.8 to 1.0, class RLeaky.

#include <spikingjet/model/neuron.hpp>
#include <spikingjet/model/neurons/reset.hpp>

#include <array>
#include <string>

namespace spikingjet {

/// The recurrent leaky neuron's equations.
///
/// **Units** potential, recurrent sum and threshold share the weights' unit; beta in [0, 1], clamped at use.
/// **Source** snnTorch, class RLeaky.
template <Reset R = Reset::subtract, bool Delay = true>
struct RLeakyModel {
  enum Constant : int { beta_at, threshold_at };
  enum State : int { potential_at };

  static constexpr std::array constants{ConstantInfo{"beta", Role::decay}, ConstantInfo{"threshold", Role::threshold}};
  static constexpr std::array states{StateInfo{"potential", Role::potential}};
  static constexpr Reset reset = R;
  static constexpr bool immediate_reset = !Delay;
  static constexpr bool clamps_decays = true;

  template <class Option>
  static constexpr bool takes = detail::ResetOption<Option> || std::is_same_v<Option, option::ImmediateReset>;

  static std::string name() {
    return "rleaky(" + std::string(reset_name(R)) + (Delay ? "" : ", immediate") + ")";
  }

  /// See `NeuronModel`: equal spikes mean equal recurrent sums, and with a delayed reset equal resets.
  static constexpr bool monotone(const Values<float, 2>&) { return Delay || R == Reset::none; }

  /// See `NeuronModel`: recurrent sums, and what a subtracted reset takes off, follow from the spikes and cancel.
  template <class V>
    requires(R != Reset::zero)
  SPIKINGJET_HD static void respond(Values<V, 1>& difference, V i, const Values<V, 2>& constant) {
    difference[potential_at] = clamp_to_unit(constant[beta_at]) * difference[potential_at] + i;
  }
  static constexpr int roundings = 4;  // product, two sums, difference
  static constexpr double spread(double steps) { return steps + 1; }

  template <class V>
  SPIKINGJET_HD static V update(Values<V, 1>& state, V i, V recurrent, const Values<V, 2>& constant) {
    const V beta = clamp_to_unit(constant[beta_at]);
    const V theta = constant[threshold_at];
    V u = state[potential_at];

    const V r = fires(u, theta);
    const V b = (beta * u + i) + recurrent;
    if constexpr (R == Reset::subtract) u = b - r * theta;
    if constexpr (R == Reset::zero) u = b - r * b;
    if constexpr (R == Reset::none) u = b;
    const V s = fires(u, theta);
    if constexpr (!Delay && R == Reset::subtract) u = u - (s - r) * theta;
    if constexpr (!Delay && R == Reset::zero) u = u - (s - r) * u;

    state[potential_at] = u;
    return s;
  }
};

/// A layer of leaky neurons whose spikes of the step before feed back into it: through a fully connected layer with a
/// bias, `NAME.recurrent`, or as `NoBias`, `OneToOne` and `SameConv2d` say.
///
/// Further options: `SubtractReset` (default), `ZeroReset`, `NoReset`, `ImmediateReset`, `Shared`.
///
/// **Shapes** `NAME.beta` and `NAME.threshold`: one value for each index of the last axis, unless `Shared`;
/// `NAME.recurrent.weight`: (N, N), `NAME.recurrent.bias`: (N); with `OneToOne` `NAME.recurrent.V`, shared like a
/// constant.
/// **Example** `RLeaky<"lif1">`, `RLeaky<"lif1", OneToOne, Shared<"V", Sharing::per_layer>>`
template <LayerName N = LayerName(), Option... Options>
using RLeaky = detail::NeuronLayer<detail::SpelledLayer<N>,
                      RLeakyModel<detail::reset_of<detail::TypeOf<Options>...>(Reset::subtract),
                                  !detail::has_option<option::ImmediateReset, detail::TypeOf<Options>...>>,
                      detail::TypeOf<Options>...>;

}  // namespace spikingjet
