// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/text.hpp>
#include <spikingjet/fault/delimited_text.hpp>
#include <spikingjet/fault/list_errors.hpp>
#include <spikingjet/fault/list_origin.hpp>
#include <spikingjet/fault/plain_name.hpp>
#include <spikingjet/fault/python_numbers.hpp>
#include <spikingjet/fault/quantity_names.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <istream>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace spikingjet::detail {

/// The records of a fault list as fields, told by the columns of its header.
///
/// Separators, quotes, blank rows, comments and headers that stand there once more are dealt with here.
///
/// **Errors** `RecordFlaw`, with the record's begin as `line()`; `TextFlaw`, with `text_line()`.
class ListRecords {
 public:
  static constexpr std::uint64_t most_lines_without_fault = 1u << 20;

  enum Column : std::size_t { injection, layer, tensor_index, bit, fault, begin, end, duty, seed, column_count };

  /// `names` must outlive the records.
  ListRecords(std::istream& in, const QuantityNames& names) : text_(in), names_(&names) {}

  void read_header() {
    if (!next_line()) fail_header("it is empty");
    for (const std::string_view given : {"sep=", "\"sep="})  // Excel's own first line
      if (record_.starts_with(given) && record_.size() > given.size()) {
        forced_separator_ = record_[given.size()];
        if (!next_line()) fail_header("it is empty");
        break;
      }
    std::size_t most = 0;
    std::size_t most_fields = 0;
    for (const char separator : {',', ';', '\t', '|', ' '}) {
      if (forced_separator_ && separator != *forced_separator_) continue;
      if (split_fields(record_, separator, fields_) != Fields::complete) continue;
      std::size_t known = 0;
      for (const std::string& name : fields_) known += column_of(name) != column_count;
      if (known < most || (known == most && fields_.size() <= most_fields)) continue;
      most = known;
      most_fields = fields_.size();
      separator_ = separator;
    }
    if (split_fields(record_, separator_, fields_) != Fields::complete)
      throw RecordFlaw("a quoted field is not closed or is followed by text; write it as \"(3, 17)\"");
    columns_ = fields_.size();
    place_.fill(absent);
    for (std::size_t c = 0; c < columns_; ++c) {
      const Column column = column_of(fields_[c]);
      if (column == column_count) {
        const std::string_view name = trim(fields_[c]);
        if (!name.empty() && !name.starts_with("Unnamed: "))
          ignored_.push_back(shown(name));  // an index column has no name
      } else if (place_[column] != absent) {
        throw RecordFlaw("the header names '" + std::string(column_names[column]) + "' twice");
      } else {
        place_[column] = c;
      }
    }
    std::vector<std::string> lacking;
    for (const Column column : {layer, tensor_index, bit})
      if (place_[column] == absent && !(column == bit && place_[fault] != absent))
        lacking.push_back(shown(column_names[column]));
    if (!lacking.empty()) {
      if (most == 0 && looks_like_a_fault()) fail_header("the first line is a fault and no header");
      fail_header("the header is " + shown(record_) + " and lacks " + listed(lacking));
    }
    if (separator_ != '|' && separator_ != ' ') blank_row_ += separator_;
    header_ = fields_;
  }

  /// Goes on to the next record that is no header again; false at the end.
  bool next() {
    while (next_record())
      if (fields_ != header_) return true;
    return false;
  }

  /// Brings the record to as many fields as the header has: joins an index without quotes, and drops empty fields
  /// behind the last column.
  void mend() {
    while (fields_.size() > columns_ && !join_index() && trim(fields_.back()).empty()) fields_.pop_back();
    if (fields_.size() != columns_)
      throw RecordFlaw("it has " + std::to_string(fields_.size()) + " fields, the header " + std::to_string(columns_) +
                       "; a TensorIndex needs quotes, as in \"(3, 17)\"");
  }

  /// Whether the header has a column.
  bool has(Column column) const { return place_[column] != absent; }

  /// The text of the record in a column; empty where there is no such column.
  std::string_view field(Column column) const {
    if (place_[column] == absent) return {};
    std::string_view text = trim(fields_[place_[column]]);
    if (text.size() >= 2 && text.front() == '\'' && text.back() == '\'') text = trim(text.substr(1, text.size() - 2));
    return text;
  }

