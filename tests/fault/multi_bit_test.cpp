// SPDX-License-Identifier: MIT
#include <spikingjet/fault/multi_bit.hpp>

#include "catch.hpp"

#include <cstdint>

namespace sj = spikingjet;

TEST_CASE("a mask inverts all of its bits, on every role") {
  for (const sj::Role role : {sj::Role::weight, sj::Role::spike}) {
    CHECK(sj::to_word(sj::FlipMask<0x80000001u>::on(role).on_parameter(1.0F)) == 0xbf800001u);
    CHECK(sj::to_word(sj::FlipMask<0xffffffffu>::on(role).on_parameter(0.0F)) == 0xffffffffu);
  }
}

TEST_CASE("a mask is spelled with eight hexadecimal digits") {
  CHECK(sj::FlipMask<3>::name() == "flip:0x00000003");
  CHECK(sj::FlipMask<0xdeadbeefu>::name() == "flip:0xdeadbeef");
}

TEST_CASE("a burst inverts adjacent bits from its position upwards, as far as the word goes") {
  CHECK(sj::BurstFlip<2>::at(0).flip == 0x00000003u);
  CHECK(sj::BurstFlip<3>::at(4).flip == 0x00000070u);
  CHECK(sj::BurstFlip<8>::at(24).flip == 0xff000000u);
  CHECK(sj::BurstFlip<8>::at(30).flip == 0xc0000000u);
  CHECK(sj::BurstFlip<2>::at(31).flip == 0x80000000u);
}

TEST_CASE("a burst is spelled with its length") {
  CHECK(sj::BurstFlip<2>::name() == "burst2");
  CHECK(sj::BurstFlip<8>::name() == "burst8");
}
