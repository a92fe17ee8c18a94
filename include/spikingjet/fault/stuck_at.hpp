// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/fault/alteration.hpp>

#include <string_view>

namespace spikingjet {

/// A bit that always reads as `Level`, 0 or 1.
///
/// **Laws** idempotent; on a word whose bit has that level already it is equivalent to no fault.
template <unsigned Level>
struct StuckAt {
  static_assert(Level <= 1, "spikingjet: 'StuckAt' takes 0 or 1; check its argument; see docs/concepts/fault_type.md");

  static constexpr std::string_view name() { return Level == 0 ? "stuckat0" : "stuckat1"; }
  static constexpr Alteration at(unsigned bit) {
    const std::uint32_t mask = std::uint32_t{1} << bit;
    return Level == 0 ? Alteration::sticks_at_0(mask) : Alteration::sticks_at_1(mask);
  }
};

}  // namespace spikingjet
