// SPDX-License-Identifier: MIT
#include <spikingjet/fault/stuck_at.hpp>

#include "catch.hpp"

#include <cstdint>

namespace sj = spikingjet;

TEST_CASE("a stuck bit reads as its level, whatever was stored") {
  CHECK(sj::StuckAt<0>::at(31).on_parameter(-1.5F) == 1.5F);
  CHECK(sj::StuckAt<0>::at(31).on_parameter(1.5F) == 1.5F);
  CHECK(sj::StuckAt<1>::at(31).on_parameter(1.5F) == -1.5F);
  CHECK(sj::StuckAt<1>::at(31).on_parameter(-1.5F) == -1.5F);
  CHECK(sj::StuckAt<0>::at(22).on_state(1.5F) == 1.0F);
  CHECK(sj::StuckAt<1>::at(22).on_state(1.0F) == 1.5F);
}

TEST_CASE("of stuck at 0 and stuck at 1, one always leaves the word as it was and the other flips the bit", "[law]") {
  for (unsigned bit = 0; bit < 32; ++bit)
    for (const std::uint32_t word : {0x00000000u, 0xffffffffu, 0x12345678u, 0x7fc00000u}) {
      const std::uint32_t at_0 = sj::StuckAt<0>::at(bit).masked(word);
      const std::uint32_t at_1 = sj::StuckAt<1>::at(bit).masked(word);
      const std::uint32_t flipped = word ^ (std::uint32_t{1} << bit);
      const bool is_set = (word >> bit) % 2 != 0;
      CHECK(at_0 == (is_set ? flipped : word));
      CHECK(at_1 == (is_set ? word : flipped));
    }
}

TEST_CASE("stuck bits are spelled as fault lists spell them") {
  CHECK(sj::StuckAt<0>::name() == "stuckat0");
  CHECK(sj::StuckAt<1>::name() == "stuckat1");
}
