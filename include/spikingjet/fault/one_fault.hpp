// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/error.hpp>
#include <spikingjet/fault/bit_flip.hpp>
#include <spikingjet/fault/fault.hpp>
#include <spikingjet/fault/fault_type.hpp>
#include <spikingjet/fault/stuck_at.hpp>
#include <spikingjet/fault/value_fault.hpp>
#include <spikingjet/fault/whole_number.hpp>

#include <charconv>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>

namespace spikingjet {

// Single faults by name, for a simulator of one's own: `bit_flip(17, 30)`, `dead(6, {.begin = 30})`.
//
// `element` counts row-major in the array that `apply` or `ParameterFault` is given. Without a window a fault is there
// in every step. It strikes a state unless told otherwise: `Storage::spike` matters to `saturated`, and
// `ParameterFault` takes any of them for a stored parameter.

/// A bit that a float32 does not have.
class NoSuchBit : public Misuse {
 public:
  explicit NoSuchBit(WholeNumber wanted)
      : Misuse("spikingjet: a float32 has no bit " + wanted.str() +
               "; bits count from 0, the least significant, to 31, the sign"),
        bit(wanted.as_signed()) {}

  std::int64_t bit;
};

/// An element that no array has.
class NoSuchElement : public Misuse {
 public:
  explicit NoSuchElement(WholeNumber wanted)
      : Misuse("spikingjet: no array has an element " + wanted.str() + "; elements count row-major from 0, the first"),
        element(wanted.as_signed()) {}

  std::int64_t element;
};

/// A mask of no bit, or of bits that a float32 does not have.
class NoSuchMask : public Misuse {
 public:
  explicit NoSuchMask(WholeNumber wanted)
      : Misuse("spikingjet: " + wanted.str() +
               " is no mask of 'flip_mask'; a mask holds at least one of the 32 bits of a float32, "
               "from 0x1 to 0xffffffff, which is all of them"),
        mask(wanted.as_signed()) {}

  std::int64_t mask;
};

/// A window without a step in which the fault is there.
class EmptyWindow : public Misuse {
 public:
  static constexpr std::uint32_t largest_step = 0x7fffffffu;  // beyond it a negative number was written

  explicit EmptyWindow(const Window& wanted)
      : Misuse("spikingjet: a fault with the window [" + bound(wanted.begin, false) + ", " + bound(wanted.end, true) +
               ")" + (wanted.duty == 0 ? " and a duty of 0" : "") +
               " is there in no step; 'begin' is its first step, from 0 on, 'end' the first without it, and a 'duty' "
               "is at least 1"),
        window(wanted) {}

  Window window;

 private:
  static std::string bound(std::uint32_t step, bool is_end) {
    if (is_end && step == Window::whole_run) return "end of the run";
    const std::string text = std::to_string(step);
    return step > largest_step ? text + " (" + std::to_string(static_cast<std::int32_t>(step)) + "?)" : text;
  }
};

/// A number that is finite, and too large for a float32.
class NotAFloat32 : public Misuse {
 public:
  explicit NotAFloat32(double wanted)
      : Misuse("spikingjet: " + spelled(wanted) + " is too large for a float32, whose largest value is 3.4028235e+38"),
        value(wanted) {}

  double value;

