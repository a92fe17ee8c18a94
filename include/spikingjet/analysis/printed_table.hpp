// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/analysis/table.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace spikingjet {

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
  if (const auto* amount = std::get_if<Table::Amount>(&cell)) return fmt::format("{:.4g}", amount->value);
  return "-";
}

/// What stands in the place of an interval where the rate is known exactly.
inline constexpr std::string_view exact_interval = "exact";

/// "94.70 - 96.86", of rates in percent; "-" where a bound is empty, as nothing is known; "exact" where there is no
/// width and `is_whole` says that all faults were injected.
inline std::string interval_text(const Table::Cell& low, const Table::Cell& high, bool is_whole) {
  const auto* from = std::get_if<double>(&low);
  const auto* to = std::get_if<double>(&high);
  const auto* least = std::get_if<Table::Amount>(&low);
  const auto* most = std::get_if<Table::Amount>(&high);
  if (!(from && to) && !(least && most)) return "-";
  if (is_whole && low == high) return std::string(exact_interval);
  return least ? cell_text(low) + " - " + cell_text(high) : in_percent(*from) + " - " + in_percent(*to);
}

/// Whether all faults of a population were injected, so far as a table says.
inline bool is_whole(const Table::Cell& faults, const Table::Cell& population) {
  return std::holds_alternative<std::uint64_t>(faults) && faults == population;
}

/// Whether the intervals of a line are worth one of their own: not where there is none, and not where `is_census` says
/// that all rates are exact, as the caption does.
inline bool has_news(const std::vector<std::string>& intervals, bool is_census) {
  return std::any_of(intervals.begin(), intervals.end(), [is_census](const std::string& text) {
    return text.size() > 1 && !(is_census && text == exact_interval);
  });
}

}  // namespace detail

/// A table as people read it: rates in percent, the interval of a rate beside it, empty cells as '-', an
/// interval of a rate that is known exactly as 'exact'.
struct PrintedTable {
  /// One line: its names, a cell for each column, and the intervals of the cells.
  struct Line {
    std::vector<std::string> names;
    std::vector<std::string> cells;
    std::vector<std::string> intervals;  // one a cell, empty where it is no rate; or none at all
  };

  std::string caption;
  Line heading;
  std::function<void(const std::function<void(const Line&)>&)> each_line;  // the same lines each time
  std::vector<std::string> notes;
  std::size_t notes_in_caption = 0;  // the first ones, which the caption says, too
};

/// Rates keep their own columns; the bounds NAME_low and NAME_high become the interval of NAME, whose width says what
/// NAME_margin says.
inline PrintedTable printed(RowTable table) {
  struct Shown {
    std::size_t measure;
    std::optional<std::pair<std::size_t, std::size_t>> bounds;
  };
  const auto find = [&table](const std::string& name) {
    return std::size_t(std::find(table.measures.begin(), table.measures.end(), name) - table.measures.begin());
  };
  std::vector<Shown> shown;
  std::vector<bool> bound(table.measures.size());
  PrintedTable printed{table.caption, {table.keys, {}, {}}, {}, table.notes, table.notes_in_caption};
  const bool census = table.is_census;
  const std::size_t faults = find("# of faults");
  const std::size_t population = find("population");
  for (std::size_t m = 0; m < table.measures.size(); ++m) {
    const std::size_t low = find(table.measures[m] + "_low");
    const std::size_t high = find(table.measures[m] + "_high");
    for (const std::size_t hidden : {low, high, find(table.measures[m] + "_margin")})
      if (hidden < bound.size()) bound[hidden] = true;
    shown.push_back({m, {}});
    if (low < bound.size() && high < bound.size()) shown.back().bounds = {low, high};
  }
  std::erase_if(shown, [&bound](const Shown& s) { return bound[s.measure]; });
  for (const Shown& s : shown) printed.heading.cells.push_back(table.measures[s.measure]);
  printed.each_line = [table = std::move(table), shown, census, faults,
                       population](const std::function<void(const PrintedTable::Line&)>& callback) {
    for (std::size_t r = 0; r < table.size; ++r) {
      RowTable::Row row = table.row(r);
      PrintedTable::Line line{std::move(row.names), {}, {}};
      const std::size_t measures = row.cells.size();  // a table without counts has its intervals from one with them
      const bool whole = census || faults >= measures || population >= measures ||
                         detail::is_whole(row.cells[faults], row.cells[population]);
      for (const Shown& s : shown) {
        line.cells.push_back(detail::cell_text(row.cells[s.measure]));
        line.intervals.push_back(
            s.bounds ? detail::interval_text(row.cells[s.bounds->first], row.cells[s.bounds->second], whole) : "");
      }
      if (!detail::has_news(line.intervals, census)) line.intervals.clear();
      callback(line);
    }
  };
  return printed;
}

