// SPDX-License-Identifier: MIT

// How long does one step of one faulty neuron take, many copies of it side by side? Leaky neurons over the 100 steps of
// the N-MNIST recordings, none stopping early.
//
//   micro_neuron_lanes [--benchmark_repetitions=5]
//
// `currents`: copies that differ in their input current, as faults in weights leave it. `faults`: copies with a faulty
// constant and a faulty state that come and go. `step`: time of one step of one register, by registers side by side.
// `lane_ops`: updates of one copy's neuron a second. `hidden` layers leave spikes alone, the `last` one a readout, too.

#include <spikingjet/core/lanes/pack.hpp>
#include <spikingjet/engine/differential/neuron/lane_loops.hpp>
#include <spikingjet/engine/differential/neuron/lane_state.hpp>
#include <spikingjet/engine/differential/neuron/presence.hpp>
#include <spikingjet/engine/golden/recording.hpp>
#include <spikingjet/engine/golden/train.hpp>
#include <spikingjet/fault/fault.hpp>
#include <spikingjet/model/neurons/leaky.hpp>
#include <spikingjet/model/readout.hpp>

#include <benchmark/benchmark.h>

#include <xsimd/xsimd.hpp>

#include <cstddef>
#include <cstdint>
#include <random>
#include <vector>

namespace sj = spikingjet;

namespace {

using Model = sj::LeakyModel<>;
using Hidden = void;
using Last = sj::SpikeCountReadout;

template <std::size_t Registers>
using Pack = sj::Pack<xsimd::batch<float>, Registers>;

constexpr std::size_t steps = 100;
constexpr sj::Values<float, 2> constants{{0.9F, 1.0F}};  // beta, threshold
constexpr auto never = [](std::size_t, const auto&) { return false; };

/// A current under which a neuron fires in about a quarter of the steps.
float random_current(std::mt19937& random) { return static_cast<float>(random() % 1000) / 1500.0F; }

/// What both loops write, and count.
template <class V>
struct Lanes {
  std::vector<std::uint32_t> golden = std::vector<std::uint32_t>(sj::words_of(steps));
  std::vector<std::int32_t> train = std::vector<std::int32_t>(sj::words_of(steps) * V::lanes);  // (words, lanes)

  sj::LaneSteps all_steps() { return {0, steps, golden.data(), train.data()}; }

  /// Measures `run`, called with the lanes' state before the first step.
  template <class Run>
  void measure(benchmark::State& state, const Run& run) {
    std::size_t stopped = 0;
    for (auto _ : state) {
      sj::LaneState<Model, V> lanes;
      lanes.state[0] = V(0.0F);
      lanes.readout = V(0.0F);
      stopped = run(lanes);
      benchmark::DoNotOptimize(train.data());
      benchmark::DoNotOptimize(lanes.readout);
      benchmark::ClobberMemory();
    }
    if (stopped != steps) state.SkipWithError("a loop that never stops stopped");
    using benchmark::Counter;
    constexpr std::size_t registers = V::lanes / xsimd::batch<float>::size;
    state.counters["step"] = Counter(double(steps * registers), Counter::kIsIterationInvariantRate | Counter::kInvert);
    state.counters["lane_ops"] = Counter(double(steps * V::lanes), Counter::kIsIterationInvariantRate);
  }
};

template <std::size_t Registers, class Readout>
void currents(benchmark::State& state) {
  using V = Pack<Registers>;
  std::mt19937 random(1);
  std::vector<float> current(steps * V::lanes);  // (steps, lanes)
  for (float& i : current) i = random_current(random);
  Lanes<V> lanes;
  lanes.measure(state, [&](auto& now) {
    return sj::run_currents<Readout, Model>(now, constants, current.data(), lanes.all_steps(), never);
  });
}

template <std::size_t Registers, class Readout>
void faults(benchmark::State& state) {
  using V = Pack<Registers>;
  using Words = typename sj::WordsOf<V>::type;
  std::mt19937 random(1);
  sj::StepRows current;
  current.resize(steps, 1);
  for (std::size_t step = 0; step < steps; ++step) current[step][0] = random_current(random);
  std::vector<sj::Window> windows(V::lanes);
  std::vector<float> threshold(V::lanes);
  std::vector<std::int32_t> flip(V::lanes);
  for (std::size_t l = 0; l < V::lanes; ++l) {
    windows[l].begin = static_cast<std::uint32_t>(random() % steps);
    threshold[l] = 0.5F + random_current(random);
    flip[l] = std::int32_t{1} << random() % 31;
  }
  sj::LaneFaults<Model, V> altered;
  altered.constant[0] = V(constants[0]);
  altered.constant[1] = V::load(threshold.data());
  altered.factor[0] = V(1.0F);
  altered.keep[0] = Words(-1);
  altered.set[0] = Words(0);
  altered.flip[0] = Words::load(flip.data());
  sj::Presence<V> present;
  present.fill(V::lanes, 0, steps, [&](std::size_t l) -> const sj::Window& { return windows[l]; });
  altered.present = &present;
  Lanes<V> lanes;
  lanes.measure(state, [&](auto& now) {
    return sj::run_faults<Readout, Model>(now, constants, altered, current, 0, lanes.all_steps(), never);
  });
}

BENCHMARK(currents<1, Hidden>)->Name("currents/hidden/registers:1");
BENCHMARK(currents<2, Hidden>)->Name("currents/hidden/registers:2");
BENCHMARK(currents<4, Hidden>)->Name("currents/hidden/registers:4");
BENCHMARK(currents<1, Last>)->Name("currents/last/registers:1");
BENCHMARK(currents<2, Last>)->Name("currents/last/registers:2");
BENCHMARK(currents<4, Last>)->Name("currents/last/registers:4");
BENCHMARK(faults<1, Hidden>)->Name("faults/hidden/registers:1");
BENCHMARK(faults<2, Hidden>)->Name("faults/hidden/registers:2");
BENCHMARK(faults<4, Hidden>)->Name("faults/hidden/registers:4");
BENCHMARK(faults<4, Last>)->Name("faults/last/registers:4");

}  // namespace

BENCHMARK_MAIN();
