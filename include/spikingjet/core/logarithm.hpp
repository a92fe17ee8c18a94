// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/bits.hpp>
#include <spikingjet/core/config.hpp>
#include <spikingjet/core/lanes/lane.hpp>

namespace spikingjet {

namespace detail {

/// Scales m by a power of two and counts it, where m is below the power's inverse; exact.
template <class V>
SPIKINGJET_HD constexpr void scale_up(V& m, V& n, float power, float exponent) {
  const auto small = m < V(1.0F / power);
  n = select(small, n + V(exponent), n);
  m = select(small, m * V(power), m);
}

}  // namespace detail

/// ln x for x in [0, 1], from + - * / and comparisons alone, so that every compiler, vector library and device gives
/// the same bits.
///
/// Reduction x = m 2^-n with m in [sqrt(1/2), sqrt(2)), which is exact; with f = m - 1, s = f / (2 + f) and z = s s,
/// ln m = 2 artanh s = f - s (f - z (2/3 + z (2/5 + z (2/7 + z (2/9 + z 2/11))))); ln x = (ln m - n l) - n h, where h +
/// l is ln 2 and n h is exact. Each operation is rounded to float32, as written.
///
/// **Laws** within 1 ulp of the true value, subnormals included; +0 at 1; -infinity at 0 of either sign; NaN gives NaN.
/// **Source** the reduction and the split of ln 2 are those of Cody and Waite, "Software manual for the elementary
/// functions", 1980.
template <class V>
SPIKINGJET_HD constexpr V log_of_unit(V x) {
  constexpr float infinity = to_float(Binary32::exponent);
  constexpr float ln2_high = 0x1.62e3p-1F;  // 16 bits: n * ln2_high is exact
  constexpr float ln2_low = 0x1.2fefa2p-17F;
  V m = x;
  V n(0.0F);
  detail::scale_up(m, n, 0x1p64F, 64.0F);
  detail::scale_up(m, n, 0x1p64F, 64.0F);  // once more for subnormals
  detail::scale_up(m, n, 0x1p32F, 32.0F);
  detail::scale_up(m, n, 0x1p16F, 16.0F);
  detail::scale_up(m, n, 0x1p8F, 8.0F);
  detail::scale_up(m, n, 0x1p4F, 4.0F);
  detail::scale_up(m, n, 0x1p2F, 2.0F);
  detail::scale_up(m, n, 0x1p1F, 1.0F);
  const auto small = m < V(0x1.6a09e6p-1F);  // sqrt(1/2)
  n = select(small, n + V(1.0F), n);
  m = select(small, m * V(2.0F), m);

  const V f = m - V(1.0F);
  const V s = f / (V(2.0F) + f);
  const V z = s * s;
  const V r = z * (V(2.0F / 3) + z * (V(2.0F / 5) + z * (V(2.0F / 7) + z * (V(2.0F / 9) + z * V(2.0F / 11)))));
  const V log_m = f - s * (f - r);
  const V log_x = (log_m - n * V(ln2_low)) - n * V(ln2_high);
  return select(x == V(0.0F), V(-infinity), log_x);
}

}  // namespace spikingjet

// See core/lanes/lane.hpp: for a neuron model outside of the namespace.
template <std::same_as<float> V>
SPIKINGJET_HD constexpr V log_of_unit(V x) {
  return spikingjet::log_of_unit(x);
}
