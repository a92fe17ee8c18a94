// SPDX-License-Identifier: MIT
#include "catch.hpp"
#include "files.hpp"

#include <spikingjet/outcome/outcome.hpp>
#include <spikingjet/outcome/own_outcome.hpp>

#include <limits>
#include <random>
#include <vector>

using namespace spikingjet;

namespace {
using Readout = std::vector<float>;
constexpr float infinity = std::numeric_limits<float>::infinity();
}  // namespace

TEST_CASE("a class's place counts larger values, and equal ones before it") {
  const Readout readout{3, 5, 3, 5, 0};
  CHECK(rank_of_class(readout, 1) == 0);
  CHECK(rank_of_class(readout, 3) == 1);
  CHECK(rank_of_class(readout, 0) == 2);
  CHECK(rank_of_class(readout, 2) == 3);
  CHECK(rank_of_class(readout, 4) == 4);
}

TEST_CASE("top-k happens where the golden class is not among the k largest") {
  const Readout golden{1, 9, 2};
  const OwnOutcome second = top_k(2);
  CHECK(second.name == "not top-2");
  CHECK(!second.happens(golden, Readout{9, 5, 2}));
  CHECK(second.happens(golden, Readout{9, 5, 6}));
  CHECK(second.happens(golden, Readout{5, 5, 6}));
  CHECK(!second.happens(golden, Readout{4, 5, 5}));
  CHECK(!second.happens(golden, Readout{9, -infinity, 6}));
  CHECK(!second.happens(golden, Readout{9, std::numeric_limits<float>::quiet_NaN(), 6}));
  CHECK(contains(sentence_of<Misuse>([] { top_k(0); }), "at least one class"));
}

TEST_CASE("top-1 happens where the outcome is another class", "[law]") {
  std::mt19937 random(7);
  const OwnOutcome first = top_k(1);
  for (int trial = 0; trial < 2000; ++trial) {
    Readout golden, faulty;
    for (int c = 0; c < 4; ++c) {
      golden.push_back(float(random() % 4));
      faulty.push_back(random() % 40 == 0 ? infinity : float(random() % 4));
    }
    CAPTURE(trial);
    CHECK(first.happens(golden, faulty) == (GoldenOutcome(golden, {}, 0).classify(faulty) == Outcome::sdc_critical));
  }
}
