// SPDX-License-Identifier: MIT
#pragma once

// Laws of fault spaces.

#include "catch.hpp"

#include <spikingjet/fault/fault_space.hpp>

#include <cstddef>
#include <cstdint>
#include <random>
#include <set>
#include <utility>
#include <vector>

namespace laws {

/// `index_of(space[i]) == i`: for every i of a small space, for both ends, every border of strata and random ones of a
/// large one.
inline void fault_space_is_a_bijection(const spikingjet::FaultSpace& space, std::uint32_t seed) {
  INFO("seed " << seed << ", faults " << space.size());
  std::vector<std::uint64_t> indices;
  if (space.size() <= 20000) {
    for (std::uint64_t i = 0; i < space.size(); ++i) indices.push_back(i);
  } else {
    for (std::size_t s = 0; s <= space.strata().size(); ++s)
      for (const std::uint64_t i : {space.begin_of(s) - 1, space.begin_of(s)})
        if (i < space.size()) indices.push_back(i);
    std::mt19937_64 random(seed);
    for (int k = 0; k < 2000; ++k) indices.push_back(random() % space.size());
  }
  for (const std::uint64_t i : indices) {
    const spikingjet::Fault fault = space[i];
    if (space.index_of(fault) != i) FAIL("fault " << i << " is found elsewhere or not at all");
    const spikingjet::Quantity& quantity = space.quantities()[fault.site.quantity];
    if (fault.site.element >= quantity.size()) FAIL("fault " << i << " lies outside " << quantity.name());
    if (fault.site.storage != quantity.storage) FAIL("fault " << i << " has the storage of another quantity");
  }
}

/// Sizes of strata, and of quantities, add up to the size of the space.
inline void fault_space_sizes_add_up(const spikingjet::FaultSpace& space) {
  std::uint64_t of_quantities = 0;
  for (std::size_t q = 0; q < space.quantities().size(); ++q) of_quantities += space.size(q);
  CHECK(of_quantities == space.size());

  std::uint64_t of_strata = 0;
  for (std::size_t s = 0; s < space.strata().size(); ++s) {
    CHECK(space.begin_of(s) == of_strata);
    const spikingjet::Stratum& stratum = space.strata()[s];
    of_strata += space.quantities()[stratum.quantity].size() * stratum.choices.size() * space.windows();
  }
  CHECK(of_strata == space.size());
  CHECK(space.begin_of(space.strata().size()) == space.size());
}

/// All faults of one site are neighbours; of one choice likewise. For spaces small enough to walk through.
inline void fault_space_neighbours_share_a_site(const spikingjet::FaultSpace& space) {
  std::set<std::pair<std::uint32_t, std::uint64_t>> left;
  std::pair<std::uint32_t, std::uint64_t> here{~std::uint32_t{0}, 0};
  for (std::uint64_t i = 0; i < space.size(); ++i) {
    const spikingjet::Site site = space[i].site;
    const std::pair now(site.quantity, site.element);
    if (now != here && !left.insert(now).second) FAIL("fault " << i << " comes back to a site left before");
    here = now;
  }
}

}  // namespace laws
