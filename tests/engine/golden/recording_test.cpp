// SPDX-License-Identifier: MIT
#include <spikingjet/engine/golden/recording.hpp>

#include <spikingjet/model/layers/dense.hpp>
#include <spikingjet/model/neurons/lapicque.hpp>
#include <spikingjet/model/neurons/leaky.hpp>
#include <spikingjet/model/neurons/synaptic.hpp>
#include <spikingjet/sim/run.hpp>

#include "catch.hpp"
#include "engine/equal_bits/random_cases.hpp"
#include "reference.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <random>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace sj = spikingjet;

namespace {

using Networks = std::tuple<
    sj::Network<sj::Input<7>, sj::Dense<"fc1", 19>, sj::Synaptic<"lif1">, sj::Dense<"fc2", 3>, sj::Leaky<"lif2">,
                sj::MaxPotentialReadout>,
    sj::Network<sj::Input<2, 3>, sj::Dense<"fc1", 16>, sj::Leaky<"lif1", sj::ZeroReset>,
                sj::Dense<"fc2", 1, sj::NoBias>, sj::Lapicque<"lif2">, sj::Dense<"fc3", 5>,
                sj::Leaky<"lif3", sj::ImmediateReset>, sj::SpikeCountReadout>,
    sj::Network<sj::Input<1>, sj::Dense<"fc1", 33>, sj::Leaky<"lif1">, sj::OnZeroInput<sj::ZeroInput::skip>,
                sj::SpikeCountReadout>>;

/// A recording of a random network on a random sample, and what the reference needs to follow it.
template <class Net>
struct Recorded {
  reference::Network network = random_cases::shape_of<Net>();
  std::vector<std::vector<float>> input;  // (step, input)
  sj::Sample sample;
  std::vector<float> readout;  // (classes), as `run` leaves it

  /// Records into `recording`, which may have been used before.
  Recorded(std::uint64_t seed, sj::GoldenRecording<Net>& recording, sj::Workspace<Net>& work) {
    random_cases::Random random(seed);
    network = random_cases::random_network(network, random);
    input = random_cases::random_input(Net::input.size(), random);
    sample = random_cases::sample_of(input);
    const sj::Parameters<Net> parameters = random_cases::parameters_of<Net>(network);
    sj::NoPerturbation none;
    const auto expected = sj::run(work, parameters, sample, none);
    readout.assign(expected.begin(), expected.end());
    recording.record(work, parameters, sample);
  }
};

std::uint32_t word(float value) { return reference::word_of(reference::with_one_nan(value)); }

constexpr std::uint64_t seeds = 200;

}  // namespace

TEMPLATE_LIST_TEST_CASE("the last readout of a recording is that of a run", "[law]", Networks) {
  using Net = TestType;
  sj::GoldenRecording<Net> recording;
  sj::Workspace<Net> work;
  for (std::uint64_t seed = 0; seed < seeds; ++seed) {
    INFO("seed " << seed);
    const Recorded<Net> made(seed, recording, work);
    REQUIRE(recording.steps() == made.input.size());
    for (std::size_t c = 0; c < Net::classes; ++c) {
      REQUIRE(word(recording.readout()[recording.steps()][c]) == reference::word_of(made.readout[c]));
      REQUIRE(reference::word_of(recording.readout()[0][c]) == 0);
    }
  }
}

