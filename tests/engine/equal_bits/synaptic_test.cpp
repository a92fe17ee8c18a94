// SPDX-License-Identifier: MIT
#include "engine/equal_bits/static_networks.hpp"

namespace {

using namespace static_networks;

using Types = decltype(networks_of<Neurons<10, sj::Synaptic>, Neurons<11, sj::Synaptic, sj::ZeroReset>>());

}  // namespace

TEST_CASE("both engines give the same bits for synaptic neurons") {
  require_equal_bits(Types{}, 5'000'000, few_cases, Says::monotone_and_response);
}

TEST_CASE("both engines give the same bits for synaptic neurons, many times", "[.][slow]") {
  require_equal_bits(Types{}, 5'001'000, many_cases, Says::monotone_and_response);
}
