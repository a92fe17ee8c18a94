// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/fault/alteration.hpp>
#include <spikingjet/model/quantity.hpp>

#include <array>
#include <cstddef>
#include <ratio>
#include <string_view>

namespace spikingjet {

namespace detail {

/// Text at compile time: a prefix and a ratio as a quotient of two integers, such as "set:-3/2".
template <class Ratio, char... Prefix>
inline constexpr auto ratio_spelling = [] {
  std::array<char, 64> text{Prefix...};
  std::size_t size = sizeof...(Prefix);
  const auto append = [&](std::intmax_t value) {
    char digits[24]{};
    std::size_t count = 0;
    if (value < 0) text[size++] = '-';
    do digits[count++] = static_cast<char>('0' + (value < 0 ? -(value % 10) : value % 10));
    while ((value /= 10) != 0);
    while (count > 0) text[size++] = digits[--count];
  };
  append(Ratio::num);
  if (Ratio::den != 1) {
    text[size++] = '/';
    append(Ratio::den);
  }
  text[63] = static_cast<char>(size);
  return text;
}();

template <class Ratio>
inline constexpr float ratio_value = static_cast<float>(static_cast<double>(Ratio::num) /
                                                        static_cast<double>(Ratio::den));

}  // namespace detail

/// A value that always reads as +0: a dead neuron, a cut synapse.
struct Dead {
  static constexpr std::string_view name() { return "dead"; }
  static constexpr Alteration on(Role) { return Alteration::sets(0.0F); }
};

/// A value that always reads as its largest: 1 on spikes, the largest finite value elsewhere.
struct Saturated {
  static constexpr std::string_view name() { return "saturated"; }
  static constexpr Alteration on(Role role) {
    return Alteration::sets(role == Role::spike ? 1.0F : to_float(Binary32::largest));
  }
};

/// A value that always reads as Numerator/Denominator.
///
/// **Example** `SetTo<-3, 2>` is spelled `set:-3/2`
template <std::intmax_t Numerator, std::intmax_t Denominator = 1>
struct SetTo {
  using ratio = std::ratio<Numerator, Denominator>;

  static constexpr std::string_view name() {
    return {detail::ratio_spelling<ratio, 's', 'e', 't', ':'>.data(),
            static_cast<std::size_t>(detail::ratio_spelling<ratio, 's', 'e', 't', ':'>[63])};
  }
  static constexpr Alteration on(Role) { return Alteration::sets(detail::ratio_value<ratio>); }
};

/// A value multiplied by Numerator/Denominator: drift. A stored parameter is scaled once, a state in each step.
///
/// **Example** `Scale<9, 10>` is spelled `scale:9/10`
template <std::intmax_t Numerator, std::intmax_t Denominator = 1>
struct Scale {
  using ratio = std::ratio<Numerator, Denominator>;

  static constexpr std::string_view name() {
    return {detail::ratio_spelling<ratio, 's', 'c', 'a', 'l', 'e', ':'>.data(),
            static_cast<std::size_t>(detail::ratio_spelling<ratio, 's', 'c', 'a', 'l', 'e', ':'>[63])};
  }
  static constexpr Alteration on(Role) { return Alteration::scales(detail::ratio_value<ratio>); }
};

}  // namespace spikingjet
