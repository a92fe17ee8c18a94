// SPDX-License-Identifier: MIT

// A neuron model and a readout as users write them, outside of the namespace, that spell 'select' in each way.

#include <spikingjet/core/lanes/lane.hpp>
#include <spikingjet/model/neuron.hpp>

#include <array>
#include <string_view>

/// Fires where u >= theta.
struct AtThreshold {
  static constexpr std::string_view name() { return "at threshold"; }
  static constexpr std::array constants{spikingjet::ConstantInfo{"threshold", spikingjet::Role::threshold}};
  static constexpr std::array states{spikingjet::StateInfo{"potential", spikingjet::Role::potential}};
  template <class V>
  SPIKINGJET_HD static V update(spikingjet::Values<V, 1>& state, V i, const spikingjet::Values<V, 1>& constant) {
    const V u = state[0] + i;
    const V s = select(u >= constant[0], V(1.0F), V(0.0F));
    state[0] = spikingjet::select(s > V(0.0F), V(0.0F), u);
    return s;
  }
};

/// Whether any spike came.
struct AnySpike {
  template <class V>
  SPIKINGJET_HD static V next(V so_far, V spike, V) {
    using spikingjet::select;
    return select(spike > V(0.0F), V(1.0F), so_far);
  }
};

__global__ void select_in_models(float* potential, const float* input, const float* threshold, float* any) {
  spikingjet::Values<float, 1> state{*potential};
  const spikingjet::Values<float, 1> constant{*threshold};
  *any = AnySpike::next(*any, AtThreshold::update(state, *input, constant), state[0]);
  *potential = state[0];
}
