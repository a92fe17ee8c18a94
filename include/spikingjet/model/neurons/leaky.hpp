// SPDX-License-Identifier: MIT
#pragma once

// Leaky integrate-and-fire, first order:
//
//   R[t] = H(U[t-1] - theta)
//   U[t] = beta U[t-1] + I[t] - R[t] theta                  subtract
//   U[t] = beta (1 - R[t]) U[t-1] + I[t]                    zero
//   U[t] = beta U[t-1] + I[t]                               none
//   S[t] = H(U[t] - theta)
//
// and in the order of snnTorch 0.7:
//
//   U[t] = beta (U[t-1] - R[t] theta) + I[t]                subtract
//   U[t] = (1 - R[t]) (beta U[t-1] + I[t])                  zero
//
// Source: snnTorch 0.7 to 0.9, class Leaky (Eshraghian et al., Proc. IEEE 111(9), 2023).

#include <spikingjet/model/neuron.hpp>
#include <spikingjet/model/neurons/reset.hpp>

#include <array>
#include <string_view>

namespace spikingjet {

/// The order in which decay, input and reset are applied.
enum class LeakyOrder { snntorch_08, snntorch_07 };

/// The leaky neuron's equations.
///
/// **Units** potential and threshold share the weights' unit; beta in [0, 1], clamped at use; input: current of the
/// step.
/// **Source** snnTorch, class Leaky.
template <Reset R = Reset::subtract, bool Delay = true, LeakyOrder Order = LeakyOrder::snntorch_08>
struct LeakyModel {
  enum Constant : int { beta_at, threshold_at };
  enum State : int { potential_at };

  static constexpr std::array constants{ConstantInfo{"beta", Role::decay}, ConstantInfo{"threshold", Role::threshold}};
  static constexpr std::array states{StateInfo{"potential", Role::potential}};
  static constexpr Reset reset = R;
  static constexpr bool immediate_reset = !Delay;
  static constexpr bool clamps_decays = true;

  template <class Option>
  static constexpr bool takes = detail::ResetOption<Option> || std::is_same_v<Option, option::ImmediateReset> ||
                                std::is_same_v<Option, option::Snntorch07>;

  static std::string name() {
    return "leaky(" + std::string(reset_name(R)) + (Delay ? "" : ", immediate") +
           (Order == LeakyOrder::snntorch_07 ? ", snntorch 0.7" : "") + ")";
  }

  /// See `NeuronModel`: with a delayed reset, R[t] is S[t-1], so the same spikes mean the same resets.
  static constexpr bool monotone(const Values<float, 2>&) { return Delay || R == Reset::none; }

  /// See `NeuronModel`: what a subtracted reset takes off follows from the spikes, and cancels.
  template <class V>
    requires(R != Reset::zero)
  SPIKINGJET_HD static void respond(Values<V, 1>& difference, V i, const Values<V, 2>& constant) {
    difference[potential_at] = clamp_to_unit(constant[beta_at]) * difference[potential_at] + i;
  }
  static constexpr int roundings = 3;  // product, sum, difference
  static constexpr double spread(double steps) { return steps + 1; }

  template <class V>
  SPIKINGJET_HD static V update(Values<V, 1>& state, V i, const Values<V, 2>& constant) {
    const V beta = clamp_to_unit(constant[beta_at]);
    const V theta = constant[threshold_at];
    V u = state[potential_at];

    const V r = fires(u, theta);
    if constexpr (R == Reset::none) {
      u = beta * u + i;
    } else if constexpr (Order == LeakyOrder::snntorch_08) {
      if constexpr (R == Reset::subtract) u = (beta * u + i) - r * theta;
      if constexpr (R == Reset::zero) u = beta * ((V(1.0F) - r) * u) + i;
    } else {
      if constexpr (R == Reset::subtract) u = beta * (u - r * theta) + i;
      if constexpr (R == Reset::zero) u = (V(1.0F) - r) * (beta * u + i);
    }
    const V s = fires(u, theta);
    if constexpr (!Delay && R == Reset::subtract) u = u - (s - r) * theta;
    if constexpr (!Delay && R == Reset::zero) u = u - (s - r) * u;

    state[potential_at] = u;
    return s;
  }
};

/// A layer of leaky integrate-and-fire neurons.
///
/// Options: `SubtractReset` (default), `ZeroReset`, `NoReset`, `ImmediateReset`, `Snntorch07`, `Shared`.
///
/// **Shapes** `NAME.beta` and `NAME.threshold`: one value for each index of the last axis, unless `Shared`.
/// **Example** `Leaky<"lif1">`, `Leaky<"lif1", ZeroReset, Shared<"beta", Sharing::per_layer>>`
template <LayerName N = LayerName(), Option... Options>
using Leaky = detail::NeuronLayer<
    detail::SpelledLayer<N>,
    LeakyModel<detail::reset_of<detail::TypeOf<Options>...>(Reset::subtract),
               !detail::has_option<option::ImmediateReset, detail::TypeOf<Options>...>,
               detail::has_option<option::Snntorch07, detail::TypeOf<Options>...> ? LeakyOrder::snntorch_07
                                                                                  : LeakyOrder::snntorch_08>,
    detail::TypeOf<Options>...>;

}  // namespace spikingjet
