// SPDX-License-Identifier: MIT
#include "catch.hpp"
#include "files.hpp"
#include "laws/every_policy.hpp"

#include <spikingjet/app/campaign_watch.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

using namespace spikingjet;

namespace {

FaultSpace nmnist_flips() {
  std::vector<Choice> choices;
  for (std::int32_t bit = 0; bit < 32; ++bit) choices.push_back({describe_fault_type<BitFlip>(), bit});
  std::vector<Stratum> strata;
  for (std::uint32_t q = 0; q < laws::NMnist::quantities.size(); ++q) strata.push_back({q, choices});
  return {laws::NMnist::quantities, strata};
}

/// Injects as `run` does: up to the next look, in blocks of at most `size`; flips of bit 30 change all ten predictions.
std::uint64_t inject(CampaignWatch& watch, const FaultList& faults, std::uint64_t size) {
  std::uint64_t done = 0;
  while (!watch.enough() && done < faults.size()) {
    const std::uint64_t end = std::min(watch.block_end(), done + size);
    REQUIRE(end > done);
    std::vector<Fault> block;
    std::vector<FaultRecord> records;
    for (; done < end; ++done) {
      block.push_back(faults[done]);
      const std::uint64_t critical = block.back().bit == 30 ? 10 : 0;
      records.push_back({.samples = 10, .masked = 10 - critical, .sdc_critical = critical});
    }
    CampaignBlock finished;
    finished.first = done - block.size();
    finished.faults = block;
    finished.records = records;
    watch.saw(finished);
  }
  return done;
}

}  // namespace

TEST_CASE("a watched campaign ends when its rule holds, however its blocks are cut") {
  const FaultSpace space = nmnist_flips();
  const StoppingRule rule = StoppingRule::parse("SDC_1 all <= 0.01");
  const std::uint64_t most = CampaignWatch::most_faults(space, rule, 0.99);
  CHECK(most == 266'256);  // 16 t^2 / (4 e^2), t = 2.58
  const auto [faults, design] = draw_in_order(space, most, 7);
  CHECK(design.in_order_of_draw);
  REQUIRE(design.strata.size() == 1);
  CHECK(design.strata[0].population == 381'120);

  CampaignWatch watch(space, rule, most, 0.99);
  CHECK(watch.plan_text() ==
        "until SDC_1 all <= 0.01 at confidence 0.99: 666 faults first, at most 266256 of 381120");
  CHECK(contains(CampaignWatch(space, StoppingRule::parse("SDC_1 fc2 <= 0.01"), most, 0.99).plan_text(),
                 ", all targets together; '--target' draws from some alone"));
  CHECK(contains(CampaignWatch(space, rule, most, 0.9999999).plan_text(), " at confidence 0.9999999: "));
  CHECK(watch.found_text() == "SDC_1 all <= 0.01: no fault of its target was injected");
  const std::uint64_t injected = inject(watch, faults, 1000);
  CHECK(watch.is_met());
  CHECK(injected < 16'000);
  CHECK(contains(watch.found_text(), "SDC_1 all is "));
  CHECK(contains(watch.found_text(), fmt::format("after {} of 381120 faults", injected)));

  CampaignWatch again(space, rule, most, 0.99);
  CHECK(inject(again, faults, 37) == injected);
  CHECK(again.found_text() == watch.found_text());
}

TEST_CASE("a watched campaign that may draw too few faults ends with them, and says what it knows") {
  const FaultSpace space = nmnist_flips();
  const StoppingRule rule = StoppingRule::parse("SDC_1 all <= 0.001");
  CampaignWatch watch(space, rule, 700, 0.95);
  CHECK(inject(watch, draw_in_order(space, 700, 3).first, 1000) == 700);
  CHECK(!watch.is_met());
  CHECK(contains(watch.found_text(), "after 700 of 381120 faults"));
}

TEST_CASE("a rule on a small target draws the more faults, and no more than there are") {
  const FaultSpace space = nmnist_flips();
  CHECK(CampaignWatch::most_faults(space, StoppingRule::parse("SDC_1 threshold <= 0.1"), 0.99) == 381'120);
  CHECK(CampaignWatch::most_faults(space, StoppingRule::parse("SDC_1 weight <= 0.05"), 0.99) ==
        std::uint64_t(std::ceil(266'256.0 / 25 * 381'120 / ((578 * 20 + 200) * 32))));
  CHECK_THROWS_AS(CampaignWatch(space, StoppingRule::parse("SDC_1 fc7 <= 0.1"), 100, 0.9), BadStoppingRule);
}
