// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/analysis/printed_table.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace spikingjet {

/// Text that Markdown shows as it is.
inline std::string markdown_text(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    if (std::string_view("|\\`*<[~").find(c) != std::string_view::npos) escaped += '\\';
    escaped += c;
  }
  return escaped;
}

/// The table as GitHub and pandoc read it, the caption a paragraph before it, an interval in brackets behind its rate;
/// below it a paragraph for each note that the caption has not.
///
/// **Source** GitHub Flavored Markdown, section 4.10.
inline void write_markdown(const PrintedTable& table, const TextSink& sink) {
  if (!table.caption.empty()) sink(markdown_text(table.caption) + "\n\n");
  const auto print = [&sink](const PrintedTable::Line& line) {
    std::string text = "|";
    for (const std::string& name : line.names) text += " " + markdown_text(name) + " |";
    for (std::size_t c = 0; c < line.cells.size(); ++c) {
      text += " " + markdown_text(line.cells[c]);
      if (!line.intervals.empty() && line.intervals[c].size() > 1)
        text += " (" + markdown_text(line.intervals[c]) + ")";
      text += " |";
    }
    sink(text + "\n");
  };
  print(table.heading);
  std::string rule = "|";
  for (std::size_t n = 0; n < table.heading.names.size(); ++n) rule += ":---|";
  for (std::size_t c = 0; c < table.heading.cells.size(); ++c) rule += "---:|";
  sink(rule + "\n");
  table.each_line(print);
  for (std::size_t n = table.notes_in_caption; n < table.notes.size(); ++n)
    sink("\n" + markdown_text(table.notes[n]) + "\n");
}

}  // namespace spikingjet
