// SPDX-License-Identifier: MIT
#include <spikingjet/engine/differential/plane/plane_run.hpp>
#include <spikingjet/engine/differential/replay/circuit.hpp>
#include <spikingjet/model.hpp>

#include "catch.hpp"
#include "engine/equal_bits/random_planes.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <tuple>
#include <vector>

namespace {

namespace sj = spikingjet;
using random_cases::Random;
using random_planes::Plane;

using Networks = std::tuple<
    Plane<sj::Conv2d<"c", 3, sj::Kernel<3>>, sj::Leaky<"lif">>,
    Plane<sj::Conv2d<"c", 5, sj::Kernel<3>, sj::Padding<1>>, sj::MaxPool2d<2>, sj::Leaky<"lif">>,
    Plane<sj::Conv2d<"c", 4, sj::Kernel<2>, sj::Groups<2>, sj::NoBias>, sj::MaxPool2d<3, sj::Stride<1>, sj::Padding<1>>,
          sj::Leaky<"lif">>,
    Plane<sj::Conv2d<"c", 2, sj::Kernel<3>, sj::Dilation<2>, sj::Padding<2>>, sj::AvgPool2d<3>, sj::Synaptic<"lif">>>;

/// The spikes of all neurons in each step.
template <class Net>
std::vector<std::vector<float>> spikes(const sj::Parameters<Net>& parameters, const sj::Sample& sample) {
  const auto work = std::make_unique<sj::Workspace<Net>>();
  sj::NoPerturbation nothing;
  std::vector<std::vector<float>> all;
  work->reset();
  for (std::size_t step = 0; step < sample.steps(); ++step) {
    sj::step_network(*work, parameters, sample[step], step, nothing);
    const auto& layer = std::get<Net::layer_count - 1>(work->layers);
    all.emplace_back(layer.spike.data(), layer.spike.data() + Net::template Layer<Net::layer_count - 1>::out.size());
  }
  return all;
}

}  // namespace

TEMPLATE_LIST_TEST_CASE("changed spikes of a plane are those in which a full run differs", "[law]", Networks) {
  using Net = TestType;
  constexpr std::size_t last = Net::layer_count - 1;
  constexpr std::size_t taps = Net::template Layer<0>::geometry.taps();
  using Planes = sj::PlaneRun<typename Net::template Layer<last>::Dynamics, sj::Pack<float, 4>>;
  std::size_t same = 0;
  std::size_t changed = 0;
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    Random random(seed + 91'000);
    const bool coarse = random.chance(0.5);  // weights in few steps, so that sums of a window are often equal
    const reference::Network network = random_planes::random_plane<Net>(random, [&] {
      return coarse ? 0.25F * static_cast<float>(random.below(5)) - 0.5F : random.uniform(-0.4F, 0.6F);
    });
    std::vector<std::vector<float>> input(1 + random.below(30), std::vector<float>(Net::input.size()));
    const bool negative = random.chance(0.2);
    for (auto& step : input)
      for (float& x : step)
        x = random.chance(0.1)
                ? static_cast<float>(1 + random.below(3)) * (negative && random.chance(0.5) ? -1.0F : 1.0F)
                : 0.0F;
    const sj::Sample sample = random_cases::sample_of(input);
    sj::Parameters<Net> parameters = random_cases::parameters_of<Net>(network);
    const auto work = std::make_unique<sj::Workspace<Net>>();
    sj::Circuit<Net, sj::Pack<float, 1>> circuit(parameters);
    circuit.record(*work, parameters, sample);
    const auto golden = spikes(parameters, sample);
    const auto node = [&](std::size_t layer) -> sj::CircuitNode& { return circuit[circuit.node_of_layer(layer)]; };
    Planes plane;
    for (std::size_t trial = 0; trial < 40; ++trial) {
      const std::size_t quantity = Net::template Layer<0>::has_bias && random.chance(0.2);
      const std::size_t element = random.below(Net::quantities[quantity].size());
      const std::size_t channel = quantity == 1 ? element : element / taps;
      const std::size_t tap = quantity == 1 ? Planes::bias : element % taps;
      const float before = parameters.read(quantity, element);
      const float value = random.chance(0.1) ? random.pick({1e30F, -1e10F, 0.0F, -0.0F})
                                             : before + random.pick({1e-7F, 1e-4F, 0.01F, 0.25F, 0.5F, 2.0F}) *
                                                            random.pick({-1.0F, 1.0F});
      const auto found = plane.run({circuit[0], node(0), last == 2 ? &node(1) : nullptr, node(last)}, sample.steps(),
                                   {channel, tap, value, {}});
      std::vector<std::vector<float>> faulty = golden;
      for (const sj::ChangedSpike& spike : found) {
        REQUIRE(faulty[spike.step][spike.neuron] != spike.value);
        faulty[spike.step][spike.neuron] = spike.value;
      }
      parameters.write(quantity, element, value);
      const bool equal = spikes(parameters, sample) == faulty;
      parameters.write(quantity, element, before);
      if (!equal)
        FAIL("seed " << seed << ", trial " << trial << ": " << Net::quantities[quantity].name() << " " << element
                     << " from " << before << " to " << value);
      found.empty() ? ++same : ++changed;
    }
  }
  INFO(same << " left golden spikes, " << changed << " did not");
  CHECK(same > 200);
  CHECK(changed > 200);
}
