// SPDX-License-Identifier: MIT
#pragma once

// A neuron model of one's own that a program and its GPU code share, as docs/gpu.md shows it.

#include <spikingjet/model/neuron.hpp>

#include <array>
#include <string_view>

/// Adds up its input, and begins anew behind a spike.
struct Integrator {
  static constexpr std::string_view name() { return "integrator"; }

  static constexpr std::array constants{spikingjet::ConstantInfo{"threshold", spikingjet::Role::threshold}};
  static constexpr std::array states{spikingjet::StateInfo{"potential", spikingjet::Role::potential}};

  template <class V>
  SPIKINGJET_HD static V update(spikingjet::Values<V, 1>& state, V i, const spikingjet::Values<V, 1>& constant) {
    const V fired = spikingjet::fires(state[0], constant[0]);
    state[0] = (V(1.0F) - fired) * state[0] + i;
    return spikingjet::fires(state[0], constant[0]);
  }
};