  /// The text in a column; empty also where it says in a library's words that there is none.
  std::string_view optional_field(Column column) const {
    const std::string_view text = field(column);
    return is_missing_value(text) ? std::string_view{} : text;
  }

  /// The line in which the record began, from 1.
  std::size_t line() const { return line_; }

  /// The line that was read last, from 1.
  std::size_t text_line() const { return text_.line(); }

  /// The columns that are not known, in quotes.
  const std::vector<std::string>& ignored() const { return ignored_; }

  /// The line that says where the list is from; empty without one.
  const std::string& origin() const { return origin_; }

 private:
  static constexpr std::array<std::string_view, column_count> column_names{
      "Injection", "Layer", "TensorIndex", "Bit", "Fault", "Begin", "End", "Duty", "Seed"};
  static constexpr std::size_t absent = std::numeric_limits<std::size_t>::max();

  /// Reads the next line that is neither blank nor a comment into `record_`; false at the end.
  bool next_line() {
    for (std::uint64_t passed = 0;; ++passed) {
      if (passed == most_lines_without_fault)
        throw RecordFlaw("a million lines without a fault; the list does not end, or is none");
      record_.clear();
      const bool more = text_.append_next(record_);
      line_ = text_.line();
      if (!more) return false;
      const std::size_t first = record_.find_first_not_of(" \t\"'");
      if (first == std::string::npos) continue;
      if (record_[first] == '#') {
        if (std::string_view(record_).substr(first).starts_with(origin_mark))
          origin_ = origin_.empty() ? record_ : "two of them";
        continue;
      }
      if (record_.find_first_not_of(separators_of_blank_rows()) == std::string::npos) continue;
      return true;
    }
  }

  /// What a row without any value consists of, as a spreadsheet leaves it behind the data.
  std::string_view separators_of_blank_rows() const { return {blank_row_.data(), blank_row_.size()}; }

  /// Splits the next record into `fields_`, over lines where a quoted field holds line ends.
  bool next_record() {
    constexpr int most_lines = 64;
    if (!next_line()) return false;
    Fields found = split_fields(record_, separator_, fields_);
    for (int lines = 1; found == Fields::open && lines < most_lines; ++lines) {
      record_ += '\n';
      if (!text_.append_next(record_)) break;
      found = split_fields(record_, separator_, fields_);
    }
    if (found != Fields::complete)
      throw RecordFlaw("a quoted field is not closed or is followed by text; write it as \"(3, 17)\"");
    return true;
  }

  [[noreturn]] void fail_header(const std::string& what) const {
    throw RecordFlaw(
        what +
        "; a header names columns as in 'Injection,Layer,TensorIndex,Bit', in any order, optionally also 'Fault', "
        "'Begin', "
        "'End', 'Duty' and 'Seed'");
  }

  bool looks_like_a_fault() const {
    return std::any_of(fields_.begin(), fields_.end(), [&](const std::string& text) {
      const std::string_view name = trim(text);
      return names_->contains(name);
    });
  }

  static Column column_of(std::string_view name) {
    const std::string plain = plain_name(trim(name));
    for (std::size_t column = 0; column < column_count; ++column)
      if (plain == plain_name(column_names[column])) return Column(column);
    return column_count;
  }

  bool join_index() {
    const auto at = fields_.begin() + static_cast<std::ptrdiff_t>(place_[tensor_index]);
    const auto parts = static_cast<std::ptrdiff_t>(fields_.size() - columns_ + 1);
    if (fields_.end() - at < parts || parse_whole_numbers(*at)) return false;
    std::string joined = *at;
    for (auto part = at + 1; part != at + parts; ++part) joined += separator_ + *part;
    if (!parse_whole_numbers(joined)) return false;
    fields_.erase(at + 1, at + parts);
    fields_[place_[tensor_index]] = std::move(joined);
    return true;
  }

  TextLines text_;
  const QuantityNames* names_;
  std::optional<char> forced_separator_;
  char separator_ = ',';
  std::string blank_row_ = " \t\"";
  std::size_t columns_ = 0;
  std::array<std::size_t, column_count> place_{};  // of each column among the fields
  std::vector<std::string> header_;
  std::vector<std::string> ignored_;
  std::string origin_;

  std::string record_;
  std::vector<std::string> fields_;
  std::size_t line_ = 1;  // where the record began
};

}  // namespace spikingjet::detail
