// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/engine/golden/recording.hpp>
#include <spikingjet/model/neuron.hpp>

#include <cstddef>

namespace spikingjet {

/// One neuron of a golden run, and all that its faults need to be simulated.
template <class Model>
struct GoldenNeuron {
  const PairRecording* recording = nullptr;
  const EventTable* events = nullptr;  // what flows in through the faulty layer
  const StepRows* other = nullptr;     // what is added to that layer's sums; null: nothing
  const StepRows* readout = nullptr;   // before each step and at the end; of the last layer
  std::size_t neuron = 0;
  std::size_t steps = 0;
  Constants<Model, float> constants;
  const float* weights = nullptr;  // (inputs)
  float bias = 0;                  // +0 without one
  bool poisonable = false;         // a weight that is not finite counts at every step
  bool feeds_back = false;         // its spikes reach its own layer
};

}  // namespace spikingjet
