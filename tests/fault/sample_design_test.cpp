// SPDX-License-Identifier: MIT
#include <spikingjet/fault/sample_design.hpp>
#include <spikingjet/fault/sampling_method.hpp>

#include "catch.hpp"
#include "laws/every_policy.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace sj = spikingjet;

namespace {

/// Flips of some bits in every quantity of a network, in each of so many steps.
sj::FaultSpace flips(std::vector<std::int32_t> bits = {0, 23, 30, 31}, std::uint64_t windows = 1) {
  std::vector<sj::Stratum> strata;
  for (std::uint32_t q = 0; q < laws::EveryRole::quantities.size(); ++q) {
    strata.push_back({q, {}});
    for (const std::int32_t bit : bits) strata.back().choices.push_back({sj::describe_fault_type<sj::BitFlip>(), bit});
  }
  return {laws::EveryRole::quantities, strata, windows, windows == 1 ? &sj::Permanent::window : &sj::Transient::window};
}

/// A drawn list, and what its file says of it.
struct Drawn {
  std::vector<sj::Fault> faults;
  std::vector<sj::DrawnFault> draws;  // (faults)
  sj::ListOrigin origin;
};

Drawn drawn(const sj::FaultSpace& space, const std::string& name, std::uint64_t seed = 7) {
  const sj::SamplingMethod method = sj::SamplingMethod::named(name).value();
  const sj::Stratification strata = sj::stratification_named(method.by(), space).value();
  const sj::SamplingPlan plan = sj::plan_of(method, strata, {.margin = 0.1, .confidence = 0.95});
  const sj::StratifiedSample sample = sj::draw(strata, plan, seed);
  Drawn all;
  all.origin = {.method = name, .seed = seed, .population = sj::population_of(space), .about = {}, .by = plan.by};
  if (all.origin.is_stratified()) all.origin.strata = plan.strata;
  const sj::FaultList list = sample.faults();
  for (std::uint64_t i = 0; i < list.size(); ++i) all.faults.push_back(list[i]);
  all.draws.assign(sample.drawn().begin(), sample.drawn().end());
  return all;
}

}  // namespace

TEST_CASE("a list that was drawn and shuffled gets stratum and rank of each fault back", "[law]") {
  constexpr std::uint32_t seed = 11;
  INFO("seed " << seed);
  for (const std::uint64_t windows : {1u, 3u})
    for (const char* method : {"network-wise", "count:37", "layer-wise", "data-unaware", "data-aware", "stratified:300",
                               "iterative"}) {
      INFO(method << ", windows " << windows);
      const sj::FaultSpace space = flips({0, 23, 30, 31}, windows);
      Drawn all = drawn(space, method);
      std::vector<std::size_t> order(all.faults.size());
      for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
      std::shuffle(order.begin(), order.end(), std::mt19937(seed));
      std::vector<sj::Fault> shuffled;
      std::vector<sj::DrawnFault> expected;
      for (const std::size_t i : order) {
        shuffled.push_back(all.faults[i]);
        expected.push_back(all.draws[i]);
      }
      const auto design = sj::redrawn(sj::FaultList(shuffled), all.origin, space);
      REQUIRE(design.has_value());
      CHECK(design->draws == expected);
      std::uint64_t sum = 0;
      for (const sj::PlannedStratum& stratum : design->strata) sum += stratum.faults;
      CHECK(sum == shuffled.size());
      if (all.origin.is_stratified()) {
        CHECK(design->strata == all.origin.strata);
      } else {
        CHECK(design->strata == std::vector<sj::PlannedStratum>{{"all", space.size(), shuffled.size(), 0.5}});
      }
      std::vector<std::uint64_t> populations(design->strata.size());
      for (const sj::Way& way : design->ways) populations[way.stratum] += way.population;
      for (std::size_t h = 0; h < populations.size(); ++h) CHECK(populations[h] == design->strata[h].population);
    }
}

TEST_CASE("a list that was drawn beside a pilot is drawn again beside it", "[law]") {
  const sj::FaultSpace space = flips();
  const sj::Stratification strata = sj::stratification_named("layer", space).value();
  const sj::SamplingPlan plan = sj::plan_stratified(strata, 300);
  const sj::StratifiedSample sample = sj::draw(strata, plan, sj::draw_seed(7, "abc"));
  sj::ListOrigin origin{.method = plan.method, .seed = 7, .population = {}, .about = {}, .by = plan.by};
  origin.strata = plan.strata;
  CHECK(origin.pilot().empty());
  CHECK_FALSE(sj::redrawn(sample.faults(), origin, space).has_value());
  origin.about = {{"pilot", "p.sqlite"}, {std::string(sj::ListOrigin::pilot_key), "abc"}};
  CHECK(origin.pilot() == "abc");
  const auto design = sj::redrawn(sample.faults(), origin, space);
  REQUIRE(design.has_value());
  CHECK(design->draws == std::vector<sj::DrawnFault>(sample.drawn().begin(), sample.drawn().end()));
  origin.about.back().second = "abd";
  CHECK_FALSE(sj::redrawn(sample.faults(), origin, space).has_value());
}

TEST_CASE("what another draw gave, or another space, is not drawn again") {
  const sj::FaultSpace space = flips();
  const auto absent = [&](const Drawn& all, const sj::FaultSpace& of) {
    CHECK_FALSE(sj::redrawn(sj::FaultList(all.faults), all.origin, of).has_value());
  };
  for (const char* method : {"count:37", "layer-wise", "stratified:300"}) {
    INFO(method);
    Drawn changed = drawn(space, method);
    changed.origin.seed = 8;
    absent(changed, space);
    changed = drawn(space, method);
    changed.faults.pop_back();
    absent(changed, space);
    changed = drawn(space, method);
    changed.faults.back() = changed.faults.front();
    absent(changed, space);
    changed = drawn(space, method);
    absent(changed, flips({0, 22, 30, 31}));
    changed.origin.by = "somebody's wish";
    absent(changed, space);
  }
  Drawn layers = drawn(space, "layer-wise");
  layers.origin.by = "quantity";
  absent(layers, space);
  layers = drawn(space, "layer-wise");
  layers.origin.strata.clear();  // as where they were too many for a line
  absent(layers, space);
  layers = drawn(space, "layer-wise");
  std::swap(layers.origin.strata[0].faults, layers.origin.strata[1].faults);
  REQUIRE(layers.origin.strata[0].faults != layers.origin.strata[1].faults);
  absent(layers, space);
}

TEST_CASE("a whole space was not drawn: its design has no draws") {
  const sj::FaultSpace space = flips();
  const sj::ListOrigin origin{.method = "exhaustive", .population = sj::population_of(space), .about = {}};
  const auto design = sj::redrawn(sj::FaultList(space), origin, space);
  REQUIRE(design.has_value());
  CHECK(design->draws.empty());
  CHECK(design->strata == std::vector<sj::PlannedStratum>{{"all", space.size(), space.size(), 0.5}});
  CHECK_FALSE(sj::redrawn(sj::FaultList(space, {0, 1, 2}), origin, space).has_value());
}

TEST_CASE("the design of a simple sample knows the rate that its size was found with") {
  const sj::FaultSpace space = flips();
  const sj::FaultList list = sj::sample(space, 20, 1);
  const auto p_of = [&](const char* text) {
    return sj::redrawn(list, {.method = "network-wise", .population = {}, .about = {{"p", text}}}, space)->strata[0].p;
  };
  CHECK(p_of("0.125") == 0.125);
  CHECK(p_of("2") == 0.5);
  CHECK(p_of("none") == 0.5);
}
