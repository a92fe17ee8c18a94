// SPDX-License-Identifier: MIT
#include <spikingjet/core/device/host.hpp>
#include <spikingjet/engine/device/carry/dense.hpp>
#include <spikingjet/engine/device/golden/recording.hpp>
#include <spikingjet/engine/device/golden/samples.hpp>
#include <spikingjet/engine/device/plan.hpp>
#include <spikingjet/inject/injector.hpp>
#include <spikingjet/model/layers/dense.hpp>
#include <spikingjet/model/network.hpp>
#include <spikingjet/model/neurons/leaky.hpp>

#include "catch.hpp"
#include "laws/random_values.hpp"
#include "reference.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <utility>
#include <vector>

namespace sj = spikingjet;

namespace {

using Random = laws::RandomValues;
using Host = sj::HostDevice<sj::Sequential>;

/// Random flips of some runs, as bits and one by one.
struct Flips {
  Flips(std::size_t runs, std::size_t steps, Random& random)
      : flips(runs, std::vector<bool>(steps)),
        word(sj::FlipsView::words_of(steps) * runs),
        neuron_of(runs),
        instead(runs),
        sample_of(runs) {
    for (std::size_t run = 0; run < runs; ++run) {
      const std::uint32_t often = 1 + random.word() % 40;
      neuron_of[run] = random.word() % 3;
      sample_of[run] = random.word() % 2;
      if (random.word() % 2) instead[run].of_0 = 0.5F;
      for (std::size_t step = 0; step < steps; ++step)
        if (random.word() % often == 0) {
          flips[run][step] = true;
          word[step / 32 * runs + run] |= std::uint32_t{1} << (step % 32);
        }
    }
  }
  sj::FlipsView view() {
    return {word.data(), neuron_of.data(), instead.data(), sample_of.data(), flips.size(), word.size() / flips.size()};
  }

  std::vector<std::vector<bool>> flips;
  std::vector<std::uint32_t> word;
  std::vector<std::uint32_t> neuron_of;
  std::vector<sj::Instead> instead;
  std::vector<std::uint32_t> sample_of;
};

/// What flows into a fully connected layer in some samples, listed as a device has it.
struct Inputs {
  Inputs(std::size_t samples, std::size_t steps, std::size_t inputs, Random& random) : value(samples * steps * inputs) {
    begin.push_back(0);
    for (std::size_t i = 0; i < value.size(); ++i) {
      if (random.word() % 3 == 0) {
        value[i] = 1.0F;
        tap.push_back(static_cast<std::uint32_t>(i % inputs));
        tap_value.push_back(1.0F);
      }
      if ((i + 1) % inputs == 0) begin.push_back(tap.size());
    }
    tap.push_back(0);  // so that the list is not null
    view.value = value.data();
    view.tap = tap.data();
    view.tap_value = tap_value.data();
    view.begin = begin.data();
    view.inputs = inputs;
    view.steps = steps;
  }

  std::vector<float> value;
  std::vector<std::uint32_t> tap;
  std::vector<float> tap_value;
  std::vector<std::uint64_t> begin;
  sj::ActivityView view;
};

/// A network whose golden run is on the device.
using Model = sj::LeakyModel<>;
using Net = sj::Network<sj::Input<6>, sj::Dense<"fc1", 5>, sj::Leaky<"lif1">, sj::Dense<"fc2", 4>, sj::Leaky<"lif2">,
                        sj::SpikeCountReadout>;
using Faults = sj::Injector<Net, sj::BitFlip, sj::AnyBit, sj::target::Any>;

struct OnDevice {
  explicit OnDevice(sj::MemoryBudget budget = sj::MemoryBudget())
      : device(budget),
        network(sj::graph_with(random_parameters())),
        parameters(device),
        golden(device, network),
        staged(device),
        samples(device),
        flipped(device) {
    parameters.assign(network.parameters);
    golden.use(parameters.data());
    sj::Dataset data;
    data.shape = Net::input;
    Random random(11);
    for (std::size_t s = 0; s < count; ++s) {
      sj::Sample sample;
      for (std::size_t step = 0; step < 40; ++step) {
        for (std::uint32_t i = 0; i < 6; ++i)
          if (random.word() % 2) sample.add(i, 1.0F);
        sample.end_step();
      }
      data.samples.push_back(sample);
    }
    staged.stage(sj::SampleRange(data), 0, count, 6);
    samples.copy_ahead(staged);
    golden.run(samples);
    flipped.forget();
  }

  static sj::Parameters<Net> random_parameters() {
    sj::Parameters<Net> parameters;
    Random random(5);
    for (std::size_t q = 0; q < Net::quantities.size(); ++q)
      if (Net::quantities[q].storage == sj::Storage::parameter)
        for (std::size_t e = 0; e < Net::quantities[q].size(); ++e)
          parameters.write(q, e,
                           static_cast<float>(random.word() % 1000) / 1000.0F -
                               (Net::quantities[q].role == sj::Role::weight ? 0.4F : 0.0F));
    return parameters;
  }

