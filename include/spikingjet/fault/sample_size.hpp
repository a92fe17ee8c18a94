// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/equal_bits.hpp>
#include <spikingjet/core/error.hpp>

#include <charconv>
#include <cmath>
#include <cstdint>
#include <string>
#include <utility>

namespace spikingjet {

/// A confidence, margin or probability that does not lie where it must.
class BadProportion : public Misuse {
 public:
  BadProportion(std::string quantity, double given, const std::string& rule)
      : Misuse("spikingjet: '" + quantity + "' is " + text(given) + ", but must " + rule),
        name(std::move(quantity)),
        value(given) {}

  std::string name;
  double value;

 private:
  static std::string text(double given) {
    char buffer[32];
    return {buffer, std::to_chars(buffer, buffer + sizeof buffer, given).ptr};
  }
};

namespace detail {

inline void require_inside_0_1(const char* name, double value) {
  if (!(value > 0 && value < 1)) throw BadProportion(name, value, "lie between 0 and 1, both excluded");
}

}  // namespace detail

/// The t that a standard normal variable stays within with this confidence: P(|Z| <= t) = confidence.
///
/// **Laws** 1.96 at 0.95 and 2.58 at 0.99, as the field writes them; elsewhere exact to double precision.
/// **Errors** `BadProportion` where the confidence is not inside (0, 1).
inline double quantile(double confidence) {
  detail::require_inside_0_1("confidence", confidence);
  if (confidence == 0.95) return 1.96;
  if (confidence == 0.99) return 2.58;
  double low = 0;
  double high = 40;  // P(|Z| > 40) is below the smallest double
  for (;;) {         // bisection on P(|Z| > t) = erfc(t / sqrt(2)), which falls with t
    const double middle = low + (high - low) / 2;
    if (middle <= low || middle >= high) return middle;
    (std::erfc(middle / std::sqrt(2.0)) > 1 - confidence ? low : high) = middle;
  }
}

/// How many of `population` faults a simple random sample needs to estimate a rate within +- `margin`.
///
/// `p` is the rate one expects; 0.5 is the worst case.
///
/// **Laws** n = N / (1 + e^2 (N-1) / (t^2 p (1-p))), rounded down; never more than the population; 0 where p is 0 or 1.
/// **Errors** `BadProportion` where margin or confidence is not inside (0, 1), or p not in [0, 1].
/// **Source** Leveugle et al., "Statistical fault injection: quantified error and confidence", DATE 2009, equation 4.
inline std::uint64_t sample_size(std::uint64_t population, double margin, double confidence, double p = 0.5) {
  detail::require_inside_0_1("margin", margin);
  if (!(p >= 0 && p <= 1)) throw BadProportion("p", p, "lie in [0, 1]");
  const double t = quantile(confidence);
  if (population == 0 || p == 0 || p == 1) return 0;
  const auto n = double(population);
  return std::uint64_t(n / (1 + margin * margin * (n - 1) / (t * t * p * (1 - p))));
}

}  // namespace spikingjet
