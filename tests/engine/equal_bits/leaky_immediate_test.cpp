// SPDX-License-Identifier: MIT
#include "engine/equal_bits/static_networks.hpp"

namespace {

using namespace static_networks;

using Types = decltype(networks_of<Neurons<3, sj::Leaky, sj::ImmediateReset>,
                                   Neurons<4, sj::Leaky, sj::ZeroReset, sj::ImmediateReset>>());

}  // namespace

TEST_CASE("both engines give the same bits for leaky neurons that are reset at once") {
  require_equal_bits(Types{}, 2'000'000, few_cases, Says::nothing);
}

TEST_CASE("both engines give the same bits for leaky neurons that are reset at once, many times", "[.][slow]") {
  require_equal_bits(Types{}, 2'001'000, many_cases, Says::nothing);
}