  /// Finds what faults of all bits of one storage leave in sample 1.
  bool find(sj::Storage storage, std::size_t at_most = 1000) {
    std::vector<sj::Fault> list;
    const sj::FaultSpace space = Faults::fault_space();
    for (std::uint64_t i = 0; i < space.size(); ++i)
      if (const sj::Fault fault = space[i];
          fault.site.storage == storage && Net::quantities[fault.site.quantity].stage == 0 && list.size() < at_most)
        list.push_back(fault);
    part = sj::sort_faults(network, list).parts.at(0);
    const std::size_t runs = part.faults.size();
    fault_of.resize(runs);
    for (std::size_t r = 0; r < runs; ++r) fault_of[r] = static_cast<std::uint32_t>(r);
    sample_of.assign(runs, 1);
    first_of.assign(runs, 0);
    sj::FaultySums faulty;
    faulty.group = part.group;
    const sj::StruckRuns<Model, false> struck{golden.neurons<Model>(0), faulty, part.faults.data(), fault_of.data(),
                                              sample_of.data()};
    return flipped.find(struck, runs, first_of.data());
  }
  sj::FlippedSums sums() {
    return flipped.sums(2, golden.synapses(2), golden.activity(2), golden.out(2), count, fault_of.size(),
                        fault_of.data());
  }

  static constexpr std::size_t count = 2;
  Host device;
  sj::GraphWithParameters network;
  sj::DeviceBuffer<float, Host> parameters;
  sj::DeviceGolden<Host, sj::SpikeCountReadout, Model, Model> golden;
  sj::StagedSamples<Host> staged;
  sj::DeviceSamples<Host> samples;
  sj::FlippedRuns<Host> flipped;
  sj::DeviceFaults::Part part;
  std::vector<std::uint32_t> fault_of;
  std::vector<std::uint32_t> sample_of;
  std::vector<std::uint32_t> first_of;
};

}  // namespace

TEST_CASE("bits of steps say which spikes of a run are changed") {
  Random random(1);
  for (const std::size_t steps : {1, 31, 32, 33, 64, 100}) {
    Flips of(7, steps, random);
    const sj::FlipsView view = of.view();
    for (std::size_t run = 0; run < of.flips.size(); ++run) {
      std::size_t next = ~std::size_t{0};
      std::uint64_t count = 0;
      CHECK(view.next(run, steps) == next);
      for (std::size_t step = steps; step-- > 0;) {
        if (of.flips[run][step]) {
          next = step;
          ++count;
        }
        CHECK(view.holds(run, step) == of.flips[run][step]);
        CHECK(view.next(run, step) == next);
      }
      CHECK(view.count(run) == count);
    }
  }
}

TEST_CASE("runs are the same where sample, neuron, changed spikes and their values are: only then hashes must agree") {
  Random random(2);
  Flips of(300, 2, random);  // few steps, so that some are
  const sj::FlipsView view = of.view();
  std::size_t equal = 0;
  std::size_t alike = 0;
  for (std::size_t a = 0; a < of.flips.size(); ++a)
    for (std::size_t b = 0; b < a; ++b) {
      const bool same = of.flips[a] == of.flips[b] && of.neuron_of[a] == of.neuron_of[b] &&
                        of.sample_of[a] == of.sample_of[b] && of.instead[a].of_0 == of.instead[b].of_0;
      REQUIRE(view.same(a, b) == same);
      if (same) REQUIRE(view.hash(a) == view.hash(b));
      equal += same;
      alike += view.hash(a) == view.hash(b);
    }
  CHECK(equal > 100);
  CHECK(alike == equal);
}

