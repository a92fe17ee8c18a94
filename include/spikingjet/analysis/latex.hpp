// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/analysis/printed_table.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace spikingjet {

/// Text that LaTeX prints as it is, whatever the font encoding, also where a row begins.
inline std::string latex_text(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    switch (c) {
      case '\\':
        escaped += "\\textbackslash{}";
        break;
      case '~':
        escaped += "\\textasciitilde{}";
        break;
      case '^':
        escaped += "\\textasciicircum{}";
        break;
      case '<':
        escaped += "\\textless{}";
        break;
      case '>':
        escaped += "\\textgreater{}";
        break;
      case '|':
        escaped += "\\textbar{}";
        break;
      case '"':
        escaped += "{''}";
        break;
      case '[':  // behind '\\' an argument would begin
        escaped += "{[}";
        break;
      case '*':
        escaped += "{*}";
        break;
      case '`':
        escaped += "\\textasciigrave{}";
        break;
      case '{':
      case '}':
      case '$':
      case '&':
      case '#':
      case '_':
      case '%':
        escaped += '\\';
        escaped += c;
        break;
      default:
        escaped += c;
    }
  }
  return escaped;
}

namespace detail {

/// A number, or a range "1.20 - 3.40" with the dash of ranges.
inline std::string latex_number(std::string_view text) {
  if (text == "-") return "--";
  const std::size_t dash = text.find(" - ");
  if (dash == std::string_view::npos) return latex_text(text);
  return latex_text(text.substr(0, dash)) + "--" + latex_text(text.substr(dash + 3));
}

}  // namespace detail

/// The table as a `tabular` for `\input`, the caption as a comment before it, the intervals of a line below it; notes
/// are printed as its last lines.
///
/// **Source** booktabs, which the document must load.
inline void write_latex(const PrintedTable& table, const TextSink& sink) {
  std::string comment = table.caption;
  for (std::size_t at = 0; (at = comment.find('\n', at)) != std::string::npos; at += 3) comment.replace(at, 1, "\n% ");
  const std::size_t names = table.heading.names.size();
  const std::size_t columns = names + table.heading.cells.size();
  sink((comment.empty() ? "" : "% " + comment + "\n") + "% \\usepackage{booktabs}\n\\begin{tabular}{" +
       std::string(names, 'l') + std::string(columns - names, 'r') + "}\n\\toprule\n");
  const auto print = [&](const PrintedTable::Line& line) {
    std::string text;
    for (std::size_t n = 0; n < names; ++n) text += (n == 0 ? "" : " & ") + latex_text(line.names[n]);
    for (const std::string& cell : line.cells) text += " & " + detail::latex_number(cell);
    text += " \\\\\n";
    if (!line.intervals.empty()) {
      for (std::size_t n = 1; n < names; ++n) text += " & ";
      for (const std::string& interval : line.intervals)
        text += " & " + (interval.empty() ? "" : detail::latex_number(interval));
      text += " \\\\\n";
    }
    sink(text);
  };
  print(table.heading);
  sink("\\midrule\n");
  table.each_line(print);
  for (const std::string& note : table.notes)
    sink("\\midrule\n\\multicolumn{" + std::to_string(columns) + "}{l}{" + latex_text(note) + "} \\\\\n");
  sink("\\bottomrule\n\\end{tabular}\n");
}

}  // namespace spikingjet
