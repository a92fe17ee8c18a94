// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/analysis/interval_kind.hpp>
#include <spikingjet/analysis/sample_kind.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>

namespace spikingjet {

/// How the faults of a store were drawn, and how far its campaign is.
struct StoreSampling {
  SampleKind kind = SampleKind::given;
  Draw draw = Draw::unknown;
  Completion completion = Completion::ended_in_list;
  Outcomes outcomes = Outcomes::fractions;
  std::uint64_t finished = 0;           // faults
  std::optional<std::uint64_t> listed;  // faults of the campaign
  std::size_t strata = 1;
};

}  // namespace spikingjet
