// SPDX-License-Identifier: MIT
#include <spikingjet/core/error.hpp>

#include "catch.hpp"

namespace sj = spikingjet;

TEST_CASE("misuse ends a program with status 2, a failure with status 1") {
  CHECK(sj::Misuse("m").exit_status() == 2);
  CHECK(sj::Failure("f").exit_status() == 1);
}

TEST_CASE("both are caught as the library's error and as the standard's, with their sentence") {
  try {
    throw sj::Misuse("bit 32 is outside 0 .. 31");
  } catch (const sj::Error& error) {
    CHECK(error.exit_status() == 2);
    CHECK(std::string(error.what()) == "bit 32 is outside 0 .. 31");
  }
  CHECK_THROWS_AS(throw sj::Failure("the disk is full"), std::runtime_error);
}
