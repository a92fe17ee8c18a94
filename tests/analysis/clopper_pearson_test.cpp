// SPDX-License-Identifier: MIT
#include "catch.hpp"

#include <spikingjet/analysis/clopper_pearson.hpp>

#include <cmath>
#include <cstdint>

using namespace spikingjet;

namespace {

/// P(X <= k) for a binomial X, summed.
double binomial_at_most(std::uint64_t k, std::uint64_t n, double p) {
  double sum = 0;
  for (std::uint64_t i = 0; i <= k; ++i) {
    const double choose = std::lgamma(double(n) + 1) - std::lgamma(double(i) + 1) - std::lgamma(double(n - i) + 1);
    sum += std::exp(choose + double(i) * std::log(p) + double(n - i) * std::log1p(-p));
  }
  return sum;
}

}  // namespace

TEST_CASE("Clopper and Pearson's bounds leave half of the doubt on each side", "[law]") {
  for (const std::uint64_t n : {5u, 40u, 1000u})
    for (const std::uint64_t k : {std::uint64_t(1), n / 3, n - 1})
      for (const double confidence : {0.9, 0.95, 0.99}) {
        CAPTURE(n, k, confidence);
        const Interval interval = clopper_pearson(k, n, confidence);
        const double tail = (1 - confidence) / 2;
        CHECK(binomial_at_most(k, n, interval.high) == Approx(tail).epsilon(1e-9));
        CHECK(1 - binomial_at_most(k - 1, n, interval.low) == Approx(tail).epsilon(1e-9));
        CHECK(interval.low < double(k) / double(n));
        CHECK(interval.high > double(k) / double(n));
      }
}

TEST_CASE("Clopper and Pearson's interval without a hit, and with nothing else") {
  CHECK(clopper_pearson(0, 100, 0.95).low == 0);
  CHECK(clopper_pearson(0, 100, 0.95).high == Approx(1 - std::pow(0.025, 0.01)));
  CHECK(clopper_pearson(100, 100, 0.95).low == Approx(std::pow(0.025, 0.01)));
  CHECK(clopper_pearson(100, 100, 0.95).high == 1);
  CHECK(clopper_pearson(0, 0, 0.95) == Interval{0, 1});
}

TEST_CASE("more hits than trials are refused") {
  CHECK_THROWS_WITH(
      clopper_pearson(3, 2, 0.95),
      "spikingjet: 'clopper_pearson' was given 3 hits in 2 trials; there must be no more hits than trials");
  CHECK_THROWS_AS(clopper_pearson(1, 2, 0), BadProportion);
}
