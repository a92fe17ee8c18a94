// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/bits.hpp>
#include <spikingjet/core/lanes/lane.hpp>
#include <spikingjet/core/lanes/pack.hpp>
#include <spikingjet/engine/differential/neuron/lane_state.hpp>
#include <spikingjet/engine/differential/neuron/presence.hpp>
#include <spikingjet/engine/golden/recording.hpp>
#include <spikingjet/engine/golden/train.hpp>
#include <spikingjet/model/neuron.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace spikingjet {

// The inner loops of the differential engine: one neuron over its steps, a lane for each faulty copy. V is a pack of
// lanes; with a pack of one float the same source is the scalar loop.

inline constexpr std::size_t stop_interval = 16;  // [step] between two questions whether all that follows is golden

/// Calls `advance(step, spikes)` for steps from `begin` on, and `stop(step)` before every sixteenth, until it says yes.
/// Returns the step it stopped at.
template <class V, class Advance, class Stop>
inline std::size_t run_steps(TrainWriter<V> writer, std::size_t begin, std::size_t end, const Advance& advance,
                             const Stop& stop) {
  auto spikes = writer.start(begin);
  std::size_t step = begin;
  while (step < end) {
    if (step % stop_interval == 0 && stop(step)) {
      writer.finish(spikes, step);
      return step;
    }
    const std::size_t pause = std::min(end, step / stop_interval * stop_interval + stop_interval);
    for (; step < pause; ++step) advance(step, spikes);
    spikes = writer.put(spikes, step);
  }
  return end;
}

/// Steps of one neuron whose input current differs from lane to lane.
///
/// `stop(step, lanes)`: whether all that follows is golden.
///
/// **Shapes** current (steps, lanes), from step 0.
/// **Laws** each lane's spikes, states and readout are those of the scalar update with the lane's current.
template <class Readout, class Model, class V, class Stop>
[[gnu::flatten]] std::size_t run_currents(LaneState<Model, V>& lanes, const Constants<Model, float>& constants,
                                          const float* current, const LaneSteps& steps, const Stop& stop) {
  LaneState<Model, V> now = lanes;  // in registers
  const auto constant = in_all_lanes<V>(constants);
  const std::size_t stopped = run_steps(
      TrainWriter<V>(steps.golden, steps.train, steps.end), steps.begin, steps.end,
      [&](std::size_t step, auto& spikes) {
        const V s = Model::update(now.state, V::load(current + step * V::lanes), constant);
        spikes.append(s);
        fold<Readout>(now, step, s);
      },
      [&](std::size_t step) { return stop(step, now); });
  lanes = now;
  return stopped;
}

/// The alterations of constants and states of lanes, in the steps in which they are there.
template <class Model, class V>
struct LaneFaults {
  using Words = typename WordsOf<V>::type;
  static constexpr int states = int(Model::states.size());

  Constants<Model, V> constant;  // with the fault
  Values<V, states> factor;
  Values<Words, states> keep;
  Values<Words, states> set;
  Values<Words, states> flip;
  const Presence<V>* present = nullptr;
};

/// Steps of one neuron whose constants or states are faulty.
///
/// **Shapes** current (steps, neurons): golden.
/// **Laws** as `run_currents`; an alteration of a state acts behind the update and the spike of its step.
template <class Readout, class Model, class V, class Stop>
[[gnu::flatten]] std::size_t run_faults(LaneState<Model, V>& lanes, const Constants<Model, float>& constants,
                                        const LaneFaults<Model, V>& faults, const StepRows& current, std::size_t neuron,
                                        const LaneSteps& steps, const Stop& stop) {
  using Words = typename WordsOf<V>::type;
  const V nan(to_float(Binary32::canonical_nan));
  const auto constant = in_all_lanes<V>(constants);
  return run_steps(
      TrainWriter<V>(steps.golden, steps.train, steps.end), steps.begin, steps.end,
      [&](std::size_t step, Words& spikes) {
        const auto there = faults.present->at(step);
        Constants<Model, V> c;
        for (int i = 0; i < int(Model::constants.size()); ++i) c[i] = select(there, faults.constant[i], constant[i]);
        const V s = Model::update(lanes.state, V(current[step][neuron]), c);
        spikes.append(s);
        for (int i = 0; i < LaneFaults<Model, V>::states; ++i) {
          const V scaled = lanes.state[i] * faults.factor[i];
          const Words word(select(scaled == scaled, scaled, nan));
          const Words altered = ((word & faults.keep[i]) | faults.set[i]) ^ faults.flip[i];
          lanes.state[i] = select(there, altered.values(), lanes.state[i]);
        }
        fold<Readout>(lanes, step, s);
      },
      [&](std::size_t step) { return stop(step, lanes); });
}

/// Steps [begin, end) of some neurons of the last layer, a lane for each train of spikes of one neuron before them.
/// Without that neuron's spike the current of a step is `without`, with it `with`.
///
/// **Shapes** lanes, constant, output (outputs); train (words, lanes); without, with (steps, all outputs).
/// **Laws** each lane's readout is the scalar fold with the lane's currents.
template <class Readout, std::size_t Outputs, class Model, class V>
[[gnu::flatten]] void run_trains(LaneState<Model, V> (&lanes)[Outputs],
                                 const Constants<Model, float> (&constants)[Outputs],
                                 const std::size_t (&output)[Outputs], const std::int32_t* train,
                                 const StepRows& without, const StepRows& with, std::size_t begin, std::size_t end) {
  using Words = typename WordsOf<V>::type;
  LaneState<Model, V> now[Outputs];  // in registers
  Constants<Model, V> constant[Outputs];
  for (std::size_t o = 0; o < Outputs; ++o) {
    now[o] = lanes[o];
    constant[o] = in_all_lanes<V>(constants[o]);
  }
  for (std::size_t step = begin; step < end;) {
    const std::size_t w = step / steps_per_word;
    const std::size_t word_end = std::min(end, (w + 1) * steps_per_word);
    Words spikes = Words::load(train + w * V::lanes).shifted(int(step % steps_per_word));
    for (; step < word_end; ++step) {
      const auto fires = spikes.take();
      for (std::size_t o = 0; o < Outputs; ++o) {
        const V i = select(fires, V(with[step][output[o]]), V(without[step][output[o]]));
        const V s = Model::update(now[o].state, i, constant[o]);
        fold<Readout>(now[o], step, s);
      }
    }
  }
  for (std::size_t o = 0; o < Outputs; ++o) lanes[o] = now[o];
}

}  // namespace spikingjet
