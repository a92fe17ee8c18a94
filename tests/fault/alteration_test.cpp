// SPDX-License-Identifier: MIT
#include <spikingjet/fault/alteration.hpp>

#include "catch.hpp"
#include "laws/random_values.hpp"

#include <cstdint>
#include <limits>

namespace sj = spikingjet;

namespace {

/// The normal form, bit by bit: what one bit of a word becomes.
unsigned altered_bit(unsigned bit, bool keep, bool set, bool flip) {
  unsigned result = keep ? bit : 0;
  if (set) result = 1;
  return flip ? 1 - result : result;
}

}  // namespace

TEST_CASE("an alteration that was given nothing alters nothing", "[law]") {
  for (const std::uint32_t word : laws::edge_words) {
    CHECK(sj::Alteration{}.masked(word) == word);
    CHECK(sj::to_word(sj::Alteration{}.on_parameter(sj::to_float(word))) == word);
  }
}

TEST_CASE("the masks act bit by bit: keep, then set, then flip", "[law]") {
  constexpr std::uint32_t seed = 1;
  INFO("seed " << seed);
  laws::RandomValues random(seed);
  for (int i = 0; i < 500; ++i) {
    const sj::Alteration alteration{.keep = random.word(), .set = random.word(), .flip = random.word()};
    const std::uint32_t word = random.word();
    std::uint32_t expected = 0;
    for (unsigned b = 0; b < 32; ++b) {
      const auto bit_of = [b](std::uint32_t of) { return (of >> b) & 1u; };
      expected |= altered_bit(bit_of(word), bit_of(alteration.keep), bit_of(alteration.set), bit_of(alteration.flip))
                  << b;
    }
    if (alteration.masked(word) != expected) FAIL("case " << i);
  }
  SUCCEED();
}

TEST_CASE("each maker gives its masks") {
  CHECK(sj::Alteration::flips(0x00ff0000u).masked(0x12345678u) == 0x12cb5678u);
  CHECK(sj::Alteration::sticks_at_0(0x0000ffffu).masked(0x12345678u) == 0x12340000u);
  CHECK(sj::Alteration::sticks_at_1(0xff000000u).masked(0x12345678u) == 0xff345678u);
  CHECK(sj::Alteration::sets(1.5F).masked(0x12345678u) == 0x3fc00000u);
  CHECK(sj::Alteration::sets(-0.0F).masked(0x12345678u) == 0x80000000u);
  CHECK(sj::Alteration::scales(0.5F).masked(0x12345678u) == 0x12345678u);
}

TEST_CASE("a stored NaN meets the masks with its payload, a state's NaN as the canonical one") {
  const float payload = sj::to_float(0xff812345u);
  const sj::Alteration lowest = sj::Alteration::flips(1);
  CHECK(sj::to_word(lowest.on_parameter(payload)) == 0xff812344u);
  CHECK(sj::to_word(lowest.on_state(payload)) == 0x7fc00001u);
  CHECK(sj::to_word(sj::Alteration{}.on_state(payload)) == 0x7fc00000u);
}

TEST_CASE("a factor multiplies once, rounded to float32, before the masks") {
  CHECK(sj::Alteration::scales(0.5F).on_state(3.0F) == 1.5F);
  CHECK(sj::Alteration::scales(-2.0F).on_parameter(0.25F) == -0.5F);
  CHECK(sj::Alteration::scales(3e38F).on_state(10.0F) == std::numeric_limits<float>::infinity());
  CHECK(sj::to_word(sj::Alteration::scales(0.5F).on_state(sj::to_float(1))) ==
        0u);  // half the least subnormal: ties to even
  CHECK(sj::to_word(sj::Alteration::scales(0.5F).on_state(sj::to_float(3))) == 2u);  // 1.5 of them: ties to even
  CHECK(sj::to_word(sj::Alteration::scales(0.0F).on_state(std::numeric_limits<float>::infinity())) == 0x7fc00000u);
  CHECK(sj::to_word(sj::Alteration::scales(-1.0F).on_parameter(sj::to_float(0x7f800001u))) == 0x7fc00000u);
}

TEST_CASE("a factor of one is no factor, and minus one is") {
  CHECK_FALSE(sj::Alteration::scales(1.0F).has_factor());
  CHECK(sj::Alteration::scales(1.0F) == sj::Alteration{});
  CHECK(sj::Alteration::scales(-1.0F).has_factor());
  CHECK(sj::Alteration::scales(0.0F).has_factor());
}
