// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/config.hpp>

#include <algorithm>
#include <charconv>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

namespace spikingjet {

/// Text out of a user's file or command line, made fit for a message: one line of printable ASCII, at most `limit`
/// characters of it. All else, terminal escapes and NUL among it, becomes '?'.
///
/// **Laws** every byte of the result lies in 0x20 .. 0x7e; printable text within the limit stays as it is.
inline std::string printable(std::string_view text, std::size_t limit = 80) {
  std::string line(text.substr(0, limit));
  for (char& c : line)
    if (c < ' ' || c > '~') c = '?';
  return text.size() > limit ? line + "..." : line;
}

namespace detail {

/// Length of the UTF-8 character that a text begins with, where it is whole, and neither a control character nor one
/// that changes the direction or the place of others; 0 elsewhere.
inline std::size_t shown_character(std::string_view text) {
  const auto byte = [&text](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u; };
  const unsigned first = byte(0);
  if (first < 0x80) return first >= 0x20 && first != 0x7f ? 1 : 0;
  const std::size_t length = first >= 0xc2 && first <= 0xdf   ? 2
                             : (first & 0xf0) == 0xe0         ? 3
                             : first >= 0xf0 && first <= 0xf4 ? 4
                                                              : 0;
  std::uint32_t code = first & (0xffu >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xc0) != 0x80) return 0;
    code = code << 6 | (byte(i) & 0x3f);
  }
  const auto within = [code](std::uint32_t least, std::uint32_t most) { return code >= least && code <= most; };
  const bool longer_than_needed = (length == 3 && code < 0x800) || (length == 4 && code < 0x10000);
  const bool moves = within(0x80, 0x9f) || within(0x200b, 0x200f) || within(0x2028, 0x202e) || within(0x2060, 0x206f) ||
                     within(0x61c, 0x61c) || within(0xfeff, 0xfeff) || within(0xe0000, 0xe0fff);
  return longer_than_needed || moves || within(0xd800, 0xdfff) || code > 0x10ffff ? 0 : length;
}

}  // namespace detail

/// A whole message made fit for a terminal: one line without control characters, whatever file names and contents are
/// quoted in it. Letters of any script stay; what is none becomes '?'. A line beyond `limit` bytes loses its middle, as
/// the culprit stands at its begin and the cure at its end.
///
/// **Laws** no byte of the result is below 0x20 or 0x7f; a sentence of printable ASCII within the limit stays as it is.
inline std::string one_line(std::string_view text, std::size_t limit = 2000) {
  std::string line;
  const auto append = [&line](std::string_view part) {
    while (!part.empty()) {
      const std::size_t length = detail::shown_character(part);
      line += length == 0 ? std::string_view("?") : part.substr(0, length);
      part.remove_prefix(length == 0 ? 1 : length);
    }
  };
  if (text.size() <= limit) {
    append(text);
  } else {
    append(text.substr(0, limit - limit / 3));
    line += " ... ";
    append(text.substr(text.size() - limit / 3));
  }
  return line;
}

/// The whole text as an integer; nothing where it is none or does not fit.
template <std::integral Number>
std::optional<Number> parse_number(std::string_view text, int base = 10) {
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (error != std::errc{} || end != text.data() + text.size() || text.empty()) return std::nullopt;
  return value;
}

/// The whole text as a float, correctly rounded also where it is too large or too small for the format; a plus sign may
/// stand in front.
template <std::floating_point Number>
std::optional<Number> parse_float(std::string_view text) {
  Number value{};
  if (text.starts_with('+') && !text.starts_with("+-")) text.remove_prefix(1);
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || end != text.data() + text.size()) return std::nullopt;
  if constexpr (sizeof(Number) < sizeof(long double))
    if (error == std::errc::result_out_of_range) {  // too large or too small for the format: what rounding gives
      const auto wide = parse_float<long double>(text);
      return wide ? std::optional(static_cast<Number>(*wide)) : std::nullopt;
    }
  return error == std::errc{} ? std::optional(value) : std::nullopt;
}

/// The shortest decimal that reads back to the same float32; a NaN keeps no payload.
inline std::string float_text(float value) {
  char buffer[32];
  return {buffer, std::to_chars(buffer, buffer + sizeof buffer, value).ptr};
}

/// "0x0000002a".
inline std::string hex_text(std::uint32_t word) {
  std::string text = "0x00000000";
  for (std::size_t digit = 0; digit < 8; ++digit) text[2 + digit] = "0123456789abcdef"[(word >> (28 - 4 * digit)) & 15];
  return text;
}

/// The parts between separators: one more than there are separators.
inline std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> parts{""};
  for (const char c : text)
    if (c == separator)
      parts.emplace_back();
    else
      parts.back() += c;
  return parts;
}

/// The text without blanks and tabs at its ends.
inline std::string_view trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

namespace detail {

/// "a, b and c"; what is beyond eight is counted.
inline std::string listed(std::span<const std::string> words) {
  std::string text;
  const std::size_t shown = std::min<std::size_t>(8, words.size());
  for (std::size_t i = 0; i < shown; ++i) text += (i == 0 ? "" : i + 1 == words.size() ? " and " : ", ") + words[i];
  return shown < words.size() ? text + " and " + std::to_string(words.size() - shown) + " more" : text;
}

}  // namespace detail

}  // namespace spikingjet
