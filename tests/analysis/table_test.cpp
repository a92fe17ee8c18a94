// SPDX-License-Identifier: MIT
#include "catch.hpp"
#include "files.hpp"

#include <spikingjet/analysis/latex.hpp>
#include <spikingjet/analysis/markdown.hpp>
#include <spikingjet/analysis/printed_table.hpp>
#include <spikingjet/analysis/table.hpp>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <variant>

using namespace spikingjet;

namespace {

Table a_table() {
  Table table;
  table.caption = "digits";
  table.corner = "target";
  table.columns = {"weight", "all"};
  using Count = std::uint64_t;
  table.rows = {{"# of faults", {Count{1234567}, Count{999}}},
                {"SDC_1", {0.9877, 0.0000251}},
                {"acc", {Table::Cell(), 1.0}},
                {"SDC_1_low", {0.98, 0.0}},
                {"SDC_1_high", {0.99, Table::Cell()}}};
  return table;
}

}  // namespace

TEST_CASE("rows are found by their names") {
  const Table table = a_table();
  REQUIRE(table.find("SDC_1"));
  CHECK(std::get<double>(table.find("SDC_1")->cells[0]) == 0.9877);
  CHECK(!table.find("SDC_2"));
}

TEST_CASE("a table as CSV") {
  CHECK(to_csv(a_table()) ==
        "target,weight,all\r\n"
        "# of faults,1234567,999\r\n"
        "SDC_1,0.9877,2.51e-05\r\n"
        "acc,,1\r\n"
        "SDC_1_low,0.98,0\r\n"
        "SDC_1_high,0.99,\r\n");
}

TEST_CASE("a CSV field is quoted where it must be") {
  CHECK(csv_field("plain text") == "plain text");
  CHECK(csv_field("(3, 17)") == "\"(3, 17)\"");
  CHECK(csv_field("a \"b\"") == "\"a \"\"b\"\"\"");
  CHECK(csv_field("a\nb") == "\"a\nb\"");
}

TEST_CASE("numbers in CSV read back as the same bits", "[law]") {
  for (const double rate : {0.1, 1.0 / 3, 5e-324, 0.98774999999999991}) {
    Table table = a_table();
    table.rows = {{"r", {rate, rate}}};
    const std::string csv = to_csv(table);
    CHECK(std::strtod(csv.c_str() + csv.rfind(',') + 1, nullptr) == rate);
  }
}

TEST_CASE("a table for people") {
  CHECK(to_text(a_table()) ==
        "digits\n"
        "\n"
        "target              weight        all\n"
        "# of faults      1,234,567        999\n"
        "SDC_1              98.77 %  0.00251 %\n"
        "  interval   98.00 - 99.00          -\n"
        "acc                      -      100 %\n");
}

TEST_CASE("an interval that no column has takes no line") {
  Table table = a_table();
  for (const std::size_t row : {1u, 3u, 4u}) table.rows[row].cells = {Table::Cell(), Table::Cell()};
  CHECK(to_text(table).find("interval") == std::string::npos);
  CHECK(to_text(table).find("SDC_1 ") != std::string::npos);
}

TEST_CASE("a row whose name ends like a bound and bounds nothing is a row") {
  Table table = a_table();
  table.rows = {{"water_low", {0.5, 0.5}}};
  table.caption.clear();
  CHECK(to_text(table) ==
        "target      weight      all\n"
        "water_low  50.00 %  50.00 %\n");
}

TEST_CASE("percentages show three digits, two decimals at least") {
  CHECK(detail::in_percent(0) == "0");
  CHECK(detail::in_percent(1) == "100");
  CHECK(detail::in_percent(0.5) == "50.00");
  CHECK(detail::in_percent(0.0123) == "1.23");
  CHECK(detail::in_percent(0.00251) == "0.251");
  CHECK(detail::in_percent(0.000000251) == "0.000025");
  CHECK(detail::with_separators(0) == "0");
  CHECK(detail::with_separators(999) == "999");
  CHECK(detail::with_separators(1000) == "1,000");
  CHECK(detail::with_separators(12345678) == "12,345,678");
}

