// SPDX-License-Identifier: MIT
#include <spikingjet/app/decided_text.hpp>

#include "catch.hpp"

#include <cstdint>
#include <string>

namespace sj = spikingjet;

TEST_CASE("a share has one decimal, and more where it would look like none or all") {
  CHECK(sj::percent_text(0, 10) == "0 %");
  CHECK(sj::percent_text(10, 10) == "100 %");
  CHECK(sj::percent_text(1, 2) == "50.0 %");
  CHECK(sj::percent_text(749, 1000) == "74.9 %");
  CHECK(sj::percent_text(1, 1000) == "0.1 %");
  CHECK(sj::percent_text(4, 10000) == "0.04 %");
  CHECK(sj::percent_text(640, 97566720) == "0.0007 %");
  CHECK(sj::percent_text(6, 10000) == "0.06 %");
  CHECK(sj::percent_text(9999, 10000) == "99.99 %");
  constexpr std::uint64_t all = 3'811'200'000'000;
  CHECK(sj::percent_text(1, all) == "0.00000000003 %");
  CHECK(sj::percent_text(all - 1, all) == "99.99999999997 %");
}

TEST_CASE("decisions stand most frequent first, without those that did not occur") {
  CHECK(sj::decided_text({{"bracketed", 201}, {"carried", 50}, {"merged", 0}, {"silent", 749}}, "differential") ==
        "decided: 74.9 % silent, 20.1 % bracketed, 5.0 % carried\nno injection took the slow way\n");
  CHECK(sj::decided_text({{"merged", 5}, {"carried", 5}}, "differential") ==
        "decided: 50.0 % carried, 50.0 % merged\nno injection took the slow way\n");
}

TEST_CASE("the slow way of an engine that has a faster one is told in injections") {
  CHECK(sj::decided_text({{"replayed", 640}, {"silent", 97566080}}, "differential") ==
        "decided: 99.9993 % silent, 0.0007 % replayed\n"
        "640 injections (0.0007 %) took the slow way: replayed from the fault's layer on\n");
  CHECK(sj::decided_text({{"replayed", 1}, {"rerun", 2}, {"silent", 7}}, "differential") ==
        "decided: 70.0 % silent, 20.0 % rerun, 10.0 % replayed\n"
        "3 injections (30.0 %) took the slow way: rerun from the input on, replayed from the fault's layer on\n");
}

TEST_CASE("'full' has no faster way, and nothing known gives no text") {
  CHECK(sj::decided_text({{"rerun", 91}}, "full") == "decided: 100 % rerun\n");
  CHECK(sj::decided_text({}, "full").empty());
  CHECK(sj::decided_text({}, "differential").empty());
  CHECK(sj::decided_text({{"silent", 0}}, "differential").empty());
}
