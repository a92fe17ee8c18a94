// SPDX-License-Identifier: MIT
#include <spikingjet/analysis/injections.hpp>

#include "catch.hpp"
#include "store/fixture.hpp"

#include <vector>

using namespace spikingjet;

TEST_CASE("the margin of a readout is the gap between its two largest values, wherever they stand") {
  CHECK(golden_margin(std::vector<float>{}) == 0);
  CHECK(golden_margin(std::vector<float>{3}) == 0);
  CHECK(golden_margin(std::vector<float>{1, 4}) == 3);
  CHECK(golden_margin(std::vector<float>{4, 1, 2}) == 2);
  CHECK(golden_margin(std::vector<float>{-1, -4, -2}) == 1);
  CHECK(golden_margin(std::vector<float>{5, 1, 5, 2}) == 0);
}

TEST_CASE("the golden run is read by sample, and one with a gap or without samples is damage") {
  const TemporaryFolder folder;
  Store store = Store::create(folder / "a.sqlite", {}, two_quantities());
  CHECK_THROWS_AS(golden_samples(store), DamagedStore);
  store.append_golden(std::vector<GoldenSample>{{0, 1, 1, {0, 2}}, {1, std::nullopt, 0, {3, 1}}});
  REQUIRE(golden_samples(store).size() == 2);
  CHECK(golden_samples(store)[1].readout == std::vector<float>{3, 1});
  store.append_golden(std::vector<GoldenSample>{{3, 1, 1, {0, 2}}});
  CHECK_THROWS_AS(golden_samples(store), DamagedStore);
}

TEST_CASE("a store without outcomes of injections says how to get them") {
  const TemporaryFolder folder;
  const Store store = Store::create(folder / "a.sqlite", {}, two_quantities());
  CHECK(contains(sentence_of<InjectionsMissing>([&] { require_injections(store); }), "run it again with '--outcomes'"));
}
