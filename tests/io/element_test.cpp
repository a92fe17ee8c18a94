// SPDX-License-Identifier: MIT
#include "catch.hpp"
#include "io/fixture.hpp"

#include <spikingjet/io/element.hpp>

#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

using namespace spikingjet;

namespace {

using Kind = ElementType::Kind;

template <class Out>
std::vector<Out> converted(ElementType type, const std::string& bytes, bool swapped = false) {
  std::vector<Out> out(bytes.size() / type.width);
  convert_elements(type, bytes_of(bytes), swapped, std::span(out));
  return out;
}

}  // namespace

TEST_CASE("bfloat16 is exact, for every word that there is") {
  for (std::uint32_t word = 0; word < 0x10000u; ++word) {
    const int exponent = int(word >> 7 & 255);
    const double mantissa = word & 127;
    double magnitude = exponent == 0 ? std::ldexp(mantissa, -133) : std::ldexp(128.0 + mantissa, exponent - 134);
    if (exponent == 255) magnitude = std::numeric_limits<double>::infinity();
    float expected = std::copysign(static_cast<float>(magnitude), word & 0x8000u ? -1.0F : 1.0F);
    if (exponent == 255 && mantissa != 0)
      expected = to_float((word & 0x8000u) << 16 | 0x7f800000u | (word & 127u) << 16);
    const float found = brain_to_float(static_cast<std::uint16_t>(word));
    if (to_word(found) != to_word(expected)) FAIL(word);
  }
}

TEST_CASE("elements become floats, in either byte order") {
  CHECK(converted<float>({Kind::brain, 2}, "\x80\x3f\x49\xc0") == std::vector{1.0F, -3.140625F});
  CHECK(converted<float>({Kind::brain, 2}, "\x3f\x80\xc0\x49", true) == std::vector{1.0F, -3.140625F});
  CHECK(converted<float>({Kind::ieee, 8}, little_endian(0x3fb999999999999a, 8)) == std::vector{0.1F});
  CHECK(converted<float>({Kind::boolean, 1}, std::string("\0\1\2", 3)) == std::vector{0.0F, 1.0F, 1.0F});
  CHECK(converted<float>({Kind::sint, 2}, "\xfd\xff") == std::vector{-3.0F});
  CHECK(converted<float>({Kind::uint, 2}, "\xfd\xff") == std::vector{65533.0F});
}

TEST_CASE("elements become doubles without a float32 in between where they are wider") {
  CHECK(converted<double>({Kind::ieee, 8}, little_endian(0x3fb999999999999a, 8)) == std::vector{0.1});
  CHECK(converted<double>({Kind::uint, 4}, little_endian(4294967295u, 4)) == std::vector{4294967295.0});
  CHECK(converted<double>({Kind::sint, 8}, little_endian(1u << 31 | 1u, 8)) == std::vector{2147483649.0});
  CHECK(converted<double>({Kind::ieee, 4}, little_endian(0x3dcccccd, 4)) == std::vector{static_cast<double>(0.1F)});
  CHECK(converted<double>({Kind::ieee, 2}, little_endian(0x3800, 2)) == std::vector{0.5});
}
