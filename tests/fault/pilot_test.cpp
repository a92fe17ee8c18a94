// SPDX-License-Identifier: MIT
#include <spikingjet/fault/list_origin.hpp>
#include <spikingjet/fault/pilot.hpp>

#include "catch.hpp"
#include "laws/every_policy.hpp"

#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

namespace sj = spikingjet;

namespace {

sj::FaultSpace flips(std::vector<std::int32_t> bits = {0, 30, 31}) {
  std::vector<sj::Stratum> strata;
  for (std::uint32_t q = 0; q < laws::EveryRole::quantities.size(); ++q) {
    strata.push_back({q, {}});
    for (const std::int32_t bit : bits) strata.back().choices.push_back({sj::describe_fault_type<sj::BitFlip>(), bit});
  }
  return {laws::EveryRole::quantities, strata};
}

}  // namespace

TEST_CASE("a pilot's rate and deviation are those of its faults and two more, 0 and 1") {
  sj::PilotRate rate;
  CHECK(rate.rate() == 0.5);
  CHECK(rate.deviation() == 0.5);
  for (const double share : {0.0, 0.25, 0.0, 1.0}) rate.add(share);
  CHECK(rate.faults() == 4);
  CHECK(rate.rate() == Approx(2.25 / 6).epsilon(1e-15));  // 0, .25, 0, 1, 0, 1
  CHECK(rate.deviation() == Approx(std::sqrt((1 + 0.0625 + 1) / 6 - 2.25 * 2.25 / 36)).epsilon(1e-14));
  for (const double wrong : {-0.01, 1.01, std::nan("")}) CHECK_THROWS_AS(rate.add(wrong), sj::BadProportion);
}

TEST_CASE("a pilot without harm does not promise that there is none", "[law]") {
  for (const double share : {0.0, 1.0}) {
    sj::PilotRate rate;
    double last = 0.5;
    for (int i = 1; i <= 2000; ++i) {
      rate.add(share);
      CHECK(rate.rate() > 0);
      CHECK(rate.rate() < 1);
      if (!(rate.deviation() > 0 && rate.deviation() <= last)) FAIL(i << " faults");
      last = rate.deviation();
    }
    CHECK(last < 0.023);  // sqrt(1 / 2002)
  }
}

TEST_CASE("a pilot counts each fault in its stratum") {
  const sj::FaultSpace space = flips();
  const sj::Stratification strata = sj::by_layer_and_bit(space);
  sj::Pilot pilot(strata);
  for (std::uint64_t i = 0; i < space.size(); ++i) pilot.add(space[i], space[i].bit == 30 ? 1 : 0);
  CHECK(pilot.faults() == strata.populations());
  for (std::size_t h = 0; h < pilot.rates().size(); ++h) {
    const auto n = double(strata.strata()[h].size());
    CHECK(pilot.rates()[h].rate() == (strata.strata()[h].name().ends_with("bit 30") ? (n + 1) / (n + 2) : 1 / (n + 2)));
  }
}

TEST_CASE("a pilot of another space is refused") {
  const sj::FaultSpace space = flips();
  const sj::Stratification strata = sj::by_layer(space);
  sj::Pilot pilot(strata);
  sj::Fault other = space[0];
  other.bit = 5;
  const std::string cure =
      "; take a pilot of this network with the same targets, bits, fault types, persistence and steps";
  try {
    pilot.add(other, 0);
    FAIL("not refused");
  } catch (const sj::ForeignPilot& refused) {
    CHECK(refused.exit_status() == 2);
    CHECK(refused.what() ==
          "spikingjet: the pilot is of another fault space: it has a fault in 'fc1.weight' that is none of the faults "
          "here" +
              cure);
  }
  other.site.quantity = 99;
  CHECK_THROWS_AS(pilot.add(other, 0), sj::ForeignPilot);

  CHECK_NOTHROW(sj::require_pilot_of(space, sj::population_of(space)));
  try {
    sj::require_pilot_of(space, sj::population_of(flips({0, 31})));
    FAIL("not refused");
  } catch (const sj::ForeignPilot& refused) {
    CHECK(refused.what() ==
          "spikingjet: the pilot is of another fault space: it has 24 faults in 'fc1.weight', this one 36" + cure);
  }
  CHECK_THROWS_WITH(
      sj::require_pilot_of(space, std::vector<std::uint64_t>{1, 2}),
      "spikingjet: the pilot is of another fault space: its network has 2 quantities, this one 21" + cure);
}
