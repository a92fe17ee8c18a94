// SPDX-License-Identifier: MIT
#include "engine/equal_bits/static_networks.hpp"

namespace {

using namespace static_networks;

using Types = decltype(networks_of<Neurons<15, sj::Lapicque>, Neurons<16, sj::Lapicque, sj::ZeroReset>>());

}  // namespace

TEST_CASE("both engines give the same bits for Lapicque neurons") {
  require_equal_bits(Types{}, 7'000'000, few_cases, Says::monotone);
}

TEST_CASE("both engines give the same bits for Lapicque neurons, many times", "[.][slow]") {
  require_equal_bits(Types{}, 7'001'000, many_cases, Says::monotone);
}