TEST_CASE("a table too wide for a terminal is turned on its side, the intervals of a line below it") {
  Table table;
  table.corner = "bit";
  using Count = std::uint64_t;
  table.rows = {{"# of faults", {}}, {"SDC_1", {}}, {"SDC_1_low", {}}, {"SDC_1_high", {}}};
  for (std::uint64_t bit = 0; bit < 11; ++bit) {
    table.columns.push_back(std::to_string(bit));
    table.rows[0].cells.emplace_back(Count{bit});
    table.rows[1].cells.emplace_back(0.5);
    table.rows[2].cells.emplace_back(bit == 10 ? 0.5 : 0.25);
    table.rows[3].cells.emplace_back(bit == 10 ? 0.5 : 0.75);
  }
  const std::string text = to_text(table);
  CHECK(text.starts_with("bit         # of faults          SDC_1\n"
                         "0                     0        50.00 %\n"
                         "  interval               25.00 - 75.00\n"));
  CHECK(
      text.ends_with("10                   10        50.00 %\n"
                     "  interval                       exact\n"));
}

namespace {

/// Columns that know a rate exactly, from all 4 of 4 faults, within an interval without width, from 3 of 4, and not.
Table exact_and_not() {
  using Count = std::uint64_t;
  Table table;
  table.corner = "layer";
  table.columns = {"a", "b", "c"};
  table.rows = {{"# of faults", {Count{4}, Count{3}, Count{1}}},
                {"SDC_1", {0.5, 0.25, 0.5}},
                {"SDC_1_low", {0.5, 0.25, {}}},
                {"SDC_1_high", {0.5, 0.25, {}}},
                {"population", {Count{4}, Count{4}, {}}}};
  return table;
}

}  // namespace

TEST_CASE("'exact' stands where counts say that a rate is, and '-' where nothing is known") {
  Table table = exact_and_not();
  CHECK(contains(to_text(table),
                 "SDC_1        50.00 %        25.00 %  50.00 %\n"
                 "  interval     exact  25.00 - 25.00        -\n"));
  table.rows[2].cells = {0.5, {}, {}};  // exact beside nothing
  table.rows[3].cells = {0.5, {}, {}};
  CHECK(contains(to_text(table), "  interval     exact        -        -\n"));
  RowTable rows{"", {"layer"}, {"# of faults", "SDC_1", "SDC_1_low", "SDC_1_high", "population"}, 3, {}, {}};
  const Table columns = exact_and_not();
  rows.row = [columns](std::size_t r) {
    RowTable::Row row{{columns.columns[r]}, {}};
    for (const Table::Row& measure : columns.rows) row.cells.push_back(measure.cells[r]);
    return row;
  };
  std::string text;
  const auto collect = [&text](std::string_view piece) { text += piece; };
  write_markdown(printed(rows), collect);
  CHECK(contains(text,
                 "| a | 4 | 50.00 % (exact) | 4 |\n| b | 3 | 25.00 % (25.00 - 25.00) | 4 |\n"
                 "| c | 1 | 50.00 % | - |\n"));
  text.clear();
  write_latex(printed(rows), collect);
  CHECK(contains(text, " & exact & "));
}

TEST_CASE("where all rates are exact the caption says so, and no line repeats it") {
  Table table = exact_and_not();
  table.columns = {"a"};
  for (Table::Row& row : table.rows) row.cells.resize(1);
  CHECK(contains(to_text(table), "interval"));
  table.is_census = true;
  CHECK(!contains(to_text(table), "interval"));
  table.rows[3].cells[0] = 0.75;
  CHECK(contains(to_text(table), "50.00 - 75.00"));
}

TEST_CASE("notes that the caption has not stand below the table, in text and in Markdown") {
  Table table = a_table();
  const std::string text = to_text(table);
  table.notes = {"in the caption", "one | two", "three"};
  table.notes_in_caption = 1;
  CHECK(to_text(table) == text + "\none | two\nthree\n");
  std::string markdown;
  write_markdown(printed(table), [&markdown](std::string_view piece) { markdown += piece; });
  CHECK(markdown.ends_with("|\n\none \\| two\n\nthree\n"));
  CHECK(!contains(markdown, "in the caption"));
  CHECK(contains(to_csv(table), "\r\nin the caption,,\r\none | two,,\r\nthree,,\r\n"));
  table.notes_in_caption = 3;
  CHECK(to_text(table) == text);
}

