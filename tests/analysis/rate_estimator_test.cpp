// SPDX-License-Identifier: MIT
#include "catch.hpp"

#include <spikingjet/analysis/rate_estimator.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <random>
#include <utility>
#include <vector>

using namespace spikingjet;

namespace {

using Hits = std::vector<std::uint64_t>;  // of each fault

RateEstimator one_cell(IntervalKind kind, std::optional<std::uint64_t> population, const Hits& hits,
                       std::uint64_t samples, double confidence = 0.95) {
  RateEstimator estimator(kind, confidence);
  estimator.begin_cell(population, hits.size());
  for (const std::uint64_t h : hits) estimator.add(h, samples);
  return estimator;
}

Hits some_hits(std::size_t faults, std::uint64_t samples) {
  Hits hits;
  for (std::size_t f = 0; f < faults; ++f) hits.push_back(f % 7 == 0 ? (f * 5) % (samples + 1) : 0);
  return hits;
}

std::vector<double> values(const Hits& hits, std::uint64_t samples) {
  std::vector<double> made;
  for (const std::uint64_t h : hits) made.push_back(double(h) / double(samples));
  return made;
}

}  // namespace

TEST_CASE("each kind of draw has its own interval") {
  const Hits hits = some_hits(60, 10);
  const auto interval = [&](IntervalKind kind) { return *one_cell(kind, 500, hits, 10).estimate().interval; };
  CHECK(interval(IntervalKind::betting) == betting_interval(values(hits, 10), 0.95, 500));
  BettingSample any_time(AnyTime{}, 0.95, 500);
  for (const std::uint64_t h : hits) any_time.add(h, 10);
  CHECK(interval(IntervalKind::betting_at_any_time) == any_time.interval());
  const double rate = *one_cell(IntervalKind::betting, 500, hits, 10).estimate().rate;
  CHECK(interval(IntervalKind::exact) == Interval{rate, rate});
  CHECK(!one_cell(IntervalKind::none, 500, hits, 10).estimate().interval);
  CHECK(*one_cell(IntervalKind::none, 500, hits, 10).estimate().rate == rate);
  const Hits ones = some_hits(60, 1);
  std::uint64_t sum = 0;
  for (const std::uint64_t h : ones) sum += h;
  REQUIRE(sum > 0);
  const auto of_ones = [&](std::optional<std::uint64_t> population) {
    return *one_cell(IntervalKind::hypergeometric, population, ones, 1).estimate().interval;
  };
  CHECK(of_ones(500) == hypergeometric_interval(sum, 60, 500, 0.95));
  CHECK(of_ones(std::nullopt) == clopper_pearson(sum, 60, 0.95));
}

TEST_CASE("the rate over strata is weighted by their populations, and its interval that of stratified betting") {
  RateEstimator estimator(IntervalKind::stratified_betting, 0.9);
  StratifiedBetting bets;
  estimator.begin_cell(9000, 40);
  bets.begin_stratum(9000);
  for (int f = 0; f < 40; ++f) {
    estimator.add(f % 4, 10);
    bets.add(std::uint64_t(f % 4), 10);
  }
  estimator.begin_cell(1000, 50);
  bets.begin_stratum(1000);
  for (int f = 0; f < 50; ++f) {
    estimator.add(9, 10);
    bets.add(9, 10);
  }
  const EstimatedRate estimate = estimator.estimate();
  CHECK(*estimate.rate == Approx(0.9 * 0.15 + 0.1 * 0.9).epsilon(1e-15));  // the plain mean is 0.57
  CHECK(estimate.interval->low == Approx(bets.interval(0.9).low).epsilon(1e-15));
  CHECK(estimate.interval->high == Approx(bets.interval(0.9).high).epsilon(1e-15));
  CHECK(*estimate.margin() == (estimate.interval->high - estimate.interval->low) / 2);
}

TEST_CASE("the interval contains the rate and lies in 0 to 1, and is the rate where all were drawn", "[law]") {
  const std::uint64_t seed = 8;
  CAPTURE(seed);
  std::mt19937_64 random(seed);
  for (const IntervalKind kind : {IntervalKind::hypergeometric, IntervalKind::betting,
                                  IntervalKind::betting_at_any_time, IntervalKind::stratified_betting})
    for (const std::size_t faults : {1u, 2u, 31u, 32u, 300u})
      for (const int share : {0, 1, 50, 99, 100})  // of faults with all hits, percent
        for (const bool all : {false, true}) {
          const std::uint64_t samples = kind == IntervalKind::hypergeometric ? 1 : 540;
          Hits hits;
          for (std::size_t f = 0; f < faults; ++f) hits.push_back(int(random() % 100) < share ? samples : 0);
          const EstimatedRate estimate = one_cell(kind, faults + (all ? 0 : 1000), hits, samples, 0.99).estimate();
          CAPTURE(int(kind), faults, share, all);
          REQUIRE(estimate.rate);
          REQUIRE(estimate.interval);
          CHECK(0 <= estimate.interval->low);
          CHECK(estimate.interval->low <= *estimate.rate);
          CHECK(*estimate.rate <= estimate.interval->high);
          CHECK(estimate.interval->high <= 1);
          if (all) CHECK(*estimate.interval == Interval{*estimate.rate, *estimate.rate});
          if (!all) CHECK(estimate.interval->high - estimate.interval->low > 0.003);
        }
}

