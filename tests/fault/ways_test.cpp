// SPDX-License-Identifier: MIT
#include <spikingjet/fault/ways.hpp>

#include "catch.hpp"
#include "laws/every_policy.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <tuple>
#include <vector>

namespace sj = spikingjet;

namespace {

/// Flips and a stuck-at of two bits in each quantity, and dead values in every second one.
sj::FaultSpace mixed_space(std::uint64_t windows) {
  std::vector<sj::Stratum> strata;
  for (std::uint32_t q = 0; q < laws::EveryRole::quantities.size(); ++q) {
    strata.push_back({q,
                      {{sj::describe_fault_type<sj::BitFlip>(), 3},
                       {sj::describe_fault_type<sj::BitFlip>(), 30},
                       {sj::describe_fault_type<sj::StuckAt<1>>(), 30}}});
    if (q % 2 == 0) strata.back().choices.push_back({sj::describe_fault_type<sj::Dead>()});
  }
  return {laws::EveryRole::quantities, strata, windows, windows == 1 ? &sj::Permanent::window : &sj::Transient::window};
}

}  // namespace

TEST_CASE("the ways of a fault space count its faults, one by one", "[law]") {
  for (const std::uint64_t windows : {1u, 5u})
    for (const auto& divide : {sj::unstratified, sj::by_layer, sj::by_layer_and_bit, sj::by_quantity}) {
      const sj::FaultSpace space = mixed_space(windows);
      const sj::Stratification strata = divide(space);
      INFO("by " << strata.by() << ", windows " << windows);
      std::map<std::tuple<std::uint32_t, std::string, std::int32_t, std::size_t>, std::uint64_t> counted;
      for (std::uint64_t i = 0; i < space.size(); ++i) {
        const sj::Fault fault = space[i];
        ++counted[{fault.site.quantity, std::string(fault.type), fault.bit, strata.place_of(i).stratum}];
      }
      const std::vector<sj::Way> ways = sj::ways_of(strata);
      CHECK(ways.size() == counted.size());
      std::vector<std::uint64_t> populations(strata.strata().size());
      for (const sj::Way& way : ways) {
        CHECK(counted[{way.quantity, std::string(way.choice.type.name), way.choice.bit, way.stratum}] ==
              way.population);
        populations[way.stratum] += way.population;
      }
      CHECK(populations == strata.populations());
    }
}

TEST_CASE("an empty space has no ways, and the ways of a huge one cost nothing") {
  CHECK(sj::ways_of(sj::unstratified(sj::FaultSpace(laws::NMnist::quantities, {}))).empty());
  static const std::vector<sj::Quantity> quantities{
      {.layer = "fc1", .field = "weight", .role = sj::Role::weight, .shape = {100000, 312500}}};
  const sj::FaultSpace space(quantities, {{0, {{sj::describe_fault_type<sj::BitFlip>(), 7}}}});
  const std::vector<sj::Way> ways = sj::ways_of(sj::by_layer(space));
  REQUIRE(ways.size() == 1);
  CHECK(ways[0] == sj::Way{0, {sj::describe_fault_type<sj::BitFlip>(), 7}, 31'250'000'000, 0});
}
