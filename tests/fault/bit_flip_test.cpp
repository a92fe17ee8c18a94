// SPDX-License-Identifier: MIT
#include <spikingjet/fault/bit_flip.hpp>

#include "catch.hpp"

#include <limits>

namespace sj = spikingjet;

TEST_CASE("a bit flip inverts its bit") {
  CHECK(sj::BitFlip::at(31).on_parameter(1.5F) == -1.5F);
  CHECK(sj::BitFlip::at(23).on_parameter(1.0F) == 0.5F);  // exponent 127 to 126
  CHECK(sj::BitFlip::at(22).on_parameter(1.0F) == 1.5F);  // the mantissa's top bit
  CHECK(sj::BitFlip::at(30).on_parameter(1.0F) == std::numeric_limits<float>::infinity());
  CHECK(sj::to_word(sj::BitFlip::at(0).on_parameter(0.0F)) == 1u);
  CHECK(sj::BitFlip::at(29).on_state(1.0F) == 0x1p-64F);
}

TEST_CASE("a bit flip is spelled as fault lists spell it") { CHECK(sj::BitFlip::name() == "bitflip"); }
