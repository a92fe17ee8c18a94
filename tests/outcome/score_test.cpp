// SPDX-License-Identifier: MIT
#include <spikingjet/outcome/score.hpp>

#include "catch.hpp"

#include <spikingjet/core/bits.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <random>
#include <vector>

namespace sj = spikingjet;

namespace {

/// Distance from the true value in units of the last place of a double.
double ulps(double found, long double wanted) {
  const double nearest = double(wanted);
  const double ulp = std::nextafter(nearest, INFINITY) - nearest;
  return std::abs(double((static_cast<long double>(found) - wanted) / static_cast<long double>(ulp)));
}

/// The softmax score of a class in long double, rounded once.
float score_of(const std::vector<float>& readout, std::size_t c) {
  long double sum = 0;
  for (const float r : readout) sum += std::exp(static_cast<long double>(r) - static_cast<long double>(readout[c]));
  return static_cast<float>(1 / sum);
}

}  // namespace

TEST_CASE("the exponential is within two units in the last place, all the way down") {
  constexpr std::uint32_t seed = 101;
  INFO("seed " << seed);
  std::mt19937_64 random(seed);
  double worst = 0;
  const auto check = [&](double x) {
    const double off = ulps(sj::exp_of_nonpositive(x), std::exp(static_cast<long double>(x)));
    if (off > 2) FAIL("exp(" << x << ") is off by " << off);
    worst = std::max(worst, off);
  };
  std::uniform_real_distribution<double> everywhere(-707.0, 0.0), near_zero(-2.0, 0.0);
  for (int i = 0; i < 200000; ++i) check(everywhere(random));
  for (int i = 0; i < 100000; ++i) check(near_zero(random));
  for (int i = 0; i <= 707; ++i) check(-i);
  for (int n = 0; n <= 2040; ++n) {  // the borders of the reduction: odd multiples of ln 2 / 2
    const double border = -n * 0.34657359027997264;
    if (border < -707) break;
    for (const double x : {std::nextafter(border, -1e9), border, std::nextafter(border, 0.0)}) check(x);
  }
  for (const double tiny : {0x1p-1074, 0x1p-1022, 0x1p-54, 0x1p-53, 0x1p-52, 1e-9}) check(-tiny);
  CHECK(worst <= 2);
}

TEST_CASE("the exponential of zero is one, below its range it is plus zero, and NaN stays") {
  CHECK(sj::exp_of_nonpositive(0.0) == 1.0);
  CHECK(sj::exp_of_nonpositive(-0.0) == 1.0);
  for (const double x : {-708.0, -1000.0, -1e300, -HUGE_VAL}) {
    CHECK(sj::exp_of_nonpositive(x) == 0.0);
    CHECK_FALSE(std::signbit(sj::exp_of_nonpositive(x)));
  }
  CHECK(std::isnan(sj::exp_of_nonpositive(std::nan(""))));
  static_assert(sj::exp_of_nonpositive(0.0) == 1.0);
}

TEST_CASE("the exponential never falls where its argument grows by a float32 step") {
  for (float x = -700.0F; x < -1e-3F; x *= 0.997F) {
    const float next = std::nextafter(x, 0.0F);
    if (sj::exp_of_nonpositive(double(x)) > sj::exp_of_nonpositive(double(next))) FAIL("at " << x);
  }
  for (int n = 1; n <= 2030; ++n) {
    const double border = -n * 0.34657359027997264;
    if (border < -700) break;
    if (sj::exp_of_nonpositive(border * (1 + 1e-12)) > sj::exp_of_nonpositive(border * (1 - 1e-12)))
      FAIL("at " << border);
  }
  SUCCEED();
}

TEST_CASE("the top class is the largest value's, of equal ones the lowest") {
  const auto top = [](const std::vector<float>& readout) { return sj::top_class(readout.data(), readout.size()); };
  CHECK(top({5}) == 0);
  CHECK(top({1, 3, 2}) == 1);
  CHECK(top({1, 3, 3}) == 1);
  CHECK(top({0, 0, 0}) == 0);
  CHECK(top({-0.0F, 0.0F}) == 0);
  CHECK(top({-3, -1, -2}) == 1);
  CHECK(top({-INFINITY, -5}) == 1);
}

TEST_CASE("the top score is the softmax of the top class in float64, rounded to float32") {
  constexpr std::uint32_t seed = 102;
  INFO("seed " << seed);
  std::mt19937 random(seed);
  const auto top = [](const std::vector<float>& readout) { return sj::top_score(readout.data(), readout.size()); };
  for (int i = 0; i < 5000; ++i) {
    std::vector<float> readout(1 + random() % 20);
    const bool counts = random() % 2;
    for (float& value : readout)
      value = counts ? float(random() % 100) : std::ldexp(float(random() % 65536) - 32768.0F, int(random() % 20) - 16);
    const std::size_t best = std::size_t(std::max_element(readout.begin(), readout.end()) - readout.begin());
    // Two float64 roundings may fall on either side of a float32 tie.
    const float wanted = score_of(readout, best);
    const float found = top(readout);
    if (found != wanted && found != std::nextafter(wanted, 2.0F) && found != std::nextafter(wanted, 0.0F))
      FAIL("case " << i << ": " << found << " for " << wanted);
  }
  CHECK(top({3}) == 1.0F);
  CHECK(top({7, 7}) == 0.5F);
  CHECK(top({0, 0, 0, 0, 0, 0, 0, 0}) == 0.125F);
  CHECK(top({-1000, 0}) == 1.0F);
  CHECK(top({3e38F, -3e38F}) == 1.0F);
}

TEST_CASE("softmax scores are those of the formula, and that of the top class is the top score") {
  constexpr std::uint32_t seed = 103;
  INFO("seed " << seed);
  std::mt19937 random(seed);
  for (int i = 0; i < 2000; ++i) {
    std::vector<float> readout(1 + random() % 12), score(readout.size());
    for (float& value : readout) value = float(random() % 4096) / 128.0F;
    sj::softmax(readout.data(), readout.size(), score.data());
    double sum = 0;
    for (std::size_t c = 0; c < readout.size(); ++c) {
      const float wanted = score_of(readout, c);
      if (std::abs(score[c] - wanted) > 1.2e-7F * wanted)
        FAIL("case " << i << ", class " << c);  // one float32 rounding
      sum += double(score[c]);
    }
    CHECK(sum == Approx(1.0).epsilon(1e-6));
    const std::size_t best = sj::top_class(readout.data(), readout.size());
    if (sj::to_word(score[best]) != sj::to_word(sj::top_score(readout.data(), readout.size()))) FAIL("case " << i);
  }
}
