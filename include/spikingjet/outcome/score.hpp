// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/config.hpp>
#include <spikingjet/core/equal_bits.hpp>

#include <array>
#include <cstddef>
#include <cstdint>

namespace spikingjet {

/// e^x for x <= 0, from + - * alone, so that every compiler, vector library and device gives the same bits.
///
/// Reduction x = n ln 2 + r with |r| <= ln 2 / 2, then the Taylor polynomial of degree 13, then a product with 2^n.
///
/// **Laws** within 2 ulp of the true value down to 2^-1021; +0 below; 1 at 0; NaN gives NaN.
/// **Source** Cody and Waite, "Software manual for the elementary functions", 1980, chapter 6 (the split of ln 2).
SPIKINGJET_HD constexpr double exp_of_nonpositive(double x) {
  if (x != x) return x;
  if (x < -707.0) return 0.0;
  constexpr double log2_e = 0x1.71547652b82fep+0;
  constexpr double ln2_high = 0x1.62e42fefa0000p-1;  // 37 bits: n * ln2_high is exact
  constexpr double ln2_low = 0x1.cf79abc9e3b3ap-40;
  const auto n = static_cast<std::int64_t>(x * log2_e - 0.5);  // rounds to nearest, as x <= 0
  const double r = (x - double(n) * ln2_high) - double(n) * ln2_low;

  constexpr double coefficient[] = {1.0,           1.0,           1.0 / 2,        1.0 / 6,         1.0 / 24,
                                    1.0 / 120,     1.0 / 720,     1.0 / 5040,     1.0 / 40320,     1.0 / 362880,
                                    1.0 / 3628800, 1.0 / 39916800, 1.0 / 479001600, 1.0 / 6227020800};
  double sum = coefficient[13];
  for (int degree = 12; degree >= 0; --degree) sum = sum * r + coefficient[degree];
  const double power = __builtin_bit_cast(double, static_cast<std::uint64_t>(n + 1023) << 52);
  return sum * power;
}

/// The same bits, looked up where x is a whole number above -128: readouts that count spikes differ by whole numbers.
inline double exp_of_nonpositive_looked_up(double x) {
  constexpr int most = 128;
  static constexpr auto table = [] {
    std::array<double, most> exps{};
    for (int n = 0; n < most; ++n) exps[std::size_t(n)] = exp_of_nonpositive(-n);
    return exps;
  }();
  if (!(x > -most)) return exp_of_nonpositive(x);
  const int n = static_cast<int>(-x);
  return double(-n) == x ? table[std::size_t(n)] : exp_of_nonpositive(x);
}

/// The class with the largest readout value; ties go to the lowest index. The readout must hold no NaN.
///
/// **Shapes** readout (classes), at least one.
SPIKINGJET_HD constexpr std::size_t top_class(const float* readout, std::size_t classes) {
  std::size_t best = 0;
  for (std::size_t c = 1; c < classes; ++c)
    if (readout[c] > readout[best]) best = c;
  return best;
}

/// The softmax score of the top class: float32(e_top / sum of e_i), e_i = exp(r_i - max) in float64, summed in index
/// order. The readout must be finite.
///
/// **Shapes** readout (classes), at least one.
SPIKINGJET_HD constexpr float top_score(const float* readout, std::size_t classes) {
  const double largest = double(readout[top_class(readout, classes)]);
  double sum = 0;
  for (std::size_t c = 0; c < classes; ++c) sum = sum + exp_of_nonpositive(double(readout[c]) - largest);
  return static_cast<float>(1.0 / sum);
}

/// The same bits on a host, faster for readouts that count spikes; `top` is the top class.
inline float top_score(const float* readout, std::size_t classes, std::size_t top) {
  const double largest = double(readout[top]);
  double sum = 0;
  for (std::size_t c = 0; c < classes; ++c) sum = sum + exp_of_nonpositive_looked_up(double(readout[c]) - largest);
  return static_cast<float>(1.0 / sum);
}

/// The softmax scores of all classes, by the same formula.
///
/// **Shapes** readout and score (classes).
SPIKINGJET_HD constexpr void softmax(const float* readout, std::size_t classes, float* score) {
  const double largest = double(readout[top_class(readout, classes)]);
  double sum = 0;
  for (std::size_t c = 0; c < classes; ++c) sum = sum + exp_of_nonpositive(double(readout[c]) - largest);
  for (std::size_t c = 0; c < classes; ++c)
    score[c] = static_cast<float>(exp_of_nonpositive(double(readout[c]) - largest) / sum);
}

}  // namespace spikingjet
