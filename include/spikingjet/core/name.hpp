// SPDX-License-Identifier: MIT
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string>

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
  consteval Name(const std::uint64_t (&held)[4]) {  // NOLINT(google-explicit-constructor): nvcc spells it without the type
    for (std::size_t i = 0; i < 4; ++i) words[i] = held[i];
  }

  template <std::same_as<char> Char, std::size_t N>
  consteval Name(const Char (&text)[N]) {  // NOLINT(google-explicit-constructor): so that a literal is a name
    static_assert(N >= 2, "spikingjet: a 'Name' must not be empty; check the first argument of the layer; see docs/concepts/network.md");
    static_assert(N <= capacity + 1, "spikingjet: a 'Name' holds at most 31 characters; check the first argument of the layer; see docs/concepts/network.md");
    for (std::size_t i = 0; i + 1 < N; ++i) {
      const char c = text[i];
      const bool allowed = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
                           c == '-' || c == '.';
      if (!allowed) throw "spikingjet: a 'Name' takes letters, digits, '_', '-' and '.'; see docs/concepts/network.md";
      words[i / 8] |= std::uint64_t(static_cast<unsigned char>(c)) << (8 * (i % 8));
    }
  }

  constexpr char operator[](std::size_t index) const { return char((words[index / 8] >> (8 * (index % 8))) & 0xff); }

  constexpr std::size_t size() const {
    std::size_t n = 0;
    while (n <= capacity && (*this)[n] != 0) ++n;
    return n;
  }

  constexpr bool empty() const { return words[0] == 0; }

  /// This name with another behind it.
  ///
  /// **Errors** does not compile where the result is too long.
  consteval Name followed_by(const Name& other) const {
    Name joined = *this;
    const std::size_t first = size();
    if (first + other.size() > capacity) throw "spikingjet: a 'Name' holds at most 31 characters; shorten the name of the layer; see docs/concepts/network.md";
    for (std::size_t i = 0; i < other.size(); ++i)
      joined.words[(first + i) / 8] |= std::uint64_t(static_cast<unsigned char>(other[i])) << (8 * ((first + i) % 8));
    return joined;
  }

  constexpr bool operator==(const Name&) const = default;

  std::string str() const {
    std::string text;
    for (std::size_t i = 0; i < size(); ++i) text += (*this)[i];
    return text;
  }
};

}  // namespace spikingjet
