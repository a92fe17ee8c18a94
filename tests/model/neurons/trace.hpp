// SPDX-License-Identifier: MIT
#pragma once

// Runs one neuron of a model by itself.

#include "laws/neuron_model.hpp"

#include <vector>

/// What one neuron did over time.
struct Trace {
  std::vector<float> potential;  // (step)
  std::vector<float> spike;      // (step)
};

template <spikingjet::NeuronModel M>
Trace trace(const std::vector<float>& input, const laws::ConstantsOf<M>& constant) {
  laws::StateOf<M> state{};
  Trace all;
  for (const float i : input) {
    all.spike.push_back(M::update(state, i, constant));
    all.potential.push_back(state[M::potential_at]);
  }
  return all;
}

/// The same of a recurrent neuron that its own spike of the step before reaches through one weight.
template <spikingjet::NeuronModel M>
Trace trace(const std::vector<float>& input, float weight, const laws::ConstantsOf<M>& constant) {
  laws::StateOf<M> state{};
  Trace all;
  float spike = 0;
  for (const float i : input) {
    spike = M::update(state, i, weight * spike, constant);
    all.spike.push_back(spike);
    all.potential.push_back(state[M::potential_at]);
  }
  return all;
}

/// The equations' H: 1 where x > 0, strictly; NaN compares false.
inline float step_function(float x) { return x > 0.0F ? 1.0F : 0.0F; }

/// A decay is clamped at use; NaN stays.
inline float clamped(float b) {
  if (b < 0.0F) return 0.0F;
  if (b > 1.0F) return 1.0F;
  return b;
}

inline bool same_value(float a, float b) {
  return spikingjet::to_word(spikingjet::canonical(a)) == spikingjet::to_word(spikingjet::canonical(b));
}
