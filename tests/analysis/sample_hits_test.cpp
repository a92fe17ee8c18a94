// SPDX-License-Identifier: MIT
#include "catch.hpp"

#include <spikingjet/analysis/sample_hits.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

using namespace spikingjet;

namespace {

std::vector<double> rates(const SampleHits& hits, std::uint64_t part, const std::string& name, double weight = 1) {
  std::vector<double> found(hits.samples());
  for (std::size_t r = 0; r < detail::rates.size(); ++r)
    if (detail::rates[r].name == name) hits.add_rates(part, r, weight, found);
  return found;
}

using Rates = std::vector<double>;

}  // namespace

TEST_CASE("each sample has the share of faults that had an outcome on it") {
  // sample 0 is predicted right, sample 1 wrong; a third one only repeats the
  // first
  SampleHits hits({{3, 3}, {2, 4}});
  hits.add(7, {});
  hits.add(7, std::vector<InjectionOutcome>{{0, Outcome::sdc_critical, 5}, {1, Outcome::sdc_critical, 2}});
  hits.add(7, std::vector<InjectionOutcome>{{0, Outcome::due, 0}, {1, Outcome::sdc_critical, 9}});
  hits.add(7, std::vector<InjectionOutcome>{{1, Outcome::sdc_20, 0}, {2, Outcome::sdc_critical, 5}});
  hits.add(8, std::vector<InjectionOutcome>{{0, Outcome::sdc_0_5, 0}, {1, Outcome::sdc_5_10, 0}});
  hits.add(8, std::vector<InjectionOutcome>{{0, Outcome::sdc_10_20, 0}});
  CHECK(rates(hits, 7, "fully_masked") == Rates{0.5, 0.25});
  CHECK(rates(hits, 7, "SDC_1") == Rates{0.25, 0.5});
  CHECK(rates(hits, 7, "SDC_20") == Rates{0, 0.25});
  CHECK(rates(hits, 7, "DUE") == Rates{0.25, 0});
  CHECK(rates(hits, 7, "facc") == Rates{0.5, 0.25});  // of the second sample one fault made the label
  CHECK(rates(hits, 8, "SDC_0_5%") == Rates{0.5, 0});
  CHECK(rates(hits, 8, "SDC_5_10%") == Rates{0, 0.5});
  CHECK(rates(hits, 8, "SDC_10_20%") == Rates{0.5, 0});
  CHECK(rates(hits, 8, "fully_masked", 0.5) == Rates{0, 0.25});
  CHECK(rates(hits, 9, "fully_masked") == Rates{0, 0});  // no such part
}

TEST_CASE("parts that are too many for their samples are refused") {
  SampleHits hits(std::vector<SampleHits::Answer>(5), 79);
  hits.add(0, {});
  CHECK_THROWS_WITH(hits.add(1, {}),
                    "spikingjet: 2 groups on 5 samples are too many to "
                    "tell how each rate differs between samples; "
                    "group by fewer keys, or analyse over faults alone");
}
