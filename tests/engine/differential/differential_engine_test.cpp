// SPDX-License-Identifier: MIT
#include <spikingjet/engine/differential/differential_engine.hpp>

#include <spikingjet/core/parallel.hpp>
#include <spikingjet/engine/full/full_engine.hpp>
#include <spikingjet/fault/bit_flip.hpp>
#include <spikingjet/fault/fault_list.hpp>
#include <spikingjet/fault/stuck_at.hpp>
#include <spikingjet/inject/injector.hpp>
#include <spikingjet/model/layers/dense.hpp>
#include <spikingjet/model/network.hpp>
#include <spikingjet/model/neurons/leaky.hpp>
#include <spikingjet/model/readout.hpp>

#include "catch.hpp"
#include "engine/equal_bits/random_cases.hpp"

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <utility>
#include <vector>

namespace {

namespace sj = spikingjet;
using sj::Decision;

using Net = sj::Network<sj::Input<5>, sj::Dense<"fc1", 6>, sj::Leaky<"lif1">, sj::Dense<"fc2", 3>, sj::Leaky<"lif2">,
                        sj::SpikeCountReadout>;
using Injector = sj::Injector<Net, sj::BitFlip, sj::AnyBit, sj::target::Any>;
using Engine = sj::DifferentialEngine<Injector>;

constexpr std::size_t silent_input = 4;

reference::Network some_network() {
  reference::Network network = random_cases::shape_of<Net>();
  random_cases::Random random(4711);
  for (reference::Layer& layer : network.layers) {
    for (float& w : layer.synapses.weight.values) w = random.uniform(-0.5F, 1.0F);
    for (float& b : layer.synapses.bias.values) b = random.uniform(-0.1F, 0.2F);
    for (float& beta : layer.constants[0].values) beta = 0.5F;
    for (float& threshold : layer.constants[1].values) threshold = 1.0F;
  }
  return network;
}

sj::Dataset samples_of(const std::vector<std::size_t>& steps) {
  sj::Dataset dataset;
  dataset.shape = {5};
  for (const std::size_t count : steps) {
    sj::Sample sample;
    for (std::size_t t = 0; t < count; ++t) {
      for (std::uint32_t i = 0; i < silent_input; ++i)
        if ((dataset.samples.size() + t * t + i) % 3 == 0) sample.add(i, 1.0F);
      sample.end_step();
    }
    dataset.samples.push_back(std::move(sample));
  }
  return dataset;
}

/// Every bit of everything, permanently.
std::vector<sj::Fault> all_flips() {
  const sj::FaultSpace space = Injector::fault_space();
  std::vector<sj::Fault> faults;
  for (std::uint64_t f = 0; f < space.size(); ++f) faults.push_back(space[f]);
  return faults;
}

struct Result {
  std::vector<float> readouts;  // (fault, sample, class)
  sj::Decisions decisions;
};

template <class E>
Result inject(E& engine, const std::vector<sj::Fault>& faults, const sj::SampleRange& samples,
              std::size_t threads = 0) {
  const sj::ThreadLimit limit(threads);
  const std::vector<float> golden = engine.golden(samples);
  Result result{std::vector<float>(faults.size() * samples.size() * Net::classes), {}};
  const auto row = [&](std::size_t f, std::size_t s) {
    return result.readouts.data() + (f * samples.size() + s) * Net::classes;
  };
  for (std::size_t f = 0; f < faults.size(); ++f)
    for (std::size_t s = 0; s < samples.size(); ++s)
      std::memcpy(row(f, s), golden.data() + s % samples.distinct() * Net::classes, Net::classes * sizeof(float));
  result.decisions = sj::for_each_readout(engine, faults, samples, [&](std::size_t s, auto same, auto readout) {
    for (const std::uint32_t f : same) std::memcpy(row(f, s), readout.data(), readout.size_bytes());
  });
  return result;
}

bool same_bits(const std::vector<float>& a, const std::vector<float>& b) {
  return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof(float)) == 0;
}

/// Whether both engines leave the same bits, and how the differential one found them.
sj::Decisions require_bits_of_full(const std::vector<sj::Fault>& faults, const sj::SampleRange& samples,
                                   const reference::Network& network = some_network()) {
  sj::FullEngine<Injector> full(random_cases::parameters_of<Net>(network));
  Engine engine(random_cases::parameters_of<Net>(network));
  const Result result = inject(engine, faults, samples);
  CHECK(same_bits(result.readouts, inject(full, faults, samples).readouts));
  CHECK(result.decisions.total() == faults.size() * samples.size());
  return result.decisions;
}

Engine some_engine() { return Engine(random_cases::parameters_of<Net>(some_network())); }

