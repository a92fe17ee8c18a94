// SPDX-License-Identifier: MIT
#include <spikingjet/fault/bit_position.hpp>

#include "catch.hpp"
#include "laws/bit_position.hpp"
#include "laws/every_policy.hpp"

namespace sj = spikingjet;

TEMPLATE_LIST_TEST_CASE("a bit position is a fixed set of bits", "[law]", laws::BitPositions) {
  laws::bit_position_is_a_fixed_set<TestType>();
}

TEST_CASE("sign, exponent and mantissa are the fields of IEEE 754 binary32, and make up the word") {
  CHECK(sj::SignBit::mask() == 0x80000000u);
  CHECK(sj::ExponentBits::mask() == 0x7f800000u);
  CHECK(sj::MantissaBits::mask() == 0x007fffffu);
  CHECK((sj::SignBit::mask() ^ sj::ExponentBits::mask() ^ sj::MantissaBits::mask()) == sj::AnyBit::mask());
  CHECK(sj::AnyBit::mask() == 0xffffffffu);
}

TEST_CASE("a bit, a range and a list hold the bits they say, each once") {
  CHECK(sj::Bit<0>::mask() == 1u);
  CHECK(sj::Bit<31>::mask() == 0x80000000u);
  CHECK(sj::BitRange<23, 30>::mask() == sj::ExponentBits::mask());
  CHECK(sj::BitRange<0, 31>::mask() == 0xffffffffu);
  CHECK(sj::BitRange<7, 7>::mask() == 0x80u);
  CHECK(sj::Bits<0, 31>::mask() == 0x80000001u);
  CHECK(sj::Bits<3, 1, 3>::mask() == 0x0000000au);
}

TEST_CASE("a bit position prints what it holds") {
  CHECK(sj::Bit<7>::name() == "bit 7");
  CHECK(sj::AnyBit::name() == "any bit");
  CHECK(sj::SignBit::name() == "sign bit");
  CHECK(sj::ExponentBits::name() == "exponent bits");
  CHECK(sj::MantissaBits::name() == "mantissa bits");
  CHECK(sj::BitRange<23, 30>::name() == "bits 23 to 30");
  CHECK(sj::Bits<30, 3>::name() == "bits 30 3");
}
