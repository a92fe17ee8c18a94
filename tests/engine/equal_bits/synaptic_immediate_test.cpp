// SPDX-License-Identifier: MIT
#include "engine/equal_bits/static_networks.hpp"

namespace {

using namespace static_networks;

using Types = decltype(networks_of<Neurons<13, sj::Synaptic, sj::ImmediateReset>,
                                   Neurons<14, sj::Synaptic, sj::ZeroReset, sj::ImmediateReset>>());

}  // namespace

TEST_CASE("both engines give the same bits for synaptic neurons that are reset at once") {
  require_equal_bits(Types{}, 6'000'000, few_cases, Says::nothing);
}

TEST_CASE("both engines give the same bits for synaptic neurons that are reset at once, many times", "[.][slow]") {
  require_equal_bits(Types{}, 6'001'000, many_cases, Says::nothing);
}
