// SPDX-License-Identifier: MIT
#include "catch.hpp"

#include <spikingjet/analysis/portable_functions.hpp>

#include <cmath>
#include <cstdint>
#include <limits>
#include <random>

using namespace spikingjet;

TEST_CASE("the portable logarithm and exponential are within 4 ulp", "[law]") {
  const std::uint64_t seed = 3;
  CAPTURE(seed);
  std::mt19937_64 random(seed);
  constexpr double epsilon = std::numeric_limits<double>::epsilon();
  for (int i = 0; i < 10'000; ++i) {
    const double u = double(random() >> 11) * 0x1p-53;
    const double x = std::ldexp(1 + u, int(random() % 2000) - 1000);
    const double near_one = 1 + (u - 0.5) / 8;
    const double y = 1400 * u - 700;
    CAPTURE(x, near_one, y);
    REQUIRE(std::abs(detail::portable_log(x) - std::log(x)) <= 4 * epsilon * std::abs(std::log(x)));
    REQUIRE(std::abs(detail::portable_log(near_one) - std::log(near_one)) <=
            4 * epsilon * std::abs(std::log(near_one)));
    REQUIRE(std::abs(detail::portable_exp(y) - std::exp(y)) <= 4 * epsilon * std::exp(y));
  }
}

TEST_CASE("the portable logarithm and exponential at their limits") {
  CHECK(detail::portable_log(1) == 0);
  CHECK(std::abs(detail::portable_log(std::numeric_limits<double>::denorm_min()) + 744.4400719213812) < 1e-12);
  CHECK(detail::portable_exp(0) == 1);
  CHECK(detail::portable_exp(-800) == 0);
  CHECK(detail::portable_exp(800) == std::numeric_limits<double>::infinity());
}
