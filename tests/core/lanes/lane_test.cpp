// SPDX-License-Identifier: MIT
#include <spikingjet/core/bits.hpp>
#include <spikingjet/core/lanes/lane.hpp>

#include "catch.hpp"

#include <limits>

namespace sj = spikingjet;

namespace {

constexpr float inf = std::numeric_limits<float>::infinity();
constexpr float quiet_nan = std::numeric_limits<float>::quiet_NaN();
constexpr float least = std::numeric_limits<float>::denorm_min();

}  // namespace

TEST_CASE("heaviside is one above zero only, and zero for NaN and both zeros") {
  CHECK(sj::to_word(sj::heaviside(1.0F)) == sj::to_word(1.0F));
  CHECK(sj::to_word(sj::heaviside(least)) == sj::to_word(1.0F));
  CHECK(sj::to_word(sj::heaviside(inf)) == sj::to_word(1.0F));
  for (const float x : {0.0F, -0.0F, -least, -1.0F, -inf, quiet_nan, -quiet_nan})
    CHECK(sj::to_word(sj::heaviside(x)) == 0u);
}

TEST_CASE("clamping to the unit interval keeps NaN, both zeros and what lies inside, bit for bit") {
  for (const float b : {0.0F, -0.0F, least, 0.5F, 1.0F, quiet_nan, sj::to_float(0xffc12345u)})
    CHECK(sj::to_word(sj::clamp_to_unit(b)) == sj::to_word(b));
  for (const float b : {-least, -1.0F, -inf}) CHECK(sj::to_word(sj::clamp_to_unit(b)) == 0u);
  for (const float b : {1.0F + std::numeric_limits<float>::epsilon(), 2.0F, inf})
    CHECK(sj::to_word(sj::clamp_to_unit(b)) == sj::to_word(1.0F));
}

TEST_CASE("clamping twice is clamping once", "[law]") {
  for (std::uint32_t word = 0; word < 0xff000000u; word += 0x00123457u) {
    const float once = sj::clamp_to_unit(sj::to_float(word));
    if (sj::to_word(sj::clamp_to_unit(once)) != sj::to_word(once)) FAIL("word " << word);
  }
  SUCCEED();
}

TEST_CASE("a list of no values compiles, and values are written and read by index") {
  [[maybe_unused]] sj::Values<float, 0> none{};
  sj::Values<float, 3> values{};
  values[2] = 4.0F;
  CHECK(values[0] == 0.0F);
  CHECK(values[2] == 4.0F);
}
