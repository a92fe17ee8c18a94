// SPDX-License-Identifier: MIT
#include "engine/equal_bits/static_networks.hpp"

namespace {

using namespace static_networks;

// Inner layers of more than 64 inputs, and neuron models that differ from layer to layer.
constexpr auto wide = hana::tuple_t<
    Numbered<0, sj::Network<sj::Input<9>, sj::Dense<"fc1", 97>, sj::Leaky<"lif1", sj::ZeroReset>, sj::Dense<"fc2", 7>,
                            sj::Synaptic<"lif2">, sj::SpikeCountReadout>>,
    Numbered<1, sj::Network<sj::Input<5, 2, 1>, sj::Dense<"a", 65, sj::NoBias>, sj::Synaptic<"b", sj::ImmediateReset>,
                            sj::Dense<"c", 130>, sj::Lapicque<"d">, sj::Dense<"e", 3>,
                            sj::Leaky<"f", sj::Snntorch07, sj::Shared<"beta", sj::Sharing::per_layer>>,
                            sj::MaxPotentialReadout>>,
    Numbered<2, sj::Network<sj::Input<70>, sj::OnZeroInput<sj::ZeroInput::skip>, sj::Dense<"fc1", 71>,
                            sj::Lapicque<"lif1", sj::NoReset>, sj::Dense<"fc2", 11>,
                            sj::Leaky<"lif2", sj::ImmediateReset>, sj::SpikeCountReadout>>>;

}  // namespace

TEST_CASE("both engines give the same bits for wide layers and mixed neuron models") {
  require_equal_bits(wide, 9'000'000, few_cases, Says::monotone_and_response);
}

TEST_CASE("both engines give the same bits for wide layers and mixed neuron models, many times", "[.][slow]") {
  require_equal_bits(wide, 9'001'000, many_cases, Says::monotone_and_response);
}
