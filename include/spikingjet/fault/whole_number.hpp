// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/config.hpp>

#include <concepts>
#include <cstdint>
#include <limits>
#include <string>
#include <type_traits>
#include <utility>

namespace spikingjet {

/// A whole number as it is written: -1 stays -1, where an unsigned parameter would make 4294967295 of it without a
/// word.
///
/// Where a function takes one, any integer goes, as does what converts to one. What it allows, the function says.
///
/// **Laws** holds the value of every integer of up to 64 bits.
/// **Errors** a number of a floating type does not compile.
class WholeNumber {
 public:
  template <class T>
  requires std::is_convertible_v<const T&, std::uint64_t> && requires(const T& number) { +number; }
  constexpr WholeNumber(const T& number) {  // NOLINT(google-explicit-constructor): `bit_flip(17, 30)`
    using Plain = std::remove_cvref_t<decltype(+number)>;
    static_assert(
        !std::is_floating_point_v<Plain>,
        "spikingjet: elements, bits, masks and steps are whole numbers, and this one is of a floating type; of a time "
        "make a step, 'std::lround(t / dt)'; see docs/standalone_headers.md");
    const Plain plain = +number;
    bits_ = static_cast<std::uint64_t>(plain);
    if constexpr (static_cast<Plain>(-1) < Plain{}) negative_ = plain < Plain{};
  }

  constexpr bool is_negative() const { return negative_; }

  /// Whether it is one of the numbers from `lowest` to `highest`.
  constexpr bool is_within(std::uint64_t lowest, std::uint64_t highest) const {
    return !negative_ && bits_ >= lowest && bits_ <= highest;
  }

  /// The number, which is not negative.
  constexpr std::uint64_t value() const { return bits_; }

  /// The number as exceptions hold it: the largest there is, for one beyond.
  constexpr std::int64_t as_signed() const {
    constexpr std::int64_t largest = std::numeric_limits<std::int64_t>::max();
    return negative_ || bits_ <= static_cast<std::uint64_t>(largest) ? static_cast<std::int64_t>(bits_) : largest;
  }

  /// "-1", "30".
  std::string str() const { return negative_ ? std::to_string(as_signed()) : std::to_string(bits_); }

 private:
  std::uint64_t bits_ = 0;  // two's complement where it is negative
  bool negative_ = false;
};

}  // namespace spikingjet