TEST_CASE("a rate is exact where counts say so, and not where rounding or luck makes an interval narrow", "[law]") {
  const auto of_thirds = [](std::uint64_t more) {  // sums of thirds and sevenths are never what they should be
    RateEstimator estimator(IntervalKind::stratified_betting, 0.99);
    for (const std::uint64_t faults : {3u, 7u, 11u, 30u}) {
      estimator.begin_cell(faults + more, faults);
      for (std::uint64_t f = 0; f < faults; ++f) estimator.add(f % 3, 7);
    }
    return estimator.estimate();
  };
  const EstimatedRate whole = of_thirds(0);
  CHECK(*whole.interval == Interval{*whole.rate, *whole.rate});
  CHECK(*whole.margin() == 0);
  const EstimatedRate part = of_thirds(1);
  CHECK(part.interval->low < *part.rate);
  CHECK(*part.rate < part.interval->high);
  CHECK(!one_cell(IntervalKind::none, 5, Hits(5, 1), 2).estimate().interval);
  const EstimatedRate unknown = one_cell(IntervalKind::betting, std::nullopt, Hits(5, 1), 2).estimate();
  CHECK(unknown.interval->low < unknown.interval->high);  // five of a population of which nobody knows
}

TEST_CASE("a stratum of which nothing was drawn leaves the rate open, and the interval wide enough for it") {
  RateEstimator estimator(IntervalKind::stratified_betting, 0.95);
  estimator.begin_cell(60, 60);
  for (int f = 0; f < 60; ++f) estimator.add(f < 30, 1);
  estimator.begin_cell(40, 0);
  const EstimatedRate estimate = estimator.estimate();
  CHECK(!estimate.rate);
  CHECK(estimate.interval->low == Approx(0.3));
  CHECK(estimate.interval->high == Approx(0.7));
}

TEST_CASE("without a population of each stratum, a stratified sample has neither rate nor interval") {
  RateEstimator estimator(IntervalKind::stratified_betting, 0.95);
  estimator.begin_cell(60, 1);
  estimator.add(0, 1);
  estimator.begin_cell(std::nullopt, 1);
  estimator.add(1, 1);
  CHECK(!estimator.estimate().rate);
  CHECK(!estimator.estimate().interval);
  CHECK(!estimator.estimate().margin());
}

TEST_CASE("before the first fault nothing is known of a rate") {
  RateEstimator none(IntervalKind::betting, 0.95);
  CHECK(!none.estimate().rate);
  none.begin_cell(10, 0);
  CHECK(!none.estimate().rate);
  CHECK(*none.estimate().interval == Interval{0, 1});
  RateEstimator exact(IntervalKind::hypergeometric, 0.95);
  exact.begin_cell({}, 0);
  CHECK(*exact.estimate().interval == Interval{0, 1});
}

TEST_CASE("what a rate cannot be estimated from is refused") {
  RateEstimator estimator(IntervalKind::hypergeometric, 0.95);
  CHECK_THROWS_WITH(estimator.add(0, 1),
                    "spikingjet: 'RateEstimator' was given a fault of no cell; call 'begin_cell' first");
  estimator.begin_cell(10, 2);
  CHECK_THROWS_WITH(estimator.add(0, 2),
                    "spikingjet: 'RateEstimator' was given a fault with several samples for a hypergeometric interval, "
                    "which takes one; let 'interval_kind' choose by Outcomes::fractions");
  CHECK_THROWS_AS(estimator.add(2, 1), BadProportion);
  CHECK_THROWS_WITH(
      estimator.begin_cell(10, 2),
      "spikingjet: 'RateEstimator' was given two cells of a simple sample, which has one; a sample of several "
      "strata has IntervalKind::stratified_betting");
  RateEstimator betting(IntervalKind::betting, 0.95);
  betting.begin_cell(1, 1);
  betting.add(1, 1);
  CHECK_THROWS_AS(betting.add(1, 1), Misuse);
  CHECK_THROWS_AS(RateEstimator(IntervalKind::betting, 1), BadProportion);
}
