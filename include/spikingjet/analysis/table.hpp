// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/config.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <functional>
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
  /// A number that is no share, such as failures in 10^9 hours.
  struct Amount {
    double value = 0;

    bool operator==(const Amount&) const = default;
  };

  using Cell = std::variant<std::monostate, std::uint64_t, double, Amount>;  // empty, a count, a rate, an amount

  /// One line, with its name.
  struct Row {
    std::string name;
    std::vector<Cell> cells;  // (columns)
  };

  std::string caption;  // one line above the table, for people
  std::string corner;   // what the columns are
  std::vector<std::string> columns;
  std::vector<Row> rows;
  std::vector<std::string>
      notes;  // what a reader must know; each stands in every format, as a row without cells in CSV
  std::size_t notes_in_caption = 0;  // the first ones, which the caption says, too: text and Markdown say them once
  bool is_census = false;            // every rate is exact, which the caption says

  /// The row of a name, or null.
  const Row* find(std::string_view name) const {
    const auto found = std::find_if(rows.begin(), rows.end(), [name](const Row& row) { return row.name == name; });
    return found == rows.end() ? nullptr : &*found;
  }
};

/// A table with one line for each group, made only when it is asked for: of a million elements, or of several keys.
///
/// **Shapes** each row has a name for each key and a cell for each measure.
/// **Units** as in `Table`.
struct RowTable {
  /// One group, with a name for each key.
  struct Row {
    std::vector<std::string> names;  // (keys)
    std::vector<Table::Cell> cells;  // (measures)
  };

  std::string caption;
  std::vector<std::string> keys;
  std::vector<std::string> measures;
  std::size_t size = 0;                            // rows
  std::function<Row(std::size_t)> row;
  std::vector<std::string> notes;
  std::size_t notes_in_caption = 0;
  bool is_census = false;
};

/// The same with a column without values for each note, named by it, for formats that print no notes.
inline RowTable with_note_columns(RowTable table) {
  table.keys.insert(table.keys.end(), table.notes.begin(), table.notes.end());
  table.row = [row = std::move(table.row), notes = table.notes.size()](std::size_t r) {
    RowTable::Row noted = row(r);
    noted.names.resize(noted.names.size() + notes);
    return noted;
  };
  return table;
}

/// What takes the text of a table, piece by piece.
using TextSink = std::function<void(std::string_view)>;

/// One field of a CSV file, quoted where it must be.
///
/// **Source** RFC 4180, section 2.
inline std::string csv_field(std::string_view text) {
  if (text.find_first_of(",\"\r\n") == std::string_view::npos) return std::string(text);
  std::string quoted = "\"";
  for (const char c : text) quoted += c == '"' ? "\"\"" : std::string(1, c);
  return quoted + '"';
}

namespace detail {

inline std::string csv_cell(const Table::Cell& cell) {
  if (const auto* count = std::get_if<std::uint64_t>(&cell)) return fmt::format("{}", *count);
  if (const auto* rate = std::get_if<double>(&cell)) return fmt::format("{}", *rate);
  if (const auto* amount = std::get_if<Table::Amount>(&cell)) return fmt::format("{}", amount->value);
  return "";
}

}  // namespace detail

/// The table as CSV, with the shortest decimals that read back as the same numbers; an empty cell is an empty field, a
/// note a row of empty fields.
///
/// **Source** RFC 4180.
inline std::string to_csv(const Table& table) {
  std::string csv = csv_field(table.corner);
  for (const std::string& column : table.columns) csv += ',' + csv_field(column);
  csv += "\r\n";
  for (const Table::Row& row : table.rows) {
    csv += csv_field(row.name);
    for (const Table::Cell& cell : row.cells) csv += ',' + detail::csv_cell(cell);
    csv += "\r\n";
  }
  for (const std::string& note : table.notes) csv += csv_field(note) + std::string(table.columns.size(), ',') + "\r\n";
  return csv;
}

/// Likewise; notes are left to a column among the keys.
inline void write_csv(const RowTable& table, const TextSink& sink) {
  std::string line;
  const auto add = [&line](const std::string& field) { line += (line.empty() ? "" : ",") + field; };
  for (const std::string& key : table.keys) add(csv_field(key));
  for (const std::string& measure : table.measures) add(csv_field(measure));
  sink(line + "\r\n");
  for (std::size_t r = 0; r < table.size; ++r) {
    const RowTable::Row row = table.row(r);
    line = csv_field(row.names.front());
    for (std::size_t k = 1; k < row.names.size(); ++k) line += ',' + csv_field(row.names[k]);
    for (const Table::Cell& cell : row.cells) line += ',' + detail::csv_cell(cell);
    line += "\r\n";
    sink(line);
  }
}

}  // namespace spikingjet
