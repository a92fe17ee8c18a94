// SPDX-License-Identifier: MIT
#include "catch.hpp"

#include <spikingjet/analysis/over_samples.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <random>
#include <vector>

using namespace spikingjet;

namespace {

double uniform(std::mt19937_64& random) { return double(random() >> 11) * 0x1p-53; }

double mean(const std::vector<double>& of) {
  double sum = 0;
  for (const double x : of) sum += x;
  return sum / double(of.size());
}

/// How probable an outcome is, of a fault and a sample that each are a number in [0, 1).
using Probability = double (*)(double fault, double sample);

double fault_matters(double fault, double) { return fault < 0.04 ? 0.6 : 0; }
double sample_matters(double, double sample) { return sample < 0.25 ? 0.6 : 0.02; }
double few_samples_matter(double fault, double sample) { return fault < 0.5 && sample < 0.04 ? 0.7 : 0; }
double accuracy(double fault, double sample) { return sample < 0.95 ? (fault < 0.03 ? 0.1 : 1) : 0; }

struct Coverage {
  int faults_alone = 0;
  int both = 0;
  double width = 0;  // mean
};

Coverage coverage(Probability probability, std::uint64_t seed, int rounds) {
  constexpr std::size_t faults = 200, samples = 100, fine = 1000;
  double truth = 0;
  for (std::size_t f = 0; f < fine; ++f)
    for (std::size_t s = 0; s < fine; ++s)
      truth += probability((double(f) + 0.5) / fine, (double(s) + 0.5) / fine) / (fine * fine);
  std::mt19937_64 random(seed);
  Coverage coverage;
  for (int round = 0; round < rounds; ++round) {
    std::vector<double> susceptible(samples), of_fault(faults), of_sample(samples);
    for (double& s : susceptible) s = uniform(random);
    for (double& rate : of_fault) {
      const double fault = uniform(random);
      for (std::size_t s = 0; s < samples; ++s) {
        const bool hit = uniform(random) < probability(fault, susceptible[s]);
        rate += hit / double(samples);
        of_sample[s] += hit / double(faults);
      }
      rate = std::min(rate, 1.0);
    }
    for (double& rate : of_sample) rate = std::min(rate, 1.0);
    const Interval alone = betting_interval(of_fault, 0.9);
    const Interval both = over_samples_too(mean(of_fault), alone, of_sample, 0.9);
    REQUIRE(both.low <= alone.low + 1e-12);
    REQUIRE(both.high >= alone.high - 1e-12);
    coverage.faults_alone += alone.low <= truth && truth <= alone.high;
    coverage.both += both.low <= truth && truth <= both.high;
    coverage.width += (both.high - both.low) / rounds;
  }
  return coverage;
}

}  // namespace

TEST_CASE(
    "the interval over faults and samples holds the rate of all of both "
    "as often as it says",
    "[law]") {
  constexpr int rounds = 200;
  const std::uint64_t seed = 27;
  CAPTURE(seed);
  for (const Probability probability : {fault_matters, sample_matters, few_samples_matter, accuracy}) {
    const Coverage found = coverage(probability, seed, rounds);
    CAPTURE(found.faults_alone, found.both, found.width);
    CHECK(found.both >= int(0.88 * rounds));
  }
  // where samples matter, faults alone promise too much: what the interval is
  // for
  CHECK(coverage(sample_matters, seed, rounds).faults_alone < int(0.85 * rounds));
}

TEST_CASE("few inputs that differ from all others are not missed before they are seen", "[law]") {
  constexpr int rounds = 1000;
  const std::uint64_t seed = 31;
  CAPTURE(seed);
  std::mt19937_64 random(seed);
  int held = 0;
  for (int round = 0; round < rounds; ++round) {
    std::vector<double> rates(100);  // accuracy under faults: 3 % of inputs are wrong, and faults take little of others
    for (double& rate : rates) rate = uniform(random) < 0.03 ? 0.02 * uniform(random) : 1 - 0.01 * uniform(random);
    const Interval found = interval_of_samples(rates, 0.99);
    const double truth = 0.97 * 0.995 + 0.03 * 0.01;
    held += found.low <= truth && truth <= found.high;
  }
  CHECK(held >= int(0.985 * rounds));
}

