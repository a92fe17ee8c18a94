// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/error.hpp>
#include <spikingjet/fault/bit_flip.hpp>
#include <spikingjet/fault/fault.hpp>
#include <spikingjet/fault/stuck_at.hpp>
#include <spikingjet/fault/value_fault.hpp>

#include <cstdint>
#include <string>

namespace spikingjet {

// Single faults by name, for a simulator of one's own: `bit_flip(17, 30)`, `dead(6, {.begin = 30})`.
//
// `element` counts row-major in the array that `apply` or `ParameterFault` is given. Without a window a fault is there in
// every step. It strikes a state unless told otherwise: `Storage::spike` matters to `saturated`, and `ParameterFault` takes
// any of them for a stored parameter.

/// A bit that a float32 does not have.
class NoSuchBit : public Misuse {
 public:
  explicit NoSuchBit(unsigned wanted)
      : Misuse("spikingjet: a float32 has no bit " + std::to_string(wanted) + "; bits count from 0, the least significant, to 31, the sign"),
        bit(wanted) {}

  unsigned bit;
};

namespace detail {

template <BitFault F>
constexpr Fault one_bit_fault(std::uint64_t element, unsigned bit, Window window, Storage storage) {
  if (bit >= Binary32::bits) throw NoSuchBit(bit);
  return {.site = {.storage = storage, .element = element},
          .bit = static_cast<std::int32_t>(bit),
          .type = F::name(),
          .alteration = F::at(bit),
          .window = window};
}

constexpr Fault one_value_fault(std::uint64_t element, std::string_view type, Alteration alteration, Window window, Storage storage) {
  return {.site = {.storage = storage, .element = element}, .type = type, .alteration = alteration, .window = window};
}

}  // namespace detail

/// Bit `bit` inverted. **Errors** `NoSuchBit`.
constexpr Fault bit_flip(std::uint64_t element, unsigned bit, Window window = {}, Storage storage = Storage::state) {
  return detail::one_bit_fault<BitFlip>(element, bit, window, storage);
}

/// Bit `bit` read as 0. **Errors** `NoSuchBit`.
constexpr Fault stuck_at_0(std::uint64_t element, unsigned bit, Window window = {}, Storage storage = Storage::state) {
  return detail::one_bit_fault<StuckAt<0>>(element, bit, window, storage);
}

/// Bit `bit` read as 1. **Errors** `NoSuchBit`.
constexpr Fault stuck_at_1(std::uint64_t element, unsigned bit, Window window = {}, Storage storage = Storage::state) {
  return detail::one_bit_fault<StuckAt<1>>(element, bit, window, storage);
}

/// All bits of `mask` inverted at once.
constexpr Fault flip_mask(std::uint64_t element, std::uint32_t mask, Window window = {}, Storage storage = Storage::state) {
  return detail::one_value_fault(element, "flip", Alteration::flips(mask), window, storage);
}

/// A value that reads as +0.
constexpr Fault dead(std::uint64_t element, Window window = {}, Storage storage = Storage::state) {
  return detail::one_value_fault(element, Dead::name(), Dead::on(Role::other), window, storage);
}

/// A value that reads as its largest: 1 in `Storage::spike`, the largest finite float32 elsewhere.
constexpr Fault saturated(std::uint64_t element, Window window = {}, Storage storage = Storage::state) {
  return detail::one_value_fault(element, Saturated::name(), Saturated::on(storage == Storage::spike ? Role::spike : Role::other), window, storage);
}

/// A value that reads as `value`.
constexpr Fault set_value(std::uint64_t element, float value, Window window = {}, Storage storage = Storage::state) {
  return detail::one_value_fault(element, "set", Alteration::sets(value), window, storage);
}

/// A value multiplied by `factor`: a state in each step, a stored parameter once.
constexpr Fault scaled(std::uint64_t element, float factor, Window window = {}, Storage storage = Storage::state) {
  return detail::one_value_fault(element, "scale", Alteration::scales(factor), window, storage);
}

}  // namespace spikingjet
