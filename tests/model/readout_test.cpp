// SPDX-License-Identifier: MIT
#include <spikingjet/model/readout.hpp>

#include "catch.hpp"
#include "laws/every_policy.hpp"
#include "laws/readout.hpp"

#include <cstddef>
#include <limits>
#include <tuple>
#include <vector>

namespace sj = spikingjet;

namespace {

constexpr float inf = std::numeric_limits<float>::infinity();

/// The readout of one class over a run.
template <class R>
float fold(const std::vector<float>& spike, const std::vector<float>& potential) {
  float value = R::first(spike[0], potential[0]);
  for (std::size_t t = 1; t < spike.size(); ++t) value = R::next(value, spike[t], potential[t]);
  return value;
}

}  // namespace

TEMPLATE_LIST_TEST_CASE("lanes of a readout give the scalar's bits", "[law]", laws::Readouts) {
  laws::readout_lanes_do_not_mix<TestType>(91);
}

using NanKeeping =
    std::tuple<sj::SpikeCountReadout, sj::MaxPotentialReadout>;  // the last potential is that of the last step
TEMPLATE_LIST_TEST_CASE("a NaN in a readout stays", "[law]", NanKeeping) { laws::readout_keeps_nan<TestType>(92); }

TEST_CASE("the spike count adds up spikes, faulty ones with their value") {
  using Count = sj::SpikeCountReadout;
  CHECK(fold<Count>({1, 0, 1, 1}, {9, 9, 9, 9}) == 3.0F);
  CHECK(fold<Count>({0, 0}, {9, 9}) == 0.0F);
  CHECK(sj::to_word(fold<Count>({-0.0F}, {9})) == 0u);  // the sum starts from +0
  CHECK(fold<Count>({1, -2.5F, 1}, {9, 9, 9}) == -0.5F);
  CHECK(fold<Count>({16777216, 1, 1}, {0, 0, 0}) == 16777216.0F);  // float32, in ascending steps
  CHECK(fold<Count>({1, 1, 16777216}, {0, 0, 0}) == 16777218.0F);
  CHECK(fold<Count>({1, inf, 1}, {0, 0, 0}) == inf);
  CHECK(sj::is_nan(fold<Count>({inf, -inf}, {0, 0})));
}

TEST_CASE("the largest potential is that of the steps, whatever the spikes") {
  using Largest = sj::MaxPotentialReadout;
  CHECK(fold<Largest>({1, 1, 1}, {-3, -1, -2}) == -1.0F);
  CHECK(fold<Largest>({0, 0, 0}, {3, 1, 2}) == 3.0F);
  CHECK(fold<Largest>({0, 0}, {-inf, -5}) == -5.0F);
  CHECK(sj::to_word(fold<Largest>({0, 0}, {-0.0F, 0.0F})) == 0x80000000u);  // not larger: the first stays
}

TEST_CASE("the last potential is that of the last step, whatever came before") {
  using Last = sj::LastPotentialReadout;
  CHECK(fold<Last>({1, 1, 1}, {-3, 5, -2}) == -2.0F);
  CHECK(fold<Last>({1}, {4}) == 4.0F);
  CHECK(sj::to_word(fold<Last>({0, 0}, {7, -0.0F})) == 0x80000000u);
  const float nan = sj::to_float(0x7fc00000u);
  CHECK(fold<Last>({0, 0}, {nan, 1}) == 1.0F);
  CHECK(sj::is_nan(fold<Last>({0, 0}, {1, nan})));
}

TEST_CASE("a NaN potential becomes the readout in whichever step it comes") {
  const float nan = sj::to_float(0x7fc00000u);
  using Largest = sj::MaxPotentialReadout;
  CHECK(sj::is_nan(fold<Largest>({0, 0, 0}, {nan, 1, 2})));
  CHECK(sj::is_nan(fold<Largest>({0, 0, 0}, {1, nan, 2})));
  CHECK(sj::is_nan(fold<Largest>({0, 0, 0}, {1, inf, nan})));
}
