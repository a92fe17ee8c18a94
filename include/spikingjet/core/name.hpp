// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/config.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string>
#include <type_traits>

namespace spikingjet {

/// A name written as a template argument: `Dense<"fc1", 20>`.
///
/// Letters, digits, '_', '-' and '.'; at most 31 characters. Held as integer words, because nvcc cannot name a type
/// whose template argument holds a char array.
///
/// **Errors** an empty, longer or otherwise spelled name does not compile.
struct Name {
  static constexpr std::size_t capacity = 31;

  std::uint64_t words[4]{};

  constexpr Name() = default;

  /// The words as they are held: nvcc spells a name like this where it is a template argument.
  consteval Name(
      const std::uint64_t (&held)[4]) {  // NOLINT(google-explicit-constructor): nvcc spells it without the type
    for (std::size_t i = 0; i < 4; ++i) words[i] = held[i];
  }

  template <std::same_as<char> Char, std::size_t N>
  consteval Name(const Char (&text)[N])
      : Name(as_written(text)) {  // NOLINT(google-explicit-constructor): so that a literal is a name
    if (!is_well_formed())
      throw "spikingjet: a 'Name' takes letters, digits, '_', '-' and '.'; see docs/concepts/network.md";
  }

  /// What is no text: never compiles.
  template <class T>
    requires std::is_arithmetic_v<T>
  consteval Name(T) {  // NOLINT(google-explicit-constructor): for its message
    static_assert(sizeof(T) == 0,
                  "spikingjet: a 'Name' is text in double quotes, such as \"fc1\"; see docs/concepts/network.md");
  }

  /// A text as it is written, well formed or not, for who has a better place to refuse it.
  template <std::size_t N>
  static consteval Name as_written(const char (&text)[N]) {
    static_assert(
        N >= 2,
        "spikingjet: a 'Name' must not be empty; check the first argument of the layer; see docs/concepts/network.md");
    static_assert(N <= capacity + 1,
                  "spikingjet: a 'Name' holds at most 31 characters; check the first argument of the layer; see "
                  "docs/concepts/network.md");
    Name name;
    for (std::size_t i = 0; i + 1 < N && i < capacity; ++i)
      name.words[i / 8] |= std::uint64_t(static_cast<unsigned char>(text[i])) << (8 * (i % 8));
    return name;
  }

  /// Whether only characters stand in it that a name takes.
  constexpr bool is_well_formed() const {
    for (std::size_t i = 0; i < size(); ++i) {
      const char c = (*this)[i];
      if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' ||
            c == '.'))
        return false;
    }
    return true;
  }

  constexpr char operator[](std::size_t index) const { return char((words[index / 8] >> (8 * (index % 8))) & 0xff); }

  constexpr std::size_t size() const {
    std::size_t n = 0;
    while (n <= capacity && (*this)[n] != 0) ++n;
    return n;
  }

  constexpr bool empty() const { return words[0] == 0; }

  constexpr bool operator==(const Name&) const = default;

  std::string str() const {
    std::string text;
    for (std::size_t i = 0; i < size(); ++i) text += (*this)[i];
    return text;
  }
};

}  // namespace spikingjet
