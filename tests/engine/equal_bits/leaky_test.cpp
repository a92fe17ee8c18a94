// SPDX-License-Identifier: MIT
#include "engine/equal_bits/static_networks.hpp"

namespace {

using namespace static_networks;

using Types = decltype(networks_of<Neurons<0, sj::Leaky>, Neurons<1, sj::Leaky, sj::ZeroReset>>());

}  // namespace

TEST_CASE("both engines give the same bits for leaky neurons") {
  require_equal_bits(Types{}, 1'000'000, few_cases, Says::monotone_and_response);
}

TEST_CASE("both engines give the same bits for leaky neurons, many times", "[.][slow]") {
  require_equal_bits(Types{}, 1'001'000, many_cases, Says::monotone_and_response);
}
