// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/analysis/sample_kind.hpp>
#include <spikingjet/store/store.hpp>

#include <optional>
#include <string>

namespace spikingjet {

/// What a table of an unfinished campaign must say: INCOMPLETE, or, where its faults were injected in the order of
/// their draw, that it ended early: then they are a random sample all the same. Absent for a finished campaign.
inline std::optional<std::string> unfinished_note(const Store& store) {
  const auto part = unfinished_part(store, store.faults());
  if (!part) return std::nullopt;
  return store.manifest().find("order") == "drawn" ? "ended early, in the order of the draw: " + *part
                                                   : "INCOMPLETE: " + *part;
}

}  // namespace spikingjet
