// SPDX-License-Identifier: MIT
#include <spikingjet/app/plan_table.hpp>

#include "catch.hpp"

#include <algorithm>
#include <cstddef>
#include <string>

namespace sj = spikingjet;

TEST_CASE("a plan of one stratum is a sentence, one of several a table besides") {
  sj::SamplingPlan plan{"count:7", "nothing", {}, {{"all", 100, 7, 0.5}}};
  CHECK(sj::plan_table(plan) == "count:7: 7 of 100 faults\n");
  plan.method = "iterative";
  CHECK(sj::plan_table(plan) == "iterative: 7 of 100 faults; these are its pilot\n");
  plan = {"data-aware",
          "layer and bit",
          sj::Precision{},
          {{"fc1 bit 30", 123456789012, 16555, 0.5}, {"fc1 bit 3", 9, 9, 0.0123456}}};
  CHECK(
      sj::plan_table(plan) ==
      "data-aware: 16564 of 123456789021 faults, in 2 strata by layer and bit, 1 of them whole; margin 0.01 in each at "
      "confidence 0.99 where the expected rates hold\n"
      "stratum             faults         drawn  p\n"
      "fc1 bit 30    123456789012         16555  0.5\n"
      "fc1 bit 3                9             9  0.0123\n");
}

TEST_CASE("the middle of a long table is left out, which a line says") {
  sj::SamplingPlan plan{"layer-wise", "layer", sj::Precision{}, {}};
  const auto lines = [&](std::size_t strata, std::size_t most) {
    plan.strata.clear();
    for (std::size_t h = 0; h < strata; ++h) plan.strata.push_back({"fc" + std::to_string(h), 10, 1, 0.5});
    return sj::plan_table(plan, most);
  };
  const auto count = [](const std::string& text) { return std::count(text.begin(), text.end(), '\n'); };
  CHECK(count(lines(20, 20)) == 22);
  CHECK(lines(20, 20).find("more") == std::string::npos);
  CHECK(count(lines(21, 20)) == 23);
  const std::string cut = lines(192, 5);
  CHECK(count(cut) == 2 + 5 + 1);
  const std::size_t gap =
      cut.find("... 187 strata more; the '#' line of a list and the table 'strata' of a store have all ...\n");
  REQUIRE(gap != std::string::npos);
  CHECK(cut.find("fc1 ") < gap);
  CHECK(cut.find("fc2 ") == std::string::npos);
  CHECK(cut.find("fc188 ") == std::string::npos);
  CHECK(cut.find("fc189 ") > gap);
  CHECK(cut.find("fc191 ") != std::string::npos);
}

TEST_CASE("names of strata leave the table's form alone") {
  const sj::SamplingPlan plan{
      "stratified:2", "wish", {}, {{std::string(300, 'x') + "\n", 5, 1, 0.5}, {"a\tb\x1b", 5, 1, 0.5}}};
  const std::string text = sj::plan_table(plan);
  CHECK(std::count(text.begin(), text.end(), '\n') == 4);
  CHECK(text.find("a?b?") != std::string::npos);
  CHECK(text.find(std::string(57, 'x') + "...  ") != std::string::npos);
}
