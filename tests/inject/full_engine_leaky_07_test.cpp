// SPDX-License-Identifier: MIT
#include "static_networks.hpp"

namespace {

using namespace static_networks;

using Types =
    decltype(networks_of<Neurons<5, sj::Leaky, sj::Snntorch07>, Neurons<6, sj::Leaky, sj::Snntorch07, sj::ZeroReset>,
                         Neurons<8, sj::Leaky, sj::Snntorch07, sj::ImmediateReset>,
                         Neurons<9, sj::Leaky, sj::Snntorch07, sj::ZeroReset, sj::ImmediateReset>>());

}  // namespace

TEST_CASE("the full engine gives the reference's bits for leaky neurons in the order of snnTorch 0.7") {
  require_equal_to_reference(Types{}, 2000000, few_cases);
}

TEST_CASE("the full engine gives the reference's bits for leaky neurons in the order of snnTorch 0.7, many times",
          "[.][slow]") {
  require_equal_to_reference(Types{}, 2000000 + 500, many_cases);
}
