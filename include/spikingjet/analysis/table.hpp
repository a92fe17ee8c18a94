// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/config.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace spikingjet {

/// A table of counts and rates: a name and then a cell per column in each row.
///
/// **Shapes** each row has one cell per column.
/// **Units** a rate is a fraction; `to_text` alone shows it in percent.
struct Table {
  using Cell = std::variant<std::monostate, std::uint64_t, double>;  // empty, a count, a rate

  struct Row {
    std::string name;
    std::vector<Cell> cells;  // (columns)
  };

  std::string caption;  // one line above the table, for people
  std::string corner;   // what the columns are
  std::vector<std::string> columns;
  std::vector<Row> rows;

  /// The row of a name, or null.
  const Row* find(std::string_view name) const {
    const auto found = std::find_if(rows.begin(), rows.end(), [name](const Row& row) { return row.name == name; });
    return found == rows.end() ? nullptr : &*found;
  }
};

/// One field of a CSV file, quoted where it must be.
///
/// **Source** RFC 4180, section 2.
inline std::string csv_field(std::string_view text) {
  if (text.find_first_of(",\"\r\n") == std::string_view::npos) return std::string(text);
  std::string quoted = "\"";
  for (const char c : text) quoted += c == '"' ? "\"\"" : std::string(1, c);
  return quoted + '"';
}

/// The table as CSV, with the shortest decimals that read back as the same numbers; an empty cell is an empty field.
///
/// **Source** RFC 4180.
inline std::string to_csv(const Table& table) {
  std::string csv = csv_field(table.corner);
  for (const std::string& column : table.columns) csv += ',' + csv_field(column);
  csv += "\r\n";
  for (const Table::Row& row : table.rows) {
    csv += csv_field(row.name);
    for (const Table::Cell& cell : row.cells) {
      csv += ',';
      if (const auto* count = std::get_if<std::uint64_t>(&cell)) csv += fmt::format("{}", *count);
      if (const auto* rate = std::get_if<double>(&cell)) csv += fmt::format("{}", *rate);
    }
    csv += "\r\n";
  }
  return csv;
}

namespace detail {

/// "1,234,567".
inline std::string with_separators(std::uint64_t count) {
  std::string digits = std::to_string(count);
  for (std::size_t at = digits.size(); at > 3;) digits.insert(at -= 3, 1, ',');
  return digits;
}

/// In percent: two decimals, more for small rates so that three digits show, no unit.
inline std::string in_percent(double rate) {
  const double percent = 100 * rate;
  if (percent == 0 || percent == 100) return fmt::format("{:.0f}", percent);
  const int leading = int(std::floor(std::log10(std::abs(percent))));
  return fmt::format("{:.{}f}", percent, std::clamp(2 - leading, 2, 6));
}

inline std::string cell_text(const Table::Cell& cell) {
  if (const auto* count = std::get_if<std::uint64_t>(&cell)) return with_separators(*count);
  if (const auto* rate = std::get_if<double>(&cell)) return in_percent(*rate) + " %";
  return "-";
}

}  // namespace detail

namespace detail {

struct TextLine {
  std::string name;
  std::vector<std::string> cells;
};

/// Rows as columns and columns as rows; the first line is the heading.
inline std::vector<TextLine> transposed(const std::vector<TextLine>& lines) {
  std::vector<TextLine> turned{{lines.front().name, {}}};
  for (const std::string& column : lines.front().cells) turned.push_back({column, {}});
  for (std::size_t l = 1; l < lines.size(); ++l) {
    turned.front().cells.push_back(lines[l].name);
    for (std::size_t c = 0; c < lines[l].cells.size(); ++c) turned[c + 1].cells.push_back(lines[l].cells[c]);
  }
  return turned;
}

}  // namespace detail

/// The table for people: aligned, counts with thousands separators, rates in percent. The interval of a rate (the rows
/// `NAME_low` and `NAME_high`) stands below it in one line. A table of more than ten columns is turned on its side and
/// leaves intervals to the CSV.
inline std::string to_text(const Table& table) {
  using Line = detail::TextLine;
  const bool wide = table.columns.size() > 10;
  std::vector<Line> lines{{table.corner, table.columns}};
  const auto bound = [&table](std::string_view name, std::string_view suffix) {
    return name.ends_with(suffix) && table.find(name.substr(0, name.size() - suffix.size()));
  };
  for (const Table::Row& row : table.rows) {
    if (bound(row.name, "_low") || bound(row.name, "_high")) continue;
    Line& line = lines.emplace_back(Line{row.name, {}});
    for (const Table::Cell& cell : row.cells) line.cells.push_back(detail::cell_text(cell));
    const Table::Row* low = table.find(row.name + "_low");
    const Table::Row* high = table.find(row.name + "_high");
    if (!low || !high || wide) continue;
    Line interval{"  interval", {}};
    bool any = false;
    for (std::size_t c = 0; c < row.cells.size(); ++c) {
      const auto* from = std::get_if<double>(&low->cells[c]);
      const auto* to = std::get_if<double>(&high->cells[c]);
      any |= from && to;
      interval.cells.push_back(from && to ? detail::in_percent(*from) + " - " + detail::in_percent(*to) : "-");
    }
    if (any) lines.push_back(std::move(interval));
  }
  if (wide) lines = detail::transposed(lines);
  std::size_t name_width = 0;
  std::vector<std::size_t> widths(lines.front().cells.size());
  for (const Line& line : lines) {
    name_width = std::max(name_width, line.name.size());
    for (std::size_t c = 0; c < widths.size(); ++c) widths[c] = std::max(widths[c], line.cells[c].size());
  }
  std::string text = table.caption.empty() ? "" : table.caption + "\n\n";
  for (const Line& line : lines) {
    text += fmt::format("{:<{}}", line.name, name_width);
    for (std::size_t c = 0; c < widths.size(); ++c) text += fmt::format("  {:>{}}", line.cells[c], widths[c]);
    text += '\n';
  }
  return text;
}

}  // namespace spikingjet
