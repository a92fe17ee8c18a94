// SPDX-License-Identifier: MIT
#include <spikingjet/fault/persistence.hpp>

#include "catch.hpp"
#include "laws/every_policy.hpp"
#include "laws/persistence.hpp"

#include <cmath>
#include <cstdint>
#include <vector>

namespace sj = spikingjet;

namespace {

std::vector<int> steps_of(const sj::Window& window, int until) {
  std::vector<int> steps;
  for (int step = 0; step < until; ++step)
    if (window.contains(std::uint64_t(step))) steps.push_back(step);
  return steps;
}

}  // namespace

TEMPLATE_LIST_TEST_CASE("the windows of a persistence differ, and none is empty", "[law]", laws::Persistences) {
  laws::persistence_has_different_windows<TestType>();
}

TEMPLATE_LIST_TEST_CASE("a fault keeps to its window", "[law]", laws::Persistences) {
  laws::persistence_keeps_to_its_windows<TestType>();
}

TEST_CASE("a permanent fault is there in every step") {
  CHECK(sj::Permanent::windows(100) == 1);
  for (const std::uint64_t step : {0ull, 1ull, 1000000ull, 0xffffffffull, 0x100000000ull})
    CHECK(sj::Permanent::window(0).contains(step));
}

TEST_CASE("there is one transient fault for each step, there in that step alone") {
  CHECK(sj::Transient::windows(100) == 100);
  CHECK(steps_of(sj::Transient::window(0), 100) == std::vector<int>{0});
  CHECK(steps_of(sj::Transient::window(99), 101) == std::vector<int>{99});
}

TEST_CASE("an intermittent fault is there from its begin to before its end") {
  CHECK(sj::Intermittent<2, 5>::windows(100) == 1);
  CHECK(steps_of(sj::Intermittent<2, 5>::window(0), 100) == std::vector<int>{2, 3, 4});
}

// Expected: Philox4x32-10 in Python integers, first word of counter (step, 0) under the seed, below the share of 2^32.
TEST_CASE("a flickering fault is there in the same steps on every platform") {
  CHECK(steps_of(sj::Flickering<1, 2, 7>::window(0), 32) ==
        std::vector<int>{1, 2, 3, 4, 5, 7, 8, 12, 13, 14, 15, 18, 20, 21, 22, 23, 27, 28});
  CHECK(steps_of(sj::Flickering<1, 10, 2024>::window(0), 100) ==
        std::vector<int>{4, 8, 10, 14, 30, 32, 43, 48, 53, 55, 56, 62, 67, 73, 78, 89});
}

TEST_CASE("a flickering fault is there in its share of the steps") {
  constexpr int steps = 40000;
  const double found = double(steps_of(sj::Flickering<3, 10, 99>::window(0), steps).size());
  CHECK(std::abs(found - 0.3 * steps) < 4.5 * std::sqrt(steps * 0.3 * 0.7));
}

TEST_CASE("a persistence prints its arguments") {
  CHECK(sj::Permanent::name() == "permanent");
  CHECK(sj::Transient::name() == "transient");
  CHECK(sj::Intermittent<2, 5>::name() == "intermittent [2, 5)");
  CHECK(sj::Flickering<1, 2, 7>::name() == "flickering 1/2 seed 7");
}