TEMPLATE_LIST_TEST_CASE("a recording has the currents, states, spikes and readouts of the equations, step by step",
                        "[law]", Networks) {
  using Net = TestType;
  sj::GoldenRecording<Net> recording;
  sj::Workspace<Net> work;
  std::size_t fired = 0;
  for (std::uint64_t seed = 0; seed < seeds; ++seed) {
    INFO("seed " << seed);
    const Recorded<Net> made(seed, recording, work);
    const std::size_t steps = made.input.size();
    const bool counts = made.network.readout == reference::Readout::spike_count;
    std::vector<std::vector<reference::State>> states;
    for (const reference::Layer& layer : made.network.layers) states.emplace_back(layer.neurons);
    std::vector<float> readout(Net::classes);

    for (std::size_t step = 0; step <= steps; ++step) {
      INFO("before step " << step);
      for (std::size_t p = 0; p < made.network.layers.size(); ++p) {
        const bool synaptic = made.network.layers[p].model == reference::Model::synaptic;
        REQUIRE(recording[p].state.size() == (synaptic ? 2 : 1));
        for (std::size_t n = 0; n < made.network.layers[p].neurons; ++n) {
          REQUIRE(word(recording[p].state[0][step][n]) == word(states[p][n].potential));
          if (synaptic) REQUIRE(word(recording[p].state[1][step][n]) == word(states[p][n].current));
        }
      }
      for (std::size_t c = 0; c < Net::classes; ++c) REQUIRE(word(recording.readout()[step][c]) == word(readout[c]));
      if (step == steps) break;

      std::vector<float> x = made.input[step];
      for (std::size_t p = 0; p < made.network.layers.size(); ++p) {
        const reference::Layer& layer = made.network.layers[p];
        REQUIRE(recording[p].neurons == layer.neurons);
        const std::vector<float> currents = reference::sums(layer.synapses, x, made.network.zero_input);
        std::vector<float> spikes(layer.neurons);
        for (std::size_t n = 0; n < layer.neurons; ++n) {
          const float i = currents[n];
          spikes[n] = reference::update(layer, n, i, 0.0F, states[p][n]);
          REQUIRE(word(recording[p].current[step][n]) == word(i));
          REQUIRE(recording[p].fired(step, n) == (spikes[n] == 1.0F));
          fired += spikes[n] == 1.0F;
        }
        x = spikes;
      }
      for (std::size_t c = 0; c < Net::classes; ++c) {
        const float potential = states.back()[c].potential;
        if (counts)
          readout[c] = readout[c] + x[c];
        else if (step == 0 || potential > readout[c] || reference::nan(potential))
          readout[c] = potential;
      }
    }
  }
  CHECK(fired > 10'000);
}

TEMPLATE_LIST_TEST_CASE("spikes are bits, 32 steps a word, the first step uppermost, and none behind the last step",
                        "[law]", Networks) {
  using Net = TestType;
  sj::GoldenRecording<Net> recording;
  sj::Workspace<Net> work;
  for (std::uint64_t seed = 0; seed < seeds; ++seed) {
    INFO("seed " << seed);
    const Recorded<Net> made(seed, recording, work);
    for (std::size_t p = 0; p < made.network.layers.size(); ++p) {
      const sj::PairRecording& pair = recording[p];
      REQUIRE(pair.words == (made.input.size() + 31) / 32);
      REQUIRE(pair.spikes.size() == pair.words * pair.neurons);
      for (std::size_t n = 0; n < pair.neurons; ++n)
        for (std::size_t w = 0; w < pair.words; ++w) {
          std::uint32_t expected = 0;
          for (std::size_t bit = 0; bit < 32; ++bit) {
            const std::size_t step = 32 * w + bit;
            expected = expected << 1 | std::uint32_t(step < made.input.size() && pair.fired(step, n));
          }
          REQUIRE(pair.word(w, n) == expected);
        }
    }
  }
}

TEMPLATE_LIST_TEST_CASE("the events of a layer are the input or the spikes of the layer before it", "[law]", Networks) {
  using Net = TestType;
  sj::GoldenRecording<Net> recording;
  sj::Workspace<Net> work;
  for (std::uint64_t seed = 0; seed < seeds; ++seed) {
    INFO("seed " << seed);
    const Recorded<Net> made(seed, recording, work);
    for (std::size_t p = 0; p < made.network.layers.size(); ++p) {
      const sj::EventTable& events = recording[p].events;
      REQUIRE(events.steps() == made.input.size());
      for (std::size_t step = 0; step < events.steps(); ++step) {
        std::vector<std::pair<std::uint32_t, std::uint32_t>> expected;
        for (std::uint32_t i = 0; i < made.network.layers[p].synapses.inputs; ++i) {
          const float x = p == 0 ? made.input[step][i] : recording[p - 1].fired(step, i) ? 1.0F : 0.0F;
          if (x != 0) expected.emplace_back(i, reference::word_of(x));
        }
        const sj::Activity found = events[step];
        REQUIRE(found.size() == expected.size());
        for (std::size_t k = 0; k < expected.size(); ++k) {
          REQUIRE(found.index[k] == expected[k].first);
          REQUIRE(reference::word_of(found.value[k]) == expected[k].second);
        }
      }
    }
  }
}

namespace {

/// A table of random events, and the same written out.
struct Events {
  std::vector<std::vector<std::pair<std::uint32_t, float>>> by_step;  // ascending in input
  sj::EventTable table;

  void fill(std::size_t inputs, std::size_t steps, std::uint32_t seed) {
    std::mt19937 random(seed);
    by_step.assign(steps, {});
    table.clear(inputs);
    for (auto& step : by_step) {
      std::vector<std::uint32_t> index;
      std::vector<float> value;
      for (std::uint32_t i = 0; i < inputs; ++i)
        if (random() % 4 == 0) {
          index.push_back(i);
          value.push_back(static_cast<float>(1 + random() % 3));
          step.emplace_back(i, value.back());
        }
      table.add_step({index, value});
    }
    table.order_by_input();
  }
};

}  // namespace

TEST_CASE("an event table tells the same events by step and by input", "[law]") {
  Events events;  // one for all: it may be filled again
  for (std::uint32_t seed = 0; seed < 60; ++seed) {
    const std::size_t inputs = 1 + seed * 7 % 40;
    const std::size_t steps = seed * 11 % 35;
    events.fill(inputs, steps, seed);
    INFO("seed " << seed);
    const sj::EventTable& table = events.table;
    REQUIRE(table.steps() == steps);

    std::vector<std::vector<std::pair<std::size_t, std::size_t>>> by_input(inputs);  // step and number
    std::size_t event = 0;
    for (std::size_t step = 0; step < steps; ++step) {
      CHECK(table.begin(step) == event);
      for (const auto& [index, value] : events.by_step[step]) {
        CHECK(table.index(event) == index);
        CHECK(table.value(event) == value);
        by_input[index].emplace_back(step, event++);
      }
      CHECK(table.end(step) == event);
    }
    CHECK(table.size() == event);
    for (std::size_t i = 0; i < inputs; ++i) {
      REQUIRE(table.of(i).size() == by_input[i].size());
      for (std::size_t k = 0; k < by_input[i].size(); ++k) {
        CHECK(table.of(i)[k].step == by_input[i][k].first);
        CHECK(table.of(i)[k].event == by_input[i][k].second);
      }
    }
  }
}

TEST_CASE("active inputs are those with events, each once, in the order of their first", "[law]") {
  Events events;
  for (std::uint32_t seed = 0; seed < 60; ++seed) {
    events.fill(1 + seed * 7 % 40, seed * 11 % 35, seed);
    std::vector<std::uint32_t> expected;
    for (const auto& step : events.by_step)
      for (const auto& event : step)
        if (std::find(expected.begin(), expected.end(), event.first) == expected.end()) expected.push_back(event.first);
    const auto active = events.table.active();
    INFO("seed " << seed);
    CHECK(std::vector<std::uint32_t>(active.begin(), active.end()) == expected);
  }
}

TEST_CASE("events are all positive unless one is negative, infinite or NaN, and a cleared table forgets it") {
  constexpr float inf = std::numeric_limits<float>::infinity();
  const std::vector<std::uint32_t> index = {0, 2};
  sj::EventTable table;
  const auto all_positive = [&](float odd) {
    table.clear(3);
    table.add_step({});
    table.add_step({index, std::vector<float>{1.0F, odd}});
    table.order_by_input();
    return table.all_positive();
  };
  CHECK(all_positive(1.0F));
  CHECK(all_positive(1e-45F));
  CHECK(all_positive(std::numeric_limits<float>::max()));
  CHECK_FALSE(all_positive(-1e-45F));
  CHECK_FALSE(all_positive(-2.0F));
  CHECK_FALSE(all_positive(inf));
  CHECK_FALSE(all_positive(-inf));
  CHECK_FALSE(all_positive(reference::float_of(0x7f812345u)));
  CHECK(all_positive(2.0F));

  table.clear(3);
  table.order_by_input();
  CHECK(table.all_positive());
  CHECK(table.steps() == 0);
  CHECK(table.active().empty());
}

TEST_CASE("rows have room for lanes behind each") {
  sj::StepRows rows;
  rows.resize(3, 5);
  for (std::size_t row = 0; row < 3; ++row) std::fill_n(rows[row], 5 + sj::lane_slack, static_cast<float>(row));
  const sj::StepRows& kept = rows;
  for (std::size_t row = 0; row < 3; ++row)
    for (std::size_t i = 0; i < 5 + sj::lane_slack; ++i) CHECK(kept[row][i] == static_cast<float>(row));
}

namespace {

/// A neuron that answers its current as its spike.
struct Through {
  static constexpr std::array constants{sj::ConstantInfo{"threshold", sj::Role::threshold}};
  static constexpr std::array states{sj::StateInfo{"potential", sj::Role::potential}};
  static std::string name() { return "through"; }
  template <class V>
  static V update(sj::Values<V, 1>& state, V i, const sj::Values<V, 1>&) {
    state[0] = i;
    return i;
  }
};

}  // namespace

TEST_CASE("what is neither 0 nor 1 is not a spike, and its layer is named") {
  using Net = sj::Network<sj::Input<2>, sj::Dense<"fc1", 2, sj::NoBias>, sj::Neuron<"odd", Through>,
                          sj::SpikeCountReadout>;
  sj::Parameters<Net> parameters;
  parameters.assign("fc1.weight", std::vector<float>{1.0F, 0.0F, 0.0F, 1.0F});
  const auto record = [&](float value) {
    sj::Sample sample;
    sample.add(1, value);
    sample.end_step();
    sj::GoldenRecording<Net> recording;
    sj::Workspace<Net> work;
    recording.record(work, parameters, sample);
    return recording[0].fired(0, 1);
  };
  CHECK(record(1.0F));
  CHECK_FALSE(record(0.0F));
  for (const float odd : {2.0F, -1.0F, 0.5F, 1e-45F, std::numeric_limits<float>::quiet_NaN()})
    CHECK_THROWS_AS(record(odd), sj::NotASpike);
  CHECK_THROWS_WITH(record(2.0F),
                    "spikingjet: the neuron model of layer 'odd' returned a spike that is neither 0 nor 1, which the "
                    "differential engine does not know; return 0 or 1, or use the engine 'full'");
}
