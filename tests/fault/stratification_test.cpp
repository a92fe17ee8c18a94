// SPDX-License-Identifier: MIT
#include <spikingjet/fault/stratification.hpp>

#include "catch.hpp"
#include "laws/every_policy.hpp"
#include "laws/stratification.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace sj = spikingjet;

namespace {

/// Flips, a stuck-at of one bit, and dead values, in every quantity of the network; some of them in every second one.
template <class Net>
sj::FaultSpace mixed_space(std::uint64_t windows = 1) {
  std::vector<sj::Stratum> strata;
  for (std::uint32_t q = 0; q < Net::quantities.size(); ++q) {
    strata.push_back({q, {}});
    for (std::int32_t bit = 0; bit < 32; ++bit)
      strata.back().choices.push_back({sj::describe_fault_type<sj::BitFlip>(), bit});
    if (q % 2 == 0) strata.back().choices.push_back({sj::describe_fault_type<sj::StuckAt<1>>(), 30});
    if (q % 3 != 0) strata.back().choices.push_back({sj::describe_fault_type<sj::Dead>()});
  }
  return {Net::quantities, strata, windows, windows == 1 ? &sj::Permanent::window : &sj::Transient::window};
}

/// Strata of one's own: a name for each fault type.
sj::Stratification by_type(const sj::FaultSpace& space) {
  return {space, "fault type",
          [](const sj::Quantity&, const sj::Choice& choice) { return std::string(choice.type.name); }};
}

std::vector<std::string> names_of(const sj::Stratification& stratification) {
  std::vector<std::string> names;
  for (const sj::SubSpace& stratum : stratification.strata()) names.push_back(stratum.name());
  return names;
}

}  // namespace

TEST_CASE("strata partition a fault space", "[law]") {
  for (const sj::FaultSpace& space :
       {mixed_space<laws::EveryRole>(), mixed_space<laws::EveryRole>(7),
        mixed_space<laws::EveryRole>().restricted([](const sj::Quantity& q) { return q.role == sj::Role::spike; },
                                                  [](const sj::Choice&) { return true; }),
        mixed_space<laws::EveryRole>(3).restricted([](const sj::Quantity&) { return true; },
                                                   [](const sj::Choice& c) { return c.bit == 30 || c.bit < 0; }),
        sj::FaultSpace(laws::NMnist::quantities, {})})
    for (const auto& divide : {sj::unstratified, sj::by_layer, sj::by_layer_and_bit, sj::by_quantity, by_type})
      laws::strata_partition_the_space(divide(space));
}

TEST_CASE("strata partition a large fault space", "[law]") {
  for (const auto& divide : {sj::unstratified, sj::by_layer, sj::by_layer_and_bit, sj::by_quantity, by_type})
    laws::strata_partition_a_large_space(divide(mixed_space<laws::NMnist>(100)), 31);
}

TEST_CASE("a layer is its name, parameters and states apart") {
  const sj::Stratification layers = sj::by_layer(mixed_space<laws::NMnist>());
  CHECK(names_of(layers) == std::vector<std::string>{"fc1", "lif1", "lif1 states", "fc2", "lif2", "lif2 states"});
  CHECK(layers.by() == "layer");
  CHECK(layers.find("lif3") == std::nullopt);
  // Every bit of every parameter and state of the published network.
  const auto flips = mixed_space<laws::NMnist>().restricted(
      [](const sj::Quantity&) { return true; }, [](const sj::Choice& choice) { return choice.type.name == "bitflip"; });
  CHECK(sj::by_layer(flips).populations() ==
        std::vector<std::uint64_t>{(578 * 20 + 20) * 32, 40 * 32, 40 * 32, (20 * 10 + 10) * 32, 20 * 32, 20 * 32});
  CHECK(sj::by_layer_and_bit(flips).strata().size() == 6 * 32);
  CHECK(sj::by_quantity(flips).strata().size() == laws::NMnist::quantities.size());
}

TEST_CASE("a stratum by layer and bit holds every fault type on that bit and nothing else") {
  const sj::FaultSpace space = mixed_space<laws::EveryRole>(2);
  const sj::Stratification strata = sj::by_layer_and_bit(space);
  const auto all_of = [&](const std::string& name) {
    const sj::SubSpace& stratum = strata.strata()[strata.find(name).value()];
    std::vector<sj::Fault> faults;
    for (std::uint64_t i = 0; i < stratum.size(); ++i) faults.push_back(space[stratum[i]]);
    return faults;
  };
  // fc1.weight (4, 3) has flips and stuck-ats of bit 30, fc1.bias (4) flips alone; two windows each.
  const auto bit_30 = all_of("fc1 bit 30");
  CHECK(bit_30.size() == (12 * 2 + 4) * 2);
  for (const sj::Fault& fault : bit_30) {
    CHECK(fault.bit == 30);
    CHECK(space.quantities()[fault.site.quantity].layer == sj::Name("fc1"));
  }
  CHECK(std::count_if(bit_30.begin(), bit_30.end(), [](const auto& f) { return f.type == "stuckat1"; }) == 24);
  for (const sj::Fault& fault : all_of("lif1 states no bit")) {
    CHECK(fault.type == "dead");
    CHECK(fault.site.storage != sj::Storage::parameter);
  }
}

TEST_CASE("a stratification is found by its name", "[law]") {
  const sj::FaultSpace space = mixed_space<laws::EveryRole>();
  for (const auto& divide : {sj::unstratified, sj::by_layer, sj::by_layer_and_bit, sj::by_quantity}) {
    const sj::Stratification strata = divide(space);
    const auto named = sj::stratification_named(strata.by(), space);
    REQUIRE(named.has_value());
    CHECK(names_of(*named) == names_of(strata));
    CHECK(named->populations() == strata.populations());
  }
  for (const char* other : {"", "layers", "Layer", "bit"})
    CHECK_FALSE(sj::stratification_named(other, space).has_value());
}

TEST_CASE("a stratum of 10^12 faults is indexed as one of ten") {
  static const std::vector<sj::Quantity> quantities{
      {.layer = "fc1", .field = "weight", .role = sj::Role::weight, .shape = {100000, 312500}}};
  std::vector<sj::Choice> choices;
  for (std::int32_t bit = 0; bit < 32; ++bit) choices.push_back({sj::describe_fault_type<sj::BitFlip>(), bit});
  const sj::Stratification strata = sj::by_layer_and_bit({quantities, {{0, choices}}});
  REQUIRE(strata.strata().size() == 32);
  const sj::SubSpace& top = strata.strata()[31];
  CHECK(top.size() == 31'250'000'000);
  CHECK(top[top.size() - 1] == 999'999'999'999);
  laws::strata_partition_a_large_space(strata, 32);
}
