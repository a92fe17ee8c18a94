// SPDX-License-Identifier: MIT
#include "catch.hpp"

#include <spikingjet/analysis/table.hpp>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
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

TEST_CASE("a table too wide for a terminal is turned on its side, without intervals") {
  Table table;
  table.corner = "bit";
  using Count = std::uint64_t;
  table.rows = {{"# of faults", {}}, {"SDC_1", {}}, {"SDC_1_low", {}}, {"SDC_1_high", {}}};
  for (std::uint64_t bit = 0; bit < 11; ++bit) {
    table.columns.push_back(std::to_string(bit));
    table.rows[0].cells.emplace_back(Count{bit});
    for (const std::size_t row : {1u, 2u, 3u}) table.rows[row].cells.emplace_back(0.5);
  }
  const std::string text = to_text(table);
  CHECK(text.starts_with("bit  # of faults    SDC_1\n0              0  50.00 %\n"));
  CHECK(text.ends_with("10            10  50.00 %\n"));
  CHECK(text.find("interval") == std::string::npos);
}
