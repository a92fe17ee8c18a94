// SPDX-License-Identifier: MIT
#include <spikingjet/model/layers/dense.hpp>
#include <spikingjet/model/neurons/lapicque.hpp>
#include <spikingjet/model/neurons/leaky.hpp>
#include <spikingjet/model/neurons/synaptic.hpp>
#include <spikingjet/sim/run.hpp>

#include "catch.hpp"

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

namespace sj = spikingjet;

namespace {

/// Steps in which every input is `value`.
sj::Sample constant_sample(std::size_t steps, std::size_t inputs, float value) {
  sj::Sample sample;
  for (std::size_t t = 0; t < steps; ++t) {
    for (std::uint32_t i = 0; i < inputs; ++i) sample.add(i, value);
    sample.end_step();
  }
  return sample;
}

template <class Neurons, class Readout>
using OneNeuron = sj::Network<sj::Input<1>, sj::Dense<"fc", 1>, Neurons, Readout>;

template <class Net>
float readout_of(const sj::Parameters<Net>& parameters, const sj::Sample& sample) {
  sj::Workspace<Net> work;
  sj::NoPerturbation none;
  return sj::run(work, parameters, sample, none)[0];
}

}  // namespace

TEST_CASE("without a reset, a leaky neuron under constant current follows the geometric sum") {
  using Net = OneNeuron<sj::Leaky<"lif", sj::NoReset>, sj::MaxPotentialReadout>;
  sj::Parameters<Net> parameters;
  parameters.assign("fc.weight", std::vector<float>{1.0F});
  parameters.assign("lif.beta", std::vector<float>{0.5F});
  parameters.assign("lif.threshold", std::vector<float>{0.75F});
  for (std::size_t steps = 1; steps <= 20; ++steps)  // U[t] = 2 (1 - 2^-(t+1)), exact in float32
    CHECK(readout_of(parameters, constant_sample(steps, 1, 1.0F)) ==
          2.0F - std::ldexp(1.0F, 1 - static_cast<int>(steps)));
}

TEST_CASE("without decay, a leaky neuron with threshold 3 fires every third step under a current of 1") {
  using Net = OneNeuron<sj::Leaky<"lif">, sj::SpikeCountReadout>;
  sj::Parameters<Net> parameters;
  parameters.assign("fc.weight", std::vector<float>{1.0F});
  parameters.assign("lif.beta", std::vector<float>{1.0F});
  parameters.assign("lif.threshold", std::vector<float>{3.0F});
  // The potential passes 3 in step 3; the delayed reset takes 3 off one step later: 1 2 3 4* 2 3 4* 2 3 4*
  for (std::size_t steps = 1; steps <= 30; ++steps)
    CHECK(readout_of(parameters, constant_sample(steps, 1, 1.0F)) == static_cast<float>(steps / 3 - (steps % 3 == 0)));
}

TEST_CASE("a synaptic neuron under a single input sums two geometric series") {
  using Net = OneNeuron<sj::Synaptic<"lif", sj::NoReset>, sj::MaxPotentialReadout>;
  sj::Parameters<Net> parameters;
  parameters.assign("fc.weight", std::vector<float>{1.0F});
  parameters.assign("lif.alpha", std::vector<float>{0.5F});
  parameters.assign("lif.beta", std::vector<float>{1.0F});
  parameters.assign("lif.threshold", std::vector<float>{1.0F});
  for (std::size_t steps = 1; steps <= 20; ++steps) {  // s[t] = 2^-t, U[t] = 2 - 2^-t
    sj::Sample sample;
    sample.add(0, 1.0F);
    for (std::size_t t = 0; t < steps; ++t) sample.end_step();
    CHECK(readout_of(parameters, sample) == 2.0F - std::ldexp(1.0F, 1 - static_cast<int>(steps)));
  }
}

TEST_CASE("a Lapicque neuron with R = 1, C = 2 halves its distance to the input in each step") {
  using Net = OneNeuron<sj::Lapicque<"lif", sj::NoReset>, sj::MaxPotentialReadout>;
  sj::Parameters<Net> parameters;
  parameters.assign("fc.weight", std::vector<float>{1.0F});
  parameters.assign("lif.R", std::vector<float>{1.0F});
  parameters.assign("lif.C", std::vector<float>{2.0F});
  parameters.assign("lif.threshold", std::vector<float>{8.0F});
  for (std::size_t steps = 1; steps <= 20; ++steps)  // U[t] = 1 - 2^-(t+1)
    CHECK(readout_of(parameters, constant_sample(steps, 1, 1.0F)) == 1.0F - std::ldexp(1.0F, -static_cast<int>(steps)));
}

TEST_CASE("the largest potential may be negative, and a NaN stays") {
  using Net = OneNeuron<sj::Leaky<"lif">, sj::MaxPotentialReadout>;
  sj::Parameters<Net> parameters;
  parameters.assign("fc.weight", std::vector<float>{1.0F});
  parameters.assign("lif.beta", std::vector<float>{0.0F});
  parameters.assign("lif.threshold", std::vector<float>{1.0F});
  sj::Sample sample;
  for (const float value : {-3.0F, -2.0F, -5.0F}) {
    sample.add(0, value);
    sample.end_step();
  }
  CHECK(readout_of(parameters, sample) == -2.0F);

  sj::Sample with_nan;
  for (const std::uint32_t word : {0x3f800000u, 0xffc12345u, 0x40000000u}) {
    with_nan.add(0, sj::to_float(word));
    with_nan.end_step();
  }
  CHECK(sj::to_word(readout_of(parameters, with_nan)) == 0x7fc00000u);
}

TEST_CASE("a run does not depend on what the workspace was used for before") {
  using Net = sj::Network<sj::Input<3>, sj::Dense<"fc1", 18>, sj::Synaptic<"lif1">, sj::Dense<"fc2", 5>,
                          sj::Leaky<"lif2">, sj::MaxPotentialReadout>;
  sj::Parameters<Net> parameters;
  std::vector<float> weight(54);
  for (std::size_t w = 0; w < weight.size(); ++w) weight[w] = static_cast<float>(w % 7) * 0.2F - 0.3F;
  parameters.assign("fc1.weight", weight);
  weight.resize(90, 0.4F);
  parameters.assign("fc2.weight", weight);
  parameters.assign("lif1.alpha", std::vector<float>(18, 0.5F));
  parameters.assign("lif1.beta", std::vector<float>(18, 0.9F));
  parameters.assign("lif1.threshold", std::vector<float>(18, 0.7F));
  parameters.assign("lif2.beta", std::vector<float>(5, 0.8F));
  parameters.assign("lif2.threshold", std::vector<float>(5, 1.0F));

  sj::NoPerturbation none;
  sj::Workspace<Net> fresh;
  const auto expected = sj::run(fresh, parameters, constant_sample(12, 3, 1.0F), none);
  sj::Workspace<Net> used;
  sj::run(used, parameters, constant_sample(40, 3, std::numeric_limits<float>::infinity()), none);
  const auto found = sj::run(used, parameters, constant_sample(12, 3, 1.0F), none);
  CHECK(std::vector<float>(found.begin(), found.end()) == std::vector<float>(expected.begin(), expected.end()));
  CHECK(expected[0] != 0.0F);
}
