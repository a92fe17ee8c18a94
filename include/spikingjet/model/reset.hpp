// SPDX-License-Identifier: MIT
#pragma once

#include <concepts>
#include <string_view>
#include <type_traits>

namespace spikingjet {

/// What a spike does to the potential that caused it.
enum class Reset { subtract, zero, none };

constexpr std::string_view reset_name(Reset reset) {
  constexpr std::string_view names[] = {"subtract", "zero", "none"};
  return names[static_cast<int>(reset)];
}

/// Model option: a spike subtracts the threshold (the default).
struct SubtractReset {
  static constexpr Reset reset = Reset::subtract;
};

/// Model option: a spike sets the potential to zero.
struct ZeroReset {
  static constexpr Reset reset = Reset::zero;
};

/// Model option: a spike leaves the potential alone.
struct NoReset {
  static constexpr Reset reset = Reset::none;
};

/// Model option: the reset happens in the step of the spike instead of the next one (snnTorch's `reset_delay=False`).
struct ImmediateReset {};

/// Model option: the order of operations of snnTorch 0.7, where the decay acts after a subtracting reset.
struct Snntorch07 {};

namespace detail {

template <class Option>
concept ResetOption = requires {
  { Option::reset } -> std::convertible_to<Reset>;
};

template <class Option, class... Options>
inline constexpr bool has_option = (std::is_same_v<Option, Options> || ...);

template <class... Options>
constexpr Reset reset_of(Reset otherwise) {
  static_assert((0 + ... + int(ResetOption<Options>)) <= 1,
                "spikingjet: a neuron layer takes at most one of 'SubtractReset', 'ZeroReset' and 'NoReset'; check the "
                "arguments after its name; see docs/concepts/neuron_model.md");
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
