// SPDX-License-Identifier: MIT
#include "catch.hpp"

#include <spikingjet/fault/sample_size.hpp>

#include <cmath>
#include <cstdint>
#include <limits>
#include <string>

using namespace spikingjet;

namespace {

std::string sentence_of(double margin, double confidence, double p) {
  try {
    sample_size(1000, margin, confidence, p);
  } catch (const BadProportion& bad) {
    return bad.what();
  }
  return {};
}

}  // namespace

TEST_CASE("sample sizes are those of the published campaigns") {
  CHECK(sample_size(381'120, 0.01, 0.99) == 15'944);    // N-MNIST
  CHECK(sample_size(5'936'640, 0.01, 0.99) == 16'594);  // SHD
  CHECK(sample_size(814'112, 0.01, 0.99) == 16'307);    // DVS Gesture
}

TEST_CASE("a huge population needs t^2 p (1-p) / e^2 faults") {
  CHECK(sample_size(1'000'000'000'000, 0.05, 0.95) == 384);  // 1.96^2 / 4 / 0.05^2 = 384.16
  CHECK(sample_size(1'000'000'000'000, 0.05, 0.95, 0.1) == 138);
  CHECK(sample_size(std::numeric_limits<std::uint64_t>::max(), 0.01, 0.99) == 16'640);  // just below 16641
}

TEST_CASE("a sample is never larger than the population", "[law]") {
  for (const double margin : {1e-9, 0.001, 0.01, 0.5, 0.999})
    for (std::uint64_t n = 0; n < 2000; n = n * 3 / 2 + 1) {
      CAPTURE(margin, n);
      CHECK(sample_size(n, margin, 0.99) <= n);
    }
  CHECK(sample_size(0, 0.01, 0.99) == 0);
  CHECK(sample_size(1, 0.01, 0.99) == 1);
  CHECK(sample_size(1000, 1e-9, 0.99) == 999);  // 1000 / (1 + tiny), rounded down
}

TEST_CASE("a rate that is certain needs no sample") {
  CHECK(sample_size(1000, 0.01, 0.99, 0) == 0);
  CHECK(sample_size(1000, 0.01, 0.99, 1) == 0);
  CHECK(sample_size(1, 0.01, 0.99, 0) == 0);
}

TEST_CASE("p and 1 - p need the same sample, 0.5 the largest", "[law]") {
  for (const double p : {0.01, 0.1, 0.25, 0.4}) {
    CHECK(sample_size(100'000, 0.01, 0.95, p) == sample_size(100'000, 0.01, 0.95, 1 - p));
    CHECK(sample_size(100'000, 0.01, 0.95, p) < sample_size(100'000, 0.01, 0.95));
  }
}

TEST_CASE("quantiles are the field's at 0.95 and 0.99, exact elsewhere") {
  CHECK(quantile(0.95) == 1.96);
  CHECK(quantile(0.99) == 2.58);
  // Tabulated: the standard normal's quantiles of 0.75, 0.95, 0.995, 0.9995.
  CHECK(quantile(0.5) == Approx(0.6744897501960817).epsilon(1e-15));
  CHECK(quantile(0.9) == Approx(1.6448536269514722).epsilon(1e-15));
  CHECK(quantile(0.999) == Approx(3.2905267314918945).epsilon(1e-14));
  CHECK(quantile(0.998) == Approx(3.0902323061678132).epsilon(1e-14));
}

TEST_CASE("a quantile inverts the normal distribution and grows with the confidence", "[law]") {
  double last = 0;
  for (double confidence = 0.01; confidence < 0.945; confidence += 0.01) {
    const double t = quantile(confidence);
    CHECK(std::erf(t / std::sqrt(2.0)) == Approx(confidence).epsilon(1e-12));
    CHECK(t > last);
    last = t;
  }
  CHECK(quantile(1 - 1e-15) < 9);
  CHECK(quantile(1e-300) < 1e-15);
}

TEST_CASE("proportions out of their range are refused by name") {
  CHECK(sentence_of(1.5, 0.95, 0.5) == "spikingjet: 'margin' is 1.5, but must lie between 0 and 1, both excluded");
  CHECK(sentence_of(0, 0.95, 0.5) == "spikingjet: 'margin' is 0, but must lie between 0 and 1, both excluded");
  CHECK(sentence_of(0.01, 1, 0.5) == "spikingjet: 'confidence' is 1, but must lie between 0 and 1, both excluded");
  CHECK(sentence_of(0.01, 0.95, -0.1) == "spikingjet: 'p' is -0.1, but must lie in [0, 1]");
  CHECK(sentence_of(std::nan(""), 0.95, 0.5) ==
        "spikingjet: 'margin' is nan, but must lie between 0 and 1, both excluded");
  CHECK_THROWS_AS(quantile(std::nan("")), Misuse);
  CHECK_THROWS_AS(sample_size(10, 0.1, 0.9, std::nan("")), BadProportion);
}
