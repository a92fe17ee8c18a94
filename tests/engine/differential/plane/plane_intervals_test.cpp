// SPDX-License-Identifier: MIT
#include <spikingjet/engine/differential/plane/plane_intervals.hpp>
#include <spikingjet/engine/differential/replay/circuit.hpp>
#include <spikingjet/model.hpp>

#include "catch.hpp"
#include "engine/equal_bits/random_planes.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <tuple>
#include <vector>

namespace {

namespace sj = spikingjet;
using random_cases::Random;
using random_planes::Plane;

using Networks = std::tuple<
    Plane<sj::Conv2d<"c", 3, sj::Kernel<3>>, sj::Leaky<"lif">>,
    Plane<sj::Conv2d<"c", 5, sj::Kernel<3>, sj::Padding<1>>, sj::MaxPool2d<2>, sj::Leaky<"lif", sj::NoReset>>,
    Plane<sj::Conv2d<"c", 4, sj::Kernel<2>, sj::Groups<2>, sj::NoBias>, sj::SumPool2d<2, sj::Stride<1>>,
          sj::Leaky<"lif">>,
    Plane<sj::Conv2d<"c", 2, sj::Kernel<3>, sj::Dilation<2>, sj::Padding<2>>, sj::AvgPool2d<3>, sj::Synaptic<"lif">>>;

/// The spikes of all neurons.
template <class Net>
std::vector<std::uint32_t> trains(const sj::Parameters<Net>& parameters, const sj::Sample& sample) {
  const auto work = std::make_unique<sj::Workspace<Net>>();
  sj::GoldenRecording<Net> recording;
  recording.record(*work, parameters, sample);
  return recording[0].spikes;
}

}  // namespace

TEMPLATE_LIST_TEST_CASE("a weight of a convolution that is judged to stay leaves golden spikes in all its neurons",
                        "[law]", Networks) {
  using Net = TestType;
  using V = sj::Pack<float, 4>;
  constexpr std::size_t last = Net::layer_count - 1;
  constexpr std::size_t taps = Net::template Layer<0>::geometry.taps();
  using Planes = sj::PlaneIntervals<typename Net::template Layer<last>::Dynamics, V>;
  std::size_t stays = 0;
  std::size_t silent = 0;
  std::size_t unknown_but_golden = 0;
  std::size_t changed = 0;
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    Random random(seed + 77'000);
    const reference::Network network =
        random_planes::random_plane<Net>(random, [&] { return random.uniform(-0.4F, 0.6F); });
    std::vector<std::vector<float>> input(1 + random.below(40), std::vector<float>(Net::input.size()));
    for (auto& step : input)
      for (float& x : step) x = random.chance(0.05) ? static_cast<float>(1 + random.below(3)) : 0.0F;
    const sj::Sample sample = random_cases::sample_of(input);
    sj::Parameters<Net> parameters = random_cases::parameters_of<Net>(network);
    const auto work = std::make_unique<sj::Workspace<Net>>();
    sj::Circuit<Net, sj::Pack<float, 1>> circuit(parameters);
    circuit.record(*work, parameters, sample);
    const auto golden_trains = trains(parameters, sample);
    const auto node = [&](std::size_t layer) -> sj::CircuitNode& { return circuit[circuit.node_of_layer(layer)]; };
    Planes planes;
    for (std::size_t trial = 0; trial < 60; ++trial) {
      const std::size_t element = random.below(Net::quantities[0].size());
      const float golden = parameters.read(0, element);
      const float moved = random.pick({1e-4F, 0.01F, 0.1F, 0.5F, 2.0F}) * random.uniform(-1, 1);
      const auto judge = [&](float value) {
        return planes.judge(node(0), last == 2 ? &node(1) : nullptr, node(last), sample.steps(), element / taps,
                            element % taps, golden, value);
      };
      // The largest change in this direction that is still judged to stay, or the change itself.
      float value = golden + moved;
      auto verdict = judge(value);
      if (verdict == Planes::Verdict::unknown && random.chance(0.5)) {
        float inside = 0;
        float outside = 1;
        for (int i = 0; i < 30; ++i) {
          const float middle = (inside + outside) / 2;
          (judge(golden + middle * moved) == Planes::Verdict::stays ? inside : outside) = middle;
        }
        value = golden + inside * moved;
        verdict = judge(value);
      }
      parameters.write(0, element, value);
      const bool same = trains(parameters, sample) == golden_trains;
      parameters.write(0, element, golden);
      if (verdict != Planes::Verdict::unknown && !same)
        FAIL("seed " << seed << ", trial " << trial << ": weight " << element << " moved from " << golden << " to "
                     << value);
      stays += verdict == Planes::Verdict::stays;
      silent += verdict == Planes::Verdict::silent;
      unknown_but_golden += verdict == Planes::Verdict::unknown && same;
      changed += !same;
    }
  }
  INFO(stays << " stay, " << silent << " silent, " << unknown_but_golden << " unknown but golden, " << changed
             << " changed");
  CHECK(stays > 500);
  CHECK(changed > 100);
  CHECK(unknown_but_golden < stays);
}

TEST_CASE("nothing is judged where an input is negative or a sum may overflow") {
  using Net = Plane<sj::Conv2d<"c", 3, sj::Kernel<3>>, sj::Leaky<"lif">>;
  for (const float odd : {-1.0F, 3e30F}) {
    sj::Parameters<Net> parameters;
    parameters.assign("c.weight", std::vector<float>(54, 0.1F));
    parameters.assign("lif.threshold", std::vector<float>(4, 1.0F));
    std::vector<std::vector<float>> input(5, std::vector<float>(Net::input.size()));
    input[1][7] = 1.0F;
    input[2][8] = odd;
    const sj::Sample sample = random_cases::sample_of(input);
    const auto work = std::make_unique<sj::Workspace<Net>>();
    sj::Circuit<Net, sj::Pack<float, 1>> circuit(parameters);
    circuit.record(*work, parameters, sample);
    sj::PlaneIntervals<Net::Layer<1>::Dynamics, sj::Pack<float, 4>> planes;
    CHECK(planes.judge(circuit[circuit.node_of_layer(0)], nullptr, circuit[circuit.node_of_layer(1)], sample.steps(), 0,
                       4, 0.1F, 0.1F) == decltype(planes)::Verdict::unknown);
  }
}

TEST_CASE("an input so small that its share of a mean is nothing has reached its neurons all the same") {
  using Net = Plane<sj::Conv2d<"c", 1, sj::Kernel<1>, sj::NoBias>, sj::AvgPool2d<2>, sj::Leaky<"lif">>;
  sj::Parameters<Net> parameters;  // weights, decays and thresholds of 0: potentials are at the threshold
  std::vector<std::vector<float>> input(3, std::vector<float>(Net::input.size()));
  for (auto& step : input) step[0] = 1e-45F;
  const sj::Sample sample = random_cases::sample_of(input);
  const auto work = std::make_unique<sj::Workspace<Net>>();
  sj::Circuit<Net, sj::Pack<float, 1>> circuit(parameters);
  circuit.record(*work, parameters, sample);
  sj::PlaneIntervals<Net::Layer<2>::Dynamics, sj::Pack<float, 4>> planes;
  const auto node = [&](std::size_t layer) -> sj::CircuitNode& { return circuit[circuit.node_of_layer(layer)]; };
  CHECK(planes.judge(node(0), &node(1), node(2), sample.steps(), 0, 0, 0.0F, 1e6F) ==
        decltype(planes)::Verdict::unknown);
}
