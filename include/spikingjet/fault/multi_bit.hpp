// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/fault/alteration.hpp>
#include <spikingjet/model/quantity.hpp>

#include <array>
#include <string_view>

namespace spikingjet {

namespace detail {

/// "flip:0x00000003"
template <std::uint32_t Mask>
inline constexpr auto flip_spelling = [] {
  std::array<char, 15> text{'f', 'l', 'i', 'p', ':', '0', 'x'};
  for (unsigned digit = 0; digit < 8; ++digit) text[7 + digit] = "0123456789abcdef"[(Mask >> (28 - 4 * digit)) & 0xf];
  return text;
}();

}  // namespace detail

/// A multi-bit upset: all bits of `Mask` inverted at once, whatever the bit position.
template <std::uint32_t Mask>
struct FlipMask {
  static_assert(Mask != 0,
                "spikingjet: 'FlipMask' needs at least one bit; check its argument; see docs/concepts/fault_type.md");

  static constexpr std::string_view name() {
    return {detail::flip_spelling<Mask>.data(), detail::flip_spelling<Mask>.size()};
  }
  static constexpr Alteration on(Role) { return Alteration::flips(Mask); }
};

/// A burst: `Length` adjacent bits inverted, from the bit position upwards as far as the word goes.
///
/// **Source** multi-cell upsets of neighbouring memory cells.
template <unsigned Length>
struct BurstFlip {
  static_assert(Length >= 2 && Length <= 8,
                "spikingjet: 'BurstFlip' takes 2 to 8 bits; check its argument; see docs/concepts/fault_type.md");

  static constexpr std::string_view name() { return {spelling, sizeof spelling - 1}; }
  static constexpr Alteration at(unsigned bit) {
    return Alteration::flips(((std::uint32_t{1} << Length) - 1) << bit);
  }

 private:
  static constexpr char spelling[] = {'b', 'u', 'r', 's', 't', '0' + Length, '\0'};
};

}  // namespace spikingjet
