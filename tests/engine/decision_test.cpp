// SPDX-License-Identifier: MIT
#include <spikingjet/engine/decision.hpp>

#include "catch.hpp"

#include <cstddef>
#include <iterator>
#include <set>
#include <string>

namespace sj = spikingjet;
using sj::Decision;

TEST_CASE("every decision has a word of its own, in the order that stores keep") {
  const std::string expected[] = {"rerun",     "equivalent", "silent", "analytic", "bracketed",
                                  "unchanged", "returned",   "merged", "carried",  "replayed"};
  REQUIRE(sj::decision_count == std::size(expected));
  std::set<std::string> words;
  for (std::size_t d = 0; d < sj::decision_count; ++d) {
    CHECK(sj::decision_name(static_cast<Decision>(d)) == expected[d]);
    words.insert(expected[d]);
  }
  CHECK(words.size() == sj::decision_count);
  CHECK(sj::decision_name(Decision::rerun) == "rerun");
  CHECK(sj::decision_name(Decision::replayed) == "replayed");
}

TEST_CASE("decisions are counted one by one or many at once, and add up") {
  sj::Decisions decisions;
  CHECK(decisions.total() == 0);
  for (std::size_t d = 0; d < sj::decision_count; ++d) CHECK(decisions[static_cast<Decision>(d)] == 0);

  decisions.add(Decision::merged);
  decisions.add(Decision::merged);
  decisions.add(Decision::silent, 40'000'000'000);  // more than 32 bits hold
  CHECK(decisions[Decision::merged] == 2);
  CHECK(decisions[Decision::silent] == 40'000'000'000);
  CHECK(decisions[Decision::rerun] == 0);
  CHECK(decisions.total() == 40'000'000'002);

  sj::Decisions other;
  other.add(Decision::merged, 3);
  other.add(Decision::replayed);
  decisions += other;
  CHECK(decisions[Decision::merged] == 5);
  CHECK(decisions[Decision::replayed] == 1);
  CHECK(decisions.total() == 40'000'000'006);
}

TEST_CASE("decisions are equal where every count is, whatever the order of adding") {
  sj::Decisions a;
  sj::Decisions b;
  for (std::size_t d = 0; d < sj::decision_count; ++d) {
    a.add(static_cast<Decision>(d), d + 1);
    b.add(static_cast<Decision>(sj::decision_count - 1 - d), sj::decision_count - d);
  }
  CHECK(a == b);
  CHECK(a.total() == 55);
  b.add(Decision::carried, 0);
  CHECK(a == b);
  b.add(Decision::carried);
  CHECK_FALSE(a == b);
}
