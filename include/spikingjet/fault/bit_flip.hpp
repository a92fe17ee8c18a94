// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/fault/alteration.hpp>

#include <string_view>

namespace spikingjet {

/// A single-event upset: one bit inverted.
///
/// **Laws** an involution on stored words; never leaves a word as it was.
struct BitFlip {
  static constexpr std::string_view name() { return "bitflip"; }
  static constexpr Alteration at(unsigned bit) { return Alteration::flips(std::uint32_t{1} << bit); }
};

}  // namespace spikingjet
