// SPDX-License-Identifier: MIT
#include <spikingjet/core/device/budget.hpp>

#include "catch.hpp"

#include <cstddef>
#include <limits>

namespace sj = spikingjet;

TEST_CASE("a budget of memory is never exceeded") {
  sj::MemoryBudget budget(100);
  budget.take(60);
  CHECK_THROWS_AS(budget.take(41), sj::DeviceMemoryShort);
  budget.take(40);
  CHECK(budget.left() == 0);
  budget.give_back(60);
  CHECK(budget.used() == 40);
  CHECK(budget.peak() == 100);
  CHECK_NOTHROW(sj::MemoryBudget().take(std::numeric_limits<std::size_t>::max()));
}
