// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/store/manifest.hpp>
#include <spikingjet/store/store.hpp>

#include <optional>
#include <string>

namespace spikingjet {

/// What every table must say of a campaign whose samples were chosen by what injections showed. Absent for others.
inline std::optional<std::string> samples_note(const Store& store) {
  if (store.manifest().find(Manifest::samples_chosen_by) != Manifest::outcomes) return std::nullopt;
  return "on samples that were chosen by outcomes ('coverage -o'), which expose more faults than others do: rates of "
         "these samples alone";
}

}  // namespace spikingjet