TEST_CASE("samples have the interval by betting, whether few or nearly all show an outcome") {
  std::vector<double> rates(200, 0);
  for (std::size_t i = 0; i < 20; ++i) rates[i] = 1;
  std::vector<double> mirrored;
  for (const double x : rates) mirrored.push_back(1 - x);
  const Interval found = interval_of_samples(rates, 0.95);
  const Interval other = interval_of_samples(mirrored, 0.95);
  CHECK(found.low == Approx(1 - other.high));
  CHECK(found.high == Approx(1 - other.low));
  CHECK(found.low > 0.04);
  CHECK(found.low < 0.09);
  CHECK(found.high > 0.11);
  CHECK(found.high < 0.2);
  CHECK(std::abs(found.low + found.high - 0.2) > 1e-3);  // not around the mean
  const Interval none = interval_of_samples(std::vector<double>(100, 0), 0.95);
  CHECK(none.low == 0);
  CHECK(none.high > 1 - std::pow(0.025, 0.01));  // Clopper and Pearson's
  CHECK(none.high < 0.06);
}

TEST_CASE("limits of both are roots of the sum of the squares, in 0 to 1") {
  const std::vector<double> one{0.5};  // a single sample tells nothing
  CHECK(interval_of_samples(one, 0.95).low < 0.1);
  CHECK(interval_of_samples({}, 0.95) == Interval{0, 1});
  std::vector<double> rates(400, 0.3);
  for (std::size_t i = 0; i < 200; ++i) rates[i] = 0.5;
  const Interval samples = interval_of_samples(rates, 0.95);
  const Interval both = over_samples_too(0.4, {0.37, 0.45}, rates, 0.95);
  CHECK(both.low == Approx(0.4 - std::hypot(0.03, 0.4 - samples.low)));
  CHECK(both.high == Approx(0.4 + std::hypot(0.05, samples.high - 0.4)));
  const Interval census = over_samples_too(0.4, {0.4, 0.4}, rates, 0.95);
  CHECK(census.low == Approx(samples.low));
  CHECK(census.high == Approx(samples.high));
  const Interval wide = over_samples_too(0.5, {0, 1}, one, 0.95);
  CHECK(wide == Interval{0, 1});
  CHECK_THROWS_AS(interval_of_samples(std::vector<double>{1.5}, 0.95), BadProportion);
  CHECK_THROWS_AS(interval_of_samples(one, 1), BadProportion);
}

TEST_CASE("a bound that is 0 or 1 is so to the bit, whatever rounding leaves of its sum") {
  std::mt19937_64 random(11);
  std::size_t at_0 = 0;
  std::size_t at_1 = 0;
  for (int trial = 0; trial < 2000; ++trial) {
    std::vector<double> rates(2 + random() % 30, 0.0);
    for (double& rate : rates)
      if (random() % 3 == 0) rate = double(random() % 1000) / 999;
    double mean = 0;
    for (const double rate : rates) mean += rate / double(rates.size());
    const Interval exact{mean, mean};
    const Interval both = over_samples_too(mean, exact, rates, 0.95);
    if (both.low < 1e-12) CHECK(both.low == 0);
    if (both.high > 1 - 1e-12) CHECK(both.high == 1);
    CHECK((both.low <= mean && mean <= both.high));
    at_0 += both.low == 0;
    at_1 += both.high == 1;
  }
  const std::vector<double> none(5, 0.0);
  const std::vector<double> all(5, 1.0);
  CHECK(over_samples_too(0, {0, 0}, none, 0.95).low == 0);
  CHECK(over_samples_too(1, {1, 1}, all, 0.95).high == 1);
  CHECK(at_0 > 0);
  CHECK(at_1 > 0);
}
