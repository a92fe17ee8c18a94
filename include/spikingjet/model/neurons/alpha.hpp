// SPDX-License-Identifier: MIT
#pragma once

// The alpha neuron: an input raises the potential along a difference of two exponentials.
//
//   R[t]  = H(U[t-1] - theta)
//   e'[t] = alpha e[t-1] + I[t]
//   i'[t] = beta i[t-1] - I[t]
//   B[t]  = tau (e'[t] + i'[t]),  tau = ln alpha / (ln beta - ln alpha) + 1
//   e[t] = e' - theta R[t],  i[t] = i' - (beta i[t-1] - I[t]) R[t],  U[t] = B + i[t-1] R[t]      subtract
//   e[t] = e' - e' R[t],     i[t] = i' - i' R[t],                    U[t] = B - B R[t]           zero
//   e[t] = e',               i[t] = i',                              U[t] = B                    none
//   S[t]  = H(U[t] - theta)
//
// tau follows from the decays of the step, faulty ones too. Its logarithms are those of core/logarithm.hpp, which are
// the same bits everywhere.
//
// Source: snnTorch 0.8 to 1.0, class Alpha.

#include <spikingjet/core/logarithm.hpp>
#include <spikingjet/model/neuron.hpp>
#include <spikingjet/model/neurons/reset.hpp>

#include <array>
#include <string>

namespace spikingjet {

/// The alpha neuron's equations.
///
/// A potential responds to an input with a rise and a decay only where alpha > beta, both inside (0, 1). A fault may
/// leave other values, which have a meaning by IEEE 754 alone: alpha < beta turns the response negative, alpha = beta
/// makes tau infinite or NaN, alpha = 0 makes it NaN, beta = 0 and alpha = 1 leave tau = 1.
///
/// **Units** potential, currents and threshold share the weights' unit; alpha, beta in [0, 1], clamped at use.
/// **Source** snnTorch, class Alpha.
/// **Cost** two logarithms an update.
template <Reset R = Reset::zero>
struct AlphaModel {
  enum Constant : int { alpha_at, beta_at, threshold_at };
  enum State : int { potential_at, current_e_at, current_i_at };

  static constexpr std::array constants{ConstantInfo{"alpha", Role::synaptic_decay}, ConstantInfo{"beta", Role::decay},
                                        ConstantInfo{"threshold", Role::threshold}};
  static constexpr std::array states{StateInfo{"potential", Role::potential}, StateInfo{"current_e", Role::current},
                                     StateInfo{"current_i", Role::current}};
  static constexpr Reset reset = R;
  static constexpr bool immediate_reset = false;
  static constexpr bool clamps_decays = true;

  template <class Option>
  static constexpr bool takes = detail::ResetOption<Option>;

  /// See `NeuronModel`: tau gives an alpha function only where 0 < beta < alpha < 1, or where one of them is at its
  /// end.
  static const char* doubt(const Values<float, 3>& constant) {
    const bool rises = clamp_to_unit(constant[alpha_at]) > clamp_to_unit(constant[beta_at]);
    return rises ? nullptr
                 : "'alpha' is not above 'beta', so that the response to an input is upside down, infinite or NaN; "
                   "allowed is 0 < beta < alpha < 1: check whether the two were swapped";
  }

  static std::string name() { return "alpha(" + std::string(reset_name(R)) + ")"; }

  template <class V>
  SPIKINGJET_HD static V update(Values<V, 3>& state, V i, const Values<V, 3>& constant) {
    const V alpha = clamp_to_unit(constant[alpha_at]);
    const V beta = clamp_to_unit(constant[beta_at]);
    const V theta = constant[threshold_at];
    const V log_alpha = log_of_unit(alpha);
    const V tau = log_alpha / (log_of_unit(beta) - log_alpha) + V(1.0F);

    const V r = fires(state[potential_at], theta);
    const V inhibition = state[current_i_at];
    const V e_new = alpha * state[current_e_at] + i;
    const V i_new = beta * inhibition - i;
    const V b = tau * (e_new + i_new);
    if constexpr (R == Reset::subtract) {
      state[current_e_at] = e_new - theta * r;
      state[current_i_at] = i_new - i_new * r;
      state[potential_at] = b + inhibition * r;
    } else if constexpr (R == Reset::zero) {
      state[current_e_at] = e_new - e_new * r;
      state[current_i_at] = i_new - i_new * r;
      state[potential_at] = b - b * r;
    } else {
      state[current_e_at] = e_new;
      state[current_i_at] = i_new;
      state[potential_at] = b;
    }
    return fires(state[potential_at], theta);
  }
};

/// A layer of alpha neurons.
///
/// Options: `ZeroReset` (default), `SubtractReset`, `NoReset`, `Shared`.
///
/// **Shapes** `NAME.alpha`, `NAME.beta`, `NAME.threshold`: one value for each index of the last axis, unless `Shared`.
/// **Example** `Alpha<"lif1">`, `Alpha<"lif1", SubtractReset, Shared<"alpha", Sharing::per_layer>>`
template <LayerName N = LayerName(), Option... Options>
using Alpha =
    detail::NeuronLayer<detail::SpelledLayer<N>, AlphaModel<detail::reset_of<detail::TypeOf<Options>...>(Reset::zero)>,
                        detail::TypeOf<Options>...>;

}  // namespace spikingjet
