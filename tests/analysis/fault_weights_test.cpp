// SPDX-License-Identifier: MIT
#include <spikingjet/analysis/fault_weights.hpp>

#include "catch.hpp"
#include "store/fixture.hpp"

#include <cstdint>
#include <string>
#include <vector>

using namespace spikingjet;

namespace {

/// Faults of two strata of 6 and 4, of which three and one are finished; the last one is of stratum `last`.
Store drawn(const std::string& path, std::uint32_t last) {
  Store store =
      Store::create(path, {}, two_quantities(),
                    StoredSpace{.population = {}, .ways = {}, .strata = {{"a", 6, 3, 0.5}, {"b", 4, 1, 0.5}}});
  const FaultRecord record{.samples = 1, .unchanged = 1, .masked = 1};
  const std::vector<Fault> faults{weight_flip(0, 1), weight_flip(1, 1), weight_flip(2, 1), weight_flip(0, 2)};
  const std::vector<FaultRecord> records(4, record);
  const std::vector<FaultDraw> draws{{0, 0}, {0, 1}, {0, 2}, {last, 0}};
  store.append_block({.first = 0, .faults = faults, .records = records, .draws = draws});
  return store;
}

}  // namespace

TEST_CASE("a fault of a stratum stands for N_h/n_h faults") {
  const TemporaryFolder folder;
  const Store store = drawn(folder / "a.sqlite", 1);
  const FaultWeights weights(store);
  CHECK(!weights.are_equal());
  const std::vector<StoredFault> faults = all_faults(store);
  for (std::size_t f = 0; f < 3; ++f) CHECK(weights(faults[f]) == 2);
  CHECK(weights(faults[3]) == 4);
}

TEST_CASE("without strata every fault stands for itself, and one of no stratum is damage") {
  const TemporaryFolder folder;
  Store plain = Store::create(folder / "a.sqlite", {}, two_quantities());
  plain.append_block(0, std::vector{weight_flip(0, 3)},
                     std::vector(1, FaultRecord{.samples = 1, .unchanged = 1, .masked = 1}));
  const FaultWeights weights(plain);
  CHECK(weights.are_equal());
  CHECK(weights(all_faults(plain)[0]) == 1);
  const Store damaged = drawn(folder / "b.sqlite", 7);
  CHECK_THROWS_AS(FaultWeights(damaged), DamagedStore);
}
