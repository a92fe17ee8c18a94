// SPDX-License-Identifier: MIT
#include <spikingjet/engine/differential/differential_engine.hpp>
#include <spikingjet/engine/differential/replay/absorption.hpp>
#include <spikingjet/engine/full/full_engine.hpp>
#include <spikingjet/fault/bit_flip.hpp>
#include <spikingjet/inject/injector.hpp>
#include <spikingjet/model.hpp>

#include "catch.hpp"
#include "engine/equal_bits/random_cases.hpp"

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <tuple>
#include <vector>

namespace {

namespace sj = spikingjet;
using random_cases::Random;

template <class Convolution>
using Behind = sj::Network<sj::Input<4, 5, 6>, Convolution, sj::Leaky<"lif">, sj::SpikeCountReadout>;
using Networks = std::tuple<Behind<sj::Conv2d<"c", 3, sj::Kernel<3>>>,
                            Behind<sj::Conv2d<"c", 10, sj::Kernel<2>, sj::Groups<2>, sj::Stride<2>, sj::Padding<1>>>,
                            Behind<sj::Conv2d<"c", 5, sj::Kernel<2>, sj::Dilation<2>, sj::NoBias>>>;

}  // namespace

TEMPLATE_LIST_TEST_CASE("a convolution's sums with an input that they absorb have golden bits", "[law]", Networks) {
  using Net = TestType;
  using One = sj::Pack<float, 1>;
  constexpr sj::SynapseGeometry g = Net::template Layer<0>::geometry;
  std::size_t absorbed = 0;
  std::size_t altered = 0;      // beyond the limit
  std::size_t kept = 0;         // likewise
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    Random random(seed + 5'000);
    reference::Network network = random_cases::shape_of<Net>();
    const float scale = random.pick({1.0F, 1e-3F, 1e-20F});
    for (reference::Layer& layer : network.layers) {
      for (float& w : layer.synapses.weight.values) w = random.chance(0.1) ? 0.0F : scale * random.uniform(-1, 1);
      for (float& b : layer.synapses.bias.values)
        b = random.chance(0.5) ? random.uniform(-1, 1) : random.pick({0.0F, -0.0F});
    }
    std::vector<std::vector<float>> input(4, std::vector<float>(Net::input.size()));
    for (auto& step : input)
      for (float& x : step) x = random.chance(0.3) ? 1.0F : 0.0F;
    const sj::Sample sample = random_cases::sample_of(input);
    sj::Parameters<Net> parameters = random_cases::parameters_of<Net>(network);
    const auto work = std::make_unique<sj::Workspace<Net>>();
    sj::Circuit<Net, One> circuit(parameters);
    circuit.record(*work, parameters, sample);
    const std::size_t n = circuit.node_of_layer(0);
    const sj::CircuitNode& node = circuit[n];
    sj::Absorption<One> absorption;

    // Whether all of a unit's sums keep their bits when an input of 0 becomes `value`.
    const auto stays = [&](std::size_t step, std::size_t unit, std::size_t tap, float value) {
      const std::size_t group = unit % g.groups;
      for (std::size_t o = 0; o < g.channels_out_group(); ++o) {
        const std::size_t channel = group * g.channels_out_group() + o;
        float golden = node.bias ? node.bias[channel] : 0.0F;
        float faulty = golden;
        bool added = false;
        for (const sj::Tap& one : node.taps_of(step, unit)) {
          if (!added && node.tap_of(one) > tap) {
            faulty = faulty + node.weights[node.weight_place(channel, tap)] * value;
            added = true;
          }
          golden = golden + node.weights[node.weight_place(channel, node.tap_of(one))] * one.value;
          faulty = faulty + node.weights[node.weight_place(channel, node.tap_of(one))] * one.value;
        }
        if (!added) faulty = faulty + node.weights[node.weight_place(channel, tap)] * value;
        if (sj::to_word(golden) != sj::to_word(faulty)) return false;
      }
      return true;
    };
    for (std::size_t trial = 0; trial < 300; ++trial) {
      const std::size_t step = random.below(sample.steps());
      const std::size_t flat = random.below(Net::input.size());
      if (input[step][flat] != 0.0F) continue;
      float value = random.pick({1e-45F, 1e-38F, 1e-20F, 1e-14F, -1e-30F, -1e-13F});
      // The largest that all units still absorb, near enough, and one far beyond.
      while (absorption.all_units_absorb(n, node, step, flat, 2 * value) && std::abs(value) < 1e-3F) value = 2 * value;
      const bool all = absorption.all_units_absorb(n, node, step, flat, value);
      bool each = true;
      bool same = true;
      bool same_beyond = true;
      std::size_t reached = 0;
      node.each_unit_reached_from(flat, [&](std::size_t unit, std::size_t tap) {
        ++reached;
        const bool stay = stays(step, unit, tap, value);
        if (absorption.unit_absorbs(n, node, step, unit, value)) {
          if (!stay) FAIL("seed " << seed << ", trial " << trial << ": unit " << unit << " does not absorb " << value);
        } else {
          each = false;
        }
        same = same && stay;
        same_beyond = same_beyond && stays(step, unit, tap, 0x1p12F * value);
      });
      if (reached == 0) continue;
      CHECK(all == each);
      if (all) {
        CHECK(same);
        ++absorbed;
        same_beyond ? ++kept : ++altered;
      }
    }
  }
  INFO(absorbed << " absorbed; 4096 times as much: " << altered << " altered, " << kept << " kept");
  CHECK(absorbed > 300);
  CHECK(altered > absorbed / 4);
}

