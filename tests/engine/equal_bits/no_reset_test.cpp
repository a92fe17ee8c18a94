// SPDX-License-Identifier: MIT
#include "engine/equal_bits/static_networks.hpp"

namespace {

using namespace static_networks;

using Types = decltype(networks_of<Neurons<2, sj::Leaky, sj::NoReset>, Neurons<12, sj::Synaptic, sj::NoReset>>());

}  // namespace

TEST_CASE("both engines give the same bits for leaky and synaptic neurons that are never reset") {
  require_equal_bits(Types{}, 8'000'000, few_cases, Says::monotone_and_response);
}

TEST_CASE("both engines give the same bits for leaky and synaptic neurons that are never reset, many times",
          "[.][slow]") {
  require_equal_bits(Types{}, 8'001'000, many_cases, Says::monotone_and_response);
}
