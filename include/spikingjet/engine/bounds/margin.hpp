// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/config.hpp>
#include <spikingjet/core/lanes/lane.hpp>
#include <spikingjet/model/neuron.hpp>
#include <spikingjet/model/quantity.hpp>

#include <concepts>
#include <cstddef>

namespace spikingjet {

/// A model that says how its potential answers to its input; see `NeuronModel`.
template <class Model>
concept RespondingModel = requires(Values<float, int(Model::states.size())>& difference,
                                   const Values<float, int(Model::constants.size())>& constant) {
  { Model::monotone(constant) } -> std::same_as<bool>;
  Model::respond(difference, 1.0F, constant);
  { Model::roundings } -> std::convertible_to<int>;
  { Model::spread(1.0) } -> std::convertible_to<double>;
};

/// What the bounds of intervals hold for; proof: docs/concepts/engines.md, "Intervals".
struct IntervalBounds {
  static constexpr double unit = 0x1p-24;           // of rounding
  static constexpr float most_magnitude = 0x1p80F;  // of what the golden run rounds
  static constexpr float least_margin = 0x1p-40F;   // between a potential and the threshold
  static constexpr float least_share = 0x1p-20F;    // no weight moves further than its inverse
  static constexpr float most_input = 0x1p20F;
  static constexpr std::size_t most_steps = std::size_t{1} << 16;
  static constexpr double most_kappa = 0.125;

  /// The relative error of a response, from the most terms that a sum has.
  template <class Model>
  SPIKINGJET_HD static constexpr double kappa(double most_terms, std::size_t steps) {
    return 4 * unit * (most_terms + 1 + Model::roundings * Model::spread(double(steps)));
  }
  /// What a limit is made smaller by, for roundings of the limit itself and of the response.
  SPIKINGJET_HD static constexpr double shrink(double kappa) { return (1 - 0x1p-18) / (1 + kappa); }
};

/// The threshold's number among a model's constants.
template <class Model>
constexpr int threshold_of() {
  int c = 0;
  while (Model::constants[std::size_t(c)].role != Role::threshold) ++c;
  return c;
}

/// How near the potential of a golden step is to the threshold.
template <class V>
struct StepMargin {
  V fair;   // 1 where the bounds hold, else 0
  V clear;  // 1 where the potential is further from the threshold than rounding may move it, else 0
  V share;  // 1 / margin where clear, else 0
};

/// Measures one step; V is a float or a pack of lanes.
///
/// `updated` and `weighed` are what the update and the sum round, in magnitude; `terms` how many roundings the sum has;
/// `u` the potential behind the step; `error` what rounding may have moved states by, which goes on to the next step.
///
/// **Laws** the bound A(t) of docs/concepts/engines.md, twice of what a first-order bound of both runs needs.
template <class Model, class V>
SPIKINGJET_HD StepMargin<V> measure_step(const V& updated, const V& weighed, float terms, const V& u,
                                         const Constants<Model, V>& constant,
                                         Values<V, int(Model::states.size())>& error) {
  using Bounds = IntervalBounds;
  const V theta = constant[threshold_of<Model>()];
  const V most(Bounds::most_magnitude);
  const V one(1.0F);
  const V zero(0.0F);
  const V rounded = V(terms) * weighed + V(float(Model::roundings)) * updated;
  Model::respond(error, V(float(4 * Bounds::unit)) * rounded + V(0x1p-60F), constant);
  const V margin = magnitude_of(theta - u) * V(1 - 0x1p-20F) - error[potential_of<Model>()];
  const auto clear = margin > V(Bounds::least_margin);
  StepMargin<V> found;
  found.fair = select((updated <= most) & (weighed <= most), one, zero);  // 0 for NaN, too
  found.clear = select(clear, one, zero);
  found.share = select(clear, one / select(clear, margin, one), zero);
  return found;
}

}  // namespace spikingjet
