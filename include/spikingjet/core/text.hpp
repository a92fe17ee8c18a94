// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/config.hpp>
#include <spikingjet/core/equal_bits.hpp>

#include <charconv>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
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

}  // namespace spikingjet
