// SPDX-License-Identifier: MIT
#include <spikingjet/fault/apply.hpp>
#include <spikingjet/fault/one_fault.hpp>

#include "catch.hpp"

#include <array>
#include <cstdint>
#include <limits>
#include <string>

namespace sj = spikingjet;

TEST_CASE("a fault is written down by its name, as a fault space and a fault list have it") {
  STATIC_REQUIRE(sj::bit_flip(4, 30) == sj::Fault{.site = {0, sj::Storage::state, 4},
                                                  .bit = 30,
                                                  .type = "bitflip",
                                                  .alteration = sj::Alteration::flips(1u << 30)});
  STATIC_REQUIRE(sj::stuck_at_0(4, 31).alteration == sj::StuckAt<0>::at(31));
  STATIC_REQUIRE(sj::stuck_at_1(4, 0).alteration == sj::StuckAt<1>::at(0));
  STATIC_REQUIRE(sj::dead(6, {.begin = 30}).window == sj::Window{.begin = 30});
  STATIC_REQUIRE(sj::bit_flip(1, 2, {.begin = 3, .end = 4}, sj::Storage::spike).site ==
                 sj::Site{0, sj::Storage::spike, 1});
  CHECK(sj::stuck_at_0(0, 5).type == "stuckat0");
  CHECK(sj::stuck_at_1(0, 5).type == "stuckat1");
  CHECK(sj::dead(0).type == "dead");
  CHECK(sj::saturated(0).type == "saturated");
  CHECK(sj::flip_mask(0, 3).type == "flip");
  CHECK(sj::set_value(0, 1.5F).type == "set");
  CHECK(sj::scaled(0, 0.5F).type == "scale");
}

TEST_CASE("a fault written down by its name leaves the value that it says") {
  const auto leaves = [](const sj::Fault& fault) {
    std::array<float, 2> values{1.5F, -1.5F};
    sj::apply(fault, values, 0);
    CHECK(values[0] == 1.5F);
    return values[1];
  };
  CHECK(leaves(sj::bit_flip(1, 31)) == 1.5F);
  CHECK(leaves(sj::bit_flip(1, 22)) == -1.0F);  // the mantissa's highest bit
  CHECK(leaves(sj::stuck_at_0(1, 31)) == 1.5F);
  CHECK(leaves(sj::stuck_at_1(1, 31)) == -1.5F);
  CHECK(leaves(sj::flip_mask(1, 0x80400000u)) == 1.0F);
  CHECK(sj::to_word(leaves(sj::dead(1))) == 0u);
  CHECK(leaves(sj::saturated(1)) == 0x1.fffffep127F);
  CHECK(leaves(sj::saturated(1, {}, sj::Storage::spike)) == 1.0F);
  CHECK(leaves(sj::set_value(1, 0.25F)) == 0.25F);
  CHECK(leaves(sj::scaled(1, 2.0F)) == -3.0F);
  CHECK(leaves(sj::bit_flip(1, 31, {.begin = 1})) == -1.5F);
}

TEST_CASE("a bit that a float32 does not have is refused as it is written") {
  for (const unsigned bit : {32u, 100u}) CHECK_THROWS_AS(sj::bit_flip(0, bit), sj::NoSuchBit);
  CHECK_THROWS_WITH(sj::stuck_at_1(0, 32),
                    "spikingjet: a float32 has no bit 32; bits count from 0, the least significant, to 31, the sign");
  CHECK_THROWS_WITH(sj::bit_flip(0, -1),
                    "spikingjet: a float32 has no bit -1; bits count from 0, the least significant, to 31, the sign");
  CHECK_THROWS_WITH(
      sj::stuck_at_0(0, std::int64_t{1} << 32),
      "spikingjet: a float32 has no bit 4294967296; bits count from 0, the least significant, to 31, the sign");
  CHECK_THROWS_WITH(sj::stuck_at_0(0, static_cast<signed char>(-128)),
                    "spikingjet: a float32 has no bit -128; bits count from 0, the least significant, to 31, the sign");
  try {
    sj::bit_flip(0, -5L);
    FAIL("not refused");
  } catch (const sj::NoSuchBit& refused) {
    CHECK(refused.bit == -5);
    CHECK(refused.exit_status() == 2);
  }
}

TEST_CASE("an element before the first is refused by every kind of fault") {
  const std::string sentence = "spikingjet: no array has an element -1; elements count row-major from 0, the first";
  CHECK_THROWS_WITH(sj::bit_flip(-1, 3), sentence);
  CHECK_THROWS_WITH(sj::stuck_at_0(-1, 3), sentence);
  CHECK_THROWS_WITH(sj::stuck_at_1(-1, 3), sentence);
  CHECK_THROWS_WITH(sj::flip_mask(-1, 3), sentence);
  CHECK_THROWS_WITH(sj::dead(-1), sentence);
  CHECK_THROWS_WITH(sj::saturated(-1), sentence);
  CHECK_THROWS_WITH(sj::set_value(-1, 1.0F), sentence);
  CHECK_THROWS_WITH(sj::scaled(-1, 0.5F), sentence);
  try {
    sj::dead(std::numeric_limits<std::int64_t>::min());
    FAIL("not refused");
  } catch (const sj::NoSuchElement& refused) {
    CHECK(refused.element == std::numeric_limits<std::int64_t>::min());
    CHECK(refused.exit_status() == 2);
  }
  STATIC_REQUIRE(sj::dead(std::uint64_t{1} << 40).site.element == std::uint64_t{1} << 40);
}

