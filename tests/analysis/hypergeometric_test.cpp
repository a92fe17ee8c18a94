// SPDX-License-Identifier: MIT
#include "catch.hpp"

#include <spikingjet/analysis/clopper_pearson.hpp>
#include <spikingjet/analysis/hypergeometric.hpp>

#include <cmath>
#include <cstdint>
#include <utility>

using namespace spikingjet;

namespace {

double choose(double n, double k) {
  if (k < 0 || k > n) return 0;
  double product = 1;
  for (double i = 1; i <= k; ++i) product = product * (n - k + i) / i;
  return product;
}

}  // namespace

TEST_CASE("the hypergeometric distribution is that of counting", "[law]") {
  for (const std::uint64_t population : {1u, 7u, 30u})
    for (std::uint64_t hits = 0; hits <= population; ++hits)
      for (std::uint64_t drawn = 1; drawn <= population; ++drawn) {
        double sum = 0;
        for (std::uint64_t k = 0; k <= drawn; ++k) {
          sum += choose(double(hits), double(k)) * choose(double(population - hits), double(drawn) - double(k));
          const double expected = sum / choose(double(population), double(drawn));
          CAPTURE(population, hits, drawn, k);
          REQUIRE(std::abs(detail::hypergeometric_at_most(k, drawn, hits, population) - expected) < 1e-12);
        }
      }
}

TEST_CASE("hypergeometric intervals are those of another program") {
  struct Expected {
    std::uint64_t hits, drawn, population;
    double confidence;
    double low, high;
  };
  const Expected expected[] = {
      // tests/data/intervals.py: all numbers of hits that SciPy does not exclude
      {0, 20, 32, 0.95, 0.0, 0.09375},
      {0, 20, 32, 0.99, 0.0, 0.125},
      {1, 20, 32, 0.95, 0.03125, 0.15625},
      {1, 20, 32, 0.99, 0.03125, 0.21875},
      {20, 20, 32, 0.95, 0.90625, 1.0},
      {20, 20, 32, 0.99, 0.875, 1.0},
      {7, 31, 32, 0.95, 0.21875, 0.25},
      {7, 31, 32, 0.99, 0.21875, 0.25},
      {3, 100, 1344, 0.95, 0.00744047619047619, 0.08258928571428571},
      {3, 100, 1344, 0.99, 0.004464285714285714, 0.10193452380952381},
      {50, 100, 1344, 0.95, 0.4025297619047619, 0.5974702380952381},
      {50, 100, 1344, 0.99, 0.3742559523809524, 0.6257440476190477},
      {30, 500, 5000, 0.95, 0.0418, 0.0832},
      {30, 500, 5000, 0.99, 0.0372, 0.091},
  };
  for (const Expected& e : expected) {
    CAPTURE(e.hits, e.drawn, e.population, e.confidence);
    const Interval found = hypergeometric_interval(e.hits, e.drawn, e.population, e.confidence);
    CHECK(found.low == e.low);
    CHECK(found.high == e.high);
  }
}

TEST_CASE("hypergeometric intervals hold the rate as often as they promise, for each number of hits", "[law]") {
  for (const double confidence : {0.95, 0.99})
    for (const auto& [population, drawn] : {std::pair<std::uint64_t, std::uint64_t>{32, 20}, {32, 31}, {200, 40}})
      for (std::uint64_t hits = 0; hits <= population; ++hits) {
        const double rate = double(hits) / double(population);
        double held = 0;
        double before = 0;
        for (std::uint64_t k = 0; k <= drawn; ++k) {
          const double at_most = detail::hypergeometric_at_most(k, drawn, hits, population);
          const Interval found = hypergeometric_interval(k, drawn, population, confidence);
          if (found.low <= rate && rate <= found.high) held += at_most - before;
          before = at_most;
        }
        CAPTURE(population, drawn, hits);
        REQUIRE(held >= confidence - 1e-12);
      }
}

TEST_CASE("the hypergeometric interval of few of a large population is Clopper and Pearson's") {
  for (const std::uint64_t hits : {0u, 3u, 50u, 100u}) {
    const Interval finite = hypergeometric_interval(hits, 100, 1'000'000'000'000, 0.95);
    const Interval infinite = clopper_pearson(hits, 100, 0.95);
    CAPTURE(hits);
    CHECK(std::abs(finite.low - infinite.low) < 1e-8);
    CHECK(std::abs(finite.high - infinite.high) < 1e-8);
  }
}

TEST_CASE("hypergeometric intervals at their limits") {
  for (const std::uint64_t hits : {0u, 1u, 7u, 32u}) {
    const double rate = double(hits) / 32;
    CHECK(hypergeometric_interval(hits, 32, 32, 0.95) == Interval{rate, rate});
  }
  CHECK(hypergeometric_interval(0, 31, 32, 0.95) == Interval{0, 1.0 / 32});
  CHECK(hypergeometric_interval(0, 0, 32, 0.95) == Interval{0, 1});
  for (std::uint64_t hits = 0; hits <= 20; ++hits) {
    const Interval found = hypergeometric_interval(hits, 20, 32, 0.95);
    const Interval mirrored = hypergeometric_interval(20 - hits, 20, 32, 0.95);
    CHECK(std::abs(found.low - (1 - mirrored.high)) < 1e-15);
    CHECK(found.low <= double(hits) / 20);
    CHECK(found.high >= double(hits) / 20);
  }
}

TEST_CASE("impossible hypergeometric counts are refused") {
  CHECK_THROWS_WITH(
      hypergeometric_interval(3, 2, 10, 0.95),
      "spikingjet: 'hypergeometric_interval' was given 3 hits in 2 trials of 10; there must be no more hits "
      "than trials, and no more trials than the population has");
  CHECK_THROWS_AS(hypergeometric_interval(1, 11, 10, 0.95), Misuse);
  CHECK_THROWS_AS(hypergeometric_interval(1, 2, 10, 0), BadProportion);
}
