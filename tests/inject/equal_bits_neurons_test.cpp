// SPDX-License-Identifier: MIT
#include <spikingjet/model/alpha.hpp>
#include <spikingjet/model/conv2d.hpp>
#include <spikingjet/model/lateral.hpp>
#include <spikingjet/model/pool2d.hpp>
#include <spikingjet/model/rleaky.hpp>
#include <spikingjet/model/rsynaptic.hpp>
#include <spikingjet/model/srm.hpp>

#include "static_networks.hpp"

namespace {

using namespace static_networks;

// Alpha, recurrent and spike response neurons: each reset, each way of feeding back, lateral weights, convolution.
constexpr auto neurons = hana::tuple_t<
    Numbered<0, sj::Network<sj::Input<6>, sj::Dense<"fc1", 9>, sj::Alpha<"lif1">, sj::Dense<"fc2", 4>, sj::Alpha<"lif2", sj::SubtractReset>,
                            sj::SpikeCountReadout>>,
    Numbered<1, sj::Network<sj::Input<5>, sj::Dense<"fc1", 7>, sj::Alpha<"lif1", sj::NoReset, sj::Lateral<"fb1">>, sj::Dense<"fc2", 3>,
                            sj::Alpha<"lif2", sj::Shared<"alpha", sj::Sharing::per_layer>>, sj::MaxPotentialReadout>>,
    Numbered<2, sj::Network<sj::Input<6>, sj::Dense<"fc1", 17, sj::NoBias>, sj::Srm<"srm1">, sj::Dense<"fc2", 4, sj::NoBias>, sj::Srm<"srm2">,
                            sj::SpikeCountReadout>>,
    Numbered<3, sj::Network<sj::Input<2, 5, 5>, sj::Conv2d<"conv1", 3, sj::Kernel<2>>, sj::SumPool2d<2>,
                            sj::Srm<"srm1", sj::Shared<"gain", sj::Sharing::per_layer>>, sj::Dense<"fc1", 5>, sj::Srm<"srm2", sj::Lateral<"fb2">>,
                            sj::MaxPotentialReadout>>,
    Numbered<4, sj::Network<sj::Input<6>, sj::Dense<"fc1", 7>, sj::RLeaky<"lif1">, sj::Dense<"fc2", 3>,
                            sj::RLeaky<"lif2", sj::OneToOne, sj::ZeroReset>, sj::SpikeCountReadout>>,
    Numbered<5, sj::Network<sj::Input<2, 4, 4>, sj::Conv2d<"conv1", 3, sj::Kernel<2>>,
                            sj::RLeaky<"lif1", sj::SameConv2d<3>, sj::ImmediateReset>, sj::Dense<"fc1", 4>, sj::Leaky<"lif2">,
                            sj::SpikeCountReadout>>,
    Numbered<6, sj::Network<sj::Input<5>, sj::Dense<"fc1", 5>, sj::RSynaptic<"lif1", sj::NoBias>, sj::Dense<"fc2", 18>,
                            sj::RSynaptic<"lif2", sj::OneToOne, sj::Shared<"V", sj::Sharing::per_layer>, sj::NoReset>, sj::Dense<"fc3", 3>,
                            sj::RSynaptic<"lif3", sj::ZeroReset>, sj::MaxPotentialReadout>>>;

/// What these networks must have met, whatever the draw.
void require_equal_neurons(std::uint64_t seed, std::size_t cases) {
  equal_bits::Coverage coverage;
  for (const equal_bits::Subject& subject : subjects(neurons))
    coverage += equal_bits::compare(subject, seeds_of_program + seed + 10'000 * coverage.networks, cases, {});
  std::string decisions;
  for (std::size_t d = 0; d < sj::decision_count; ++d)
    decisions += (d ? ", " : "") + std::to_string(coverage.decisions[sj::Decision(d)]) + " " + std::string(sj::decision_name(sj::Decision(d)));
  WARN(coverage.networks << " network types, " << coverage.injections << " injections with equal bits, " << coverage.changed
                         << " changed the readout, " << coverage.referenced << " on the reference; decided: " << decisions);
  CHECK(coverage.injections > 150 * cases * coverage.networks);
  CHECK(coverage.changed > coverage.injections / 20);
  CHECK(coverage.referenced > coverage.injections / 40);
  for (const sj::Decision decision : {sj::Decision::silent, sj::Decision::unchanged, sj::Decision::merged, sj::Decision::carried, sj::Decision::replayed}) {
    INFO(sj::decision_name(decision));
    CHECK(coverage.decisions[decision] > cases);
  }
}

}  // namespace

TEST_CASE("both engines give the same bits with alpha, recurrent and spike response neurons") {
  require_equal_neurons(12'000'000, few_cases);
}

TEST_CASE("both engines give the same bits with alpha, recurrent and spike response neurons, many times", "[.][slow]") {
  require_equal_neurons(12'001'000, many_cases);
}
