// SPDX-License-Identifier: MIT
#include <spikingjet/outcome/record.hpp>

#include "catch.hpp"

namespace sj = spikingjet;

TEST_CASE("a new record counts nothing") {
  CHECK(sj::FaultRecord{} == sj::FaultRecord{0, 0, 0, 0, {0, 0, 0, 0}, 0, 0});
}

TEST_CASE("records add up field by field") {
  sj::FaultRecord sum{1, 2, 3, 4, {5, 6, 7, 8}, 9, 10};
  sum += {100, 200, 300, 400, {500, 600, 700, 800}, 900, 1000};
  CHECK(sum == sj::FaultRecord{101, 202, 303, 404, {505, 606, 707, 808}, 909, 1010});
}

TEST_CASE("each verdict is counted in its class alone, as often as told") {
  using enum sj::Outcome;
  const auto counted = [](const sj::Verdict& verdict) {
    sj::FaultRecord record;
    record.add(verdict, 3);
    return record;
  };
  CHECK(counted({masked, true, true}) == sj::FaultRecord{.samples = 3, .unchanged = 3, .masked = 3, .correct = 3});
  CHECK(counted({masked, false, false}) == sj::FaultRecord{.samples = 3, .masked = 3});
  CHECK(counted({sdc_0_5, false, true}) == sj::FaultRecord{.samples = 3, .band = {3, 0, 0, 0}, .correct = 3});
  CHECK(counted({sdc_5_10, false, false}) == sj::FaultRecord{.samples = 3, .band = {0, 3, 0, 0}});
  CHECK(counted({sdc_10_20, false, false}) == sj::FaultRecord{.samples = 3, .band = {0, 0, 3, 0}});
  CHECK(counted({sdc_20, false, false}) == sj::FaultRecord{.samples = 3, .band = {0, 0, 0, 3}});
  CHECK(counted({sdc_critical, false, true}) == sj::FaultRecord{.samples = 3, .sdc_critical = 3, .correct = 3});
  CHECK(counted({due, false, false}) == sj::FaultRecord{.samples = 3, .due = 3});
}

TEST_CASE("changed injections, applied to the golden record, give the record that counting each would have given",
          "[law]") {
  using enum sj::Outcome;
  const sj::Verdict golden[] = {{masked, true, true}, {masked, true, false}};
  const sj::Verdict verdicts[] = {{masked, true, true},    {masked, false, false}, {masked, false, true},
                                  {sdc_0_5, false, true},  {sdc_5_10, false, true}, {sdc_10_20, false, false},
                                  {sdc_20, false, false},  {sdc_critical, false, true}, {sdc_critical, false, false},
                                  {due, false, false}};
  for (const sj::Verdict& before : golden)
    for (sj::Verdict after : verdicts) {
      if (after.unchanged) after = before;
      sj::ChangedInjections one;
      one.add(before, after);
      sj::ChangedInjections changed;
      changed += one;
      changed += one;
      sj::FaultRecord record;
      record.add(before, 5);
      changed.apply(record);
      sj::FaultRecord expected;
      expected.add(before, 3);
      expected.add(after, 2);
      CHECK(record == expected);
    }
}
