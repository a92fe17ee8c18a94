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
