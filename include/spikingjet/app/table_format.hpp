// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/analysis/latex.hpp>
#include <spikingjet/analysis/markdown.hpp>
#include <spikingjet/analysis/printed_table.hpp>
#include <spikingjet/analysis/table.hpp>

#include <string>

namespace spikingjet {

/// Writes a table in a format that `--format` names.
inline void write_table(const RowTable& table, const std::string& format, const TextSink& sink) {
  if (format == "csv") return write_csv(with_note_columns(table), sink);
  const PrintedTable shown = printed(table);
  if (format == "markdown") return write_markdown(shown, sink);
  if (format == "latex") return write_latex(shown, sink);
  write_text(shown, sink);
}

}  // namespace spikingjet
