// SPDX-License-Identifier: MIT
#include <spikingjet/engine/full/full_engine.hpp>
#include <spikingjet/fault/bit_flip.hpp>
#include <spikingjet/fault/fault_list.hpp>
#include <spikingjet/fault/value_fault.hpp>
#include <spikingjet/inject/injector.hpp>
#include <spikingjet/model/layers/dense.hpp>
#include <spikingjet/model/network.hpp>
#include <spikingjet/model/neurons/leaky.hpp>

#include "catch.hpp"
#include "engine/equal_bits/random_cases.hpp"

#include <mutex>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace {

namespace sj = spikingjet;

using Net = sj::Network<sj::Input<3>, sj::Dense<"fc1", 4>, sj::Leaky<"lif1">, sj::Dense<"fc2", 2>, sj::Leaky<"lif2">,
                        sj::SpikeCountReadout>;

reference::Network some_network() {
  random_cases::Random random(4711);
  reference::Network network = random_cases::random_network(random_cases::shape_of<Net>(), random);
  for (reference::Layer& layer : network.layers)
    for (float& w : layer.synapses.weight.values) w = random.uniform(-0.5F, 1.0F);
  return network;
}

sj::Dataset some_samples(std::size_t count) {
  sj::Dataset dataset;
  dataset.shape = {3};
  for (std::size_t s = 0; s < count; ++s) {
    sj::Sample sample;
    for (std::size_t t = 0; t < 6; ++t) {
      for (std::uint32_t i = 0; i < 3; ++i)
        if ((s + t + i) % 3 != 0) sample.add(i, 1.0F);
      sample.end_step();
    }
    dataset.samples.push_back(std::move(sample));
  }
  return dataset;
}

constexpr auto refuse_to_run = [](std::size_t, auto, auto) { FAIL("an injection ran"); };

}  // namespace

TEST_CASE("the full engine visits each fault with each sample once") {
  const sj::Dataset dataset = some_samples(11);
  using Injector = sj::Injector<Net>;
  const sj::FaultSpace space = Injector::fault_space();
  std::vector<sj::Fault> faults;
  for (std::uint64_t f = 0; f < space.size(); f += space.size() / 40) faults.push_back(space[f]);
  for (const std::size_t count : {std::size_t(1), std::size_t(16), std::size_t(37)}) {
    sj::FullEngine<Injector> engine(random_cases::parameters_of<Net>(some_network()));
    std::mutex mutex;
    std::set<std::pair<std::size_t, std::size_t>> visited;
    std::size_t calls = 0;
    const sj::Decisions decisions = sj::for_each_readout(engine, faults, sj::SampleRange(dataset, count),
                                                         [&](std::size_t s, auto same, auto readout) {
                                                           const std::lock_guard lock(mutex);
                                                           for (const std::uint32_t f : same) visited.emplace(f, s);
                                                           calls += readout.size() == Net::classes;
                                                         });
    INFO(count << " samples");
    CHECK(calls == faults.size() * count);
    CHECK(visited.size() == faults.size() * count);
    CHECK(decisions[sj::Decision::rerun] == faults.size() * count);
    CHECK(decisions.total() == faults.size() * count);
  }
}

TEST_CASE("a golden run between injections is the golden run") {
  const sj::Dataset dataset = some_samples(5);
  const sj::SampleRange samples(dataset);
  using Injector = sj::Injector<Net, sj::Dead, sj::AnyBit, sj::target::Weight>;
  sj::FullEngine<Injector> engine(random_cases::parameters_of<Net>(some_network()));
  const std::vector<float> before = engine.golden(samples);
  const sj::FaultSpace space = Injector::fault_space();
  std::vector<sj::Fault> faults;
  for (std::uint64_t f = 0; f < space.size(); ++f) faults.push_back(space[f]);
  sj::readouts_of(engine, faults, samples);
  CHECK(engine.golden(samples) == before);
  const auto refuse = [](std::size_t, auto same, auto) {
    if (same[0] == 3) throw sj::Misuse("fault 3");
  };
  CHECK_THROWS_AS(sj::for_each_readout(engine, faults, samples, refuse), sj::Misuse);
  CHECK(engine.golden(samples) == before);
}

TEST_CASE("a golden run covers the distinct samples of a range that repeats them") {
  const sj::Dataset dataset = some_samples(4);
  sj::FullEngine<sj::Injector<Net>> engine(random_cases::parameters_of<Net>(some_network()));
  CHECK(engine.golden(sj::SampleRange(dataset, 10)) == engine.golden(sj::SampleRange(dataset)));
  CHECK(engine.golden(sj::SampleRange(dataset, 3)).size() == 3 * Net::classes);
}

TEST_CASE("a fault on a quantity that the injector does not hit is refused by name") {
  const sj::Dataset dataset = some_samples(1);
  using Injector = sj::Injector<Net, sj::BitFlip, sj::AnyBit, sj::target::Weight>;
  sj::FullEngine<Injector> engine(random_cases::parameters_of<Net>(some_network()));
  const sj::FaultSpace spikes = sj::Injector<Net, sj::BitFlip, sj::AnyBit, sj::target::Spike>::fault_space();
  const std::vector<sj::Fault> faults = {Injector::fault_space()[0], spikes[0]};
  try {
    sj::for_each_readout(engine, faults, sj::SampleRange(dataset), refuse_to_run);
    FAIL("nothing was thrown");
  } catch (const sj::FaultNotCompiled& refusal) {
    CHECK(refusal.quantity == "lif1.spike");
    CHECK(refusal.exit_status() == 2);
    CHECK(
        std::string(refusal.what()) ==
        "spikingjet: a fault strikes 'lif1.spike', which the injector's targets do not hit (bitflip, any bit, weight, "
        "permanent); name its target in the 'Injector'");
  }
}

TEST_CASE("a fault that strikes no site of the network is refused before anything runs") {
  const sj::Dataset dataset = some_samples(1);
  using Injector = sj::Injector<Net, sj::BitFlip, sj::AnyBit, sj::target::Any>;
  sj::FullEngine<Injector> engine(random_cases::parameters_of<Net>(some_network()));
  const auto refused = [&](std::uint32_t quantity, std::uint64_t element) {
    sj::Fault fault = Injector::fault_space()[0];
    fault.site.quantity = quantity;
    fault.site.element = element;
    CHECK_THROWS_AS(sj::for_each_readout(engine, std::vector{fault}, sj::SampleRange(dataset), refuse_to_run),
                    sj::FaultOutside);
  };
  refused(0, Net::quantities[0].size());
  refused(std::uint32_t(Net::quantities.size()), 0);
}
