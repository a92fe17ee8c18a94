// SPDX-License-Identifier: MIT
#include <spikingjet/engine/golden/train.hpp>

#include "catch.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace sj = spikingjet;

TEST_CASE("so many steps take so many words, and each has a bit of its own, the first uppermost") {
  CHECK(sj::words_of(0) == 0);
  CHECK(sj::words_of(1) == 1);
  CHECK(sj::words_of(32) == 1);
  CHECK(sj::words_of(33) == 2);
  CHECK(sj::step_bit(0) == 0x80000000u);
  CHECK(sj::step_bit(31) == 1u);
  CHECK(sj::step_bit(32) == 0x80000000u);
  std::uint32_t all = 0;
  for (std::size_t step = 64; step < 96; ++step) {
    CHECK((all & sj::step_bit(step)) == 0);
    all |= sj::step_bit(step);
  }
  CHECK(all == 0xffffffffu);
}

TEST_CASE("trains differ first in the uppermost bit of the first word that differs") {
  using Words = std::vector<std::uint32_t>;
  CHECK(sj::first_difference(Words{0x80000000u}, Words{0}) == 0);
  CHECK(sj::first_difference(Words{7, 0x00ff0000u}, Words{7, 0x000f0001u}) == 32 + 8);
  CHECK(sj::first_difference(Words{7, 0, 1}, Words{7, 0, 0}) == 2 * 32 + 31);
}