TEST_CASE("weights of zero absorb nothing where the sum is a zero, whose sign may change") {
  using Net = Behind<sj::Conv2d<"c", 1, sj::Kernel<3>>>;
  for (const float bias : {-0.0F, 0.5F}) {
    sj::Parameters<Net> parameters;
    parameters.assign("c.bias", std::vector<float>{bias});
    const sj::Sample sample = random_cases::sample_of({std::vector<float>(Net::input.size())});
    const auto work = std::make_unique<sj::Workspace<Net>>();
    sj::Circuit<Net, sj::Pack<float, 1>> circuit(parameters);
    circuit.record(*work, parameters, sample);
    sj::Absorption<sj::Pack<float, 1>> absorption;
    CHECK(absorption.unit_absorbs(1, circuit[1], 0, 0, 1e-30F) == (bias != 0.0F));
  }
}

using Pooled = std::tuple<sj::SumPool2d<7, sj::Stride<1>>, sj::MaxPool2d<7, sj::Stride<1>>>;

TEMPLATE_LIST_TEST_CASE("tiny inputs that pooling spreads over a unit are summed, as they may add up", "", Pooled) {
  using Net =
      sj::Network<sj::Input<1, 13, 13>, sj::Conv2d<"c1", 1, sj::Kernel<1>, sj::NoBias>, sj::Leaky<"lif1">, TestType,
                  sj::Conv2d<"c2", 1, sj::Kernel<7>, sj::NoBias>, sj::Leaky<"lif2">, sj::MaxPotentialReadout>;
  using Injector = sj::Injector<Net, sj::BitFlip, sj::AnyBit, sj::target::Any>;
  sj::Parameters<Net> parameters;
  parameters.assign("c1.weight", std::vector<float>{1.0F});
  parameters.assign("lif1.threshold", std::vector<float>(13, 0.5F));
  std::vector<float> weights(49, 1.0F);
  weights[48] = 0x1.fffffep-11F;  // which the golden sum is, and half of a last place more makes it 2^-10
  parameters.assign("c2.weight", weights);
  parameters.assign("lif2.threshold", std::vector<float>{1.0F});
  std::vector<float> input(169);
  input[168] = 1.0F;  // reaches the last pooled position alone
  sj::Dataset dataset;
  dataset.shape = {169};
  dataset.samples.push_back(random_cases::sample_of({input}));
  const sj::SampleRange samples(dataset);
  sj::Fault fault;
  while (Net::quantities[fault.site.quantity].name() != "lif1.spike") ++fault.site.quantity;
  fault.site.storage = sj::Storage::spike;
  fault.site.element = 6 * 13 + 6;  // reaches all of them
  fault.alteration = sj::Alteration::sets(0x1.fffffep-41F);
  const auto readout_of = [&](auto engine) {
    std::vector<float> readout = engine.golden(samples);
    sj::for_each_readout(engine, std::span(&fault, 1), samples,
                         [&](std::size_t, auto, auto faulty) { readout.assign(faulty.begin(), faulty.end()); });
    return readout;
  };
  const std::vector<float> full = readout_of(sj::FullEngine<Injector>(parameters));
  CHECK(full == std::vector<float>{0x1p-10F});
  CHECK(readout_of(sj::DifferentialEngine<Injector>(parameters)) == full);
}

TEST_CASE("nothing is absorbed where a weight is not finite or a sum ends at zero") {
  using Net = Behind<sj::Conv2d<"c", 1, sj::Kernel<3>, sj::NoBias>>;
  for (const float odd : {0.5F, std::numeric_limits<float>::infinity(), std::numeric_limits<float>::quiet_NaN()})
    for (const bool empty : {false, true}) {
      sj::Parameters<Net> parameters;
      std::vector<float> weights(36, 0.5F);
      weights[1] = odd;
      parameters.assign("c.weight", weights);
      std::vector<std::vector<float>> input(1, std::vector<float>(Net::input.size()));
      if (!empty) input[0][0] = 1.0F;
      const sj::Sample sample = random_cases::sample_of(input);
      const auto work = std::make_unique<sj::Workspace<Net>>();
      sj::Circuit<Net, sj::Pack<float, 1>> circuit(parameters);
      circuit.record(*work, parameters, sample);
      sj::Absorption<sj::Pack<float, 1>> absorption;
      CHECK(absorption.unit_absorbs(1, circuit[1], 0, 0, 1e-30F) == (odd == 0.5F && !empty));
      CHECK(absorption.unit_absorbs(1, circuit[1], 0, 0, -0.0F));
    }
}
