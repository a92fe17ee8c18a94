// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/analysis/interval_kind.hpp>
#include <spikingjet/analysis/sample_kind.hpp>
#include <spikingjet/store/store.hpp>

#include <cstdint>
#include <optional>
#include <string>

namespace spikingjet {

/// What a table of an unfinished campaign must say: INCOMPLETE, or, where its faults were injected in the order of
/// their draw, that it ended early: then they are a random sample all the same. Absent for a finished campaign.
inline std::optional<std::string> unfinished_note(const Store& store) {
  const std::uint64_t finished = store.faults();
  const auto part = unfinished_part(store, finished);
  if (!part) return std::nullopt;
  constexpr bool first_draws = true;  // taken on trust: to know takes a pass over the faults
  return completion_of(store, finished, first_draws) == Completion::ended_at_will
             ? "ended early, in the order of the draw: " + *part
             : "INCOMPLETE: " + *part;
}

}  // namespace spikingjet