TEST_CASE("with one changed input a fully connected layer has the bits of the whole sum, with each table and without",
          "[law]") {
  Random random(3);
  std::size_t changed = 0;
  std::size_t checks = 0;
  for (int round = 0; round < 40; ++round) {
    const std::size_t inputs = 1 + random.word() % 70;
    const std::size_t outputs = 1 + random.word() % 9;
    const std::size_t samples = 2;
    const std::size_t steps = 3;
    const Inputs in(samples, steps, inputs, random);
    sj::SynapseGeometry geometry;
    geometry.channels_in = inputs;
    geometry.channels_out = outputs;
    std::vector<float> weight(inputs * outputs);
    for (float& w : weight) do
        w = random.word() % 4 ? static_cast<float>(random.word() % 2001) / 1000.0F - 1.0F : random();
      while (!sj::is_finite(w));
    std::vector<float> bias(outputs);
    for (float& b : bias) b = random.word() % 4 ? random() : -0.0F;
    sj::FlippedSums sums;
    sums.synapses = sj::SynapseView(geometry);
    sums.synapses.weight = weight.data();
    if (round % 2) sums.synapses.bias = bias.data();
    sums.synapses.zero_input = round % 3 ? sj::ZeroInput::multiply : sj::ZeroInput::skip;
    sums.x = in.view;

    std::vector<float> golden(samples * steps * outputs);
    for (std::size_t i = 0; i < golden.size(); ++i)
      golden[i] = sums.synapses.sum(std::uint32_t(i % outputs), sums.x.at(i / outputs / steps, i / outputs % steps, 0),
                                    sj::FaultyTerm{});
    std::array<std::vector<float>, 3> table;
    for (const sj::FlipTable kind : {sj::FlipTable::flipped, sj::FlipTable::before}) {
      auto& values = table[std::size_t(kind)];
      values.resize(samples * steps * inputs * outputs);
      for (std::size_t i = 0; i < values.size(); ++i)
        sj::detail::TabulateFlips{sums, golden.data(), kind, values.data()}(i);
    }

    for (const sj::Instead instead :
         {sj::Instead{}, sj::Instead{1e-40F, 0x1.8p-30F}, sj::Instead{-0.0F, 1.0000001F},
          sj::Instead{random(), random()},
          sj::Instead{std::numeric_limits<float>::infinity(), std::numeric_limits<float>::quiet_NaN()}})
      for (std::size_t i = 0; i < samples * steps * inputs * outputs; ++i) {
        const auto output = std::uint32_t(i % outputs);
        const auto input = std::uint32_t(i / outputs % inputs);
        const std::size_t row = i / outputs / inputs;
        std::vector<float> now(in.value.begin() + std::ptrdiff_t(row * inputs),
                               in.value.begin() + std::ptrdiff_t((row + 1) * inputs));
        now[input] = instead.of(now[input]);
        sj::StepInput plain;
        plain.value = now.data();
        const float expected = sums.synapses.sum(output, plain, sj::FaultyTerm{});
        const float before = golden[row * outputs + output];
        for (const sj::FlipTable kind : {sj::FlipTable::none, sj::FlipTable::before, sj::FlipTable::flipped}) {
          if (kind == sj::FlipTable::flipped && !instead.same(sj::Instead{})) continue;
          sums.holds = kind;
          sums.table = kind == sj::FlipTable::none ? nullptr : table[std::size_t(kind)].data();
          const float found = sj::FlippedOutput(sums, row / steps, input, output).sum(row % steps, instead, before);
          INFO("round " << round << ", input " << input << " of " << inputs << ", output " << output << ", table "
                        << int(kind));
          REQUIRE(reference::word_of(reference::with_one_nan(found)) ==
                  reference::word_of(reference::with_one_nan(expected)));
          ++checks;
          changed += reference::word_of(found) != reference::word_of(before);
        }
      }
  }
  CHECK(checks > 100'000);
  CHECK(changed > checks / 4);
  CHECK(changed < checks * 9 / 10);
}

TEST_CASE(
    "sums behind changed spikes stand in a table where these are many, of the samples at hand, and where it fits") {
  OnDevice on;
  REQUIRE(on.find(sj::Storage::state));
  const sj::FlippedSums flipped = on.sums();
  CHECK(flipped.holds == sj::FlipTable::flipped);
  REQUIRE(flipped.table != nullptr);
  CHECK(on.sums().table == flipped.table);  // as long as the samples stay

  REQUIRE(on.find(sj::Storage::spike));
  CHECK(on.sums().holds == sj::FlipTable::before);  // values of all kinds

  on.flipped.release();  // memory was short
  REQUIRE(on.find(sj::Storage::state));
  CHECK(on.sums().table == nullptr);
  on.flipped.forget();  // other samples
  CHECK(on.sums().holds == sj::FlipTable::flipped);
  on.flipped.forget();
  REQUIRE(on.find(sj::Storage::state, 1));
  CHECK(on.sums().table == nullptr);  // not for one run

  const std::size_t table = OnDevice::count * 40 * 5 * 4 * sizeof(float);
  OnDevice tight(sj::MemoryBudget(on.device.memory().peak() - table));
  REQUIRE(tight.find(sj::Storage::state));
  CHECK(tight.device.memory().left() < 4 * table);
  CHECK(tight.sums().table == nullptr);
}

TEST_CASE("spikes that no bit can say are noticed") {
  OnDevice on;
  REQUIRE(on.find(sj::Storage::state));
  const auto view = on.golden.neurons<Model>(0);
  for (std::size_t step = 0; step < 40; ++step)
    view.spike[view.at(1, step, 2)] = 0.25F;  // as a model of one's own may leave
  CHECK_FALSE(on.find(sj::Storage::state));
}
