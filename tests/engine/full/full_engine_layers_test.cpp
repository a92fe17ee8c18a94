// SPDX-License-Identifier: MIT

// The engine 'full' against the equations: lateral weights, convolution, pooling, recurrent neurons, and each neuron
// model that has no other such test.

#include <spikingjet/engine/full/full_engine.hpp>
#include <spikingjet/fault/bit_flip.hpp>
#include <spikingjet/fault/fault_list.hpp>
#include <spikingjet/inject/injector.hpp>
#include <spikingjet/model.hpp>

#include "catch.hpp"
#include "engine/equal_bits/random_cases.hpp"

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <vector>

namespace {

namespace sj = spikingjet;
using sj::Conv2d;
using sj::Dense;
using sj::Kernel;
using sj::Leaky;
using sj::Padding;
using sj::Stride;

/// What random networks, samples and faults of one network type came to.
struct Seen {
  std::size_t injections = 0;
  std::size_t changed = 0;     // readouts
  std::size_t not_finite = 0;  // readouts
};

/// Compares golden and faulty readouts, by all their bits, with those of the equations.
template <class Net>
void follows_the_equations(std::uint64_t first_seed, std::size_t networks) {
  using Injector = sj::Injector<Net, sj::BitFlip, sj::AnyBit, sj::target::Any>;
  constexpr std::size_t faults_each = 40;
  constexpr std::size_t most_steps = 30;
  const auto same = [](std::span<const float> a, std::span<const float> b) {
    return std::memcmp(a.data(), b.data(), a.size_bytes()) == 0;
  };
  Seen seen;
  for (std::uint64_t seed = first_seed; seed < first_seed + networks; ++seed) {
    random_cases::Random random(seed);
    const reference::Network network = random_cases::random_network(random_cases::shape_of<Net>(), random);
    auto input = random_cases::random_input(Net::input.size(), random);
    if (input.size() > most_steps) input.resize(most_steps);
    sj::Dataset dataset;
    dataset.shape = Net::input;
    dataset.samples.push_back(random_cases::sample_of(input));
    std::vector<sj::Fault> faults;
    for (std::size_t f = 0; f < faults_each; ++f) faults.push_back(random_cases::random_fault(Net::quantities, random));

    sj::FullEngine<Injector> engine(random_cases::parameters_of<Net>(network));
    const std::vector<float> golden = engine.golden(sj::SampleRange(dataset));
    const std::vector<float> expected_golden = reference::run(network, input);
    if (!same(golden, expected_golden))
      FAIL("seed " << seed << ", golden: " << random_cases::text_of(golden) << "for "
                   << random_cases::text_of(expected_golden));
    const std::vector<float> all = sj::readouts_of(engine, faults, sj::SampleRange(dataset));
    for (std::size_t f = 0; f < faults.size(); ++f) {
      const auto found = std::span(all).subspan(f * Net::classes, Net::classes);
      const auto expected = reference::run(network, input, random_cases::reference_fault(faults[f], Net::quantities));
      if (!same(found, expected))
        FAIL("seed " << seed << ", " << random_cases::text_of(faults[f], Net::quantities) << ": "
                     << random_cases::text_of(found) << "for " << random_cases::text_of(expected));
      ++seen.injections;
      seen.changed += !same(expected, expected_golden);
      for (const float value : expected)
        if (!reference::finite(value)) {
          ++seen.not_finite;
          break;
        }
    }
  }
  CHECK(seen.injections == networks * faults_each);
  CHECK(seen.changed * 12 > seen.injections);
}

}  // namespace

TEST_CASE("full engine: lateral weights, dense, with bias and without") {
  follows_the_equations<sj::Network<sj::Input<5>, Dense<"fc1", 7>, sj::Synaptic<"lif1", sj::Lateral<"fb1">>,
                                    Dense<"fc2", 3>, sj::Synaptic<"lif2", sj::Lateral<"fb2", sj::NoBias>>,
                                    sj::MaxPotentialReadout>>(1000, 60);
}

TEST_CASE("full engine: lateral weights on the own spike, shared in each way, where zeros are skipped") {
  using sj::Sharing;
  follows_the_equations<
      sj::Network<sj::Input<2, 3, 3>, Conv2d<"conv1", 2, Kernel<2>>,
                  Leaky<"lif1", sj::ZeroReset, sj::Lateral<"fb1", sj::OneToOne>>, Conv2d<"conv2", 2, Kernel<1>>,
                  Leaky<"lif2", sj::Lateral<"fb2", sj::Shared<"weight", Sharing::per_channel>, sj::OneToOne>>,
                  sj::OnZeroInput<sj::ZeroInput::skip>, Dense<"fc1", 3>,
                  Leaky<"lif3", sj::Lateral<"fb3", sj::OneToOne, sj::Shared<"weight", Sharing::per_layer>>>,
                  sj::SpikeCountReadout>>(2000, 60);
}

