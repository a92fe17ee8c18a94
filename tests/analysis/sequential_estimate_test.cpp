// SPDX-License-Identifier: MIT
#include "catch.hpp"
#include "store/fixture.hpp"

#include <spikingjet/analysis/sequential_estimate.hpp>
#include <spikingjet/core/random.hpp>

#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

using namespace spikingjet;

namespace {

constexpr std::uint64_t samples = 20;

/// A made-up campaign: 6,000 weight faults and 400 spike faults, of which few do harm and those much.
struct Population {
  std::vector<std::uint64_t> faults{6000, 400};
  std::vector<std::uint64_t> critical;  // (fault), of its samples
  double rate_of_all = 0;
  double rate_of_spikes = 0;

  explicit Population(std::uint64_t one_in) {
    std::uint64_t sum = 0;
    std::uint64_t of_spikes = 0;
    for (std::uint64_t f = 0; f < 6400; ++f) {
      const std::uint64_t word = random_bits(99, f);
      critical.push_back(word % one_in == 0 ? 5 + word / one_in % 16 : 0);
      sum += critical.back();
      of_spikes += f >= 6000 ? critical.back() : 0;
    }
    rate_of_all = double(sum) / (6400 * samples);
    rate_of_spikes = double(of_spikes) / (400 * samples);
  }

  std::uint64_t size() const { return critical.size(); }

  void inject(SequentialEstimate& estimate, std::uint64_t fault) const {
    FaultRecord record{.samples = samples, .masked = samples - critical[fault], .sdc_critical = critical[fault]};
    estimate.add(fault < 6000 ? weight_flip(0, 0) : dead_spike(0, 0, 1), record);
  }
};

/// Runs until the rule holds; the number of faults that took.
std::uint64_t run(SequentialEstimate& estimate, const Population& population, std::uint64_t seed) {
  const Permutation order(population.size(), seed);
  std::uint64_t done = 0;
  while (!estimate.is_done()) {
    const std::uint64_t until = estimate.until();
    if (until <= done || until > population.size()) FAIL(until << " after " << done);
    for (; done < until; ++done) population.inject(estimate, order(done));
    estimate.look();
  }
  return done;
}

SequentialEstimate estimate_of(const std::string& rule, const Population& population, double confidence) {
  const StoppingRule parsed = StoppingRule::parse(rule);
  const std::vector<Quantity> quantities = two_quantities();
  return {parsed, target_population(parsed, quantities, population.faults), population.size(), confidence};
}

}  // namespace

TEST_CASE("a rate that is watched is known as well as the rule asks when it stops, and its interval holds there",
          "[law]") {
  const Population population(50);
  for (const char* rule : {"SDC_1 all <= 0.01", "SDC_1 spike <= 0.02", "fully_masked all <= 0.015"}) {
    const bool of_spikes = contains(rule, "spike");
    const double truth = of_spikes ? population.rate_of_spikes : population.rate_of_all;
    int held = 0;
    constexpr int repetitions = 200;
    for (int repetition = 0; repetition < repetitions; ++repetition) {
      SequentialEstimate estimate = estimate_of(rule, population, 0.9);
      const std::uint64_t faults = run(estimate, population, std::uint64_t(repetition));
      REQUIRE(estimate.is_met());
      REQUIRE(estimate.half_width() <= estimate.rule().half_width);
      REQUIRE(faults < population.size());
      const double true_rate = contains(rule, "masked") ? 1 - truth : truth;
      held += estimate.interval().low <= true_rate && true_rate <= estimate.interval().high;
      REQUIRE(estimate.interval().low <= estimate.rate());
      REQUIRE(estimate.rate() <= estimate.interval().high);
    }
    INFO(rule << " held " << held);
    CHECK(held >= 0.9 * repetitions);
  }
}

TEST_CASE("rounds begin with the pilot of an iterative campaign, longer where the target is a part of the space") {
  const Population population(50);
  const StoppingRule rule = StoppingRule::parse("SDC_1 all <= 0.01");
  CHECK(estimate_of("SDC_1 all <= 0.01", population, 0.99).until() ==
        IterativeSampling(6400, {.margin = 0.01, .confidence = 0.99}).faults());
  const std::uint64_t of_spikes = IterativeSampling(400, {.margin = 0.01, .confidence = 0.99}).faults();
  CHECK(estimate_of("SDC_1 spike <= 0.01", population, 0.99).until() ==
        std::uint64_t(std::ceil(double(of_spikes) * 6400 / 400)));
}

TEST_CASE("a rule that no sample fulfils ends with every fault, whose rate is exact") {
  const Population population(3);
  SequentialEstimate estimate = estimate_of("SDC_1 all <= 1e-6", population, 0.99);
  CHECK(run(estimate, population, 5) == population.size());
  CHECK(estimate.is_met());
  CHECK(estimate.interval().low == estimate.interval().high);
  CHECK(estimate.rate() == Approx(population.rate_of_all).epsilon(1e-12));
}

TEST_CASE("a campaign that ends between two looks is known as well as what was injected says") {
  const Population population(50);
  SequentialEstimate estimate = estimate_of("SDC_1 all <= 0.0001", population, 0.99);
  const Permutation order(population.size(), 3);
  BettingSample expected(AnyTime{}, 0.99, population.size());
  for (std::uint64_t i = 0; i < 300; ++i) {
    population.inject(estimate, order(i));
    expected.add(population.critical[order(i)], samples);
  }
  CHECK(estimate.rounds() == 0);
  CHECK(estimate.interval() == Interval{});
  CHECK(estimate.interval_now() == expected.interval());
  estimate.look();
  CHECK(estimate.rounds() == 1);
  CHECK(estimate.interval() == expected.interval());
}

TEST_CASE("a pilot that expects a rare outcome is shorter") {
  const Population population(50);
  const StoppingRule rule = StoppingRule::parse("SDC_1 all <= 0.01");
  const auto counted = target_population(rule, two_quantities(), population.faults);
  CHECK(SequentialEstimate(rule, counted, population.size(), 0.99, 0.1).until() ==
        IterativeSampling(6400, {.margin = 0.01, .confidence = 0.99, .p = 0.1}).faults());
}

TEST_CASE("a target of which nothing was drawn yet is known within everything") {
  SequentialEstimate estimate = estimate_of("SDC_1 spike <= 0.01", Population(50), 0.99);
  estimate.look();
  CHECK(!estimate.is_done());
  CHECK(estimate.half_width() == 0.5);
  CHECK(estimate.drawn() == 0);
}
