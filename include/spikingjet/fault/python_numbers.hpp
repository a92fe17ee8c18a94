// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/text.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace spikingjet::detail {

/// A whole number with its sign.
struct PythonInteger {
  bool negative = false;
  std::uint64_t magnitude = 0;

  bool operator==(const PythonInteger&) const = default;
};

inline bool is_digit(char c) { return c >= '0' && c <= '9'; }
inline bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }

/// A whole number that may be written as a float: 30, +30, 30., 30.0, 3e1.
inline std::optional<PythonInteger> parse_whole_number(std::string_view text) {
  PythonInteger number;
  if (text.starts_with('+') || text.starts_with('-')) {
    number.negative = text.front() == '-';
    text.remove_prefix(1);
  }
  if (text.empty() || !is_digit(text.front())) return std::nullopt;
  const std::size_t point = std::min(text.find('.'), text.size());
  const bool whole = text.find_first_not_of('0', std::min(point + 1, text.size())) == std::string_view::npos;
  if (const auto digits =
          whole ? parse_number<std::uint64_t>(text.substr(0, point)) : std::nullopt) {  // exact beyond 2^53
    number.magnitude = *digits;
  } else {
    const auto value = parse_float<double>(text);
    if (!value || !(*value < 0x1p53) || *value != std::floor(*value)) return std::nullopt;
    number.magnitude = static_cast<std::uint64_t>(*value);
  }
  number.negative &= number.magnitude != 0;
  return number;
}

/// What Python's libraries write around a number or a list of numbers: `np.int64(3)`, `torch.Size([3, 17])`.
inline bool is_number_type(std::string_view name) {
  name.remove_prefix(name.rfind('.') + 1);  // 0 without a point
  constexpr std::array<std::string_view, 26> types{
      "int",   "int8",    "int16", "int32",  "int64",  "uint8", "uint16",  "uint32",  "uint64",
      "intp",  "uintp",   "int_",  "uint",   "long",   "float", "float16", "float32", "float64",
      "array", "asarray", "Array", "tensor", "Tensor", "Size",  "tuple",   "list"};
  return std::find(types.begin(), types.end(), name) != types.end();
}

/// The whole numbers of an index as Python, NumPy, PyTorch and spreadsheets write it, in order:
///
///   (3, 17)   [3, 17]   (3 17)   3   (np.int64(3), np.int64(17))   tensor([3, 17])   array([[3, 17]], dtype=int64)
///
/// Nothing where the text is something else.
inline std::optional<std::vector<PythonInteger>> parse_whole_numbers(std::string_view text) {
  constexpr std::string_view blanks{" \t\n\r\\'\"", 7};  // also what a writer without quotes escapes with
  std::vector<PythonInteger> numbers;
  std::string open;   // closing brackets still to come
  bool item = false;  // there is one since the last comma or bracket
  bool apart = true;  // from what stands before
  std::size_t at = 0;
  const auto skip_blanks = [&] {
    const std::size_t start = at;
    at = std::min(text.find_first_not_of(blanks, at), text.size());
    return at > start;
  };
  const auto end_of_word = [&](const auto& belongs) {
    std::size_t end = at;
    while (end < text.size() && belongs(text[end])) ++end;
    return end;
  };
  for (;;) {
    apart |= skip_blanks();
    if (at == text.size()) break;
    const char c = text[at];
    if (c == ',' || c == ';') {
      if (!item) return std::nullopt;
      item = false;
      apart = true;
      ++at;
    } else if (c == ')' || c == ']') {
      if (open.empty() || open.back() != c) return std::nullopt;
      open.pop_back();
      item = true;
      apart = false;
      ++at;
    } else if (!apart) {
      return std::nullopt;
    } else if (c == '(' || c == '[') {
      if (open.size() == 8) return std::nullopt;
      open += c == '(' ? ')' : ']';
      item = false;
      ++at;
    } else if (is_letter(c)) {
      const std::size_t end = end_of_word([](char d) { return is_letter(d) || is_digit(d) || d == '.'; });
      const std::string_view word = text.substr(at, end - at);
      at = end;
      if (at < text.size() && text[at] == '=' && !open.empty() &&
          !numbers.empty()) {  // dtype=torch.int64, device='cpu'
        at = std::min(text.find_first_of(",)", at), text.size());
        item = true;
        apart = false;
      } else if (at == text.size() || text[at] != '(' || !is_number_type(word)) {
        return std::nullopt;
      }
    } else {
      const std::size_t end =
          end_of_word([](char d) { return is_digit(d) || is_letter(d) || d == '.' || d == '+' || d == '-'; });
      const auto number = parse_whole_number(text.substr(at, end - at));
      if (!number || numbers.size() == 16) return std::nullopt;
      numbers.push_back(*number);
      at = end;
      item = true;
      apart = false;
    }
  }
  if (!open.empty()) return std::nullopt;
  return numbers;
}

/// A single whole number, in any of these spellings, or with a decimal comma: 30,0.
inline std::optional<PythonInteger> parse_single_number(std::string_view text) {
  if (const auto plain = parse_number<std::uint64_t>(text)) return PythonInteger{false, *plain};
  if (text.ends_with(",0")) text.remove_suffix(2);
  const auto numbers = parse_whole_numbers(text);
  return numbers && numbers->size() == 1 ? std::optional(numbers->front()) : std::nullopt;
}

/// Whether a field says that there is no value, as pandas, R and spreadsheets write it.
inline bool is_missing_value(std::string_view text) {
  constexpr std::array<std::string_view, 10> words{"",     "nan", "NaN", "NAN",  "None",
                                                   "<NA>", "NA",  "N/A", "null", "NULL"};
  return std::find(words.begin(), words.end(), text) != words.end();
}

}  // namespace spikingjet::detail
