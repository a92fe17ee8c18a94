// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/bits.hpp>
#include <spikingjet/core/lanes/lane.hpp>
#include <spikingjet/core/lanes/pack.hpp>
#include <spikingjet/engine/golden/recording.hpp>
#include <spikingjet/fault/fault.hpp>
#include <spikingjet/model/neuron.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <type_traits>
#include <vector>

namespace spikingjet {

// The inner loops of the differential engine: one neuron over its steps, a lane for each faulty copy. V is a pack of
// lanes; with a pack of one float the same source is the scalar loop.

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

/// Spikes of lanes, written 32 steps a word; golden before the first step written and behind the last.
///
/// **Shapes** golden (words); train (words, lanes), of which words before that of the first step are not written.
template <class V>
class TrainWriter {
 public:
  using Words = typename WordsOf<V>::type;

  TrainWriter(const std::uint32_t* golden, std::int32_t* train, std::size_t steps)
      : golden_(golden), train_(train), steps_(steps) {}

  /// The spikes of the word of `step` that come before it.
  Words start(std::size_t step) const {
    const std::size_t before = step % steps_per_word;
    return Words(before == 0 ? 0
                             : static_cast<std::int32_t>(golden_[step / steps_per_word] >> (steps_per_word - before)));
  }

  /// Takes the spikes of a word up to before `step`; gives those to append to.
  Words put(const Words& spikes, std::size_t step) {
    const std::size_t count = step % steps_per_word;
    if (count != 0 && step != steps_) return spikes;
    (count == 0 ? spikes : spikes.shifted(int(steps_per_word - count)))
        .store(train_ + (step - 1) / steps_per_word * V::lanes);
    return Words(0);
  }

  /// Golden spikes from `step` on, behind those of its word.
  void finish(const Words& spikes, std::size_t step) {
    std::size_t w = step / steps_per_word;
    if (const std::size_t count = step % steps_per_word; count != 0) {
      const Words rest(static_cast<std::int32_t>(golden_[w] & (0xffffffffu >> count)));
      (spikes.shifted(int(steps_per_word - count)) | rest).store(train_ + w * V::lanes);
      ++w;
    }
    for (; w < words_of(steps_); ++w) Words(static_cast<std::int32_t>(golden_[w])).store(train_ + w * V::lanes);
  }

 private:
  const std::uint32_t* golden_;
  std::int32_t* train_;
  std::size_t steps_;
};

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

/// Steps [begin, end) of one neuron whose input current differs from lane to lane.
///
/// `stop(step, lanes)`: whether all that follows is golden.
///
/// **Shapes** current (steps, lanes), from step 0; golden (words), train (words, lanes), as `TrainWriter`.
/// **Laws** each lane's spikes, states and readout are those of the scalar update with the lane's current.
template <class Readout, class Model, class V, class Stop>
[[gnu::flatten]] std::size_t run_currents(LaneState<Model, V>& lanes, const Constants<Model, float>& constants,
                                          const float* current, std::size_t begin, std::size_t end,
                                          const std::uint32_t* golden, std::int32_t* train, const Stop& stop) {
  LaneState<Model, V> now = lanes;  // in registers
  const auto constant = in_all_lanes<V>(constants);
  const std::size_t stopped = run_steps(
      TrainWriter<V>(golden, train, end), begin, end,
      [&](std::size_t step, auto& spikes) {
        const V s = Model::update(now.state, V::load(current + step * V::lanes), constant);
        spikes.append(s);
        fold<Readout>(now, step, s);
      },
      [&](std::size_t step) { return stop(step, now); });
  lanes = now;
  return stopped;
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

/// In which steps the fault of each lane is there.
template <class V>
class Presence {
 public:
  /// Notes the windows of lanes 0 to `used` in steps [first, steps); returns the last step in which any is there.
  template <class WindowOf>
  std::size_t fill(std::size_t used, std::size_t first, std::size_t steps, const WindowOf& window_of) {
    bool alike = true;  // all of them, and there in every step
    for (std::size_t l = 0; l < used; ++l) alike = alike && window_of(l).is_steady() && window_of(l) == window_of(0);
    if (alike && alike_ == window_of(0) && alike_from_ <= first && present_.size() == steps * V::lanes)
      return std::min<std::size_t>(window_of(0).end, steps) - 1;
    present_.resize(steps * V::lanes);
    alike_.reset();
    if (alike) alike_ = window_of(0);
    alike_from_ = first;
    const auto row = [&](std::size_t step) { return present_.begin() + std::ptrdiff_t(step * V::lanes); };
    std::fill(row(first), row(steps), 0.0F);
    std::size_t last = first;
    for (std::size_t l = 0; l < (alike ? 1 : used); ++l) {
      const Window& window = window_of(l);
      const std::size_t end = std::min<std::size_t>(window.end, steps);
      for (std::size_t step = std::max<std::size_t>(window.begin, first); step < end; ++step) {
        if (!window.contains(step)) continue;
        last = std::max(last, step);
        if (alike)
          std::fill(row(step), row(step + 1), 1.0F);
        else
          row(step)[std::ptrdiff_t(l)] = 1.0F;
      }
    }
    return last;
  }

  auto at(std::size_t step) const { return V::load(present_.data() + step * V::lanes) > V(0.0F); }

 private:
  std::vector<float> present_;   // (steps, lanes): 1 or 0
  std::optional<Window> alike_;  // of all lanes, from a step on
  std::size_t alike_from_ = 0;
};

/// What alters constants and states of lanes, in the steps in which it is there.
template <class Model, class V>
struct LaneFaults {
  using Words = typename WordsOf<V>::type;
  static constexpr int states = int(Model::states.size());

  Constants<Model, V> constant;  // with the fault
  Values<V, states> factor;
  Values<Words, states> keep;
  Values<Words, states> set;
  Values<Words, states> flip;
};

/// Steps [begin, end) of one neuron whose constants or states are faulty.
///
/// **Shapes** current (steps, neurons): golden; golden and train as `TrainWriter`.
/// **Laws** as `run_currents`; an alteration of a state acts behind the update and the spike of its step.
template <class Readout, class Model, class V, class Stop>
[[gnu::flatten]] std::size_t run_faults(LaneState<Model, V>& lanes, const Constants<Model, float>& constants,
                       const LaneFaults<Model, V>& faults, const StepRows& current, std::size_t neuron,
                       const Presence<V>& present, std::size_t begin, std::size_t end, const std::uint32_t* golden,
                       std::int32_t* train, const Stop& stop) {
  using Words = typename WordsOf<V>::type;
  const V nan(to_float(Binary32::canonical_nan));
  const auto constant = in_all_lanes<V>(constants);
  return run_steps(
      TrainWriter<V>(golden, train, end), begin, end,
      [&](std::size_t step, Words& spikes) {
        const auto there = present.at(step);
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