TEST_CASE("full engine: a lateral convolution") {
  follows_the_equations<sj::Network<sj::Input<1, 5, 5>, Conv2d<"conv1", 2, Kernel<3>>,
                                    Leaky<"lif1", sj::Lateral<"fb1", sj::SameConv2d<3, 1>>>, Dense<"fc1", 4>,
                                    Leaky<"lif2">, sj::SpikeCountReadout>>(3000, 60);
}

TEST_CASE("full engine: convolution with stride and padding, pooling behind it, constants shared by channel") {
  follows_the_equations<
      sj::Network<sj::Input<2, 9, 8>, Conv2d<"conv1", 3, Kernel<3>>, sj::MaxPool2d<2>, Leaky<"lif1">,
                  Conv2d<"conv2", 5, Kernel<2, 3>, Stride<2, 1>, Padding<1>>,
                  Leaky<"lif2", sj::Shared<"threshold", sj::Sharing::per_channel>>, sj::Flatten, Dense<"fc1", 4>,
                  Leaky<"lif3">, sj::SpikeCountReadout>>(4000, 60);
}

TEST_CASE(
    "full engine: groups, dilation and every pooling, before and behind a convolution, on the input and on spikes") {
  follows_the_equations<
      sj::Network<sj::Input<4, 7, 7>, sj::AvgPool2d<2>,
                  Conv2d<"conv1", 6, Kernel<2>, sj::Groups<2>, sj::Dilation<2>, Padding<1>, sj::NoBias>,
                  sj::SumPool2d<2, Stride<1>>, Leaky<"lif1", sj::ZeroReset>, sj::MaxPool2d<2, Stride<1>, Padding<1>>,
                  Leaky<"lif2">, Dense<"fc1", 4>, sj::Synaptic<"lif3">, sj::SpikeCountReadout>>(5000, 60);
}

TEST_CASE("full engine: depthwise convolution where zeros are skipped, two poolings in a row") {
  follows_the_equations<
      sj::Network<sj::Input<3, 6, 6>, sj::OnZeroInput<sj::ZeroInput::skip>,
                  Conv2d<"conv1", 3, Kernel<3>, Padding<1>, sj::Groups<3>>, sj::MaxPool2d<sj::Extent2d{2, 1}>,
                  sj::AvgPool2d<3, Stride<1>, Padding<1>>, Leaky<"lif1", sj::Shared<"beta", sj::Sharing::per_neuron>>,
                  Dense<"fc1", 3>, Leaky<"lif2">, sj::MaxPotentialReadout>>(6000, 60);
}

TEST_CASE("full engine: recurrent leaky neurons, each way of feeding back") {
  follows_the_equations<sj::Network<sj::Input<2, 4, 4>, Conv2d<"conv1", 3, Kernel<2>>,
                                    sj::RLeaky<"lif1", sj::SameConv2d<3>, sj::ZeroReset>, Dense<"fc1", 6>,
                                    sj::RLeaky<"lif2", sj::ImmediateReset, sj::Shared<"beta", sj::Sharing::per_layer>>,
                                    Dense<"fc2", 3>, sj::RLeaky<"lif3", sj::OneToOne>, sj::SpikeCountReadout>>(7000,
                                                                                                               60);
  follows_the_equations<
      sj::Network<sj::Input<6>, Dense<"fc1", 5>, sj::RLeaky<"lif1", sj::ZeroReset, sj::ImmediateReset>, Dense<"fc2", 3>,
                  sj::RLeaky<"lif2", sj::NoReset, sj::NoBias>, sj::MaxPotentialReadout>>(7500, 40);
}

TEST_CASE("full engine: recurrent synaptic neurons, each reset") {
  follows_the_equations<
      sj::Network<sj::Input<6>, Dense<"fc1", 5>,
                  sj::RSynaptic<"lif1", sj::OneToOne, sj::Shared<"V", sj::Sharing::per_layer>>, Dense<"fc2", 4>,
                  sj::RSynaptic<"lif2", sj::ZeroReset>, Dense<"fc3", 3>, sj::RSynaptic<"lif3", sj::NoReset, sj::NoBias>,
                  sj::MaxPotentialReadout>>(8000, 60);
}

TEST_CASE("full engine: alpha neurons, each reset, one with lateral weights") {
  follows_the_equations<sj::Network<sj::Input<6>, Dense<"fc1", 5>, sj::Alpha<"lif1">, Dense<"fc2", 4>,
                                    sj::Alpha<"lif2", sj::SubtractReset, sj::Lateral<"fb2">>, Dense<"fc3", 3>,
                                    sj::Alpha<"lif3", sj::NoReset>, sj::SpikeCountReadout>>(9000, 80);
}

TEST_CASE("full engine: spike response neurons, one layer with lateral weights") {
  follows_the_equations<
      sj::Network<sj::Input<6>, Dense<"fc1", 5, sj::NoBias>, sj::Srm<"srm1">, Dense<"fc2", 4, sj::NoBias>,
                  sj::Srm<"srm2", sj::Lateral<"fb2">>, Dense<"fc3", 3>,
                  sj::Srm<"srm3", sj::Shared<"gain", sj::Sharing::per_layer>>, sj::MaxPotentialReadout>>(10000, 80);
}
