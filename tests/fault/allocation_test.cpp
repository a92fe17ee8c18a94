// SPDX-License-Identifier: MIT
#include <spikingjet/fault/allocation.hpp>

#include "catch.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <numeric>
#include <random>
#include <string>
#include <vector>

namespace sj = spikingjet;

namespace {

using Sizes = std::vector<std::uint64_t>;

template <class Refusal>
std::string sentence_of(const Sizes& populations, const std::vector<double>& weights, std::uint64_t total,
                        const Sizes& at_least = {}) {
  try {
    (void)sj::allocate(populations, weights, total, at_least);
  } catch (const Refusal& refused) {
    CHECK(refused.exit_status() == 2);
    return refused.what();
  }
  return {};
}

}  // namespace

// Expected: one fault at a time to the largest w / (n + 1/2), in Python's fractions.
TEST_CASE("a sample is divided by weight, with a fault for each and none for what is full") {
  CHECK(sj::allocate(Sizes{369'920, 640, 640, 320}, std::vector<double>{369'920, 640, 640, 320}, 2000) ==
        Sizes{1992, 3, 3, 2});
  CHECK(sj::allocate(Sizes{1000, 100, 50}, std::vector<double>{1000, 100, 50}, 37) == Sizes{32, 3, 2});
  CHECK(sj::allocate(Sizes{1000, 100, 50, 3}, std::vector<double>{500, 200, 2.5, 300}, 400) == Sizes{296, 100, 1, 3});
  CHECK(sj::allocate(Sizes{1000, 100, 50, 3}, std::vector<double>{500, 200, 2.5, 300}, 400, Sizes{10, 1, 20, 1}) ==
        Sizes{277, 100, 20, 3});
  CHECK(sj::allocate(Sizes{7, 7, 7, 7, 7}, std::vector<double>{1, 1, 1, 1, 1}, 13) == Sizes{3, 3, 3, 2, 2});
  CHECK(sj::allocate(Sizes{5}, std::vector<double>{1e-300}, 5) == Sizes{5});
  CHECK(sj::allocate(Sizes{}, std::vector<double>{}, 0).empty());
}

TEST_CASE("the parts of a sample add up, stay within their strata and never shrink as the sample grows", "[law]") {
  for (std::uint32_t seed = 1; seed <= 12; ++seed) {
    INFO("seed " << seed);
    std::mt19937_64 random(seed);
    Sizes populations;
    std::vector<double> weights;
    for (std::size_t h = 0; h < 2 + seed; ++h) {
      populations.push_back(1 + random() % (h % 2 == 0 ? 5 : 300));
      weights.push_back(seed % 3 == 0 ? 1 : std::exp2(double(random() % 40) - 20));
    }
    const std::uint64_t all = std::accumulate(populations.begin(), populations.end(), std::uint64_t{0});
    Sizes last(populations.size(), 1);
    for (std::uint64_t total = populations.size(); total <= all; ++total) {
      const Sizes parts = sj::allocate(populations, weights, total);
      if (std::accumulate(parts.begin(), parts.end(), std::uint64_t{0}) != total) FAIL("total " << total);
      for (std::size_t h = 0; h < parts.size(); ++h)
        if (parts[h] < last[h] || parts[h] > populations[h]) FAIL("total " << total << ", stratum " << h);
      last = parts;
    }
    CHECK(last == populations);
  }
}

TEST_CASE("parts follow their weights as close as whole numbers can", "[law]") {
  std::mt19937_64 random(5);
  Sizes populations(100, std::uint64_t{1} << 50);
  std::vector<double> weights;
  for (std::size_t h = 0; h < 100; ++h) weights.push_back(1 + double(random() % 1000));
  const double sum = std::accumulate(weights.begin(), weights.end(), 0.0);
  constexpr std::uint64_t total = 10'000'000;
  const Sizes parts = sj::allocate(populations, weights, total);
  for (std::size_t h = 0; h < 100; ++h) CHECK(double(parts[h]) == Approx(double(total) * weights[h] / sum).margin(1.0));
  for (double& weight : weights) weight *= 0x1p-30;
  CHECK(sj::allocate(populations, weights, total) == parts);
}

TEST_CASE("a sample that is too small or too large for its strata is refused") {
  CHECK(sentence_of<sj::SampleTooSmall>({10, 10, 10}, {1, 1, 1}, 2) ==
        "spikingjet: a sample of 2 faults was asked for, but its 3 strata need 3, one each; ask for as many, or name "
        "fewer targets or bits");
  CHECK(sentence_of<sj::SampleTooSmall>({10, 10, 10}, {1, 1, 1}, 20, {20, 9, 1}) == "");
  CHECK(
      sentence_of<sj::SampleTooSmall>({10, 10, 10}, {1, 1, 1}, 19, {20, 9, 1}) ==
      "spikingjet: a sample of 19 faults was asked for, but its 3 strata need 20, with what was drawn before; ask for "
      "as many, or name fewer targets or bits");
  CHECK(sentence_of<sj::SampleTooLarge>({10, 10}, {1, 1}, 21) ==
        "spikingjet: a sample of 21 faults was asked for, but the fault space holds 20; ask for at most as many");
  CHECK(sentence_of<sj::BadProportion>({10, 10}, {1, 0}, 5) ==
        "spikingjet: 'weight of stratum 1' is 0, but must be positive and finite");
  CHECK_FALSE(sentence_of<sj::BadProportion>({10}, {std::numeric_limits<double>::infinity()}, 5).empty());
  CHECK_FALSE(sentence_of<sj::BadProportion>({10}, {std::nan("")}, 5).empty());
}
