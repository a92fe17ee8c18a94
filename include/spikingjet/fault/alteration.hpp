// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/bits.hpp>

#include <cstdint>

namespace spikingjet {

/// What a fault does to a float32: the three-mask normal form `((w & keep) | set) ^ flip`, after a product with
/// `factor`.
///
/// Bit flip, stuck-at and multi-bit upsets are data for one branch-free kernel; `factor` is 1 for all of them, and the
/// masks are the identity where a fault scales.
///
/// **Laws** the default alters nothing; flipping twice restores; sticking twice is sticking once.
struct Alteration {
  float factor = 1.0F;
  std::uint32_t keep = 0xffffffffu;
  std::uint32_t set = 0;
  std::uint32_t flip = 0;

  /// The bits of a mask flip.
  static constexpr Alteration flips(std::uint32_t mask) { return {.flip = mask}; }
  /// The bits of a mask are 0.
  static constexpr Alteration sticks_at_0(std::uint32_t mask) { return {.keep = ~mask}; }
  /// The bits of a mask are 1.
  static constexpr Alteration sticks_at_1(std::uint32_t mask) { return {.keep = ~mask, .set = mask}; }
  /// The value is another, whatever it was.
  static constexpr Alteration sets(float value) { return {.keep = 0, .set = to_word(value)}; }
  /// The value is multiplied, rounded once.
  static constexpr Alteration scales(float factor) { return {.factor = factor}; }

  /// Whether it multiplies.
  SPIKINGJET_HD constexpr bool has_factor() const { return to_word(factor) != to_word(1.0F); }

  /// The masks on a word.
  SPIKINGJET_HD constexpr std::uint32_t masked(std::uint32_t word) const { return ((word & keep) | set) ^ flip; }

  /// A stored parameter with the fault; without a factor its bits, NaN payload included, meet the masks as they are.
  SPIKINGJET_HD constexpr float on_parameter(float stored) const {
    if (!has_factor()) return to_float(masked(to_word(stored)));
    return to_float(masked(to_word(canonical(stored * factor))));
  }

  /// A state or spike with the fault; any NaN becomes the canonical one before the masks act.
  SPIKINGJET_HD constexpr float on_state(float value) const {
    return to_float(masked(to_word(canonical(value * factor))));
  }

  constexpr bool operator==(const Alteration&) const = default;
};

}  // namespace spikingjet
