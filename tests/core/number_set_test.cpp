// SPDX-License-Identifier: MIT
#include <spikingjet/core/number_set.hpp>

#include "catch.hpp"

#include <cstdint>
#include <vector>

namespace sj = spikingjet;

namespace {

std::vector<std::uint32_t> all(std::span<const std::uint32_t> numbers) { return {numbers.begin(), numbers.end()}; }

}  // namespace

TEST_CASE("a set of numbers keeps each once, in the order in which they came, and is emptied at once") {
  sj::NumberSet set;
  set.resize(5);
  CHECK(set.empty());
  CHECK_FALSE(set.has(3));
  for (const std::size_t number : {3, 0, 3, 4, 0}) set.add(number);
  CHECK(all(set.numbers()) == std::vector<std::uint32_t>{3, 0, 4});
  CHECK(set.has(4));
  CHECK_FALSE(set.has(1));
  set.clear();
  CHECK(set.empty());
  CHECK_FALSE(set.has(3));
  set.add(3);
  CHECK(all(set.numbers()) == std::vector<std::uint32_t>{3});
}

TEST_CASE("lists of numbers stand one behind the other") {
  sj::NumberLists lists;
  lists.add(7);
  lists.add(5);
  lists.end_list();
  lists.end_list();
  lists.add(9);
  lists.end_list();
  CHECK(all(lists[0]) == std::vector<std::uint32_t>{7, 5});
  CHECK(lists[1].empty());
  CHECK(all(lists[2]) == std::vector<std::uint32_t>{9});
}