 private:
  static std::string spelled(double number) {
    char text[32]{};
    return {text, std::to_chars(text, text + sizeof text, number).ptr};
  }
};

namespace detail {

constexpr std::uint64_t element_number(WholeNumber element) {
  return element.is_negative() ? throw NoSuchElement(element) : element.value();
}

constexpr Window checked(const Window& window) {
  constexpr std::uint32_t largest = EmptyWindow::largest_step;
  if (window.begin >= window.end || window.begin > largest ||
      (window.end > largest && window.end != Window::whole_run) || window.duty == 0)
    throw EmptyWindow(window);
  return window;
}

/// A number as a float32, rounded; a float's bits as they are.
template <class Number>
constexpr float float32_of(Number number) {
  if constexpr (std::is_same_v<Number, float>) {
    return number;
  } else {
    const auto wide = static_cast<double>(number);
    const double size = wide < 0 ? -wide : wide;
    const bool is_number = (__builtin_bit_cast(std::uint64_t, wide) >> 52 & 0x7ff) != 0x7ff;
    if (is_number && size >= 0x1.ffffffp127) throw NotAFloat32(wide);
    return static_cast<float>(number);
  }
}

template <BitFault F>
constexpr Fault one_bit_fault(WholeNumber element, WholeNumber bit, const Window& window, Storage storage) {
  if (!bit.is_within(0, Binary32::bits - 1)) throw NoSuchBit(bit);
  return {.site = {.storage = storage, .element = element_number(element)},
          .bit = static_cast<std::int32_t>(bit.value()),
          .type = F::name(),
          .alteration = F::at(static_cast<unsigned>(bit.value())),
          .window = checked(window)};
}

constexpr Fault one_value_fault(WholeNumber element, std::string_view type, const Alteration& alteration,
                                const Window& window, Storage storage) {
  return {.site = {.storage = storage, .element = element_number(element)},
          .type = type,
          .alteration = alteration,
          .window = checked(window)};
}

}  // namespace detail

// **Errors** of all of them: `NoSuchElement`, `EmptyWindow`.

/// Bit `bit` inverted. **Errors** `NoSuchBit`.
constexpr Fault bit_flip(WholeNumber element, WholeNumber bit, Window window = {}, Storage storage = Storage::state) {
  return detail::one_bit_fault<BitFlip>(element, bit, window, storage);
}

/// Bit `bit` read as 0. **Errors** `NoSuchBit`.
constexpr Fault stuck_at_0(WholeNumber element, WholeNumber bit, Window window = {}, Storage storage = Storage::state) {
  return detail::one_bit_fault<StuckAt<0>>(element, bit, window, storage);
}

/// Bit `bit` read as 1. **Errors** `NoSuchBit`.
constexpr Fault stuck_at_1(WholeNumber element, WholeNumber bit, Window window = {}, Storage storage = Storage::state) {
  return detail::one_bit_fault<StuckAt<1>>(element, bit, window, storage);
}

/// All bits of `mask` inverted at once. **Errors** `NoSuchMask`.
constexpr Fault flip_mask(WholeNumber element, WholeNumber mask, Window window = {}, Storage storage = Storage::state) {
  if (!mask.is_within(1, 0xffffffffu)) throw NoSuchMask(mask);
  return detail::one_value_fault(element, "flip", Alteration::flips(static_cast<std::uint32_t>(mask.value())), window,
                                 storage);
}

/// A value that reads as +0.
constexpr Fault dead(WholeNumber element, Window window = {}, Storage storage = Storage::state) {
  return detail::one_value_fault(element, Dead::name(), Dead::on(Role::other), window, storage);
}

/// A value that reads as its largest: 1 in `Storage::spike`, the largest finite float32 elsewhere.
constexpr Fault saturated(WholeNumber element, Window window = {}, Storage storage = Storage::state) {
  return detail::one_value_fault(element, Saturated::name(),
                                 Saturated::on(storage == Storage::spike ? Role::spike : Role::other), window, storage);
}

/// A value that reads as `value`, rounded to float32. **Errors** `NotAFloat32`.
template <class Number>
requires std::is_arithmetic_v<Number>
constexpr Fault set_value(WholeNumber element, Number value, Window window = {}, Storage storage = Storage::state) {
  return detail::one_value_fault(element, "set", Alteration::sets(detail::float32_of(value)), window, storage);
}

/// A value multiplied by `factor`: a state in each step, a stored parameter once. **Errors** `NotAFloat32`.
template <class Number>
requires std::is_arithmetic_v<Number>
constexpr Fault scaled(WholeNumber element, Number factor, Window window = {}, Storage storage = Storage::state) {
  return detail::one_value_fault(element, "scale", Alteration::scales(detail::float32_of(factor)), window, storage);
}

}  // namespace spikingjet