constexpr auto refuse_to_run = [](std::size_t, auto, auto) { FAIL("an injection ran"); };
constexpr auto ignore = [](std::size_t, auto, auto) {};

std::size_t quantity(const std::string& name) {
  std::size_t q = 0;
  while (Net::quantities[q].name() != name) ++q;
  return q;
}

sj::Fault fault_in(const std::string& name, std::size_t element, const sj::Alteration& alteration) {
  const std::size_t q = quantity(name);
  return {.site = {static_cast<std::uint32_t>(q), Net::quantities[q].storage, element}, .alteration = alteration};
}

/// A neuron that counts its spikes double.
struct Twofold {
  static constexpr std::array constants{sj::ConstantInfo{"threshold", sj::Role::threshold}};
  static constexpr std::array states{sj::StateInfo{"potential", sj::Role::potential}};
  static std::string name() { return "twofold"; }
  template <class V>
  static V update(sj::Values<V, 1>& state, V i, const sj::Values<V, 1>& constant) {
    state[0] = i;
    return sj::fires(i, constant[0]) * V(2.0F);
  }
};

/// Fires 2 above three times its threshold.
struct TwiceAbove : Twofold {
  template <class V>
  static V update(sj::Values<V, 1>& state, V i, const sj::Values<V, 1>& constant) {
    state[0] = i;
    return sj::fires(i, constant[0]) + sj::fires(i, constant[0] * V(3.0F));
  }
};

}  // namespace

TEST_CASE("the differential engine refuses a fault that strikes no site before anything runs") {
  const sj::Dataset dataset = samples_of({4});
  Engine engine = some_engine();
  sj::Fault fault = all_flips()[0];
  fault.site.element = Net::quantities[0].size();
  CHECK_THROWS_AS(sj::for_each_readout(engine, std::vector{fault}, sj::SampleRange(dataset), refuse_to_run),
                  sj::FaultOutside);
  fault.site = {.quantity = std::uint32_t(Net::quantities.size())};
  CHECK_THROWS_AS(sj::for_each_readout(engine, std::vector{fault}, sj::SampleRange(dataset), refuse_to_run),
                  sj::FaultOutside);
}

TEST_CASE("the differential engine refuses a fault on a quantity that the injector does not hit") {
  using Weights = sj::Injector<Net, sj::BitFlip, sj::AnyBit, sj::target::Weight>;
  const sj::Dataset dataset = samples_of({4});
  sj::DifferentialEngine<Weights> engine(random_cases::parameters_of<Net>(some_network()));
  const std::vector<sj::Fault> faults = {fault_in("fc1.weight", 0, sj::Alteration::flips(1)),
                                         fault_in("lif1.spike", 0, sj::Alteration::flips(1))};
  CHECK_THROWS_AS(sj::for_each_readout(engine, faults, sj::SampleRange(dataset), refuse_to_run), sj::FaultNotCompiled);
}

TEST_CASE("a spike that is neither 0 nor 1 is refused with the name of its layer") {
  using Doubled =
      sj::Network<sj::Input<5>, sj::Dense<"fc1", 2, sj::NoBias>, sj::Neuron<"twice1", Twofold>, sj::SpikeCountReadout>;
  using Weights = sj::Injector<Doubled, sj::BitFlip, sj::AnyBit, sj::target::Weight>;
  sj::Parameters<Doubled> parameters;
  parameters.assign("fc1.weight", std::vector<float>(10, 1.0F));
  parameters.assign("twice1.threshold", std::vector<float>(2, 0.5F));
  const sj::Dataset dataset = samples_of({4});
  sj::DifferentialEngine<Weights> engine(parameters);
  CHECK(engine.golden(sj::SampleRange(dataset))[0] > 1.0F);
  try {
    sj::for_each_readout(engine, std::vector{Weights::fault_space()[0]}, sj::SampleRange(dataset), ignore);
    FAIL("nothing was thrown");
  } catch (const sj::NotASpike& refusal) {
    CHECK(std::string(refusal.what()).find("'twice1'") != std::string::npos);
    CHECK(refusal.exit_status() == 2);
  }
}

TEST_CASE("a model that spikes twice only when it is driven hard is refused, although no golden run shows it") {
  using Net = sj::Network<sj::Input<5>, sj::Dense<"fc1", 2, sj::NoBias>, sj::Neuron<"hard1", TwiceAbove>,
                          sj::SpikeCountReadout>;
  using Weights = sj::Injector<Net, sj::BitFlip, sj::AnyBit, sj::target::Weight>;
  sj::Parameters<Net> parameters;
  parameters.assign("fc1.weight", std::vector<float>(10, 0.01F));
  parameters.assign("hard1.threshold", std::vector<float>(2, 0.5F));
  const sj::Dataset dataset = samples_of({4});
  sj::DifferentialEngine<Weights> engine(parameters);
  for (const float count : engine.golden(sj::SampleRange(dataset))) CHECK(count <= 4.0F);
  const std::vector faults{Weights::fault_space()[0]};
  CHECK_THROWS_AS(sj::for_each_readout(engine, faults, sj::SampleRange(dataset), ignore), sj::NotASpike);
}

