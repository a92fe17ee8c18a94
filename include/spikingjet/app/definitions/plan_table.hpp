// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/app/plan_table.hpp>
#include <spikingjet/core/compiled.hpp>
#include <spikingjet/core/text.hpp>
#include <spikingjet/fault/sampling_plan.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <string>

namespace spikingjet {

SPIKINGJET_INLINE std::string plan_table(const SamplingPlan& plan, std::size_t most) {
  std::string text = plan_text(plan) + (plan.method == "iterative" ? "; these are its pilot\n" : "\n");
  const std::size_t strata = plan.strata.size();
  if (strata < 2) return text;
  std::size_t width = 7;
  for (const PlannedStratum& stratum : plan.strata)
    width = std::max(width, std::min<std::size_t>(stratum.name.size(), 60));
  text += fmt::format("{:{}}  {:>14}  {:>12}  {}\n", "stratum", width, "faults", "drawn", "p");
  const std::size_t left_out = strata > most ? strata - most : 0;
  const std::size_t head = left_out > 0 ? most / 2 : strata;
  for (std::size_t h = 0; h < strata; ++h) {
    if (h == head) {
      text += fmt::format("... {} strata more; the '#' line of a list and the table 'strata' of a store have all ...\n",
                          left_out);
      h += left_out;
    }
    const PlannedStratum& stratum = plan.strata[h];
    text += fmt::format("{:{}}  {:>14}  {:>12}  {}\n", printable(stratum.name, 57), width, stratum.population,
                        stratum.faults, detail::number_text(stratum.p, 3));
  }
  return text;
}

}  // namespace spikingjet
