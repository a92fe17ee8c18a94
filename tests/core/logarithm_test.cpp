// SPDX-License-Identifier: MIT
#include <spikingjet/core/bits.hpp>
#include <spikingjet/core/lanes/native.hpp>
#include <spikingjet/core/logarithm.hpp>

#include "catch.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>

namespace sj = spikingjet;

TEST_CASE("the logarithm is within an ulp of the true one, from the smallest subnormal to one") {
  double worst = 0;  // [ulp]
  for (std::uint32_t word = 1; word <= 0x3f800000u; word += word > 0x3f000000u ? 61 : 1009) {
    const float x = sj::to_float(word);
    const double exact = std::log(double(x));
    const double ulp = std::ldexp(1.0, (exact == 0 ? -126 : std::ilogb(exact)) - 23);
    worst = std::max(worst, std::abs(double(sj::log_of_unit(x)) - exact) / ulp);
  }
  CHECK(worst < 1.0);
}

TEST_CASE("the logarithm of 1 is +0, of zeros -infinity, of NaN NaN, of powers of two the product with ln 2") {
  CHECK(sj::to_word(sj::log_of_unit(1.0F)) == 0u);
  CHECK(sj::log_of_unit(0.0F) == -std::numeric_limits<float>::infinity());
  CHECK(sj::log_of_unit(-0.0F) == -std::numeric_limits<float>::infinity());
  CHECK(std::isnan(sj::log_of_unit(std::numeric_limits<float>::quiet_NaN())));
  for (int n = 1; n <= 149; ++n) CHECK(sj::log_of_unit(std::ldexp(1.0F, -n)) == static_cast<float>(-n * std::log(2.0)));
}

TEST_CASE("the logarithm has fixed bits") {
  // From a program with the formula's operations in another language, each rounded to float32.
  CHECK(sj::to_word(sj::log_of_unit(0.9F)) == 0xbdd7c745u);
  CHECK(sj::to_word(sj::log_of_unit(0.5F)) == 0xbf317218u);
  CHECK(sj::to_word(sj::log_of_unit(0.1F)) == 0xc0135d8eu);
  CHECK(sj::to_word(sj::log_of_unit(1e-40F)) == 0xc2b834f2u);
}

TEST_CASE("lanes of the logarithm have the scalar's bits") {
  using V = sj::Lanes;
  for (std::uint32_t word = 1; word <= 0x3f800000u; word += 40009) {
    float x[V::size];
    float y[V::size];
    for (std::size_t l = 0; l < V::size; ++l)
      x[l] = sj::to_float((word + std::uint32_t(l) * 0x01234567u) % 0x3f800001u);
    sj::log_of_unit(V::load_unaligned(x)).store_unaligned(y);
    for (std::size_t l = 0; l < V::size; ++l)
      if (sj::to_word(y[l]) != sj::to_word(sj::log_of_unit(x[l]))) FAIL("lane " << l << ", " << x[l]);
  }
}
