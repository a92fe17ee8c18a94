// SPDX-License-Identifier: MIT
#include "static_networks.hpp"

namespace {

using namespace static_networks;

using Types = decltype(networks_of<Neurons<15, sj::Lapicque>, Neurons<16, sj::Lapicque, sj::ZeroReset>,
                                   Neurons<17, sj::Lapicque, sj::NoReset>>());

}  // namespace

TEST_CASE("the full engine gives the reference's bits for Lapicque neurons") {
  require_equal_to_reference(Types{}, 4000000, few_cases);
}

TEST_CASE("the full engine gives the reference's bits for Lapicque neurons, many times", "[.][slow]") {
  require_equal_to_reference(Types{}, 4000000 + 500, many_cases);
}
