// SPDX-License-Identifier: MIT
#include "engine/equal_bits/static_networks.hpp"

namespace {

using namespace static_networks;

using Types = decltype(networks_of<Neurons<8, sj::Leaky, sj::Snntorch07, sj::ImmediateReset>,
                                   Neurons<9, sj::Leaky, sj::Snntorch07, sj::ZeroReset, sj::ImmediateReset>>());

}  // namespace

TEST_CASE("both engines give the same bits for leaky neurons in the order of snnTorch 0.7 that are reset at once") {
  require_equal_bits(Types{}, 4'000'000, few_cases, Says::nothing);
}

TEST_CASE(
    "both engines give the same bits for leaky neurons in the order of snnTorch 0.7 that are reset at once, many times",
    "[.][slow]") {
  require_equal_bits(Types{}, 4'001'000, many_cases, Says::nothing);
}
