// SPDX-License-Identifier: MIT
#include <spikingjet/fault/iterative.hpp>

#include "catch.hpp"

#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

namespace sj = spikingjet;

namespace {

/// The sizes of all rounds where each shows the same rate, known as well as normal theory says.
std::vector<std::uint64_t> rounds(std::uint64_t population, double goal, double rate) {
  sj::IterativeSampling sampling(population, {.margin = goal, .confidence = 0.99});
  std::vector<std::uint64_t> sizes;
  while (!sampling.is_done()) {
    sizes.push_back(sampling.faults());
    sampling.saw(rate, sj::iterative_margin(rate, sampling.faults(), population, 0.99));
  }
  CHECK(sampling.rounds() == sizes.size());
  return sizes;
}

}  // namespace

// Expected: the published formulas in Python.
TEST_CASE("an iterative campaign takes the published rounds") {
  using Sizes = std::vector<std::uint64_t>;
  CHECK(rounds(381'120, 0.01, 0.5) == Sizes{666, 5994, 16641});
  CHECK(rounds(381'120, 0.01, 0.02) == Sizes{666, 1305});
  CHECK(rounds(381'120, 0.001, 0.01) == Sizes{666, 48288, 56184});
  CHECK(rounds(5'936'640, 0.001, 0.3) == Sizes{666, 8287, 96980, 807411, 1131436});
  CHECK(rounds(2000, 0.01, 0.1) == Sizes{500, 1500});
  CHECK(rounds(1'000'000'000'000, 0.0005, 0.005) == Sizes{666, 114913, 132463});
  CHECK(rounds(13'500, 0.01, 0.5) == Sizes{666, 4152, 7454});
  CHECK(rounds(14'000, 0.01, 0.5) == Sizes{666, 4198, 7604});
  CHECK(rounds(15'000, 0.01, 0.5) == Sizes{666, 4283, 7890});
  CHECK(rounds(14'000, 0.02, 0.4) == Sizes{666, 3108});
  CHECK(rounds(40, 0.01, 0.5) == Sizes{38, 40});
  CHECK(rounds(381'120, 0.1, 0.3) == Sizes{167});  // the goal is wider than the pilot's
  CHECK(rounds(1, 0.01, 0.5) == Sizes{1});
}

TEST_CASE("the margin and the size of an iterative campaign invert each other", "[law]") {
  for (const double p : {0.001, 0.1, 0.5, 0.9})
    for (const double e : {0.0007, 0.01, 0.05}) {
      const std::uint64_t n = sj::iterative_sample_size(10'000'000, e, 0.95, p);
      INFO(p << ' ' << e << ' ' << n);
      CHECK(sj::iterative_margin(p, n, 10'000'000, 0.95) <= e * (1 + 1e-9));
      CHECK(sj::iterative_margin(p, n, 10'000'000, 0.95) == Approx(e).epsilon(1.0 / double(n)));
      CHECK(sj::iterative_sample_size(100, e, 0.95, p) <= 100);
    }
  CHECK(sj::iterative_sample_size(1000, 0.01, 0.99, 0) == 0);
  CHECK(sj::iterative_margin(0.3, 1000, 1000, 0.99) == 0);
  CHECK(sj::iterative_margin(0.3, 0, 1000, 0.99) == 1);
  CHECK(sj::iterative_margin(0, 10, 1000, 0.99) == 0);
  // A sample of 40 % of the population: t sqrt(.25 / 400) sqrt(600 / 999).
  CHECK(sj::iterative_margin(0.5, 400, 1000, 0.95) == Approx(1.96 * 0.025 * std::sqrt(600.0 / 999)).epsilon(1e-14));
  CHECK(sj::iterative_margin(0.5, 50, 1000, 0.95) == Approx(1.96 * 0.5 / std::sqrt(50)).epsilon(1e-14));
}

TEST_CASE("the next margin lies between the goal and a third of the last one", "[law]") {
  for (const double margin : {0.002, 0.01, 0.05, 0.3})
    for (double p = 0; p <= 1; p += 0.0625) {
      const double next = sj::next_margin(0.001, p, margin);
      INFO(margin << ' ' << p);
      CHECK(next >= 0.001);
      CHECK(next <= std::max(0.001, margin / 3));
      CHECK(next == sj::next_margin(0.001, 1 - p, margin));
    }
  CHECK(sj::next_margin(0.01, 0.5, 0.06) == Approx(0.02));
  CHECK(sj::next_margin(0.01, 0, 0.06) == 0.01);
  CHECK(sj::next_margin(0.01, 0.25, 0.06) == Approx(0.0175));  // -.04/16 + .04/4 + .01
  CHECK(sj::next_margin(0.01, 0.5, 0.02) == 0.01);
}

TEST_CASE("an iterative campaign grows until the margin that it is told is the goal, or ends with all faults",
          "[law]") {
  for (const std::uint64_t population : {1u, 2u, 700u, 20'000u, 5'000'000u})
    for (const double rate : {0.0, 0.001, 0.5, 1.0})
      for (const double width : {0.2, 1.0, 1.7, 4.0}) {  // intervals narrower and wider than normal theory's
        INFO(population << ' ' << rate << ' ' << width);
        sj::IterativeSampling sampling(population, {.margin = 0.003, .confidence = 0.95});
        std::uint64_t last = 0;
        while (!sampling.is_done()) {
          if (sampling.faults() <= last || sampling.faults() > population) FAIL(sampling.faults() << " after " << last);
          if (sampling.rounds() > 30) FAIL("more than 30 rounds");
          last = sampling.faults();
          // Half of an interval that has a width also at the rates 0 and 1: 3.7 / n is that of Clopper and Pearson.
          const double left = double(population - last) / double(population);
          sampling.saw(rate, std::min(1.0, left * width *
                                               std::max(sj::iterative_margin(rate, last, population, 0.95),
                                                        3.7 / double(last))));
        }
        CHECK(sampling.faults() == last);
      }
}

TEST_CASE("a rate of 0 needs no more faults than its interval does") {
  // Without the outcome in n faults the upper bound is 1 - .025^(1/n), about 3.689 / n: half of it is .001 at 1844.
  sj::IterativeSampling sampling(1'000'000, {.margin = 0.001, .confidence = 0.95});
  CHECK(sampling.faults() == 385);
  sampling.saw(0, (1 - std::pow(0.025, 1.0 / 385)) / 2);
  CHECK(sampling.target() == 0.001);
  CHECK(sampling.faults() >= 1836);
  CHECK(sampling.faults() <= 1844);
}

TEST_CASE("what an iterative campaign is told must be a rate and a margin") {
  sj::IterativeSampling sampling(1000, {});
  for (const double wrong : {-0.1, 1.1, std::nan("")}) {
    CHECK_THROWS_AS(sampling.saw(wrong, 0.1), sj::BadProportion);
    CHECK_THROWS_AS(sampling.saw(0.1, wrong), sj::BadProportion);
  }
  for (const double wrong : {0.0, 1.0, -1.0, std::nan("")}) {
    CHECK_THROWS_AS(sj::IterativeSampling(1000, {.margin = wrong}), sj::BadProportion);
    CHECK_THROWS_AS(sj::IterativeSampling(1000, {.confidence = wrong}), sj::BadProportion);
    CHECK_THROWS_AS(sj::IterativeSampling(1000, {.p = wrong}), sj::BadProportion);
  }
  try {
    sampling.saw(0.1, 2);
    FAIL("not refused");
  } catch (const sj::BadProportion& bad) {
    CHECK(std::string(bad.what()) == "spikingjet: 'margin of error' is 2, but must lie in [0, 1]");
  }
}
