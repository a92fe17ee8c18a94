// SPDX-License-Identifier: MIT
#include <spikingjet/outcome/injection_outcome.hpp>

#include "catch.hpp"

#include <cstdint>
#include <vector>

namespace sj = spikingjet;
using sj::Outcome;

TEST_CASE("a row is counted by outcome, whatever its samples and classes") {
  CHECK(sj::counts_of({}) == std::array<std::uint64_t, 7>{});
  const std::vector<sj::InjectionOutcome> row = {
      {0, Outcome::due, 0}, {1, Outcome::sdc_critical, 3}, {4, Outcome::sdc_critical, 2}, {9, Outcome::sdc_20, 0}};
  CHECK(sj::counts_of(row) == std::array<std::uint64_t, 7>{0, 0, 0, 0, 1, 2, 1});
}

TEST_CASE("a row agrees with the record that counts it, and with no other") {
  const std::vector<sj::InjectionOutcome> row = {{0, Outcome::due, 0},       {1, Outcome::sdc_critical, 3},
                                                 {2, Outcome::sdc_0_5, 0},   {3, Outcome::sdc_5_10, 0},
                                                 {4, Outcome::sdc_10_20, 0}, {5, Outcome::sdc_20, 0}};
  const sj::FaultRecord record{
      .samples = 10, .unchanged = 2, .masked = 4, .sdc_critical = 1, .band = {1, 1, 1, 1}, .due = 1, .correct = 3};
  CHECK(sj::agree(row, record));
  CHECK(sj::agree({}, sj::FaultRecord{.samples = 7, .masked = 7}));
  const auto other = [&record](auto change) {
    sj::FaultRecord changed = record;
    change(changed);
    return changed;
  };
  CHECK_FALSE(sj::agree(row, other([](sj::FaultRecord& r) { ++r.samples; })));
  CHECK_FALSE(sj::agree(row, other([](sj::FaultRecord& r) { --r.due, ++r.sdc_critical; })));
  CHECK_FALSE(sj::agree(row, other([](sj::FaultRecord& r) { --r.sdc_critical, ++r.masked; })));
  for (std::size_t b = 0; b < 4; ++b)
    CHECK_FALSE(sj::agree(row, other([b](sj::FaultRecord& r) { --r.band[b], ++r.band[(b + 1) % 4]; })));
  std::vector<sj::InjectionOutcome> masked = row;
  masked.push_back({6, Outcome::masked, 0});
  CHECK_FALSE(sj::agree(masked, other([](sj::FaultRecord& r) { ++r.samples; })));
}
