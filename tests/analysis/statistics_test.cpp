// SPDX-License-Identifier: MIT
#include "catch.hpp"

#include <spikingjet/analysis/statistics.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <random>
#include <string>
#include <utility>
#include <vector>

using namespace spikingjet;

namespace {

constexpr double infinite = std::numeric_limits<double>::infinity();

using Faults = std::vector<std::pair<std::uint64_t, std::uint64_t>>;  // hits and samples of each

ClusterSample cluster_sample(const Faults& faults) {
  ClusterSample sample;
  for (const auto& [hits, samples] : faults) sample.add(hits, samples);
  return sample;
}

/// Rates of faults as campaigns find them: most never hit, a few always, some in between.
Faults random_faults(std::mt19937_64& random, std::size_t count, std::uint64_t samples, double never) {
  std::uniform_real_distribution<double> uniform;
  Faults faults;
  for (std::size_t i = 0; i < count; ++i) {
    const double kind = uniform(random);
    const double rate = kind < never ? 0 : kind < never + (1 - never) / 3 ? 1 : uniform(random);
    faults.emplace_back(std::uint64_t(rate * double(samples)), samples);
  }
  return faults;
}

}  // namespace

TEST_CASE("the margin of error inverts the sample size", "[law]") {
  for (const std::uint64_t population : {1000u, 381'120u, 100'000'000u})
    for (const double margin : {0.01, 0.05})
      for (const double confidence : {0.9, 0.95, 0.99})
        for (const double p : {0.1, 0.5}) {
          const double n = double(sample_size(population, margin, confidence, p));
          CAPTURE(population, margin, confidence, p, n);
          CHECK(margin_of_error(p, n, population, confidence) >= margin * (1 - 1e-12));
          CHECK(margin_of_error(p, n + 1, population, confidence) < margin);
        }
}

TEST_CASE("the margin of error by hand") {
  CHECK(margin_of_error(0.5, 100, std::nullopt, 0.95) == Approx(0.098));  // 1.96 * 0.5 / 10
  CHECK(margin_of_error(0.5, 100, 101, 0.95) == Approx(0.0098));          // * sqrt(1/100)
  CHECK(margin_of_error(0.1, 900, 1800, 0.99) == Approx(0.0258 * std::sqrt(900.0 / 1799)));
  CHECK(margin_of_error(0.5, 100, 100, 0.95) == 0);
  CHECK(margin_of_error(0.5, 1, 1, 0.95) == 0);
  CHECK_THROWS_AS(margin_of_error(1.1, 100, 101, 0.95), BadProportion);
}

TEST_CASE("Wilson's bounds solve (x - p)^2 = z^2 x (1 - x) / n", "[law]") {
  for (const double p : {0.0, 1e-6, 0.01, 0.3, 0.5, 0.9877, 1.0})
    for (const double n : {1.0, 7.5, 100.0, 1e6})
      for (const double confidence : {0.8, 0.95, 0.99}) {
        CAPTURE(p, n, confidence);
        const double z = quantile(confidence);
        const Interval interval = wilson(p, n, confidence);
        for (const double x : {interval.low, interval.high})
          CHECK((x - p) * (x - p) == Approx(z * z * x * (1 - x) / n).epsilon(1e-6).margin(1e-15));
        CHECK(0 <= interval.low);
        CHECK(interval.low <= p);
        CHECK(p <= interval.high);
        CHECK(interval.high <= 1);
        const Interval mirrored = wilson(1 - p, n, confidence);
        CHECK(mirrored.low == Approx(1 - interval.high).margin(1e-12));
        CHECK(mirrored.high == Approx(1 - interval.low).margin(1e-12));
      }
}

TEST_CASE("Wilson's interval at its limits") {
  CHECK(wilson(0.3, infinite, 0.95) == Interval{0.3, 0.3});
  CHECK(wilson(0.3, 0, 0.95) == Interval{0, 1});
  CHECK(wilson(0, 10, 0.95).low == 0);
  CHECK(wilson(0, 10, 0.95).high == Approx(1.96 * 1.96 / (10 + 1.96 * 1.96)));
  CHECK(wilson(1, 10, 0.95).high == 1);
  CHECK_THROWS_AS(wilson(std::nan(""), 10, 0.95), BadProportion);
  CHECK_THROWS_AS(wilson(0.5, 10, 1.0), BadProportion);
}

TEST_CASE("the variance between faults is that of their rates", "[law]") {
  const std::uint64_t seed = 11;
  CAPTURE(seed);
  std::mt19937_64 random(seed);
  for (const double never : {0.0, 0.5, 0.95}) {
    const Faults faults = random_faults(random, 500, 256, never);
    double mean = 0;
    for (const auto& [hits, samples] : faults) mean += double(hits) / double(samples) / 500;
    double squares = 0;
    for (const auto& [hits, samples] : faults) squares += std::pow(double(hits) / double(samples) - mean, 2);
    const ClusterSample sample = cluster_sample(faults);
    CHECK(sample.rate() == Approx(mean));
    CHECK(sample.between_faults() == Approx(squares / 499));
    CHECK(sample.variance() == Approx(squares / 499 / 500));
    CHECK(sample.variance(2000) == Approx(squares / 499 / 500 * 0.75));
    CHECK(sample.variance(500) == 0);
  }
}

TEST_CASE("one sample a fault is plain sampling", "[law]") {
  Faults faults(1000, {0, 1});
  for (std::size_t i = 0; i < 100; ++i) faults[i].first = 1;
  const ClusterSample sample = cluster_sample(faults);
  CHECK(sample.effective_trials() == Approx(999));  // s^2 = n/(n-1) p(1-p)
  const Interval plain = wilson(0.1, 1000, 0.95);
  CHECK(sample.interval(0.95).low == Approx(plain.low).epsilon(1e-3));
  CHECK(sample.interval(0.95).high == Approx(plain.high).epsilon(1e-3));
}

TEST_CASE("samples of faults that always or never fail say no more than one sample", "[law]") {
  Faults faults(1000, {0, 256});
  for (std::size_t i = 0; i < 100; ++i) faults[i].first = 256;
  CHECK(cluster_sample(faults).effective_trials() == Approx(999));
}

TEST_CASE("faults that differ little count for more, but never for more than their injections", "[law]") {
  Faults even(1000, {64, 256});
  CHECK(cluster_sample(even).effective_trials() == 256'000);
  for (std::size_t i = 0; i < 500; ++i) even[i].first = 96;
  const double trials = cluster_sample(even).effective_trials();
  CHECK(trials > 1000);
  CHECK(trials < 256'000);
}

TEST_CASE("outcomes seen in few faults, or in none, leave each fault one trial") {
  Faults faults(1000, {0, 256});
  CHECK(cluster_sample(faults).effective_trials() == 1000);
  CHECK(cluster_sample(faults).effective_trials(2000) == 2000);
  const Interval none = cluster_sample(faults).interval(0.95);
  CHECK(none == wilson(0, 1000, 0.95));
  faults[0].first = 1;
  CHECK(cluster_sample(faults).effective_trials() == 1000);
  CHECK(cluster_sample(faults).interval(0.95).high > none.high);  // a hit never lowers the bound
  CHECK(cluster_sample(Faults(1000, {256, 256})).interval(0.95) == wilson(1, 1000, 0.95));
  CHECK(cluster_sample(Faults(1, {3, 256})).effective_trials() == 1);
}

TEST_CASE("a census has no interval") {
  Faults faults(100, {3, 10});
  CHECK(cluster_sample(faults).interval(0.95, 100) == Interval{0.3, 0.3});
  CHECK(cluster_sample(Faults(100, {0, 10})).interval(0.95, 100) == Interval{0, 0});
  CHECK(cluster_sample({}).interval(0.95) == Interval{0, 1});
}

TEST_CASE("the interval holds the population's rate as often as it says", "[law]") {
  const std::uint64_t seed = 5;
  CAPTURE(seed);
  std::mt19937_64 random(seed);
  for (const double never : {0.5, 0.9, 0.99, 0.999})
    for (const std::size_t drawn : {200u, 2000u}) {
      Faults population = random_faults(random, 5000, 100, never);
      const double truth = cluster_sample(population).rate();
      constexpr int rounds = 400;
      int held = 0;
      for (int round = 0; round < rounds; ++round) {
        std::shuffle(population.begin(), population.end(), random);
        const Faults sample(population.begin(), population.begin() + std::ptrdiff_t(drawn));
        const Interval interval = cluster_sample(sample).interval(0.95, population.size());
        held += interval.low <= truth && truth <= interval.high;
      }
      CAPTURE(never, drawn, truth);
      CHECK(held >= int(0.92 * rounds));
    }
}

TEST_CASE("strata are weighted by their size") {
  // W = 0.9 and 0.1, p = 0.1 and 0.5; n/N = 0.1 and 0.5.
  Faults large(900, {1, 10});
  for (std::size_t i = 0; i < 450; ++i) large[i].first = i < 225 ? 0 : 2;
  Faults small(500, {1, 2});
  const std::vector<SampledStratum> strata{{cluster_sample(large), 9000}, {cluster_sample(small), 1000}};
  const Estimate all = stratified(strata);
  CHECK(all.rate == Approx(0.9 * 0.1 + 0.1 * 0.5));
  CHECK(all.variance == Approx(0.81 * 0.9 * (450 * 0.01 / 899) / 900));  // the small one does not vary
}

TEST_CASE("strata with little in them") {
  const std::vector<SampledStratum> one{{cluster_sample({{1, 4}}), 10}, {ClusterSample(), 0}};
  CHECK(stratified(one).rate == Approx(0.25));
  CHECK(stratified(one).variance == Approx(0.9 * 0.25 * 0.75));
  const std::vector<SampledStratum> none{{ClusterSample(), 3}};
  CHECK_THROWS_WITH(stratified(none),
                    "spikingjet: 'stratified' needs a fault of each stratum, and one has none; draw at least one");
}
