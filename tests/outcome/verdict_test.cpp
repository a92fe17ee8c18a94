// SPDX-License-Identifier: MIT
#include <spikingjet/outcome/verdict.hpp>

#include "catch.hpp"

#include <cstddef>

namespace sj = spikingjet;

TEST_CASE("a verdict is that of an unlabelled sample that nothing happened to, unless told otherwise") {
  static_assert(sj::Verdict{} == sj::Verdict{sj::Outcome::masked, true, false});
  CHECK(sj::Verdict{}.outcome == sj::Outcome::masked);
  CHECK(sj::Verdict{}.unchanged);
  CHECK_FALSE(sj::Verdict{}.correct);
}

TEST_CASE("verdicts are equal where outcome, unchanged and correct are") {
  const sj::Verdict verdict{sj::Outcome::sdc_5_10, false, true};
  CHECK(verdict == sj::Verdict{sj::Outcome::sdc_5_10, false, true});
  CHECK_FALSE(verdict == sj::Verdict{sj::Outcome::sdc_0_5, false, true});
  CHECK_FALSE(verdict == sj::Verdict{sj::Outcome::sdc_5_10, true, true});
  CHECK_FALSE(verdict == sj::Verdict{sj::Outcome::sdc_5_10, false, false});
}

TEST_CASE("outcomes stand in the order of their harm: records count the four bands as neighbours") {
  using enum sj::Outcome;
  constexpr sj::Outcome order[] = {masked, sdc_0_5, sdc_5_10, sdc_10_20, sdc_20, sdc_critical, due};
  for (std::size_t o = 0; o < 7; ++o) CHECK(static_cast<std::size_t>(order[o]) == o);
}
