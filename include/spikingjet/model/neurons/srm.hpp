// SPDX-License-Identifier: MIT
#pragma once

// The spike response model in SLAYER's form: a potential is the sum of responses to inputs and of refractory responses
// to the neuron's own spikes, both of the form (t / tau) e^(1 - t / tau):
//
//   U[t] = sum over s <= t of eps(t - s) I[s]  +  sum over spikes at s < t of nu(t - s)
//   eps(t) = (t / tau_s) e^(1 - t / tau_s)
//   nu(t)  = -scale theta (t / tau_r) e^(1 - t / tau_r)
//   S[t] = 1 where U[t] >= theta, else 0
//
// As a recursion, with alpha = e^(-1/tau_s), gain = e / tau_s, beta = e^(-1/tau_r), refractory_gain = scale e / tau_r:
// since t d^t = d ((t-1) d^(t-1) + d^(t-1)),
//
//   q[t] = alpha (q[t-1] + p[t-1])          sum of (t - s) alpha^(t-s) I[s]
//   p[t] = alpha p[t-1] + I[t]              sum of alpha^(t-s) I[s]
//   m[t] = beta (m[t-1] + n[t-1])           likewise of the neuron's own spikes
//   U[t] = gain q[t] - (refractory_gain theta) m[t]
//   n[t] = beta n[t-1] + S[t]
//
// SLAYER samples its kernels and cuts them off where they fall below 0.01; the recursion has them whole.
//
// Source: Shrestha and Orchard, "SLAYER: spike layer error reassignment in time", NeurIPS 2018, equations 1 to 4, and
// its program; SpikeFI uses that.

#include <spikingjet/model/neuron.hpp>

#include <array>
#include <cmath>
#include <optional>
#include <string_view>

namespace spikingjet {

/// The spike response model's equations.
///
/// What a neuron remembers are p and q (`response_p`, `response_q`: currents) and n and m (`refractory_p`,
/// `refractory_q`); its potential follows from them in each step, so that a fault in a potential is seen by the readout
/// and by nothing else.
///
/// **Units** potential and threshold share the weights' unit; alpha, beta in [0, 1], clamped at use; tau_s, tau_r in
/// steps.
/// **Source** SLAYER.
struct SrmModel {
  enum Constant : int { alpha_at, gain_at, beta_at, refractory_gain_at, threshold_at };
  enum State : int { potential_at, response_p_at, response_q_at, refractory_p_at, refractory_q_at };

  static constexpr std::array constants{
      ConstantInfo{"alpha", Role::synaptic_decay}, ConstantInfo{"gain", Role::other}, ConstantInfo{"beta", Role::decay},
      ConstantInfo{"refractory_gain", Role::other}, ConstantInfo{"threshold", Role::threshold}};
  static constexpr std::array states{StateInfo{"potential", Role::potential}, StateInfo{"response_p", Role::current},
                                     StateInfo{"response_q", Role::current}, StateInfo{"refractory_p", Role::other},
                                     StateInfo{"refractory_q", Role::other}};
  static constexpr bool clamps_decays = true;

  static constexpr std::string_view name() { return "srm"; }

  /// The value of a constant that SLAYER's time constants [step] and scale (`tauSr`, `tauRef`, `scaleRef`) tell.
  static std::optional<float> derived_from_time_constants(Name field, double tau_s, double tau_r, double scale) {
    if (field == Name("alpha")) return static_cast<float>(std::exp(-1.0 / tau_s));
    if (field == Name("gain")) return static_cast<float>(std::exp(1.0) / tau_s);
    if (field == Name("beta")) return static_cast<float>(std::exp(-1.0 / tau_r));
    if (field == Name("refractory_gain")) return static_cast<float>(scale * std::exp(1.0) / tau_r);
    return std::nullopt;
  }

  /// See `NeuronModel`: S[t] = 1 where U[t] >= theta.
  static constexpr bool fires_at_threshold = true;

  template <class V>
  SPIKINGJET_HD static V update(Values<V, 5>& state, V i, const Values<V, 5>& constant) {
    const V alpha = clamp_to_unit(constant[alpha_at]);
    const V beta = clamp_to_unit(constant[beta_at]);
    const V theta = constant[threshold_at];

    const V q = alpha * (state[response_q_at] + state[response_p_at]);
    const V p = alpha * state[response_p_at] + i;
    const V m = beta * (state[refractory_q_at] + state[refractory_p_at]);
    const V u = constant[gain_at] * q - (constant[refractory_gain_at] * theta) * m;
    const V s = select(u >= theta, V(1.0F), V(0.0F));
    const V n = beta * state[refractory_p_at] + s;

    state[potential_at] = u;
    state[response_p_at] = p;
    state[response_q_at] = q;
    state[refractory_p_at] = n;
    state[refractory_q_at] = m;
    return s;
  }
};

/// A layer of spike response neurons, as SLAYER and SpikeFI have them.
///
/// Options: `Shared`.
///
/// **Shapes** `NAME.alpha`, `NAME.gain`, `NAME.beta`, `NAME.refractory_gain`, `NAME.threshold`: one value for each
/// index of the last axis, unless `Shared`.
/// **Example** `Srm<"srm1">`
template <LayerName N = LayerName(), Option... Options>
using Srm = detail::NeuronLayer<detail::SpelledLayer<N>, SrmModel, detail::TypeOf<Options>...>;

}  // namespace spikingjet
