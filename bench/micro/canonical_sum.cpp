// SPDX-License-Identifier: MIT

// How long do the sums of one step take, and one lane operation in them? At the sizes of the N-MNIST network.
//
//   micro_canonical_sum [--benchmark_repetitions=5]
//
// `step`: time of one layer's sums of one step. `lane_op`: time of one product or one addition of one output; lanes
// past the outputs do not count, nor do zero inputs where they are left out.

#include <spikingjet/core/lanes/lane.hpp>
#include <spikingjet/model/sample.hpp>
#include <spikingjet/sim/sums/canonical_sum.hpp>

#include <benchmark/benchmark.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <numeric>
#include <random>
#include <vector>

namespace sj = spikingjet;

namespace {

constexpr std::size_t steps = 25'600;  // fewer, say 4096, are known by heart to a branch predictor

/// Random weights of one dense layer and the inputs of some steps.
template <std::size_t Inputs, std::size_t Outputs>
struct Layer {
  std::vector<float> weight;                                   // (inputs, outputs)
  std::vector<float> bias;                                     // (outputs)
  std::vector<std::vector<std::uint32_t>> active{steps};       // [step] (non-zero inputs)
  std::vector<float> ones = std::vector<float>(Inputs, 1.0F);  // (inputs)
  std::array<float, Outputs + sj::lane_slack> current{};       // (outputs)

  /// `least` to `most` inputs are active in each step.
  Layer(std::size_t least, std::size_t most) {
    std::mt19937 random(1);
    const auto value = [&random] { return float(random() % 2001) / 1000.0F - 1.0F; };
    for (std::size_t w = 0; w < Inputs * Outputs + sj::lane_slack; ++w) weight.push_back(value());
    for (std::size_t o = 0; o < Outputs + sj::lane_slack; ++o) bias.push_back(value());
    std::vector<std::uint32_t> inputs(Inputs);
    std::iota(inputs.begin(), inputs.end(), 0U);
    for (auto& chosen : active)  // std::sample keeps them in ascending order
      std::sample(inputs.begin(), inputs.end(), std::back_inserter(chosen), least + random() % (most - least + 1),
                  random);
  }

  sj::Activity activity(std::size_t t) const { return {active[t], {ones.data(), active[t].size()}}; }
};

/// Measures `sum`, called with a step's number, which sums `products` products for each output over all steps.
template <class Sum>
void measure(benchmark::State& state, std::size_t products, std::size_t outputs, Sum sum) {
  for (auto _ : state)
    for (std::size_t t = 0; t < steps; ++t) {
      sum(t);
      benchmark::ClobberMemory();
    }
  using benchmark::Counter;
  const auto time_of_one = Counter::kIsIterationInvariantRate | Counter::kInvert;
  state.counters["step"] = Counter(double(steps), time_of_one);
  state.counters["lane_op"] = Counter(2.0 * double(products * outputs), time_of_one);
}

/// range(0) to range(1) active inputs.
template <std::size_t Inputs, std::size_t Outputs>
void active_inputs(benchmark::State& state) {
  Layer<Inputs, Outputs> layer(std::size_t(state.range(0)), std::size_t(state.range(1)));
  std::size_t products = 0;
  for (const auto& active : layer.active) products += active.size();
  benchmark::DoNotOptimize(layer.current.data());
  measure(state, products, Outputs, [&](std::size_t t) {
    sj::sum_active_inputs<Outputs>(layer.weight.data(), layer.bias.data(), layer.activity(t), layer.current.data());
  });
}

template <std::size_t Inputs, std::size_t Outputs>
void every_input(benchmark::State& state) {
  Layer<Inputs, Outputs> layer(0, Inputs / 2);
  std::vector<std::array<float, Inputs>> x(steps);  // [step] (inputs)
  for (std::size_t t = 0; t < steps; ++t)
    for (const std::uint32_t i : layer.active[t]) x[t][i] = 1.0F;
  benchmark::DoNotOptimize(layer.current.data());
  measure(state, steps * Inputs, Outputs, [&](std::size_t t) {
    sj::sum_every_input<Outputs, Inputs>(layer.weight.data(), layer.bias.data(), x[t].data(), layer.current.data());
  });
}

BENCHMARK(active_inputs<578, 20>)->Name("fc1/active_inputs")->ArgNames({"least", "most"})->Args({7, 7})->Args({0, 14});
BENCHMARK(active_inputs<20, 10>)->Name("fc2/active_inputs")->ArgNames({"least", "most"})->Args({4, 4})->Args({0, 8});
BENCHMARK(every_input<20, 10>)->Name("fc2/every_input");

}  // namespace

BENCHMARK_MAIN();
