// SPDX-License-Identifier: MIT
#include "catch.hpp"

#include <spikingjet/analysis/rates.hpp>

#include <cstdint>
#include <map>
#include <string>

using namespace spikingjet;

TEST_CASE("each rate counts its own class of injections") {
  const FaultRecord record{
      .samples = 128, .unchanged = 0, .masked = 1, .sdc_critical = 2, .band = {4, 8, 16, 32}, .due = 65, .correct = 64};
  std::map<std::string, std::uint64_t> hits;
  for (const detail::Rate& rate : detail::rates) hits[std::string(rate.name)] = rate.hits(record);
  CHECK(hits == std::map<std::string, std::uint64_t>{{"fully_masked", 1},
                                                     {"SDC_1", 2},
                                                     {"SDC_0_5%", 4},
                                                     {"SDC_5_10%", 8},
                                                     {"SDC_10_20%", 16},
                                                     {"SDC_20", 32},
                                                     {"DUE", 65},
                                                     {"facc", 64}});
}
