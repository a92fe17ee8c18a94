// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/random.hpp>
#include <spikingjet/fault/alteration.hpp>
#include <spikingjet/model/quantity.hpp>

#include <cstdint>
#include <limits>
#include <string_view>

namespace spikingjet {

/// Where a fault strikes: an element of one of the network's quantities.
struct Site {
  std::uint32_t quantity = 0;                // index into Network::quantities
  Storage storage = Storage::parameter;      // of that quantity
  std::uint64_t element = 0;                 // row-major in the quantity's shape

  constexpr bool operator==(const Site&) const = default;
};

/// When a fault is there: steps [begin, end), all of them or a seeded share of them.
struct Window {
  static constexpr std::uint32_t whole_run = std::numeric_limits<std::uint32_t>::max();
  static constexpr std::uint32_t always = std::numeric_limits<std::uint32_t>::max();

  std::uint32_t begin = 0;           // [step]
  std::uint32_t end = whole_run;     // [step]
  std::uint32_t duty = always;       // in 2^-32: present in step t where a random word keyed by (seed, t) is below it
  std::uint64_t seed = 0;

  /// Whether the fault is present in a step.
  SPIKINGJET_HD constexpr bool contains(std::uint64_t step) const {
    if (step < begin || (end != whole_run && step >= end)) return false;
    return duty == always || std::uint32_t(random_bits(seed, step)) < duty;
  }

  /// Whether the fault is present in every step from begin to end.
  SPIKINGJET_HD constexpr bool is_steady() const { return duty == always; }

  constexpr bool operator==(const Window&) const = default;
};

/// One fault, as data: type, site, bit, window. Never anything else.
struct Fault {
  static constexpr std::int32_t no_bit = -1;

  Site site{};
  std::int32_t bit = no_bit;     // 0 = least significant; no_bit for a value fault
  std::string_view type{};       // as a fault list spells it, without an operand; static storage
  Alteration alteration{};
  Window window{};

  constexpr bool operator==(const Fault&) const = default;
};

}  // namespace spikingjet
