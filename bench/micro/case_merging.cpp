// SPDX-License-Identifier: MIT

// How long does it take to find out that a faulty neuron left the same spikes as another one? Trains of 100 steps are
// four words a lane, as a neuron's lanes write them.
//
//   micro_case_merging [--benchmark_repetitions=5]
//
// `add`: time of one train, by how many there are and how many of them differ.

#include <spikingjet/core/lanes/native.hpp>
#include <spikingjet/engine/differential/merge.hpp>
#include <spikingjet/engine/golden/train.hpp>

#include <benchmark/benchmark.h>

#include <cstddef>
#include <cstdint>
#include <random>
#include <span>
#include <vector>

namespace sj = spikingjet;

namespace {

constexpr std::size_t words = sj::words_of(100);
constexpr std::size_t lanes = sj::NativePack::lanes;

/// range(0) trains, of which about range(1) differ.
void add(benchmark::State& state) {
  const auto trains = std::size_t(state.range(0));
  std::mt19937 random(1);
  std::vector<std::int32_t> different(std::size_t(state.range(1)) * words);
  for (std::int32_t& word : different) word = static_cast<std::int32_t>(random());
  std::vector<std::int32_t> key((trains + lanes - 1) / lanes * lanes * words);  // (packs, words, lanes)
  std::vector<std::uint32_t> faults(trains);
  for (std::size_t t = 0; t < trains; ++t) {
    const std::size_t chosen = random() % std::size_t(state.range(1));
    for (std::size_t w = 0; w < words; ++w)
      key[(t / lanes * words + w) * lanes + t % lanes] = different[chosen * words + w];
    faults[t] = static_cast<std::uint32_t>(t);
  }

  sj::CaseTable table;
  for (auto _ : state) {
    table.clear(words);
    for (std::size_t t = 0; t < trains; ++t)
      table.add(&key[t / lanes * words * lanes + t % lanes], lanes, std::span(faults).subspan(t, 1));
    benchmark::DoNotOptimize(table.size());
    benchmark::ClobberMemory();
  }
  using benchmark::Counter;
  state.counters["add"] = Counter(double(trains), Counter::kIsIterationInvariantRate | Counter::kInvert);
  state.counters["cases"] = double(table.size());
}

BENCHMARK(add)->ArgNames({"trains", "different"})->Args({200, 20})->Args({2000, 20})->Args({2000, 2000});
BENCHMARK(add)->ArgNames({"trains", "different"})->Args({20000, 200})->Args({20000, 20000});

}  // namespace

BENCHMARK_MAIN();
