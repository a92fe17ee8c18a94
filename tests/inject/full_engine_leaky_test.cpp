// SPDX-License-Identifier: MIT
#include "static_networks.hpp"

namespace {

using namespace static_networks;

using Types = decltype(networks_of<Neurons<0, sj::Leaky>, Neurons<1, sj::Leaky, sj::ZeroReset>,
                                   Neurons<2, sj::Leaky, sj::NoReset>, Neurons<3, sj::Leaky, sj::ImmediateReset>,
                                   Neurons<4, sj::Leaky, sj::ZeroReset, sj::ImmediateReset>>());

}  // namespace

TEST_CASE("the full engine gives the reference's bits for leaky neurons") {
  require_equal_to_reference(Types{}, 1000000, few_cases);
}

TEST_CASE("the full engine gives the reference's bits for leaky neurons, many times", "[.][slow]") {
  require_equal_to_reference(Types{}, 1000000 + 500, many_cases);
}
