// SPDX-License-Identifier: MIT
#include <spikingjet/core/lanes/division.hpp>
#include <spikingjet/core/lanes/native.hpp>

#include "catch.hpp"
#include "laws/random_values.hpp"
#include "reference.hpp"

#include <cstddef>
#include <cstdint>

namespace sj = spikingjet;

TEST_CASE("lanes divide as scalars do, bit by bit", "[law]") {
  constexpr std::uint32_t seed = 20260131;
  INFO("seed " << seed);
  laws::RandomValues random(seed);
  for (int i = 0; i < 20'000; ++i) {
    float a[sj::native_lanes];
    float b[sj::native_lanes];
    float quotient[sj::native_lanes];
    for (std::size_t l = 0; l < sj::native_lanes; ++l) {
      a[l] = random();
      b[l] = random();
    }
    sj::store_lanes(quotient, sj::load_lanes(a) / sj::load_lanes(b));
    for (std::size_t l = 0; l < sj::native_lanes; ++l) {
      const float expected = reference::with_one_nan(a[l] / b[l]);
      if (reference::word_of(reference::with_one_nan(quotient[l])) != reference::word_of(expected))
        FAIL(a[l] << " / " << b[l] << " is " << expected << ", not " << quotient[l] << ", in lane " << l);
    }
  }
  SUCCEED();
}
