// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/name.hpp>

#include <cstddef>
#include <utility>

namespace spikingjet::detail {

/// Carries a layer's name into a compiler's message as characters: `in_layer<'f', 'c', '2'>`.
template <char... Characters>
struct in_layer {};

template <Name N, std::size_t... I>
constexpr auto spelled(std::index_sequence<I...>) -> in_layer<N[I]...>;

template <Name N>
using SpelledName = decltype(spelled<N>(std::make_index_sequence<N.size()>()));

template <class Layer, std::size_t Wanted, std::size_t Found>
consteval bool check_layer_inputs() {
  static_assert(Wanted == Found,
                "spikingjet: a layer must take as many inputs as the layer before it gives; check 'Inputs' of the "
                "layer spelled in 'in_layer<...>'; see docs/concepts/network.md");
  return true;
}

template <Name N, class Option, std::size_t Found>
consteval bool check_inputs() {
  if constexpr (requires { Option::inputs; })
    return check_layer_inputs<SpelledName<N>, Option::inputs, Found>();
  else
    return true;
}

}  // namespace spikingjet::detail