TEST_CASE("a mask holds bits of a float32, and at least one") {
  const auto sentence = [](const std::string& written) {
    return "spikingjet: " + written +
           " is no mask of 'flip_mask'; a mask holds at least one of the 32 bits of a float32, from 0x1 to 0xffffffff, "
           "which is all of them";
  };
  CHECK_THROWS_WITH(sj::flip_mask(0, 0), sentence("0"));
  CHECK_THROWS_WITH(sj::flip_mask(0, -1), sentence("-1"));
  CHECK_THROWS_WITH(sj::flip_mask(0, 0x100000003), sentence("4294967299"));
  CHECK_THROWS_AS(sj::flip_mask(0, 0u), sj::NoSuchMask);
  STATIC_REQUIRE(sj::flip_mask(0, 1).alteration == sj::Alteration::flips(1));
  STATIC_REQUIRE(sj::flip_mask(0, 0xffffffff).alteration == sj::Alteration::flips(0xffffffffu));
  STATIC_REQUIRE(sj::flip_mask(0, std::int64_t{0x80000000}).alteration == sj::Alteration::flips(0x80000000u));
}

TEST_CASE("a window in which there is no fault is refused by every kind of fault") {
  const auto sentence = [](const std::string& window) {
    return "spikingjet: a fault with the window " + window +
           " is there in no step; 'begin' is its first step, from 0 on, 'end' the first without it, and a 'duty' is at "
           "least 1";
  };
  CHECK_THROWS_WITH(sj::bit_flip(0, 3, {.begin = 5, .end = 3}), sentence("[5, 3)"));
  CHECK_THROWS_WITH(sj::stuck_at_0(0, 3, {.begin = 5, .end = 5}), sentence("[5, 5)"));
  CHECK_THROWS_WITH(sj::stuck_at_1(0, 3, {.end = 0}), sentence("[0, 0)"));
  CHECK_THROWS_WITH(sj::flip_mask(0, 3, {.duty = 0}), sentence("[0, end of the run) and a duty of 0"));
  CHECK_THROWS_WITH(sj::dead(0, {.begin = static_cast<std::uint32_t>(-1)}),
                    sentence("[4294967295 (-1?), end of the run)"));
  CHECK_THROWS_WITH(sj::saturated(0, {.begin = static_cast<std::uint32_t>(-5)}),
                    sentence("[4294967291 (-5?), end of the run)"));
  CHECK_THROWS_WITH(sj::set_value(0, 1.0F, {.begin = 3, .end = static_cast<std::uint32_t>(-2)}),
                    sentence("[3, 4294967294 (-2?))"));
  CHECK_THROWS_WITH(sj::scaled(0, 0.5F, {.begin = 9, .end = 1}), sentence("[9, 1)"));
  try {
    sj::dead(0, {.begin = 5, .end = 3});
    FAIL("not refused");
  } catch (const sj::EmptyWindow& refused) {
    CHECK(refused.window == sj::Window{.begin = 5, .end = 3});
    CHECK(refused.exit_status() == 2);
  }
  STATIC_REQUIRE(sj::dead(0, {.begin = 0x7fffffffu}).window.begin == 0x7fffffffu);
  STATIC_REQUIRE(sj::dead(0, {.begin = 2, .end = 3}).window.contains(2));
  STATIC_REQUIRE(sj::dead(0, {.duty = 1}).window.duty == 1);
}

TEST_CASE("a value of another type is rounded to float32, and refused where that would make it infinite") {
  STATIC_REQUIRE(sj::set_value(0, 0.1).alteration == sj::Alteration::sets(0.1F));
  STATIC_REQUIRE(sj::set_value(0, -3).alteration == sj::Alteration::sets(-3.0F));
  STATIC_REQUIRE(sj::scaled(0, 0.1).alteration == sj::Alteration::scales(0.1F));
  STATIC_REQUIRE(sj::set_value(0, 0x1.fffffefp127).alteration == sj::Alteration::sets(0x1.fffffep127F));
  STATIC_REQUIRE(sj::set_value(0, std::numeric_limits<double>::infinity()).alteration ==
                 sj::Alteration::sets(std::numeric_limits<float>::infinity()));
  CHECK(sj::set_value(0, sj::to_float(0x7f812345u)).alteration.set == 0x7f812345u);  // a float's bits stay
  CHECK_THROWS_WITH(sj::set_value(0, 1e39),
                    "spikingjet: 1e+39 is too large for a float32, whose largest value is 3.4028235e+38");
  CHECK_THROWS_WITH(sj::scaled(0, -1e39),
                    "spikingjet: -1e+39 is too large for a float32, whose largest value is 3.4028235e+38");
  CHECK_THROWS_AS(sj::set_value(0, 0x1.ffffffp127), sj::NotAFloat32);
}
