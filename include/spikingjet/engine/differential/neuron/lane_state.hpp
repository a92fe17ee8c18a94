// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/bits.hpp>
#include <spikingjet/core/lanes/lane.hpp>
#include <spikingjet/core/lanes/pack.hpp>
#include <spikingjet/engine/golden/recording.hpp>
#include <spikingjet/model/neuron.hpp>

#include <cstddef>
#include <cstdint>
#include <type_traits>

namespace spikingjet {

/// The same constants in every lane.
template <class V, int N>
inline Values<V, N> in_all_lanes(const Values<float, N>& constant) {
  Values<V, N> c;
  for (int i = 0; i < N; ++i) c[i] = V(constant[i]);
  return c;
}

/// Where the lanes of a neuron stand: its states and the readout folded so far.
template <class Model, class V>
struct LaneState {
  Values<V, int(Model::states.size())> state;
  V readout;
};

/// The steps [begin, end) that lanes of one neuron run, and the trains that their spikes go to.
///
/// **Shapes** golden (words), train (words, lanes), as `TrainWriter`.
struct LaneSteps {
  std::size_t begin = 0;
  std::size_t end = 0;
  const std::uint32_t* golden = nullptr;
  std::int32_t* train = nullptr;
};

/// All lanes at the golden run's state before a step; `readout` is null for neurons that are not read.
template <class Model, class V>
LaneState<Model, V> golden_lanes(const PairRecording& golden, const StepRows* readout, std::size_t neuron,
                                 std::size_t step) {
  LaneState<Model, V> lanes;
  for (int s = 0; s < int(Model::states.size()); ++s) lanes.state[s] = V(golden.state[std::size_t(s)][step][neuron]);
  lanes.readout = V(readout ? (*readout)[step][neuron] : 0.0F);
  return lanes;
}

/// Folds a step into the readout of lanes; nothing where `Readout` is void, for layers that are not read.
template <class Readout, class Model, class V>
inline void fold(LaneState<Model, V>& lanes, std::size_t step, const V& spike) {
  if constexpr (!std::is_void_v<Readout>) {
    const V u = lanes.state[potential_of<Model>()];
    lanes.readout = step == 0 ? Readout::first(spike, u) : Readout::next(lanes.readout, spike, u);
  }
}

/// Folds golden spikes and potentials of steps [begin, end) behind what lanes have read so far.
template <class Readout, class Model, class V>
void fold_golden(LaneState<Model, V>& lanes, const PairRecording& golden, std::size_t neuron, std::size_t begin,
                 std::size_t end) {
  for (std::size_t step = begin; step < end; ++step) {
    const V u(golden.state[potential_of<Model>()][step + 1][neuron]);
    const V s(golden.fired(step, neuron) ? 1.0F : 0.0F);
    lanes.readout = step == 0 ? Readout::first(s, u) : Readout::next(lanes.readout, s, u);
  }
}

/// Stops lanes that are back to the golden run's states, to the bit, once nothing is altered any more.
template <class Model, class V>
struct BackToGolden {
  const PairRecording* golden;
  std::size_t neuron;
  std::size_t last_step;  // in which anything is altered

  bool operator()(std::size_t step, const LaneState<Model, V>& lanes) const {
    if (step <= last_step) return false;
    for (int s = 0; s < int(Model::states.size()); ++s) {
      const typename WordsOf<V>::type word(
          static_cast<std::int32_t>(to_word(golden->state[std::size_t(s)][step][neuron])));
      if (any(!(typename WordsOf<V>::type(lanes.state[s]) == word))) return false;
    }
    return true;
  }
};

}  // namespace spikingjet
