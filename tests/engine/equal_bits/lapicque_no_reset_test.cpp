// SPDX-License-Identifier: MIT
#include "engine/equal_bits/static_networks.hpp"

namespace {

using namespace static_networks;

using Types = decltype(networks_of<Neurons<17, sj::Lapicque, sj::NoReset>>());

}  // namespace

TEST_CASE("both engines give the same bits for Lapicque neurons that are never reset") {
  require_equal_bits(Types{}, 10'000'000, few_cases, Says::monotone);
}

TEST_CASE("both engines give the same bits for Lapicque neurons that are never reset, many times", "[.][slow]") {
  require_equal_bits(Types{}, 10'001'000, many_cases, Says::monotone);
}
