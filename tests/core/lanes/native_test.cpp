// SPDX-License-Identifier: MIT
#include <spikingjet/core/lanes/native.hpp>

#include "catch.hpp"
#include "reference.hpp"

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>

namespace sj = spikingjet;

TEST_CASE("a number of values takes as many vectors as hold all of them") {
  CHECK(sj::vectors_of(0) == 0);
  for (std::size_t n = 1; n <= 100; ++n) {
    CHECK(sj::vectors_of(n) * sj::native_lanes >= n);
    CHECK((sj::vectors_of(n) - 1) * sj::native_lanes < n);
  }
}

TEST_CASE("loading and storing lanes keeps every bit at any address") {
  float from[sj::lane_slack + 3];
  float to[sj::lane_slack + 3];
  const std::uint32_t words[] = {0x7f812345u, 0xffc00001u, 0x00000001u, 0x80000000u,
                                 0x7f800000u, 0x3f800000u, 0x007fffffu};
  for (std::size_t offset = 0; offset < 3; ++offset) {
    for (std::size_t i = 0; i < std::size(from); ++i) from[i] = reference::float_of(words[i % std::size(words)]);
    std::memset(to, 0, sizeof to);
    sj::store_lanes(to + offset, sj::load_lanes(from + offset));
    CHECK(std::memcmp(to + offset, from + offset, sj::native_lanes * sizeof(float)) == 0);
  }
}

TEST_CASE("each lane has its own bit, and NaN equals nothing") {
  constexpr float nan = std::numeric_limits<float>::quiet_NaN();
  for (std::uint64_t pattern = 0; pattern < 64; ++pattern) {
    float values[sj::native_lanes];
    std::uint64_t expected = 0;
    for (std::size_t l = 0; l < sj::native_lanes; ++l) {
      const bool set = ((pattern * 0x9E3779B97F4A7C15u) >> l & 1) != 0;
      values[l] = set ? (l % 3 == 0 ? nan : l % 3 == 1 ? -1e-45F : 2.0F) : (l % 2 == 0 ? 0.0F : -0.0F);
      if (set) expected |= std::uint64_t{1} << l;
    }
    CHECK(sj::lane_bits(!(sj::load_lanes(values) == sj::Lanes(0.0F))) == expected);
  }
}

TEST_CASE("lanes choose and compare as scalars do") {
  constexpr float inf = std::numeric_limits<float>::infinity();
  constexpr float nan = std::numeric_limits<float>::quiet_NaN();
  const float odd[] = {0.0F, -0.0F, 1e-45F, -1e-45F, 0.5F, 1.0F, 1.0000001F, -2.0F, 3e38F, inf, -inf, nan};
  const auto each = [](sj::Lanes lanes, float expected) {
    float values[sj::native_lanes];
    sj::store_lanes(values, lanes);
    for (const float value : values)
      if (std::memcmp(&value, &expected, sizeof value) != 0) return false;
    return true;
  };
  for (const float a : odd) {
    INFO("a " << a);
    CHECK(each(sj::heaviside(sj::Lanes(a)), a > 0 ? 1.0F : 0.0F));
    CHECK(each(sj::clamp_to_unit(sj::Lanes(a)), a < 0 ? 0.0F : a > 1 ? 1.0F : a));
    for (const float b : odd) CHECK(each(sj::fires(sj::Lanes(a), sj::Lanes(b)), a - b > 0 ? 1.0F : 0.0F));
  }
}
