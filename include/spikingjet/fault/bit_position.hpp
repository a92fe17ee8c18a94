// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/bits.hpp>
#include <spikingjet/core/text.hpp>

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace spikingjet {

/// Which bits of a float32 a bit fault may strike: an empty struct with `name()` and `mask()`, a set of bits.
///
/// **Laws** tests/laws/bit_position.hpp: the set is not empty and does not change.
template <class B>
concept BitPosition = requires {
  { B::name() } -> std::convertible_to<std::string>;
  { B::mask() } -> std::same_as<std::uint32_t>;
};

/// One bit; 0 is the least significant.
template <unsigned N>
struct Bit {
  static_assert(N < Binary32::bits,
                "spikingjet: 'Bit' takes 0 to 31; check its argument; see docs/concepts/bit_position.md");

  static std::string name() { return "bit " + std::to_string(N); }
  static constexpr std::uint32_t mask() { return std::uint32_t{1} << N; }
};

/// Every bit.
struct AnyBit {
  static std::string name() { return "any bit"; }
  static constexpr std::uint32_t mask() { return 0xffffffffu; }
};

/// Bit 31.
struct SignBit {
  static std::string name() { return "sign bit"; }
  static constexpr std::uint32_t mask() { return Binary32::sign; }
};

/// Bits 23 to 30.
struct ExponentBits {
  static std::string name() { return "exponent bits"; }
  static constexpr std::uint32_t mask() { return Binary32::exponent; }
};

/// Bits 0 to 22.
struct MantissaBits {
  static std::string name() { return "mantissa bits"; }
  static constexpr std::uint32_t mask() { return Binary32::mantissa; }
};

/// Bits First to Last, both included.
template <unsigned First, unsigned Last>
struct BitRange {
  static_assert(First <= Last && Last < Binary32::bits,
                "spikingjet: 'BitRange' takes two bits from 0 to 31 in ascending order; check its arguments; see "
                "docs/concepts/bit_position.md");

  static std::string name() { return "bits " + std::to_string(First) + " to " + std::to_string(Last); }
  static constexpr std::uint32_t mask() {
    return static_cast<std::uint32_t>(((std::uint64_t{1} << (Last - First + 1)) - 1) << First);
  }
};

/// A list of bits.
template <unsigned... N>
struct Bits {
  static_assert(sizeof...(N) > 0 && ((N < Binary32::bits) && ...),
                "spikingjet: 'Bits' takes one or more bits from 0 to 31; check its arguments; see "
                "docs/concepts/bit_position.md");

  static std::string name() {
    std::string text = "bits";
    ((text += " " + std::to_string(N)), ...);
    return text;
  }
  static constexpr std::uint32_t mask() { return (... | (std::uint32_t{1} << N)); }
};

/// The bits that a text names: all, sign, exponent, mantissa, or a list such as "0,5,23-30"; absent where it is none of
/// these.
inline std::optional<std::uint32_t> bits_named(std::string_view text) {
  if (text == "all") return AnyBit::mask();
  if (text == "sign") return SignBit::mask();
  if (text == "exponent") return ExponentBits::mask();
  if (text == "mantissa") return MantissaBits::mask();
  std::uint32_t mask = 0;
  for (const std::string& word : split(text, ',')) {
    const std::string_view part = word;
    const std::size_t dash = std::min(part.find('-'), part.size());
    const auto first = parse_number<unsigned>(part.substr(0, dash));
    const auto last = dash < part.size() ? parse_number<unsigned>(part.substr(dash + 1)) : first;
    if (!first || !last || *first > *last || *last >= Binary32::bits) return std::nullopt;
    for (unsigned bit = *first; bit <= *last; ++bit) mask |= std::uint32_t{1} << bit;
  }
  return mask;
}

}  // namespace spikingjet
