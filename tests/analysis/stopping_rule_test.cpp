// SPDX-License-Identifier: MIT
#include "catch.hpp"
#include "files.hpp"
#include "store/fixture.hpp"

#include <spikingjet/analysis/stopping_rule.hpp>

#include <cstdint>
#include <string>
#include <vector>

using namespace spikingjet;

TEST_CASE("a rule is a rate, a target and half the width of an interval, however it is spaced") {
  for (const char* text : {"SDC_1 all <= 0.002", "SDC_1 all<=0.002", "  SDC_1   all  <=  2e-3 "}) {
    const StoppingRule rule = StoppingRule::parse(text);
    INFO(text);
    CHECK(detail::rates[rule.rate].name == "SDC_1");
    CHECK(rule.target == "all");
    CHECK(rule.half_width == 0.002);
    CHECK(rule.str() == "SDC_1 all <= 0.002");
    CHECK(StoppingRule::parse(rule.str()) == rule);
  }
  CHECK(StoppingRule::parse("SDC_1 all <= 5e-4").str() == "SDC_1 all <= 0.0005");
  CHECK(StoppingRule::parse("SDC_1 all <= 5e-324").half_width > 0);
  CHECK(contains(StoppingRule::parse("SDC_1 all <= 5e-324").str(), "<= 0.000"));
  CHECK(StoppingRule::parse("SDC_5_10% weight <= 0.25").str() == "SDC_5_10% weight <= 0.25");
  CHECK(detail::rates[StoppingRule::parse("facc lif1.potential <= 0.1").rate].name == "facc");
}

TEST_CASE("a rule that cannot be read says what is wrong with it and what is allowed") {
  const auto sentence = [](const std::string& text) {
    return sentence_of<BadStoppingRule>([&] { StoppingRule::parse(text); });
  };
  CHECK(sentence("SDC_1 all") ==
        "spikingjet: the rule 'SDC_1 all' cannot be read; write RATE TARGET <= NUMBER, as in 'SDC_1 all <= 0.002'");
  for (const char* text : {"", "SDC_1 <= 0.1", "SDC_1 all 0.1", "SDC_1 all < 0.1", "SDC_1 all <= 0.1 <= 0.2", "<="})
    CHECK(contains(sentence(text), "cannot be read"));
  CHECK(sentence("SDC-1 all <= 0.1") ==
        "spikingjet: the rule 'SDC-1 all <= 0.1' names no rate 'SDC-1'; allowed are fully_masked, SDC_1, SDC_0_5%, "
        "SDC_5_10%, SDC_10_20%, SDC_20, facc, DUE");
  for (const char* number : {"0", "-0.1", "0.5", "1", "nan", "0.1x", "1e-400", "x"})
    CHECK(contains(sentence(std::string("SDC_1 all <= ") + number), "it is a number between 0 and 0.5"));
}

TEST_CASE("a target is everything, a role, a layer or a quantity, and must have faults") {
  const std::vector<Quantity> quantities = two_quantities();
  const std::vector<std::uint64_t> population{192, 2};
  const auto counted = [&](const std::string& target) {
    return target_population(StoppingRule::parse("SDC_1 " + target + " <= 0.1"), quantities, population);
  };
  CHECK(counted("all") == std::vector<std::uint64_t>{192, 2});
  for (const char* target : {"weight", "fc1", "fc1.weight"})
    CHECK(counted(target) == std::vector<std::uint64_t>{192, 0});
  for (const char* target : {"spike", "lif1 states", "lif1.spike"})
    CHECK(counted(target) == std::vector<std::uint64_t>{0, 2});
  CHECK(sentence_of<BadStoppingRule>([&] { counted("fc2"); }) ==
        "spikingjet: the rule 'SDC_1 fc2 <= 0.1' names a target 'fc2' that no fault strikes here; allowed are all, "
        "weight, "
        "fc1, fc1.weight, spike, lif1 states, lif1.spike");
  CHECK_THROWS_AS(counted("lif1"), BadStoppingRule);  // its parameters, of which there are none
  CHECK(StoppingRule::parse("facc  lif1   states <=0.1").str() == "facc lif1 states <= 0.1");
  const std::vector<std::uint64_t> no_spikes{192, 0};
  CHECK_THROWS_AS(target_population(StoppingRule::parse("SDC_1 spike <= 0.1"), quantities, no_spikes), BadStoppingRule);
}
