// SPDX-License-Identifier: MIT
#include <spikingjet/outcome/spike_distance.hpp>

#include "catch.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <random>
#include <vector>

namespace sj = spikingjet;

namespace {

using Train = std::vector<std::uint32_t>;

Train random_train(std::mt19937_64& random, std::uint32_t steps, double rate) {
  Train train;
  for (std::uint32_t step = 0; step < steps; ++step)
    if (double(random() >> 11) * 0x1p-53 < rate) train.push_back(step);
  return train;
}

/// The defining integral, by the midpoint rule.
double integrated(const Train& one, const Train& other, double tau) {
  constexpr double width = 0.01;
  double sum = 0;
  for (double t = width / 2; t < 200 + 40 * tau; t += width) {
    double difference = 0;
    for (const std::uint32_t s : one)
      if (t > s) difference += std::exp(-(t - s) / tau);
    for (const std::uint32_t s : other)
      if (t > s) difference -= std::exp(-(t - s) / tau);
    sum += difference * difference * width;
  }
  return std::sqrt(sum / tau);
}

/// The least cost over all ways, tried one by one.
double tried(const Train& one, std::size_t i, const Train& other, std::size_t j, double cost) {
  if (i == one.size()) return double(other.size() - j);
  if (j == other.size()) return double(one.size() - i);
  return std::min({tried(one, i + 1, other, j, cost) + 1, tried(one, i, other, j + 1, cost) + 1,
                   tried(one, i + 1, other, j + 1, cost) + cost * std::abs(double(one[i]) - double(other[j]))});
}

}  // namespace

TEST_CASE("van Rossum's distance is the integral that defines it") {
  const std::uint64_t seed = 5;
  CAPTURE(seed);
  std::mt19937_64 random(seed);
  for (const double tau : {0.7, 5.0, 30.0})
    for (int i = 0; i < 4; ++i) {
      const Train one = random_train(random, 60, 0.2);
      const Train other = random_train(random, 60, 0.1);
      CHECK(sj::van_rossum_distance(one, other, tau) == Approx(integrated(one, other, tau)).epsilon(2e-3));
    }
}

TEST_CASE("closed forms of van Rossum's distance") {
  CHECK(sj::van_rossum_distance({}, {}, 3) == 0);
  CHECK(sj::van_rossum_distance(Train{7}, {}, 3) == Approx(std::sqrt(0.5)));
  // two spikes d apart: D^2 = 1 - exp(-d/tau)
  CHECK(sj::van_rossum_distance(Train{7}, Train{11}, 3) == Approx(std::sqrt(1 - std::exp(-4 / 3.0))));
  // small tau: each spike without partner is 1/2; large tau: the difference of the numbers
  const Train one{1, 5, 9, 20};
  const Train other{5, 30};
  CHECK(sj::van_rossum_distance(one, other, 1e-3) == Approx(std::sqrt(4 / 2.0)));
  CHECK(sj::van_rossum_distance(one, other, 1e9) == Approx(std::sqrt(2 * 2 / 2.0)).epsilon(1e-6));
}

TEST_CASE("Victor and Purpura's distance is the least cost over all ways") {
  const std::uint64_t seed = 6;
  CAPTURE(seed);
  std::mt19937_64 random(seed);
  for (const double cost : {0.01, 0.3, 1.0, 5.0})
    for (int i = 0; i < 10; ++i) {
      const Train one = random_train(random, 20, 0.25);
      const Train other = random_train(random, 20, 0.25);
      CHECK(sj::victor_purpura_distance(one, other, cost) == Approx(tried(one, 0, other, 0, cost)));
    }
  CHECK(sj::victor_purpura_distance(Train{3, 8}, {}, 1) == 2);
  CHECK(sj::victor_purpura_distance(Train{3}, Train{5}, 0.25) == Approx(0.5));
  CHECK(sj::victor_purpura_distance(Train{3}, Train{50}, 0.25) == 2);  // one goes, one comes
}

TEST_CASE("distances of spike trains are metrics", "[law]") {
  const std::uint64_t seed = 7;
  CAPTURE(seed);
  std::mt19937_64 random(seed);
  const auto check = [&](const auto& distance) {
    for (int i = 0; i < 200; ++i) {
      const Train a = random_train(random, 40, 0.2);
      const Train b = random_train(random, 40, 0.3);
      const Train c = random_train(random, 40, 0.05);
      CHECK(distance(a, a) == 0);
      CHECK(distance(a, b) == Approx(distance(b, a)));
      if (a != b) CHECK(distance(a, b) > 0);
      CHECK(distance(a, c) <= distance(a, b) + distance(b, c) + 1e-9);
    }
  };
  for (const double tau : {0.5, 4.0, 100.0})
    check([tau](const Train& a, const Train& b) { return sj::van_rossum_distance(a, b, tau); });
  for (const double cost : {0.05, 0.5, 3.0})
    check([cost](const Train& a, const Train& b) { return sj::victor_purpura_distance(a, b, cost); });
}

TEST_CASE("a distance needs a parameter above 0", "[validation]") {
  for (const double bad : {0.0, -1.0, std::nan(""), std::numeric_limits<double>::infinity()}) {
    CHECK_THROWS_AS(sj::van_rossum_distance({}, {}, bad), sj::BadSpikeDistance);
    CHECK_THROWS_AS(sj::victor_purpura_distance({}, {}, bad), sj::BadSpikeDistance);
  }
  CHECK_THROWS_WITH(sj::van_rossum_distance({}, {}, -1),
                    "spikingjet: 'van_rossum_distance' takes a time constant above 0 that is finite, and was given "
                    "-1.000000");
}
