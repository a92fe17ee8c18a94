// SPDX-License-Identifier: MIT
#include <spikingjet/core/bits.hpp>

#include "catch.hpp"

#include <bit>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>

namespace sj = spikingjet;

namespace {

std::uint32_t memory_of(float value) {
  std::uint32_t word = 0;
  std::memcpy(&word, &value, sizeof word);
  return word;
}

}  // namespace

TEST_CASE("a float's word is its memory, and the word gives the float back") {
  for (const float value : {0.0F, -0.0F, 1.0F, -2.5F, 3.4028235e38F, 1e-45F, std::numeric_limits<float>::infinity()}) {
    CHECK(sj::to_word(value) == memory_of(value));
    CHECK(memory_of(sj::to_float(sj::to_word(value))) == memory_of(value));
  }
  static_assert(sj::to_word(1.0F) == 0x3f800000u);
  static_assert(sj::to_word(-0.0F) == 0x80000000u);
}

TEST_CASE("a NaN's payload survives the way to a word and back") {
  for (const std::uint32_t word : {0x7fc00000u, 0x7fc00001u, 0xffc12345u, 0x7fffffffu})
    CHECK(sj::to_word(sj::to_float(word)) == word);
}

TEST_CASE("the fields of a float32 share no bit and cover all") {
  using F = sj::Binary32;
  static_assert((F::sign ^ F::exponent ^ F::mantissa) == 0xffffffffu);
  static_assert((F::sign & F::exponent) == 0 && (F::exponent & F::mantissa) == 0 && (F::sign & F::mantissa) == 0);
  CHECK(sj::to_float(F::largest) == std::numeric_limits<float>::max());
  CHECK(std::isnan(sj::to_float(F::canonical_nan)));
}

TEST_CASE("finite and NaN are decided as the standard library decides them") {
  const std::uint32_t words[] = {0x00000000u, 0x80000000u, 0x00000001u, 0x007fffffu, 0x00800000u, 0x7f7fffffu,
                                 0x7f800000u, 0xff800000u, 0x7f800001u, 0xff800001u, 0x7fc00000u, 0xffffffffu};
  for (const std::uint32_t word : words) {
    const float value = sj::to_float(word);
    INFO(std::hex << word);
    CHECK(sj::is_finite(value) == bool(std::isfinite(value)));
    CHECK(sj::is_nan(value) == bool(std::isnan(value)));
  }
}

TEST_CASE("canonical turns every NaN into one word and leaves every other value's bits", "[law]") {
  for (const std::uint32_t word : {0x7fc00000u, 0xffc00000u, 0x7f800001u, 0x7fffffffu, 0xffffffffu})
    CHECK(sj::to_word(sj::canonical(sj::to_float(word))) == 0x7fc00000u);
  for (const std::uint32_t word : {0u, 0x80000000u, 1u, 0x3f800000u, 0x7f7fffffu, 0x7f800000u, 0xff800000u})
    CHECK(sj::to_word(sj::canonical(sj::to_float(word))) == word);
}

TEST_CASE("bits are counted, and the lowest one found, as the standard library does") {
  std::uint32_t word = 1;
  for (int i = 0; i < 10'000; ++i, word = word * 1664525u + 1013904223u) {
    CHECK(sj::count_bits(word) == std::popcount(word));
    if (word != 0) CHECK(sj::lowest_bit(word) == std::countr_zero(word));
  }
  for (unsigned bit = 0; bit < 32; ++bit) CHECK(sj::lowest_bit(std::uint32_t{1} << bit) == int(bit));
  CHECK(sj::count_bits(0) == 0);
}
