// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/shape.hpp>
#include <spikingjet/model/option.hpp>

namespace spikingjet {

/// The shape of one step of a network's input, one to three extents: channels, rows, columns.
///
/// **Example** `Input<2, 17, 17>`, `Input<700>`
template <long long... Extents>
struct Input {
  static_assert(sizeof...(Extents) >= 1 && sizeof...(Extents) <= 3 && ((Extents > 0) && ...),
                "spikingjet: 'Input' takes one to three extents, none of them 0; check its arguments; see "
                "docs/concepts/network.md");
  static constexpr Shape shape = [] {
    Shape s;
    ((s.rank < 3 ? void(s.extent[s.rank++] = detail::at_least_one(Extents)) : void()), ...);
    return s;
  }();
};

}  // namespace spikingjet