/// A table of more than ten columns is turned on its side.
inline PrintedTable printed(const Table& table) {
  if (table.columns.size() > 10) {
    RowTable turned{table.caption,          {table.corner}, {}, table.columns.size(), {}, table.notes,
                    table.notes_in_caption, table.is_census};
    for (const Table::Row& row : table.rows) turned.measures.push_back(row.name);
    turned.row = [table](std::size_t column) {
      RowTable::Row turned_row{{table.columns[column]}, {}};
      for (const Table::Row& row : table.rows) turned_row.cells.push_back(row.cells[column]);
      return turned_row;
    };
    return printed(std::move(turned));
  }
  std::vector<PrintedTable::Line> lines;
  const auto bounds = [&table](std::string_view name, std::string_view suffix) {
    return name.ends_with(suffix) && table.find(name.substr(0, name.size() - suffix.size()));
  };
  const Table::Row* faults = table.find("# of faults");
  const Table::Row* population = table.find("population");
  for (const Table::Row& row : table.rows) {
    if (bounds(row.name, "_low") || bounds(row.name, "_high") || bounds(row.name, "_margin")) continue;
    PrintedTable::Line& line = lines.emplace_back(PrintedTable::Line{{row.name}, {}, {}});
    for (const Table::Cell& cell : row.cells) line.cells.push_back(detail::cell_text(cell));
    const Table::Row* low = table.find(row.name + "_low");
    const Table::Row* high = table.find(row.name + "_high");
    if (!low || !high) continue;
    for (std::size_t c = 0; c < row.cells.size(); ++c) {
      const bool whole =
          table.is_census || !faults || !population || detail::is_whole(faults->cells[c], population->cells[c]);
      line.intervals.push_back(detail::interval_text(low->cells[c], high->cells[c], whole));
    }
    if (!detail::has_news(line.intervals, table.is_census)) line.intervals.clear();
  }
  return {table.caption,
          {{table.corner}, table.columns, {}},
          [lines = std::move(lines)](const std::function<void(const PrintedTable::Line&)>& callback) {
            for (const PrintedTable::Line& line : lines) callback(line);
          },
          table.notes,
          table.notes_in_caption};
}

/// For a terminal: aligned, the intervals of a line below it, and below all of it the notes that the caption has not.
inline void write_text(const PrintedTable& table, const TextSink& sink) {
  constexpr const char* interval = "  interval";
  std::vector<std::size_t> widths;
  const auto fit = [&widths](std::size_t column, std::size_t size) {
    if (column >= widths.size()) widths.resize(column + 1);
    widths[column] = std::max(widths[column], size);
  };
  const std::size_t names = table.heading.names.size();
  const auto measure = [&](const PrintedTable::Line& line) {
    for (std::size_t n = 0; n < names; ++n) fit(n, line.names[n].size());
    for (std::size_t c = 0; c < line.cells.size(); ++c) fit(names + c, line.cells[c].size());
    for (std::size_t c = 0; c < line.intervals.size(); ++c) fit(names + c, line.intervals[c].size());
    if (!line.intervals.empty()) fit(0, std::string_view(interval).size());
  };
  measure(table.heading);
  table.each_line(measure);

  std::string text = table.caption.empty() ? "" : table.caption + "\n\n";
  const auto name = [&](std::size_t n, std::string_view word) {
    text += fmt::format("{}{:<{}}", n == 0 ? "" : "  ", word, widths[n]);
  };
  const auto cell = [&](std::size_t c, std::string_view word) {
    text += fmt::format("  {:>{}}", word, widths[names + c]);
  };
  const auto print = [&](const PrintedTable::Line& line) {
    for (std::size_t n = 0; n < names; ++n) name(n, line.names[n]);
    for (std::size_t c = 0; c < line.cells.size(); ++c) cell(c, line.cells[c]);
    text += '\n';
    if (!line.intervals.empty()) {
      for (std::size_t n = 0; n < names; ++n) name(n, n == 0 ? interval : "");
      for (std::size_t c = 0; c < line.intervals.size(); ++c) cell(c, line.intervals[c]);
      text.erase(text.find_last_not_of(' ') + 1);
      text += '\n';
    }
    sink(text);
    text.clear();
  };
  print(table.heading);
  table.each_line(print);
  for (std::size_t n = table.notes_in_caption; n < table.notes.size(); ++n)
    sink((n == table.notes_in_caption ? "\n" : "") + table.notes[n] + "\n");
}

/// The table for people: counts with thousands separators, rates in percent, the interval of a rate below it.
inline std::string to_text(const Table& table) {
  std::string text;
  write_text(printed(table), [&text](std::string_view piece) { text += piece; });
  return text;
}

}  // namespace spikingjet
