// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/shape.hpp>
#include <spikingjet/model/option.hpp>

namespace spikingjet {

namespace detail {

/// `Input` as compilers print it.
template <class... Written>
consteval bool check_extents() {
  static_assert(
      !(is_written<Written> || ...),
      "spikingjet: 'Input' takes one to three whole numbers, as in 'Input<2, 17, 17>', and no name; what it should not "
      "have is spelled in 'written<...>'; see docs/concepts/network.md");
  return true;
}

template <auto... Extents>
struct InputShape {
  static_assert(check_extents<WrittenAs<Extents>...>());
  static constexpr bool are_numbers = !(is_written<WrittenAs<Extents>> || ...);
  static_assert(!are_numbers ||
                    (sizeof...(Extents) >= 1 && sizeof...(Extents) <= 3 && ((number_of(Extents) > 0) && ...)),
                "spikingjet: 'Input' takes one to three extents, none of them 0; check its arguments; see "
                "docs/concepts/network.md");
  static constexpr Shape shape = [] {
    Shape s;
    ((s.rank < 3 ? void(s.extent[s.rank++] = at_least_one(Extents)) : void()), ...);
    return s;
  }();
  static_assert(
      ((number_of(Extents) <= Count::largest) && ...) &&
          (sizeof...(Extents) > 3 || bounded_size(shape) <= Count::largest),
      "spikingjet: an 'Input' has at most 2147483647 values; check its arguments; see docs/concepts/network.md");
};

// A class, so that g++ 12 converts the numbers that a template of one's own passes on.
template <Count... Extents>
struct InputOf {
  using type = InputShape<CountOf<Extents>::value...>;
};

}  // namespace detail

/// The shape of one step of a network's input, one to three extents: channels, rows, columns.
///
/// **Example** `Input<2, 17, 17>`, `Input<700>`
template <Count... Extents>
using Input = typename detail::InputOf<Extents...>::type;

}  // namespace spikingjet
