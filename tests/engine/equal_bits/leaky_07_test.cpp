// SPDX-License-Identifier: MIT
#include "engine/equal_bits/static_networks.hpp"

namespace {

using namespace static_networks;

using Types = decltype(networks_of<Neurons<5, sj::Leaky, sj::Snntorch07>,
                                   Neurons<6, sj::Leaky, sj::Snntorch07, sj::ZeroReset>>());

}  // namespace

TEST_CASE("both engines give the same bits for leaky neurons in the order of snnTorch 0.7") {
  require_equal_bits(Types{}, 3'000'000, few_cases, Says::monotone_and_response);
}

TEST_CASE("both engines give the same bits for leaky neurons in the order of snnTorch 0.7, many times", "[.][slow]") {
  require_equal_bits(Types{}, 3'001'000, many_cases, Says::monotone_and_response);
}
