// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/bits.hpp>
#include <spikingjet/core/config.hpp>
#include <spikingjet/core/lanes/lane.hpp>
#include <spikingjet/model/neuron.hpp>
#include <spikingjet/model/sharing.hpp>

#include <cstddef>
#include <cstdint>

namespace spikingjet {

/// What flows into a neuron in a step.
struct NeuronInput {
  float current = 0;
  float recurrent = 0;  // of lateral weights
};

/// What the golden run left of one neuron in one sample: the values of a step and of the next lie `stride` apart.
template <class Model>
struct RecordedNeuron {
  static constexpr int states = int(Model::states.size());

  std::uint32_t steps = 0;  // of the sample
  std::uint32_t stride = 1;
  Constants<Model, float> constant{};
  const float* current = nullptr;
  const float* lateral = nullptr;  // null without lateral weights
  const float* spike = nullptr;
  Values<const float*, states> state{};  // before each step and at the end
  const float* readout = nullptr;        // folded before each step and at the end; null where not read

  SPIKINGJET_HD std::size_t at(std::size_t step) const { return std::size_t{std::uint32_t(step)} * stride; }

  SPIKINGJET_HD NeuronInput input(std::size_t step) const {
    return {current[at(step)], lateral ? lateral[at(step)] : 0.0F};
  }
  SPIKINGJET_HD float fired(std::size_t step) const { return spike[at(step)]; }
  SPIKINGJET_HD float readout_before(std::size_t step) const { return readout[at(step)]; }
  SPIKINGJET_HD Values<float, states> state_before(std::size_t step) const {
    Values<float, states> s;
    for (int i = 0; i < states; ++i) s[i] = state[i][at(step)];
    return s;
  }
  SPIKINGJET_HD bool is_state_before(std::size_t step, const Values<float, states>& s) const {
    bool equal = true;
    for (int i = 0; i < states; ++i) equal = equal && to_word(s[i]) == to_word(state[i][at(step)]);
    return equal;
  }
  /// A step; returns its spike.
  SPIKINGJET_HD float update(Values<float, states>& s, const NeuronInput& in, const Constants<Model, float>& c) const {
    if constexpr (is_recurrent_model<Model>)
      return Model::update(s, in.current, in.recurrent, c);
    else
      return Model::update(s, lateral ? in.current + in.recurrent : in.current, c);
  }
  /// The readout with one more step.
  template <class Readout>
  SPIKINGJET_HD static float fold(std::size_t step, float so_far, float fired, const Values<float, states>& s) {
    constexpr int potential = potential_of<Model>();
    return step == 0 ? Readout::first(fired, s[potential]) : Readout::next(so_far, fired, s[potential]);
  }
};

/// The neurons of a layer, and what the golden run left of them.
template <class Model>
struct NeuronsView {
  static constexpr int states = int(Model::states.size());
  static constexpr int constants = int(Model::constants.size());

  std::size_t neurons = 0;
  std::size_t steps = 0;                       // of the longest sample
  const std::uint32_t* steps_of = nullptr;     // (samples)
  Values<const float*, constants> constant{};  // each as shared
  Values<SharedBy, constants> shared{};
  const float* current = nullptr;  // (samples, steps, neurons)
  const float* lateral = nullptr;  // (samples, steps, neurons), or null without lateral weights
  Values<float*, states> state{};  // each (samples, steps + 1, neurons): before each step and at the end
  float* spike = nullptr;          // (samples, steps, neurons)
  float* readout = nullptr;        // (samples, steps + 1, neurons): folded before each step; null where not read

  SPIKINGJET_HD std::size_t at(std::size_t sample, std::size_t step, std::size_t neuron) const {
    return (sample * steps + step) * neurons + neuron;
  }
  SPIKINGJET_HD std::size_t before(std::size_t sample, std::size_t step, std::size_t neuron) const {
    return (sample * (steps + 1) + step) * neurons + neuron;
  }

  SPIKINGJET_HD Constants<Model, float> constants_of(std::size_t neuron) const {
    Constants<Model, float> c;
    for (int i = 0; i < constants; ++i) c[i] = constant[i][shared[i].element(std::uint32_t(neuron))];
    return c;
  }
  SPIKINGJET_HD RecordedNeuron<Model> of(std::size_t sample, std::size_t neuron) const {
    const std::size_t during = at(sample, 0, neuron);
    const std::size_t around = before(sample, 0, neuron);
    RecordedNeuron<Model> one;
    one.steps = steps_of[sample];
    one.stride = std::uint32_t(neurons);
    one.constant = constants_of(neuron);
    one.current = current + during;
    if (lateral) one.lateral = lateral + during;
    one.spike = spike + during;
    for (int i = 0; i < states; ++i) one.state[i] = state[i] + around;
    if (readout) one.readout = readout + around;
    return one;
  }
};

}  // namespace spikingjet
