// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/app/options.hpp>
#include <spikingjet/fault/fault_space.hpp>
#include <spikingjet/fault/list_origin.hpp>
#include <spikingjet/fault/sample_size.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace spikingjet {

/// Where the list is from that `choose_faults` draws.
///
/// **Errors** `BadProportion` where the confidence is none.
inline ListOrigin origin_of(const FaultSpace& space, const SamplingOptions& options) {
  detail::require_inside_0_1("confidence", options.precision.confidence);
  ListOrigin origin{.method = options.method,
                    .confidence = options.precision.confidence,
                    .seed = options.seed,
                    .population = population_of(space),
                    .about = {}};
  if (options.method == "network-wise") {
    origin.about.emplace_back("margin", fmt::format("{}", options.precision.margin));
    origin.about.emplace_back("p", fmt::format("{}", options.precision.p));
  }
  origin.about.emplace_back("targets", fmt::format("{}", fmt::join(options.targets, " ")));
  origin.about.emplace_back("bits", options.bits);
  origin.about.emplace_back("fault types", options.fault_types);
  origin.about.emplace_back("persistence", options.persistence);
  return origin;
}

}  // namespace spikingjet
