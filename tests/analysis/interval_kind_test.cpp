// SPDX-License-Identifier: MIT
#include "catch.hpp"

#include <spikingjet/analysis/interval_kind.hpp>

#include <set>
#include <string_view>

using namespace spikingjet;

TEST_CASE("finished draws have the narrowest interval that covers") {
  using enum IntervalKind;
  for (const Outcomes outcomes : {Outcomes::zero_or_one, Outcomes::fractions}) {
    CHECK(interval_kind(Draw::whole, Completion::finished, outcomes) == exact);
    CHECK(interval_kind(Draw::stratified, Completion::finished, outcomes) == stratified_betting);
  }
  CHECK(interval_kind(Draw::simple, Completion::finished, Outcomes::zero_or_one) == hypergeometric);
  CHECK(interval_kind(Draw::simple, Completion::finished, Outcomes::fractions) == betting);
}

TEST_CASE("draws that ended early have an interval only where their order was random", "[law]") {
  for (const Draw draw : {Draw::whole, Draw::simple, Draw::stratified, Draw::unknown})
    for (const Outcomes outcomes : {Outcomes::zero_or_one, Outcomes::fractions}) {
      CHECK(interval_kind(draw, Completion::ended_in_list, outcomes) == IntervalKind::none);
      const bool random = draw == Draw::whole || draw == Draw::simple;
      CHECK(interval_kind(draw, Completion::ended_at_will, outcomes) ==
            (random ? IntervalKind::betting_at_any_time : IntervalKind::none));
    }
}

TEST_CASE("a list of which nobody knows has no interval", "[law]") {
  for (const Completion progress : {Completion::finished, Completion::ended_at_will, Completion::ended_in_list})
    for (const Outcomes outcomes : {Outcomes::zero_or_one, Outcomes::fractions})
      CHECK(interval_kind(Draw::unknown, progress, outcomes) == IntervalKind::none);
}

TEST_CASE("kinds of intervals have names of their own") {
  std::set<std::string_view> names;
  for (int kind = 0; kind < 6; ++kind) names.insert(interval_kind_name(IntervalKind(kind)));
  CHECK(names.size() == 6);
}
