// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/model/option.hpp>

#include <concepts>
#include <string_view>
#include <type_traits>

namespace spikingjet {

/// What a spike does to the potential that caused it.
enum class Reset { subtract, zero, none };

/// The word of a reset in summaries.
constexpr std::string_view reset_name(Reset reset) {
  constexpr std::string_view names[] = {"subtract", "zero", "none"};
  return names[static_cast<int>(reset)];
}

namespace option {

/// The type of `spikingjet::SubtractReset`.
struct SubtractReset {
  static constexpr Reset reset = Reset::subtract;
};
/// The type of `spikingjet::ZeroReset`.
struct ZeroReset {
  static constexpr Reset reset = Reset::zero;
};
/// The type of `spikingjet::NoReset`.
struct NoReset {
  static constexpr Reset reset = Reset::none;
};
/// The type of `spikingjet::ImmediateReset`.
struct ImmediateReset {};
/// The type of `spikingjet::Snntorch07`.
struct Snntorch07 {};

}  // namespace option

/// Model option: a spike subtracts the threshold (the default).
inline constexpr Option<option::SubtractReset> SubtractReset{};

/// Model option: a spike sets the potential to zero.
inline constexpr Option<option::ZeroReset> ZeroReset{};

/// Model option: a spike leaves the potential alone.
inline constexpr Option<option::NoReset> NoReset{};

/// Model option: the reset happens in the step of the spike instead of the next one (snnTorch's `reset_delay=False`).
inline constexpr Option<option::ImmediateReset> ImmediateReset{};

/// Model option: the order of operations of snnTorch 0.7, where the decay acts after a subtracting reset.
inline constexpr Option<option::Snntorch07> Snntorch07{};

namespace detail {

template <class Option>
concept ResetOption = requires {
  { Option::reset } -> std::convertible_to<Reset>;
};

template <class Option, class... Options>
inline constexpr bool has_option = (std::is_same_v<Option, Options> || ...);

/// The reset that the options say; the layer's check refuses more than one.
template <class... Options>
constexpr Reset reset_of(Reset otherwise) {
  Reset reset = otherwise;
  (
      [&] {
        if constexpr (ResetOption<Options>) reset = Options::reset;
      }(),
      ...);
  return reset;
}

}  // namespace detail

}  // namespace spikingjet
