// SPDX-License-Identifier: MIT
#pragma once

// Lapicque's neuron: an RC circuit, forward Euler.
//
//   R[t] = H(U[t-1] - theta)
//   B[t] = I[t] R_ (1/(R_ C)) dt + (1 - dt/(R_ C)) U[t-1]
//   U[t] = B[t] - R[t] theta                                subtract
//   U[t] = B[t] - R[t] B[t]                                 zero
//   U[t] = B[t]                                             none
//   S[t] = H(U[t] - theta)
//
// Given beta alone, R_ = 1 and C = dt/ln(1/beta).
//
// Source: snnTorch 0.8 to 0.9, class Lapicque (Lapicque 1907).

#include <spikingjet/model/neuron.hpp>
#include <spikingjet/model/neurons/reset.hpp>

#include <array>
#include <cmath>
#include <optional>
#include <string>

namespace spikingjet {

/// Lapicque's equations.
///
/// The resistance and the capacitance together are the decay; both are hit by `target::Decay`.
///
/// **Units** R_ C and dt share one unit of time; potential and threshold share another.
/// **Source** snnTorch, class Lapicque.
template <Reset R = Reset::subtract>
struct LapicqueModel {
  enum Constant : int { resistance_at, capacitance_at, time_step_at, threshold_at };
  enum State : int { potential_at };

  static constexpr std::array constants{ConstantInfo{"R", Role::decay}, ConstantInfo{"C", Role::decay},
                                        ConstantInfo{"time_step", Role::other, false, 1.0F},
                                        ConstantInfo{"threshold", Role::threshold}};
  static constexpr std::array states{StateInfo{"potential", Role::potential}};
  static constexpr Reset reset = R;
  static constexpr bool immediate_reset = false;

  template <class Option>
  static constexpr bool takes = detail::ResetOption<Option>;

  static std::string name() { return "lapicque(" + std::string(reset_name(R)) + ")"; }

  /// The value of a constant that a weights file leaves out, where `beta` tells it.
  static std::optional<float> derived_from_beta(Name field, float beta, float time_step) {
    if (field == Name("R")) return 1.0F;
    if (field == Name("C")) return static_cast<float>(double(time_step) / std::log(1.0 / double(beta)));
    return std::nullopt;
  }

  /// The decay of the potential in a step, as `beta` says it: e^(-dt/(R C)).
  static double beta_of(float resistance, float capacitance, float time_step) {
    return std::exp(-double(time_step) / (double(resistance) * double(capacitance)));
  }

  /// See `NeuronModel`: a potential decays without changing its sign only where 1 - dt/(R C) lies in [0, 1].
  static const char* doubt(const Values<float, 4>& constant) {
    const float decay = 1.0F - constant[time_step_at] / (constant[resistance_at] * constant[capacitance_at]);
    return decay >= 0.0F && decay <= 1.0F
               ? nullptr
               : "the potential's factor 1 - time_step/(R C) lies outside [0, 1], so that it swings or grows; check "
                 "'R' and 'C', or the 'beta' that they come from, and that R C is no shorter than 'time_step'";
  }

  /// See `NeuronModel`: where neither the input nor the potential is multiplied by something negative.
  static constexpr bool monotone(const Values<float, 4>& constant) {
    const float r_m = constant[resistance_at];
    const float rc = r_m * constant[capacitance_at];
    const float dt = constant[time_step_at];
    return r_m >= 0.0F && 1.0F / rc >= 0.0F && dt >= 0.0F && 1.0F - dt / rc >= 0.0F;
  }

  template <class V>
  SPIKINGJET_HD static V update(Values<V, 1>& state, V i, const Values<V, 4>& constant) {
    const V r_m = constant[resistance_at];
    const V c_m = constant[capacitance_at];
    const V dt = constant[time_step_at];
    const V theta = constant[threshold_at];
    V u = state[potential_at];

    const V r = fires(u, theta);
    const V b = i * r_m * (V(1.0F) / (r_m * c_m)) * dt + (V(1.0F) - dt / (r_m * c_m)) * u;
    if constexpr (R == Reset::subtract) u = b - r * theta;
    if constexpr (R == Reset::zero) u = b - r * b;
    if constexpr (R == Reset::none) u = b;

    state[potential_at] = u;
    return fires(u, theta);
  }
};

/// A layer of Lapicque neurons.
///
/// Options: `SubtractReset` (default), `ZeroReset`, `NoReset`, `Shared`.
///
/// **Shapes** `NAME.R`, `NAME.C`, `NAME.time_step`, `NAME.threshold`: one value for each index of the last axis, unless
/// `Shared`.
template <LayerName N = LayerName(), Option... Options>
using Lapicque = detail::NeuronLayer<detail::SpelledLayer<N>,
                                     LapicqueModel<detail::reset_of<detail::TypeOf<Options>...>(Reset::subtract)>,
                                     detail::TypeOf<Options>...>;

}  // namespace spikingjet
