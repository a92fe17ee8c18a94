// SPDX-License-Identifier: MIT
#include <spikingjet/app/progress_line.hpp>

#include "catch.hpp"

#include <string>

namespace sj = spikingjet;

TEST_CASE("counts are written in three digits and a unit") {
  CHECK(sj::short_count(0) == "0");
  CHECK(sj::short_count(7) == "7");
  CHECK(sj::short_count(999) == "999");
  CHECK(sj::short_count(1000) == "1 k");
  CHECK(sj::short_count(12345) == "12.3 k");
  CHECK(sj::short_count(1234567) == "1.23 M");
  CHECK(sj::short_count(7.5e10) == "75 G");
}

TEST_CASE("times are written as people read them, rounded up") {
  CHECK(sj::short_time(0) == "0 s");
  CHECK(sj::short_time(0.2) == "1 s");
  CHECK(sj::short_time(59) == "59 s");
  CHECK(sj::short_time(59.5) == "1 min 00 s");
  CHECK(sj::short_time(125) == "2 min 05 s");
  CHECK(sj::short_time(3600) == "1 h 00 min");
  CHECK(sj::short_time(3780) == "1 h 03 min");
}

TEST_CASE("progress shows bar, share, pace, time left and changed predictions") {
  CHECK(sj::progress_text({.faults = 25, .all_faults = 100, .injections = 2500, .changed = 30, .seconds = 2}) ==
        "[######..................]  25.0 %  1.25 k injections/s  6 s left  30 predictions changed");
  CHECK(
      sj::progress_text({.faults = 100, .all_faults = 100, .injections = 10000000, .changed = 123456, .seconds = 5}) ==
      "[########################] 100.0 %  2 M injections/s  0 s left  123 k predictions changed");
}

TEST_CASE("progress of a campaign that has just begun is finite") {
  const std::string text =
      sj::progress_text({.faults = 0, .all_faults = 100, .injections = 0, .changed = 0, .seconds = 0});
  CHECK(text == "[........................]   0.0 %  0 injections/s  0 s left  0 predictions changed");
}

TEST_CASE("progress fits a line of a terminal") {
  const std::string text = sj::progress_text(
      {.faults = 1, .all_faults = 1000000000000, .injections = 123456, .changed = 99999, .seconds = 1234567});
  CHECK(text.size() <= 120);
  CHECK(text.find('\n') == std::string::npos);
}
