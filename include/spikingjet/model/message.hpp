// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/name.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <utility>

namespace spikingjet {

/// A name as a layer's template argument: what a `Name` is, refused by the layer, whose message then spells it.
///
/// A template of one's own that passes a name on takes a `LayerName`, too, or a `Name`.
struct LayerName {
  std::uint64_t words[4]{};

  constexpr LayerName() = default;

  /// The words as they are held: nvcc spells a name like this where it is a template argument.
  consteval LayerName(
      const std::uint64_t (&held)[4]) {  // NOLINT(google-explicit-constructor): nvcc spells it without the type
    for (std::size_t i = 0; i < 4; ++i) words[i] = held[i];
  }

  consteval LayerName(const Name& name)
      : LayerName(name.words) {}  // NOLINT(google-explicit-constructor): a name is one

  template <std::same_as<char> Char, std::size_t N>
  consteval LayerName(const Char (&text)[N])
      : LayerName(N < 2 ? Name("unnamed") : Name::as_written(text)) {
  }  // NOLINT(google-explicit-constructor): so that a literal is one

  /// What is no text: never compiles.
  template <class T>
  consteval LayerName(T) : LayerName(Name("unnamed")) {  // NOLINT(google-explicit-constructor): for its message
    static_assert(sizeof(T) == 0,
                  "spikingjet: the first argument of a layer is its name, text in double quotes such as \"fc1\"; that "
                  "of 'Shared' "
                  "is the name of a constant, such as \"beta\"; see docs/concepts/network.md");
  }

  constexpr Name name() const {
    Name held;
    for (std::size_t i = 0; i < 4; ++i) held.words[i] = words[i];
    return held;
  }
  constexpr char operator[](std::size_t index) const { return name()[index]; }
  constexpr std::size_t size() const { return name().size(); }
};

namespace detail {

/// A layer's name as a type that every compiler prints as characters: `in_layer<'f', 'c', '2'>`.
template <char... Characters>
struct in_layer {
  static constexpr Name name = [] {
    Name all;
    std::size_t i = 0;
    ((all.words[i / 8] |= std::uint64_t(static_cast<unsigned char>(Characters)) << (8 * (i % 8)), ++i), ...);
    return all;
  }();
};

/// What stands where a message's rule wants something else, likewise: `written<'0', '.', '9'>`.
template <char... Characters>
struct written {};

template <class T>
inline constexpr bool is_written = false;
template <char... Characters>
inline constexpr bool is_written<written<Characters...>> = true;

// Class templates, not functions: g++ 12 fails on the type of a call that depends on a name of an alias.
template <LayerName N, class Indices = std::make_index_sequence<N.size()>>
struct SpelledName;
template <LayerName N, std::size_t... I>
struct SpelledName<N, std::index_sequence<I...>> {
  using layer = in_layer<N[I]...>;
  using text = written<N[I]...>;
};

template <LayerName N>
using SpelledLayer = typename SpelledName<N>::layer;

template <class Layer>
consteval bool check_name() {
  static_assert(!Layer::name.empty(),
                "spikingjet: the first argument of a layer is its name, text in double quotes such as \"fc1\"; see "
                "docs/concepts/network.md");
  static_assert(
      Layer::name.is_well_formed(),
      "spikingjet: a 'Name' takes letters, digits, '_', '-' and '.'; check the one spelled in 'in_layer<...>', often "
      "a space or '/' for '_'; see docs/concepts/network.md");
  return true;
}

template <class Layer, class Written, std::size_t Wanted, std::size_t Found>
consteval bool check_layer_inputs() {
  static_assert(Wanted == Found,
                "spikingjet: a layer must take as many inputs as the layer before it gives; check 'Inputs' of the "
                "layer spelled in 'in_layer<...>'; see docs/concepts/network.md");
  return true;
}

template <class Layer, class Option, std::size_t Found>
consteval bool check_inputs() {
  if constexpr (requires { Option::inputs; })
    return check_layer_inputs<Layer, typename Option::Written, Option::inputs, Found>();
  else
    return true;
}

}  // namespace detail

}  // namespace spikingjet
