// SPDX-License-Identifier: MIT
#include <spikingjet/model/layers/dense.hpp>
#include <spikingjet/model/neurons/leaky.hpp>
#include <spikingjet/sim/step.hpp>

#include "catch.hpp"
#include "reference.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <random>
#include <tuple>
#include <vector>

namespace sj = spikingjet;

namespace {

template <std::size_t Hidden, sj::ZeroInput Policy, sj::Option... BiasOption>
using TwoLayers = sj::Network<sj::Input<4>, sj::Dense<"fc1", Hidden>, sj::Leaky<"lif1">, sj::OnZeroInput<Policy>,
                              sj::Dense<"fc2", 19, BiasOption...>, sj::Leaky<"lif2">, sj::SpikeCountReadout>;

/// Currents of the second layer from given spikes of the first, against the reference: finite and other weights, biases
/// of -0, spikes of any value.
template <class Net>
void compare_second_layer(std::uint64_t seed) {
  constexpr std::size_t hidden = Net::template Layer<0>::out.size();
  constexpr bool has_bias = Net::template Layer<2>::has_bias;
  std::mt19937_64 random(seed);
  const auto chance = [&](unsigned one_in) { return random() % one_in == 0; };
  const auto value = [&] { return static_cast<float>(std::int64_t(random() % 2001) - 1000) / 333.0F; };
  const bool finite = chance(2);

  sj::Parameters<Net> parameters;
  reference::Projection layer;
  layer.kind = reference::Projection::Kind::dense;
  layer.inputs = hidden;
  layer.outputs = 19;
  for (std::size_t w = 0; w < 19 * hidden; ++w)
    layer.weight.values.push_back(!finite && chance(50) ? reference::float_of(chance(2) ? 0x7f800000u : 0xffc00000u)
                                  : chance(9)           ? -0.0F
                                                        : value());
  parameters.assign("fc2.weight", layer.weight.values);
  if constexpr (has_bias) {
    for (std::size_t o = 0; o < 19; ++o) layer.bias.values.push_back(chance(3) ? -0.0F : value());
    parameters.assign("fc2.bias", layer.bias.values);
  }

  const auto work = std::make_unique<sj::Workspace<Net>>();
  std::vector<float> spikes(hidden);
  for (float& s : spikes)
    s = chance(2)    ? 0.0F
        : chance(8)  ? -0.0F
        : chance(8)  ? value()
        : chance(20) ? reference::float_of(0x7f800000u)
                     : 1.0F;
  if (chance(3)) spikes.assign(hidden, 0.0F);
  std::copy(spikes.begin(), spikes.end(), std::get<1>(work->layers).spike.begin());
  sj::step_synapses<Net, 2>(*work, parameters, {});

  const auto policy =
      Net::zero_input == sj::ZeroInput::skip ? reference::ZeroInput::skip : reference::ZeroInput::multiply;
  const std::vector<float> sums = reference::sums(layer, spikes, policy);
  for (std::size_t o = 0; o < 19; ++o) {
    const float wanted = reference::with_one_nan(sums[o]);
    const float found = reference::with_one_nan(std::get<2>(work->layers).current[o]);
    if (reference::word_of(wanted) != reference::word_of(found))
      FAIL("seed " << seed << ", " << Net::summary() << ", output " << o << ": " << found << " instead of " << wanted);
  }
}

/// Leaky neurons that stand in a volume of 2 x 3 x 4, with each way of sharing.
template <sj::Sharing How>
void check_constant_of_volume(const std::vector<std::size_t>& element_of_neuron) {
  constexpr sj::Shape neurons = {2, 3, 4};
  std::vector<float> stored(24 + sj::lane_slack);
  for (std::size_t e = 0; e < stored.size(); ++e) stored[e] = static_cast<float>(e) + 0.5F;
  for (std::size_t v = 0; v < sj::vectors_of(24); ++v) {
    float lanes[sj::native_lanes];
    sj::load_constant<How, neurons>(stored.data(), v * sj::native_lanes).store(lanes);
    for (std::size_t l = 0; l < sj::native_lanes && v * sj::native_lanes + l < 24; ++l)
      CHECK(lanes[l] == static_cast<float>(element_of_neuron[v * sj::native_lanes + l]) + 0.5F);
  }
}

}  // namespace

TEST_CASE("the currents of an inner layer have the reference's bits for any weights, biases and spikes") {
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    compare_second_layer<TwoLayers<7, sj::ZeroInput::multiply>>(seed);
    compare_second_layer<TwoLayers<7, sj::ZeroInput::skip>>(seed);
    compare_second_layer<TwoLayers<33, sj::ZeroInput::multiply, sj::NoBias>>(seed);
    compare_second_layer<TwoLayers<70, sj::ZeroInput::multiply>>(seed);
    compare_second_layer<TwoLayers<70, sj::ZeroInput::skip, sj::NoBias>>(seed);
  }
}

TEST_CASE("neurons of a volume use the constants of their neuron, column, channel or layer") {
  std::vector<std::size_t> neuron;
  std::vector<std::size_t> column;
  std::vector<std::size_t> channel;
  for (std::size_t c = 0; c < 2; ++c)
    for (std::size_t y = 0; y < 3; ++y)
      for (std::size_t x = 0; x < 4; ++x) {
        neuron.push_back(neuron.size());
        column.push_back(x);
        channel.push_back(c);
      }
  check_constant_of_volume<sj::Sharing::per_neuron>(neuron);
  check_constant_of_volume<sj::Sharing::per_column>(column);
  check_constant_of_volume<sj::Sharing::per_channel>(channel);
  check_constant_of_volume<sj::Sharing::per_layer>(std::vector<std::size_t>(24));
}

TEST_CASE("a spike crosses all layers within its step") {
  using Net = sj::Network<sj::Input<1>, sj::Dense<"fc1", 1>, sj::Leaky<"lif1">, sj::Dense<"fc2", 1>, sj::Leaky<"lif2">,
                          sj::Dense<"fc3", 1>, sj::Leaky<"lif3">, sj::SpikeCountReadout>;
  sj::Parameters<Net> parameters;
  for (const char* name : {"fc1.weight", "fc2.weight", "fc3.weight"}) parameters.assign(name, std::vector<float>{2.0F});
  for (const char* name : {"lif1.threshold", "lif2.threshold", "lif3.threshold"})
    parameters.assign(name, std::vector<float>{1.0F});
  sj::Workspace<Net> work;
  sj::NoPerturbation none;
  const std::vector<std::uint32_t> index = {0};
  const std::vector<float> value = {1.0F};
  sj::step_network(work, parameters, {index, value}, 0, none);
  CHECK(std::get<1>(work.layers).spike[0] == 1.0F);
  CHECK(std::get<3>(work.layers).spike[0] == 1.0F);
  CHECK(std::get<5>(work.layers).spike[0] == 1.0F);
  CHECK(work.readout[0] == 1.0F);
  sj::step_network(work, parameters, {}, 1, none);
  CHECK(std::get<1>(work.layers).spike[0] == 0.0F);
  CHECK(std::get<5>(work.layers).spike[0] == 0.0F);
  CHECK(work.readout[0] == 1.0F);
}
