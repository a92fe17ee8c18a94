// SPDX-License-Identifier: MIT
#pragma once

// Laws of stratifications.

#include "catch.hpp"

#include <spikingjet/fault/stratification.hpp>

#include <cstddef>
#include <cstdint>
#include <random>
#include <set>
#include <string>
#include <vector>

namespace laws {

/// Each fault of the space stands in one stratum, once, and each stratum holds nothing else. For spaces small enough to
/// walk through.
inline void strata_partition_the_space(const spikingjet::Stratification& stratification) {
  INFO("by " << stratification.by() << ", faults " << stratification.space().size());
  std::vector<int> holders(stratification.space().size(), 0);
  std::uint64_t sum = 0;
  std::set<std::string> names;
  const auto strata = stratification.strata();
  for (std::size_t h = 0; h < strata.size(); ++h) {
    INFO(strata[h].name());
    CHECK(names.insert(strata[h].name()).second);
    CHECK(stratification.find(strata[h].name()) == h);
    CHECK(strata[h].size() > 0);
    sum += strata[h].size();
    for (std::uint64_t i = 0; i < strata[h].size(); ++i) {
      const std::uint64_t index = strata[h][i];
      if (index >= holders.size()) FAIL("fault " << i << " lies outside of the space");
      if (i > 0 && index <= strata[h][i - 1]) FAIL("fault " << i << " stands before the one before it");
      if (stratification.place_of(index) != spikingjet::Stratification::Place{h, i})
        FAIL("fault " << i << " is found elsewhere");
      ++holders[index];
    }
  }
  CHECK(sum == stratification.space().size());
  for (std::size_t index = 0; index < holders.size(); ++index)
    if (holders[index] != 1) FAIL("fault " << index << " of the space stands in " << holders[index] << " strata");
}

/// The same, at random places of a space too large to walk through.
inline void strata_partition_a_large_space(const spikingjet::Stratification& stratification, std::uint32_t seed) {
  INFO("seed " << seed << ", by " << stratification.by());
  const auto strata = stratification.strata();
  std::uint64_t sum = 0;
  for (const std::uint64_t population : stratification.populations()) sum += population;
  CHECK(sum == stratification.space().size());
  std::mt19937_64 random(seed);
  for (int k = 0; k < 2000; ++k) {
    const std::uint64_t index = random() % stratification.space().size();
    const auto place = stratification.place_of(index);
    if (place.position >= strata[place.stratum].size() || strata[place.stratum][place.position] != index)
      FAIL("fault " << index << " is not where it is said to be");
  }
}

}  // namespace laws
