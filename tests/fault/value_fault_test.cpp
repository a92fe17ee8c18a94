// SPDX-License-Identifier: MIT
#include <spikingjet/fault/value_fault.hpp>

#include "catch.hpp"
#include "laws/fault_type.hpp"

#include <cstdint>

namespace sj = spikingjet;

TEST_CASE("a dead value reads as plus zero, whatever it was") {
  for (const sj::Role role : laws::all_roles)
    for (const std::uint32_t word : laws::edge_words)
      CHECK(sj::to_word(sj::Dead::on(role).on_state(sj::to_float(word))) == 0u);
}

TEST_CASE("a saturated spike reads as one, any other value as the largest finite one") {
  for (const sj::Role role : laws::all_roles)
    for (const std::uint32_t word : laws::edge_words)
      CHECK(sj::to_word(sj::Saturated::on(role).on_state(sj::to_float(word))) ==
            (role == sj::Role::spike ? 0x3f800000u : 0x7f7fffffu));
}

TEST_CASE("a set value is the quotient, rounded to float32") {
  CHECK(sj::SetTo<-3, 2>::on(sj::Role::bias).on_parameter(7.0F) == -1.5F);
  CHECK(sj::to_word(sj::SetTo<1, 3>::on(sj::Role::bias).on_parameter(7.0F)) == 0x3eaaaaabu);
  CHECK(sj::to_word(sj::SetTo<0>::on(sj::Role::bias).on_parameter(-7.0F)) == 0u);
  CHECK(sj::SetTo<16777217>::on(sj::Role::bias).on_parameter(0.0F) == 16777216.0F);  // 2^24 + 1: ties to even
}

TEST_CASE("a scaled value is its product with the quotient, rounded to float32") {
  CHECK(sj::Scale<9, 10>::on(sj::Role::potential).on_state(10.0F) == 9.0F);
  CHECK(sj::Scale<-2>::on(sj::Role::weight).on_parameter(1.5F) == -3.0F);
  CHECK(sj::to_word(sj::Scale<0>::on(sj::Role::weight).on_parameter(-1.5F)) == 0x80000000u);
}

TEST_CASE("value faults are spelled as fault lists spell them, quotients in lowest terms") {
  CHECK(sj::Dead::name() == "dead");
  CHECK(sj::Saturated::name() == "saturated");
  CHECK(sj::SetTo<-3, 2>::name() == "set:-3/2");
  CHECK(sj::SetTo<2, -4>::name() == "set:-1/2");
  CHECK(sj::SetTo<0>::name() == "set:0");
  CHECK(sj::SetTo<1000>::name() == "set:1000");
  CHECK(sj::Scale<9, 10>::name() == "scale:9/10");
  CHECK(sj::Scale<INT64_MAX, 2>::name() == "scale:9223372036854775807/2");
}
