// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/lanes/lane.hpp>

#include <concepts>
#include <string_view>

namespace spikingjet {

/// What the last layer leaves, per class, after the last step: a fold over the steps in ascending order.
///
/// `first(spike, potential)` is the value after step 0, `next(so_far, spike, potential)` after each later one. A
/// readout that says `reads_potential = false` promises to ignore the potential, which lets engines leave more out.
template <class R>
concept Readout = requires(float value) {
  { R::name() } -> std::convertible_to<std::string_view>;
  { R::first(value, value) } -> std::same_as<float>;
  { R::next(value, value, value) } -> std::same_as<float>;
};

/// Number of output spikes: a float32 sum from +0 in ascending steps.
struct SpikeCountReadout {
  static constexpr bool reads_potential = false;

  static constexpr std::string_view name() { return "spike count"; }

  template <class V>
  SPIKINGJET_HD static constexpr V first(V spike, V) {
    return V(0.0F) + spike;
  }
  template <class V>
  SPIKINGJET_HD static constexpr V next(V so_far, V spike, V) {
    return so_far + spike;
  }
};

/// Largest output potential over the steps; a NaN, once met, stays.
struct MaxPotentialReadout {
  static constexpr bool reads_potential = true;

  static constexpr std::string_view name() { return "largest potential"; }

  template <class V>
  SPIKINGJET_HD static constexpr V first(V, V potential) {
    return potential;
  }
  template <class V>
  SPIKINGJET_HD static constexpr V next(V so_far, V, V potential) {
    // xsimd's != is false for NaN on AVX.
    return select((potential > so_far) | !(potential == potential), potential, so_far);
  }
};

/// Output potential after the last step: what neurons without a reset have added up by then.
struct LastPotentialReadout {
  static constexpr bool reads_potential = true;

  static constexpr std::string_view name() { return "last potential"; }

  template <class V>
  SPIKINGJET_HD static constexpr V first(V, V potential) {
    return potential;
  }
  template <class V>
  SPIKINGJET_HD static constexpr V next(V, V, V potential) {
    return potential;
  }
};

}  // namespace spikingjet
