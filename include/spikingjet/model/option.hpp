// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/model/message.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <type_traits>

namespace spikingjet {

namespace detail {

/// What is no option: a number or a text, kept for the message of the layer.
struct NoOption {};

/// A number as it is written, as far as 31 characters go.
consteval LayerName spelled_number(long long whole, double fraction, bool negative) {
  char text[Name::capacity + 1]{};
  std::size_t size = 0;
  char digits[20]{};
  std::size_t count = 0;
  do digits[count++] = char('0' + whole % 10);
  while ((whole /= 10) != 0);
  if (negative) text[size++] = '-';
  while (count > 0) text[size++] = digits[--count];
  if (fraction > 0) text[size++] = '.';
  for (int place = 0; place < 6 && fraction > 1e-7; ++place) {
    fraction *= 10;
    const int digit = int(fraction + 1e-7);
    text[size++] = char('0' + digit);
    fraction -= digit;
  }
  LayerName name;
  for (std::size_t i = 0; i < size; ++i) name.words[i / 8] |= std::uint64_t(static_cast<unsigned char>(text[i])) << (8 * (i % 8));
  return name;
}

}  // namespace detail

/// An option of a layer as a template argument: `NoBias`, `Kernel<5>` and `ZeroReset` are values of this type.
///
/// Options are values, not types, so that a number or a text in their place (`Leaky<"lif1", 0.9>`) reaches the layer's own
/// message instead of the compiler's. A template of one's own that passes options on takes `Option... Options`; a neuron
/// model of one's own sees the types, `option::ZeroReset` for `ZeroReset`; an option of one's own is `Mine{}` for an empty
/// struct `Mine`.
template <class O>
struct Option {
  using type = O;

  LayerName text{};  // what was written where no option stands

  constexpr Option() = default;

  /// An option of one's own.
  consteval Option(O)  // NOLINT(google-explicit-constructor): `Mine{}`
    requires(!std::is_same_v<O, detail::NoOption>)
  {}

  template <class Number>
    requires(std::is_same_v<O, detail::NoOption> && std::is_arithmetic_v<Number>)
  consteval Option(Number number) {  // NOLINT(google-explicit-constructor): for the layer's message
    const bool negative = number < Number(0);
    if constexpr (std::is_integral_v<Number>) {
      const auto size = static_cast<long long>(number);
      text = detail::spelled_number(negative ? -size : size, 0, negative);
    } else {
      const double size = negative ? -double(number) : double(number);
      const long long whole = size < 1e18 ? static_cast<long long>(size) : 0;
      text = detail::spelled_number(whole, size - double(whole), negative);
    }
  }

  template <std::size_t N>
    requires std::is_same_v<O, detail::NoOption>
  consteval Option(const char (&letters)[N]) {  // NOLINT(google-explicit-constructor): for the layer's message
    for (std::size_t i = 0; i + 1 < N && i < Name::capacity; ++i)
      text.words[i / 8] |= std::uint64_t(static_cast<unsigned char>(letters[i])) << (8 * (i % 8));
  }
};

template <class Number>
  requires std::is_arithmetic_v<Number>
Option(Number) -> Option<detail::NoOption>;
template <std::size_t N>
Option(const char (&)[N]) -> Option<detail::NoOption>;
template <class O>
  requires(!std::is_arithmetic_v<O>)
Option(O) -> Option<O>;

namespace detail {

template <class O, LayerName Text>
struct OptionType {
  using type = O;
};
template <LayerName Text>
struct OptionType<NoOption, Text> {
  using type = typename SpelledName<Text>::text;
};

/// The type behind an option, or `written<...>` for what is none.
template <auto O>
using TypeOf = typename OptionType<typename std::remove_cvref_t<decltype(O)>::type, O.text>::type;

}  // namespace detail

/// A number as a template argument of a layer, or that there is none.
struct Count {
  static constexpr long long missing = std::numeric_limits<long long>::min();
  static constexpr long long no_number = missing + 1;

  long long value = missing;

  constexpr Count() = default;

  template <std::integral Integer>
  consteval Count(Integer number) : value(static_cast<long long>(number)) {}  // NOLINT(google-explicit-constructor): `Dense<"fc1", 20>`

  template <class T>
    requires(!std::integral<T>)
  consteval Count(T) : value(no_number) {}  // NOLINT(google-explicit-constructor): for the layer's message
};

namespace detail {

/// The number behind a count. A class, as g++ 12 does not convert what a template of one's own passes on (`Dense<"fc1", A>`)
/// before an alias asks it for a member.
template <Count N>
struct CountOf {
  static constexpr long long value = N.value;
};

/// A count of at least 1, whatever was written: one mistake has one message.
constexpr std::size_t at_least_one(long long count) { return count < 1 ? 1 : static_cast<std::size_t>(count); }

}  // namespace detail

}  // namespace spikingjet
