// SPDX-License-Identifier: MIT
#include <spikingjet/outcome/injection_rows.hpp>

#include "catch.hpp"

#include <algorithm>
#include <cstdint>
#include <map>
#include <random>
#include <vector>

namespace sj = spikingjet;
using sj::Outcome;

TEST_CASE("rows stand in the order in which they were added") {
  sj::InjectionRows rows(7);
  CHECK(rows.first() == 7);
  CHECK(rows.faults() == 0);
  CHECK(rows.injections() == 0);
  const std::vector<sj::InjectionOutcome> row = {{2, Outcome::due, 0}, {5, Outcome::sdc_critical, 1}};
  rows.add({});
  rows.add(row);
  rows.add({});
  CHECK(rows.faults() == 3);
  CHECK(rows.injections() == 2);
  CHECK(rows.row(0).empty());
  CHECK(std::vector(rows.row(1).begin(), rows.row(1).end()) == row);
  CHECK(rows.row(2).empty());
}

TEST_CASE("what is found in any order is sorted by fault and sample", "[law]") {
  const std::uint64_t seed = GENERATE(1, 2, 3, 4);
  CAPTURE(seed);
  std::mt19937_64 random(seed);
  const std::uint32_t faults = 50;
  std::map<std::pair<std::uint32_t, std::uint32_t>, sj::InjectionOutcome> expected;
  for (int i = 0; i < 800; ++i) {
    const auto fault = static_cast<std::uint32_t>(random() % faults);
    if (fault % 7 == 3) continue;  // some rows are empty
    const auto sample = static_cast<std::uint32_t>(random() % 300);
    expected[{fault, sample}] = {sample, Outcome::sdc_critical, static_cast<std::uint32_t>(random() % 10)};
  }
  std::vector<sj::FoundOutcome> found;
  for (const auto& [place, injection] : expected) found.push_back({place.first, injection});
  std::shuffle(found.begin(), found.end(), random);
  const auto rows = sj::InjectionRows::sorted(
      100, faults, [&](const auto& visit) { std::for_each(found.begin(), found.end(), visit); });

  sj::InjectionRows by_hand(100);
  for (std::uint32_t f = 0; f < faults; ++f) {
    std::vector<sj::InjectionOutcome> row;
    for (const auto& [place, injection] : expected)
      if (place.first == f) row.push_back(injection);
    by_hand.add(row);
  }
  CHECK(rows == by_hand);
  CHECK(rows.injections() == expected.size());
}
