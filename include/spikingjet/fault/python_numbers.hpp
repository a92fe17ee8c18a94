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
#include <utility>
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

/// A reader of lists of whole numbers, word by word.
class WholeNumbers {
 public:
  explicit WholeNumbers(std::string_view text) : text_(text) {}

  /// All numbers; nothing where the text is something else.
  std::optional<std::vector<PythonInteger>> read() && {
    for (;;) {
      apart_ |= skip_blanks();
      if (at_ == text_.size()) break;
      if (!take(text_[at_])) return std::nullopt;
    }
    if (!open_.empty()) return std::nullopt;
    return std::move(numbers_);
  }

 private:
  static constexpr std::string_view blanks{" \t\n\r\\'\"", 7};  // also what a writer without quotes escapes with
  static constexpr std::size_t most_open = 8;
  static constexpr std::size_t most_numbers = 16;

  /// Takes what begins with c; false where it cannot stand there.
  bool take(char c) {
    if (c == ',' || c == ';') return take_comma();
    if (c == ')' || c == ']') return take_closing(c);
    if (!apart_) return false;
    if (c == '(' || c == '[') return take_opening(c);
    return is_letter(c) ? take_word() : take_number();
  }

  bool take_comma() {
    if (!item_) return false;
    item_ = false;
    apart_ = true;
    ++at_;
    return true;
  }

  bool take_closing(char c) {
    if (open_.empty() || open_.back() != c) return false;
    open_.pop_back();
    ++at_;
    return end_item();
  }

  bool take_opening(char c) {
    if (open_.size() == most_open) return false;
    open_ += c == '(' ? ')' : ']';
    item_ = false;
    ++at_;
    return true;
  }

  bool take_word() {
    const std::string_view word = take_while([](char d) { return is_letter(d) || is_digit(d) || d == '.'; });
    if (at_ < text_.size() && text_[at_] == '=' && !open_.empty() && !numbers_.empty()) {
      at_ = std::min(text_.find_first_of(",)", at_), text_.size());  // dtype=torch.int64, device='cpu'
      return end_item();
    }
    return at_ < text_.size() && text_[at_] == '(' && is_number_type(word);
  }

  bool take_number() {
    const auto number = parse_whole_number(
        take_while([](char d) { return is_digit(d) || is_letter(d) || d == '.' || d == '+' || d == '-'; }));
    if (!number || numbers_.size() == most_numbers) return false;
    numbers_.push_back(*number);
    return end_item();
  }

  bool end_item() {
    item_ = true;
    apart_ = false;
    return true;
  }

  bool skip_blanks() {
    const std::size_t start = at_;
    at_ = std::min(text_.find_first_not_of(blanks, at_), text_.size());
    return at_ > start;
  }

  template <class Belongs>
  std::string_view take_while(const Belongs& belongs) {
    const std::size_t start = at_;
    while (at_ < text_.size() && belongs(text_[at_])) ++at_;
    return text_.substr(start, at_ - start);
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::vector<PythonInteger> numbers_;
  std::string open_;   // closing brackets still to come
  bool item_ = false;  // there is one since the last comma or bracket
  bool apart_ = true;  // from what stands before
};

/// The whole numbers of an index as Python, NumPy, PyTorch and spreadsheets write it, in order:
///
///   (3, 17)   [3, 17]   (3 17)   3   (np.int64(3), np.int64(17))   tensor([3, 17])   array([[3, 17]], dtype=int64)
///
/// Nothing where the text is something else.
inline std::optional<std::vector<PythonInteger>> parse_whole_numbers(std::string_view text) {
  return WholeNumbers(text).read();
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
