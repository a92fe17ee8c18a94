// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/shape.hpp>
#include <spikingjet/model/message.hpp>

#include <cstddef>
#include <cstdint>
#include <limits>
#include <type_traits>

namespace spikingjet {

namespace detail {

/// What is no option: a number or a text, kept for the message of the layer.
struct NoOption {};

/// Appends what still fits.
consteval void append(LayerName& name, char c) {
  const std::size_t at = name.size();
  if (at < Name::capacity) name.words[at / 8] |= std::uint64_t(static_cast<unsigned char>(c)) << (8 * (at % 8));
}

consteval LayerName spelled_text(const char* text) {
  LayerName name;
  for (; *text != 0; ++text) append(name, *text);
  return name;
}

/// A number as it is written, as far as 31 characters go.
consteval LayerName spelled_number(unsigned long long whole, double fraction, bool negative) {
  LayerName name;
  char digits[20]{};
  std::size_t count = 0;
  do digits[count++] = char('0' + whole % 10);
  while ((whole /= 10) != 0);
  if (negative) append(name, '-');
  while (count > 0) append(name, digits[--count]);
  if (fraction > 0) append(name, '.');
  for (int place = 0; place < 6 && fraction > 1e-7; ++place) {
    fraction *= 10;
    const int digit = int(fraction + 1e-7);
    append(name, char('0' + digit));
    fraction -= digit;
  }
  return name;
}

/// What stands where a message's rule wants something else, as its message spells it: numbers, characters and text;
/// nothing of others.
template <class T>
consteval LayerName spelled(const T& what) {
  if constexpr (std::is_same_v<T, bool>) {
    return spelled_text(what ? "true" : "false");
  } else if constexpr (std::is_same_v<T, char>) {
    LayerName name;
    append(name, what);
    return name;
  } else if constexpr (std::is_integral_v<T>) {
    const bool negative = what < T(0);
    const auto bits = static_cast<unsigned long long>(what);
    return spelled_number(negative ? 0 - bits : bits, 0, negative);
  } else if constexpr (std::is_floating_point_v<T>) {
    const bool negative = what < T(0);
    const double size = negative ? -double(what) : double(what);
    const auto whole = size < 1e18 ? static_cast<unsigned long long>(size) : 0;
    return spelled_number(whole, size - double(whole), negative);
  } else if constexpr (std::is_convertible_v<const T&, const char*>) {
    return spelled_text(what);
  } else {
    return {};
  }
}

}  // namespace detail

/// An option of a layer as a template argument: `NoBias`, `Kernel<5>` and `ZeroReset` are values of this type.
///
/// Options are values, not types, so that a number or a text in their place (`Leaky<"lif1", 0.9>`) reaches the layer's
/// own message instead of the compiler's. A template of one's own that passes options on takes `Option... Options`; a
/// neuron model of one's own sees the types, `option::ZeroReset` for `ZeroReset`; an option of one's own is `Mine{}`
/// for an empty struct `Mine`.
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
  consteval Option(Number number)  // NOLINT(google-explicit-constructor): for the layer's message
      : text(detail::spelled(number)) {}

  template <std::size_t N>
    requires std::is_same_v<O, detail::NoOption>
  consteval Option(const char (&letters)[N])  // NOLINT(google-explicit-constructor): for the layer's message
      : text(detail::spelled_text(letters)) {}
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

/// A number as a template argument of a layer, or what stands in its place.
struct Count {
  static constexpr long long missing = std::numeric_limits<long long>::min();
  static constexpr long long no_number = missing + 1;

  /// The most that a layer has of anything: neurons are counted in 32 bits with a sign.
  static constexpr long long largest = 0x7fffffff;

  long long value = missing;
  LayerName text{};  // what is no number

  constexpr Count() = default;

  template <class T>
  consteval Count(T what) {  // NOLINT(google-explicit-constructor): `Dense<"fc1", 20>`
    value = number_of(what);
    if (value == no_number) text = detail::spelled(what);
  }

  /// An integer, or its bound where a `long long` does not hold it; `no_number` for anything else.
  template <class T>
  static constexpr long long number_of(const T& what) {
    if constexpr (!std::is_integral_v<T> || std::is_same_v<T, bool> || std::is_same_v<T, char>)
      return no_number;
    else if constexpr (T(-1) < T(0))
      return what < no_number + 1 ? no_number + 1 : static_cast<long long>(what);
    else
      return what > static_cast<unsigned long long>(-no_number) ? -no_number : static_cast<long long>(what);
  }
};

namespace detail {

/// The number behind a count, or a `written<...>`. A class, as g++ 12 does not convert what a template of one's own
/// passes on (`Dense<"fc1", A>`) before an alias asks it for a member.
template <Count N>
struct CountOf {
  static constexpr long long value = N.value;
};
template <Count N>
  requires(N.value == Count::no_number)
struct CountOf<N> {
  static constexpr typename SpelledName<N.text>::text value{};
};

/// `long long`, or the `written<...>` that stands in its place: clang prints types, but not values of empty ones.
template <auto Value>
using WrittenAs = std::remove_cv_t<decltype(Value)>;

constexpr long long number_of(long long number) { return number; }
template <char... Characters>
constexpr long long number_of(written<Characters...>) {
  return Count::no_number;
}

/// Whether a count is a number that layers can hold, none below 0 and none that is missing.
constexpr bool is_count(long long number) { return number >= 0 && number <= Count::largest; }
template <char... Characters>
constexpr bool is_count(written<Characters...>) {
  return false;
}

/// Whether something stands there that is no number, or one that no layer can hold.
template <class T>
constexpr bool is_no_count(T count) {
  const long long number = number_of(count);
  return number == Count::no_number || number == Count::missing || number > Count::largest;
}

/// A count from `lowest` to the largest, whatever was written: one mistake has one message.
template <class T>
constexpr std::size_t count_from(long long lowest, T count) {
  const long long number = number_of(count);
  return static_cast<std::size_t>(number < lowest ? lowest : number > Count::largest ? Count::largest : number);
}
template <class T>
constexpr std::size_t at_least_one(T count) {
  return count_from(1, count);
}

/// The product of a shape's extents, or one more than the largest count where it is larger.
constexpr unsigned long long bounded_size(const Shape& shape) {
  constexpr unsigned long long over = static_cast<unsigned long long>(Count::largest) + 1;
  unsigned long long size = 1;
  for (std::size_t axis = 0; axis < shape.rank; ++axis) {
    const unsigned long long extent = shape[axis] < over ? shape[axis] : over;
    size = size * extent < over ? size * extent : over;
  }
  return size;
}

template <class Layer, unsigned long long Size>
consteval bool check_size() {
  static_assert(Size <= static_cast<unsigned long long>(Count::largest),
                "spikingjet: a layer holds at most 2147483647 values, and the one spelled in 'in_layer<...>' would "
                "give more; see "
                "docs/concepts/network.md");
  return true;
}

}  // namespace detail

}  // namespace spikingjet