TEST_CASE("an empty list of faults leaves nothing") {
  const sj::Dataset dataset = samples_of({4, 9});
  Engine engine = some_engine();
  CHECK(sj::for_each_readout(engine, {}, sj::SampleRange(dataset), refuse_to_run).total() == 0);
}

TEST_CASE("no samples leave nothing") {
  const sj::Dataset dataset = samples_of({4, 9});
  Engine engine = some_engine();
  CHECK(sj::for_each_readout(engine, all_flips(), sj::SampleRange(dataset, 0), refuse_to_run).total() == 0);
}

TEST_CASE("every flip on samples of different length, one after the other, leaves the bits of the full engine") {
  const sj::Dataset dataset = samples_of({1, 200, 2, 64, 65, 31, 32, 33, 1, 15, 16, 17});
  std::vector<sj::Fault> faults = all_flips();
  for (std::size_t f = 0; f < faults.size(); f += 3) faults[f].window = {.begin = 2, .end = 4};
  const sj::Decisions decisions = require_bits_of_full(faults, sj::SampleRange(dataset));
  for (const Decision decision : {Decision::silent, Decision::bracketed, Decision::unchanged, Decision::returned,
                                  Decision::merged, Decision::carried}) {
    INFO(sj::decision_name(decision));
    CHECK(decisions[decision] > 0);
  }
  CHECK(decisions[Decision::rerun] == 0);
}

TEST_CASE("every flip on a sample of one step leaves the bits of the full engine") {
  const sj::Dataset dataset = samples_of({1});
  require_bits_of_full(all_flips(), sj::SampleRange(dataset));
}

TEST_CASE("every flip on a sample without steps leaves the bits of the full engine") {
  const sj::Dataset dataset = samples_of({0, 3});
  require_bits_of_full(all_flips(), sj::SampleRange(dataset));
}

TEST_CASE("samples that repeat are injected as often as they are there") {
  const sj::Dataset dataset = samples_of({12, 40, 7});
  std::vector<sj::Fault> faults = all_flips();
  const sj::SampleRange samples(dataset, 8);
  require_bits_of_full(faults, samples);
  Engine engine = some_engine();
  const Result result = inject(engine, faults, samples);
  for (std::size_t f = 0; f < faults.size(); ++f)
    for (std::size_t s = 3; s < 8; ++s)
      for (std::size_t k = 0; k < Net::classes; ++k)
        if (result.readouts[(f * 8 + s) * Net::classes + k] != result.readouts[(f * 8 + s % 3) * Net::classes + k])
          FAIL("fault " << f << ", sample " << s << ", class " << k);
}

TEST_CASE("one sample on several threads leaves the bits and decisions of one thread") {
  const sj::Dataset dataset = samples_of({50});
  const sj::SampleRange samples(dataset);
  const std::vector<sj::Fault> faults = all_flips();
  require_bits_of_full(faults, samples);
  Engine engine = some_engine();
  const Result one = inject(engine, faults, samples, 1);
  for (const std::size_t threads : {std::size_t(2), std::size_t(0)}) {
    const Result several = inject(engine, faults, samples, threads);
    CHECK(same_bits(several.readouts, one.readouts));
    CHECK(several.decisions == one.decisions);
  }
}

TEST_CASE("injecting twice leaves the same bits and decisions, and the golden run stays") {
  const sj::Dataset dataset = samples_of({30, 11});
  const sj::SampleRange samples(dataset);
  Engine engine = some_engine();
  const std::vector<float> golden = engine.golden(samples);
  const Result first = inject(engine, all_flips(), samples);
  const Result second = inject(engine, all_flips(), samples);
  CHECK(same_bits(first.readouts, second.readouts));
  CHECK(first.decisions == second.decisions);
  CHECK(same_bits(engine.golden(samples), golden));
}

TEST_CASE("what a receiver throws comes out, and the engine works on") {
  const sj::Dataset dataset = samples_of({30, 11});
  const sj::SampleRange samples(dataset);
  Engine engine = some_engine();
  const Result before = inject(engine, all_flips(), samples);
  std::atomic<int> received = 0;
  const auto refuse = [&](std::size_t, auto, auto) {
    if (++received == 40) throw sj::Misuse("enough");
  };
  CHECK_THROWS_AS(sj::for_each_readout(engine, all_flips(), samples, refuse), sj::Misuse);
  const Result after = inject(engine, all_flips(), samples);
  CHECK(same_bits(before.readouts, after.readouts));
  CHECK(before.decisions == after.decisions);
}

