// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/config.hpp>

#include <cmath>
#include <limits>

namespace spikingjet::detail {

inline constexpr double ln2_high = 0x1.62e42feep-1;  // 32 bits: n * ln2_high is exact
inline constexpr double ln2_low = 0x1.a39ef35793c76p-33;

/// ln x for finite x > 0 in float64 from + - * / alone: the same bits on every platform, where those of libms differ.
///
/// **Laws** within 4 ulp; 0 at 1.
/// **Source** x = m 2^n with m in [sqrt(1/2), sqrt(2)), ln m = 2 artanh((m - 1) / (m + 1)).
inline double portable_log(double x) {
  int n = 0;
  double m = std::frexp(x, &n);  // exact, in [1/2, 1)
  if (m < 0x1.6a09e667f3bcdp-1) {
    m *= 2;
    --n;
  }
  const double s = (m - 1) / (m + 1);
  const double z = s * s;
  double sum = 0;
  for (int k = 23; k >= 3; k -= 2) sum = z * (1.0 / k + sum);
  return (2 * s * sum + (2 * s + n * ln2_low)) + n * ln2_high;
}

/// e^x in float64 from + - * / alone: the same bits on every platform.
///
/// **Laws** within 4 ulp where the result is neither subnormal nor infinite; 0 for x below -745, infinite above 709.
/// **Source** x = n ln 2 + r with |r| <= ln(2)/2, and the series of e^r.
inline double portable_exp(double x) {
  if (x < -745) return 0;
  if (x > 709) return std::numeric_limits<double>::infinity();
  const double n = std::floor(x / (ln2_high + ln2_low) + 0.5);
  const double r = (x - n * ln2_high) - n * ln2_low;
  double sum = 1;
  for (int k = 16; k >= 1; --k) sum = 1 + r * sum / k;
  return std::ldexp(sum, int(n));
}

}  // namespace spikingjet::detail
