// SPDX-License-Identifier: MIT
#include "static_networks.hpp"

namespace {

using namespace static_networks;

using Types =
    decltype(networks_of<Neurons<10, sj::Synaptic>, Neurons<11, sj::Synaptic, sj::ZeroReset>,
                         Neurons<12, sj::Synaptic, sj::NoReset>, Neurons<13, sj::Synaptic, sj::ImmediateReset>,
                         Neurons<14, sj::Synaptic, sj::ZeroReset, sj::ImmediateReset>>());

}  // namespace

TEST_CASE("the full engine gives the reference's bits for synaptic neurons") {
  require_equal_to_reference(Types{}, 3000000, few_cases);
}

TEST_CASE("the full engine gives the reference's bits for synaptic neurons, many times", "[.][slow]") {
  require_equal_to_reference(Types{}, 3000000 + 500, many_cases);
}
