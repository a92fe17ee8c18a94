// SPDX-License-Identifier: MIT

// How long does it take to carry a neuron's changed spikes through one step of one neuron behind it? Many different
// trains of spikes side by side, over the 100 steps of the N-MNIST recordings.
//
//   micro_propagation [--benchmark_repetitions=5]
//
// `step`: time of one step of one register of one output neuron, by registers side by side and outputs at a time.
// `lane_ops`: updates of one output neuron of one train a second.

#include <spikingjet/core/lanes/pack.hpp>
#include <spikingjet/engine/differential/neuron/lane_loops.hpp>
#include <spikingjet/engine/differential/neuron/lane_state.hpp>
#include <spikingjet/engine/golden/recording.hpp>
#include <spikingjet/engine/golden/train.hpp>
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

constexpr std::size_t steps = 100;

template <std::size_t Registers, std::size_t Outputs>
void trains(benchmark::State& state) {
  using V = sj::Pack<xsimd::batch<float>, Registers>;
  std::mt19937 random(1);
  std::vector<std::int32_t> train(sj::words_of(steps) * V::lanes);  // (words, lanes)
  for (std::int32_t& word : train) word = static_cast<std::int32_t>(random());
  sj::StepRows without;
  sj::StepRows with;
  without.resize(steps, Outputs);
  with.resize(steps, Outputs);
  for (std::size_t step = 0; step < steps; ++step)
    for (std::size_t o = 0; o < Outputs; ++o) {
      without[step][o] = static_cast<float>(random() % 1000) / 1500.0F;
      with[step][o] = without[step][o] + 0.2F;
    }
  sj::Values<float, 2> constant[Outputs];
  std::size_t output[Outputs];
  for (std::size_t o = 0; o < Outputs; ++o) {
    constant[o] = {{0.9F, 1.0F}};  // beta, threshold
    output[o] = o;
  }

  for (auto _ : state) {
    sj::LaneState<Model, V> lanes[Outputs];
    for (auto& lane : lanes) {
      lane.state[0] = V(0.0F);
      lane.readout = V(0.0F);
    }
    sj::run_trains<sj::SpikeCountReadout>(lanes, constant, output, train.data(), without, with, 0, steps);
    benchmark::DoNotOptimize(lanes);
    benchmark::ClobberMemory();
  }
  using benchmark::Counter;
  const auto time_of_one = Counter::kIsIterationInvariantRate | Counter::kInvert;
  state.counters["step"] = Counter(double(steps * Outputs * Registers), time_of_one);
  state.counters["lane_ops"] = Counter(double(steps * Outputs * V::lanes), Counter::kIsIterationInvariantRate);
}

BENCHMARK(trains<1, 1>)->Name("trains/registers:1/outputs:1");
BENCHMARK(trains<1, 2>)->Name("trains/registers:1/outputs:2");
BENCHMARK(trains<1, 4>)->Name("trains/registers:1/outputs:4");
BENCHMARK(trains<2, 1>)->Name("trains/registers:2/outputs:1");
BENCHMARK(trains<2, 2>)->Name("trains/registers:2/outputs:2");
BENCHMARK(trains<4, 1>)->Name("trains/registers:4/outputs:1");
BENCHMARK(trains<4, 2>)->Name("trains/registers:4/outputs:2");

}  // namespace

BENCHMARK_MAIN();
