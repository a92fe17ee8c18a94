// SPDX-License-Identifier: MIT
#include <spikingjet/engine/full/full_engine.hpp>
#include <spikingjet/engine/full/output_trains.hpp>
#include <spikingjet/fault/bit_flip.hpp>
#include <spikingjet/fault/value_fault.hpp>
#include <spikingjet/inject/injector.hpp>
#include <spikingjet/model/layers/dense.hpp>
#include <spikingjet/model/network.hpp>
#include <spikingjet/model/neurons/leaky.hpp>
#include <spikingjet/outcome/spike_distance.hpp>

#include "catch.hpp"

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <span>
#include <utility>
#include <vector>

namespace {

namespace sj = spikingjet;

using Net =
    sj::Network<sj::Input<1>, sj::Dense<"fc", 2, sj::NoBias>, sj::Leaky<"lif", sj::ZeroReset>, sj::SpikeCountReadout>;
using Flips = sj::Injector<Net, sj::BitFlip, sj::AnyBit, sj::target::Weight>;
using Dead = sj::Injector<Net, sj::Dead, sj::AnyBit, sj::target::Spike>;

/// Neuron 0 fires in every step, neuron 1 in every second: without leak, 0.6 a step and a threshold of 1.
sj::Parameters<Net> parameters() {
  sj::Parameters<Net> values;
  values.assign("fc.weight", std::vector<float>{2.0F, 0.6F});
  values.assign("lif.beta", std::vector<float>{1.0F, 1.0F});
  values.assign("lif.threshold", std::vector<float>{1.0F, 1.0F});
  return values;
}

sj::Dataset samples() {
  sj::Dataset dataset;
  dataset.shape = {1};
  for (const std::size_t steps : {std::size_t{6}, std::size_t{9}}) {
    sj::Sample sample;
    for (std::size_t t = 0; t < steps; ++t) {
      sample.add(0, 1.0F);
      sample.end_step();
    }
    dataset.samples.push_back(std::move(sample));
  }
  return dataset;
}

}  // namespace

TEST_CASE("golden output trains are the steps in which outputs fire") {
  sj::OutputTrainRuns<Flips> runs(parameters());
  const sj::Dataset data = samples();
  const sj::OutputTrains trains = runs.golden(data.samples[0]);
  REQUIRE(trains.size() == 2);
  CHECK(trains[1].size() == std::size_t(sj::FullEngine<Flips>(parameters()).golden(sj::SampleRange(data))[1]));
  for (std::size_t i = 1; i < trains[0].size(); ++i) CHECK(trains[0][i] > trains[0][i - 1]);
}

TEST_CASE("lengths of faulty output trains are the spike counts of the arbiter") {
  const sj::Dataset data = samples();
  const sj::FaultSpace space = Flips::fault_space();
  std::vector<sj::Fault> faults;
  for (std::uint64_t i = 0; i < space.size(); ++i) faults.push_back(space[i]);
  std::vector<float> counts(faults.size() * 2 * 2);
  std::mutex mutex;
  sj::FullEngine<Flips> full(parameters());
  sj::for_each_readout(full, faults, sj::SampleRange(data), [&](std::size_t sample, auto f, auto readout) {
    const std::lock_guard lock(mutex);
    for (std::size_t c = 0; c < 2; ++c) counts[(f[0] * 2 + sample) * 2 + c] = readout[c];
  });
  sj::OutputTrainRuns<Flips> runs(parameters());
  for (std::size_t f = 0; f < faults.size(); ++f)
    for (std::size_t s = 0; s < 2; ++s) {
      const sj::OutputTrains trains = runs.faulty(faults[f], data.samples[s]);
      for (std::size_t c = 0; c < 2; ++c) CHECK(float(trains[c].size()) == counts[(f * 2 + s) * 2 + c]);
    }
  CHECK(runs.golden(data.samples[0]) == sj::OutputTrainRuns<Flips>(parameters()).golden(data.samples[0]));
}

TEST_CASE("distances of dead outputs are those to trains without a spike") {
  const sj::Dataset data = samples();
  sj::OutputTrainRuns<Dead> runs(parameters());
  const sj::FaultSpace space = Dead::fault_space();
  REQUIRE(space.size() == 2);
  const std::vector<sj::Fault> faults{space[0], space[1]};
  const auto distance = [](auto a, auto b) { return sj::victor_purpura_distance(a, b, 0.5); };
  const std::vector<double> found = runs.distances(faults, sj::SampleRange(data, 4), distance);
  REQUIRE(found.size() == 8);
  for (std::size_t f = 0; f < 2; ++f)
    for (std::size_t s = 0; s < 4; ++s) CHECK(found[f * 4 + s] == double(runs.golden(data.samples[s % 2])[f].size()));
}

TEST_CASE("output trains of faults that were not compiled are refused", "[validation]") {
  sj::OutputTrainRuns<Dead> runs(parameters());
  const sj::Dataset data = samples();
  const sj::Fault flip = Flips::fault_space()[0];
  CHECK_THROWS_AS(runs.faulty(flip, data.samples[0]), sj::FaultNotCompiled);
  const auto distance = [](auto, auto) { return 0.0; };
  CHECK_THROWS_AS(runs.distances(std::vector<sj::Fault>{flip}, sj::SampleRange(data), distance), sj::FaultNotCompiled);
}