TEST_CASE("a finite weight whose input never fires is silent, and one that is not finite is simulated") {
  const sj::Dataset dataset = samples_of({20});
  std::vector<sj::Fault> finite;
  for (std::size_t n = 0; n < 6; ++n)
    finite.push_back(fault_in("fc1.weight", n * 5 + silent_input, sj::Alteration::sets(3.0e38F)));
  CHECK(require_bits_of_full(finite, sj::SampleRange(dataset))[Decision::silent] == 6);
  const std::vector<sj::Fault> infinite = {
      fault_in("fc1.weight", silent_input, sj::Alteration::sets(random_cases::infinity))};
  CHECK(require_bits_of_full(infinite, sj::SampleRange(dataset))[Decision::silent] == 0);
}

TEST_CASE("a fault that leaves the stored bits is equivalent, also where it comes and goes") {
  const sj::Dataset dataset = samples_of({20, 3});
  const reference::Network network = some_network();
  const std::uint32_t stored = reference::word_of(network.layers[0].synapses.weight.values[7]);
  std::vector<sj::Fault> faults = {fault_in("fc1.weight", 7, sj::Alteration::sticks_at_1(stored)),
                                   fault_in("fc1.weight", 7, sj::Alteration::sticks_at_0(~stored)),
                                   fault_in("lif1.beta", 2, sj::Alteration::sets(0.5F)),
                                   fault_in("lif2.threshold", 1, sj::Alteration::scales(1.0F))};
  faults[1].window = {.begin = 2, .end = 5};
  faults[2].window = {.duty = 1u << 30, .seed = 3};
  CHECK(require_bits_of_full(faults, sj::SampleRange(dataset))[Decision::equivalent] == 8);
}

TEST_CASE("weights that hardly move are bracketed by the ones that move most without a changed spike") {
  const sj::Dataset dataset = samples_of({20});
  const float stored = some_network().layers[0].synapses.weight.values[0];
  std::vector<sj::Fault> faults;
  for (int k = -50; k <= 50; ++k)
    faults.push_back(fault_in("fc1.weight", 0, sj::Alteration::sets(stored + static_cast<float>(k) * 1e-6F)));
  const sj::Decisions decisions = require_bits_of_full(faults, sj::SampleRange(dataset));
  CHECK(decisions[Decision::bracketed] > 80);
  CHECK(decisions[Decision::equivalent] == 1);
}

TEST_CASE("a value whose potential overflows and is silent from then on brackets nothing") {
  // With a decay of 0 an infinite potential is NaN in the next step: the largest weights bring the golden spikes, while
  // smaller ones bring another.
  reference::Network network = some_network();
  for (float& b : network.layers[0].synapses.bias.values) b = 0;
  network.layers[0].synapses.weight.values[0] = 0.1F;
  network.layers[0].synapses.weight.values[1] = 3.0F;
  network.layers[0].constants[0].values[0] = 0;
  network.layers[1].synapses.weight.values[0] = 3.0F;  // so that one spike more is seen
  sj::Dataset dataset;
  dataset.shape = {5};
  sj::Sample sample;
  sample.add(0, 2.0F);
  sample.add(1, 1.0F);
  sample.end_step();
  sample.end_step();
  sample.add(0, 2.0F);
  sample.end_step();
  dataset.samples.push_back(std::move(sample));
  std::vector<sj::Fault> faults;
  for (int k = 1; k <= 64; ++k) {
    faults.push_back(fault_in("fc1.weight", 0, sj::Alteration::sets(3.0e38F + static_cast<float>(k) * 1e35F)));
    faults.push_back(fault_in("fc1.weight", 0, sj::Alteration::sets(10.0F + static_cast<float>(k))));
  }
  CHECK(require_bits_of_full(faults, sj::SampleRange(dataset), network)[Decision::bracketed] == 0);
}

TEST_CASE("a golden weight that is not finite makes its layer's faults run again from there") {
  reference::Network network = some_network();
  network.layers[0].synapses.weight.values[silent_input] = random_cases::infinity;
  const sj::Dataset dataset = samples_of({20, 5});
  const std::vector<sj::Fault> faults = {fault_in("fc1.weight", silent_input, sj::Alteration::sets(0.0F)),
                                         fault_in("fc1.weight", 1, sj::Alteration::flips(1u << 30)),
                                         fault_in("fc1.bias", 3, sj::Alteration::flips(1u << 31))};
  CHECK(require_bits_of_full(faults, sj::SampleRange(dataset), network)[Decision::replayed] == 6);
}