TEST_CASE("a note is a row without cells in CSV, so that columns stay numbers") {
  Table table = a_table();
  table.notes = {"INCOMPLETE: the first 3 of 4 faults"};
  CHECK(to_csv(table).ends_with("SDC_1_high,0.99,\r\nINCOMPLETE: the first 3 of 4 faults,,\r\n"));
}

namespace {

RowTable row_table() {
  RowTable table;
  table.caption = "a.sqlite";
  table.keys = {"layer", "bit"};
  table.measures = {"# of faults", "SDC_1", "SDC_1_low", "SDC_1_high"};
  table.size = 2;
  table.row = [](std::size_t row) {
    if (row == 0) return RowTable::Row{{"fc1|2", "3"}, {std::uint64_t{1200}, 0.5, 0.25, 0.75}};
    return RowTable::Row{{"lif1_a, \"b\"", "no bit"}, {std::uint64_t{1}, Table::Cell(), Table::Cell(), Table::Cell()}};
  };
  return table;
}

std::string written(void (*write)(const PrintedTable&, const TextSink&), const PrintedTable& table) {
  std::string text;
  write(table, [&text](std::string_view piece) { text += piece; });
  return text;
}

}  // namespace

TEST_CASE("a table of one row a group as CSV") {
  std::string csv;
  write_csv(row_table(), [&csv](std::string_view piece) { csv += piece; });
  CHECK(csv ==
        "layer,bit,# of faults,SDC_1,SDC_1_low,SDC_1_high\r\n"
        "fc1|2,3,1200,0.5,0.25,0.75\r\n"
        "\"lif1_a, \"\"b\"\"\",no bit,1,,,\r\n");
}

TEST_CASE("a table of one row a group for people") {
  CHECK(written(write_text, printed(row_table())) ==
        "a.sqlite\n"
        "\n"
        "layer        bit     # of faults          SDC_1\n"
        "fc1|2        3             1,200        50.00 %\n"
        "  interval                        25.00 - 75.00\n"
        "lif1_a, \"b\"  no bit            1              -\n");
}

TEST_CASE("a table as Markdown, its pipes escaped") {
  CHECK(written(write_markdown, printed(row_table())) ==
        "a.sqlite\n"
        "\n"
        "| layer | bit | # of faults | SDC_1 |\n"
        "|:---|:---|---:|---:|\n"
        "| fc1\\|2 | 3 | 1,200 | 50.00 % (25.00 - 75.00) |\n"
        "| lif1_a, \"b\" | no bit | 1 | - |\n");
}

TEST_CASE("a table as LaTeX, its names escaped, its notes in print") {
  RowTable table = row_table();
  table.caption = "a\nb";
  table.notes = {"INCOMPLETE: 50 %"};
  CHECK(written(write_latex, printed(table)) ==
        "% a\n"
        "% b\n"
        "% \\usepackage{booktabs}\n"
        "\\begin{tabular}{llrr}\n"
        "\\toprule\n"
        "layer & bit & \\# of faults & SDC\\_1 \\\\\n"
        "\\midrule\n"
        "fc1\\textbar{}2 & 3 & 1,200 & 50.00 \\% \\\\\n"
        " &  &  & 25.00--75.00 \\\\\n"
        "lif1\\_a, {''}b{''} & no bit & 1 & -- \\\\\n"
        "\\midrule\n"
        "\\multicolumn{4}{l}{INCOMPLETE: 50 \\%} \\\\\n"
        "\\bottomrule\n"
        "\\end{tabular}\n");
  CHECK(latex_text("\\{}$&#^~<>[*`") ==
        "\\textbackslash{}\\{\\}\\$\\&\\#\\textasciicircum{}\\textasciitilde{}\\textless{}\\textgreater{}{[}{*}"
        "\\textasciigrave{}");
}
