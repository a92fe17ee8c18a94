// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/fault/fault_list.hpp>
#include <spikingjet/fault/fault_space.hpp>
#include <spikingjet/fault/list_origin.hpp>
#include <spikingjet/fault/sampling_plan.hpp>
#include <spikingjet/fault/stratification.hpp>
#include <spikingjet/fault/stratified_sample.hpp>
#include <spikingjet/fault/ways.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

namespace spikingjet {

/// How the faults of a list come from their fault space: what a store keeps, so that rates say something of the space.
///
/// **Shapes** draws: (faults of the list), in the list's order; empty where the list is the whole space, or has the
/// order of the draw.
struct SampleDesign {
  std::vector<PlannedStratum> strata;
  std::vector<Way> ways;
  std::vector<DrawnFault> draws;
  bool in_order_of_draw = false;  // of one stratum: the list's first fault is its first draw
};

/// The design of a sample that was drawn from strata as planned.
///
/// **Shapes** planned (strata).
inline SampleDesign design_of(const Stratification& strata, std::vector<PlannedStratum> planned,
                              std::vector<DrawnFault> draws = {}) {
  return {std::move(planned), ways_of(strata), std::move(draws), false};
}

/// The design of a list that was drawn from this space before, and may have been shuffled since: it is drawn again, and
/// each of its faults found. Absent where that does not give this very list, as where it is not known what the strata
/// were.
///
/// **Cost** that of `draw`, and of `FaultSpace::index_of` for each fault.
inline std::optional<SampleDesign> redrawn(const FaultList& faults, const ListOrigin& origin, const FaultSpace& space) {
  const auto strata = stratification_named(origin.by, space);
  if (!strata || faults.size() == 0 || faults.size() > space.size()) return std::nullopt;
  std::vector<PlannedStratum> planned = origin.strata;
  if (planned.empty() && origin.by == "nothing") planned = {{"all", space.size(), faults.size(), origin.p()}};
  if (planned.size() != strata->strata().size()) return std::nullopt;
  std::vector<std::uint64_t> sizes;
  std::vector<std::uint64_t> begins;  // (strata) faults of the strata before
  std::uint64_t sum = 0;
  for (std::size_t h = 0; h < planned.size(); ++h) {
    const SubSpace& stratum = strata->strata()[h];
    const PlannedStratum& plan = planned[h];
    if (plan.name != stratum.name() || plan.population != stratum.size() || plan.faults > stratum.size())
      return std::nullopt;
    sizes.push_back(plan.faults);
    begins.push_back(sum);
    sum += plan.faults;
  }
  if (sum != faults.size()) return std::nullopt;
  if (origin.is_exhaustive())
    return sum == space.size() ? std::optional(design_of(*strata, std::move(planned))) : std::nullopt;

  const StratifiedSample sample = draw(*strata, sizes, draw_seed(origin.seed, origin.pilot()));
  std::vector<bool> seen(sum);
  std::vector<DrawnFault> draws;
  draws.reserve(sum);
  for (std::uint64_t i = 0; i < faults.size(); ++i) {
    const auto drawn = sample.find(faults[i]);
    if (!drawn) return std::nullopt;
    const std::uint64_t place = begins[drawn->stratum] + drawn->rank;
    if (seen[place]) return std::nullopt;
    seen[place] = true;
    draws.push_back(*drawn);
  }
  return design_of(*strata, std::move(planned), std::move(draws));
}

}  // namespace spikingjet
