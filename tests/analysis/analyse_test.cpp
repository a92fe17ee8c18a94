// SPDX-License-Identifier: MIT
#include "catch.hpp"
#include "store/fixture.hpp"

#include <spikingjet/analysis/analyse.hpp>
#include <spikingjet/analysis/printed_table.hpp>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

using namespace spikingjet;

namespace {

const std::vector<std::uint64_t> populations{192, 2};

Store a_store(const std::string& path, const Manifest& manifest = Manifest().inform("confidence", "0.99")) {
  return Store::create(path, manifest, two_quantities(), populations);
}

/// Two weight faults and a spike fault on four samples, of which three are predicted right without fault.
void fill(Store& store, bool labels = true) {
  std::vector<GoldenSample> golden;
  for (std::uint32_t s = 0; s < 4; ++s)
    golden.push_back({s, labels ? std::optional(s == 0 ? 1u : 0u) : std::nullopt, 0, {2, 1}});
  store.append_golden(golden);
  store.append_block(
      0, std::vector{weight_flip(0, 3), weight_flip(1, 30), dead_spike(1, 0, 5)},
      std::vector<FaultRecord>{
          {.samples = 4, .unchanged = 3, .masked = 4, .sdc_critical = 0, .band = {}, .due = 0, .correct = 3},
          {.samples = 4, .unchanged = 0, .masked = 1, .sdc_critical = 1, .band = {1, 0, 1, 0}, .due = 0, .correct = 2},
          {.samples = 4,
           .unchanged = 0,
           .masked = 0,
           .sdc_critical = 0,
           .band = {0, 1, 0, 1},
           .due = 2,
           .correct = 1}});
}

double rate(const Table& table, const std::string& row, std::size_t column) {
  REQUIRE(table.find(row));
  return std::get<double>(table.find(row)->cells.at(column));
}

std::uint64_t count(const Table& table, const std::string& row, std::size_t column) {
  REQUIRE(table.find(row));
  return std::get<std::uint64_t>(table.find(row)->cells.at(column));
}

bool empty(const Table& table, const std::string& row, std::size_t column) {
  REQUIRE(table.find(row));
  return std::holds_alternative<std::monostate>(table.find(row)->cells.at(column));
}

}  // namespace

TEST_CASE("the rows are those of the Python tool, then our own") {
  const TemporaryFolder folder;
  const Store store = a_store(folder / "a.sqlite");
  std::vector<std::string> names;
  for (const Table::Row& row : analyse(store).rows) names.push_back(row.name);
  CHECK(names == std::vector<std::string>{"# of faults",
                                          "# of injections",
                                          "fully_masked",
                                          "SDC_1",
                                          "SDC_0_5%",
                                          "SDC_5_10%",
                                          "SDC_10_20%",
                                          "SDC_20",
                                          "facc",
                                          "acc",
                                          "DUE",
                                          "fully_masked_low",
                                          "fully_masked_high",
                                          "SDC_1_low",
                                          "SDC_1_high",
                                          "SDC_0_5%_low",
                                          "SDC_0_5%_high",
                                          "SDC_5_10%_low",
                                          "SDC_5_10%_high",
                                          "SDC_10_20%_low",
                                          "SDC_10_20%_high",
                                          "SDC_20_low",
                                          "SDC_20_high",
                                          "facc_low",
                                          "facc_high",
                                          "DUE_low",
                                          "DUE_high",
                                          "population",
                                          "margin_of_error"});
}

TEST_CASE("rates are fractions of injections") {
  const TemporaryFolder folder;
  Store store = a_store(folder / "a.sqlite");
  fill(store);
  const Table table = analyse(store);
  CHECK(table.corner == "target");
  REQUIRE(table.columns == std::vector<std::string>{"weight", "spike", "all"});
  const auto rates = [&table](const std::string& row) {
    return std::vector{rate(table, row, 0), rate(table, row, 1), rate(table, row, 2)};
  };
  CHECK(count(table, "# of faults", 0) == 2);
  CHECK(count(table, "# of faults", 1) == 1);
  CHECK(count(table, "# of faults", 2) == 3);
  CHECK(count(table, "# of injections", 0) == 8);
  CHECK(count(table, "# of injections", 2) == 12);
  CHECK(rates("fully_masked") == std::vector{5.0 / 8, 0.0, 5.0 / 12});
  CHECK(rates("SDC_1") == std::vector{1.0 / 8, 0.0, 1.0 / 12});
  CHECK(rates("SDC_0_5%") == std::vector{1.0 / 8, 0.0, 1.0 / 12});
  CHECK(rates("SDC_5_10%") == std::vector{0.0, 1.0 / 4, 1.0 / 12});
  CHECK(rates("SDC_10_20%") == std::vector{1.0 / 8, 0.0, 1.0 / 12});
  CHECK(rates("SDC_20") == std::vector{0.0, 1.0 / 4, 1.0 / 12});
  CHECK(rates("DUE") == std::vector{0.0, 2.0 / 4, 2.0 / 12});
  CHECK(rates("facc") == std::vector{5.0 / 8, 1.0 / 4, 6.0 / 12});
  CHECK(rates("acc") == std::vector{0.75, 0.75, 0.75});
  CHECK(count(table, "population", 0) == 192);
  CHECK(count(table, "population", 1) == 2);
  CHECK(count(table, "population", 2) == 194);
}

TEST_CASE("intervals and margin use the manifest's confidence and the column's population") {
  const TemporaryFolder folder;
  Store store = a_store(folder / "a.sqlite");
  fill(store);
  const Table table = analyse(store);
  // two faults of 192: few, so that each is one trial, with the correction for the population
  const Interval weight = wilson(5.0 / 8, 2 / (1 - 2.0 / 192), 0.99);
  CHECK(rate(table, "fully_masked_low", 0) == Approx(weight.low));
  CHECK(rate(table, "fully_masked_high", 0) == Approx(weight.high));
  const double e = 2.58 * std::sqrt(0.25 / 3 * 191 / 193);
  CHECK(rate(table, "margin_of_error", 2) == Approx(e));
  CHECK(contains(table.caption, "99 % confidence"));
}

TEST_CASE("all rates add up to one, and lie in their intervals", "[law]") {
  const TemporaryFolder folder;
  Store store = a_store(folder / "a.sqlite");
  fill(store);
  for (const By by : {By::target, By::layer, By::bit, By::fault_type, By::neuron, By::element, By::step, By::kind}) {
    const Table table = analyse(store, by);
    std::uint64_t faults = 0;
    for (std::size_t c = 0; c < table.columns.size(); ++c) {
      double sum = 0;
      for (const char* row : {"fully_masked", "SDC_1", "SDC_0_5%", "SDC_5_10%", "SDC_10_20%", "SDC_20", "DUE"}) {
        sum += rate(table, row, c);
        CHECK(rate(table, std::string(row) + "_low", c) <= rate(table, row, c));
        CHECK(rate(table, std::string(row) + "_high", c) >= rate(table, row, c));
      }
      CHECK(sum == Approx(1));
      if (c + 1 < table.columns.size()) faults += count(table, "# of faults", c);
    }
    CHECK(table.columns.back() == "all");
    CHECK(faults == 3);
  }
}

TEST_CASE("columns by layer, bit and fault type, parameters and states apart") {
  const TemporaryFolder folder;
  Store store = a_store(folder / "a.sqlite");
  fill(store);
  const Table layers = analyse(store, By::layer);
  CHECK(layers.columns == std::vector<std::string>{"fc1", "lif1 states", "all"});
  CHECK(count(layers, "population", 0) == 192);
  const Table bits = analyse(store, By::bit);
  CHECK(bits.corner == "bit");
  CHECK(bits.columns == std::vector<std::string>{"3", "30", "no bit states", "all"});
  CHECK(empty(bits, "population", 0));
  CHECK(count(bits, "population", 3) == 194);
  CHECK(rate(bits, "SDC_1", 1) == 0.25);
  const Table types = analyse(store, By::fault_type);
  CHECK(types.corner == "fault type");
  CHECK(types.columns == std::vector<std::string>{"bitflip", "dead", "all"});
  CHECK(count(types, "# of faults", 0) == 2);
}

TEST_CASE("fault types with different operands are different columns") {
  const TemporaryFolder folder;
  Store store = a_store(folder / "a.sqlite");
  Fault half = weight_flip(0, 0);
  half.bit = Fault::no_bit;
  half.type = "scale";
  half.alteration = Alteration::scales(0.5F);
  Fault twice = half;
  twice.alteration = Alteration::scales(2);
  const FaultRecord record{
      .samples = 1, .unchanged = 1, .masked = 1, .sdc_critical = 0, .band = {}, .due = 0, .correct = 0};
  store.append_block(0, std::vector{twice, half, twice}, std::vector(3, record));
  CHECK(analyse(store, By::fault_type).columns == std::vector<std::string>{"scale:2", "scale:0.5", "all"});
}

TEST_CASE("targets stand in their order, whatever fault comes first") {
  const TemporaryFolder folder;
  Store store = a_store(folder / "a.sqlite");
  const FaultRecord record{
      .samples = 1, .unchanged = 1, .masked = 1, .sdc_critical = 0, .band = {}, .due = 0, .correct = 0};
  store.append_block(0, std::vector{dead_spike(0, 0, 1), weight_flip(0, 0)}, std::vector(2, record));
  CHECK(analyse(store).columns == std::vector<std::string>{"weight", "spike", "all"});
}

TEST_CASE("accuracies are empty without labels") {
  const TemporaryFolder folder;
  Store store = a_store(folder / "a.sqlite");
  fill(store, false);
  const Table table = analyse(store);
  for (const char* row : {"facc", "acc", "facc_low", "facc_high"}) CHECK(empty(table, row, 0));
  CHECK(rate(table, "SDC_1", 0) == 1.0 / 8);
}

TEST_CASE("a census has intervals of no width and no margin of error") {
  const TemporaryFolder folder;
  Store store = a_store(folder / "a.sqlite");
  const FaultRecord record{
      .samples = 3, .unchanged = 1, .masked = 1, .sdc_critical = 2, .band = {}, .due = 0, .correct = 0};
  store.append_block(0, std::vector{dead_spike(0, 0, 1), dead_spike(1, 0, 1)}, std::vector(2, record));
  const Table table = analyse(store);
  CHECK(rate(table, "SDC_1_low", 0) == 2.0 / 3);
  CHECK(rate(table, "SDC_1_high", 0) == 2.0 / 3);
  CHECK(rate(table, "margin_of_error", 0) == 0);
}

TEST_CASE("a campaign without finished faults has a table") {
  const TemporaryFolder folder;
  const Store store = a_store(folder / "a.sqlite");
  const Table table = analyse(store);
  CHECK(table.columns == std::vector<std::string>{"all"});
  CHECK(count(table, "# of faults", 0) == 0);
  CHECK(empty(table, "SDC_1", 0));
  CHECK(empty(table, "margin_of_error", 0));
  CHECK_NOTHROW(to_text(table));
}

TEST_CASE("a manifest without confidence means 0.95, a wrong one is refused") {
  const TemporaryFolder folder;
  Store plain = a_store(folder / "a.sqlite", {});
  fill(plain);
  CHECK(rate(analyse(plain), "margin_of_error", 2) == Approx(1.96 * std::sqrt(0.25 / 3 * 191 / 193)));
  for (const char* wrong : {"high", "", "1", "0.9x", "nan"}) {
    const Store store = a_store(folder / (std::string("b") + wrong), Manifest().inform("confidence", wrong));
    CHECK_THROWS_AS(analyse(store), DamagedStore);
  }
}

TEST_CASE("an unfinished campaign is called so and gets no intervals, as its faults are no random sample") {
  const TemporaryFolder folder;
  Store store = a_store(folder / "a.sqlite", Manifest().identify("fault count", "4"));
  fill(store);
  const Table table = analyse(store);
  CHECK(table.caption.find("INCOMPLETE, the first 3 of 4 faults") != std::string::npos);
  CHECK(table.notes == std::vector<std::string>{"INCOMPLETE: the first 3 of 4 faults"});
  CHECK(count(table, "# of faults", table.columns.size() - 1) == 3);
  for (std::size_t column = 0; column < table.columns.size(); ++column) {
    CHECK(empty(table, "SDC_1_low", column));
    CHECK(empty(table, "SDC_1_high", column));
    CHECK(empty(table, "margin_of_error", column));
  }
}

TEST_CASE("the accuracy of a campaign that repeats its data counts each sample as often as it was used") {
  const TemporaryFolder folder;
  Store store = a_store(folder / "a.sqlite", Manifest().identify("samples", "5"));
  fill(store);  // four samples, of which the first is wrong: used twice
  const GoldenSummary golden = golden_summary(store);
  CHECK(golden.samples == 5);
  CHECK(golden.correct == 3);
}

TEST_CASE("a given list gets the rates of its faults alone") {
  const TemporaryFolder folder;
  Store store = a_store(folder / "a.sqlite", Manifest().inform("sample", "given"));
  fill(store);
  const Table table = analyse(store);
  CHECK(contains(table.caption, "not known to be a random sample: rates of these faults alone"));
  CHECK(table.notes.size() == 1);
  CHECK(rate(table, "SDC_1", 0) == 1.0 / 8);
  for (std::size_t column = 0; column < table.columns.size(); ++column)
    for (const char* row : {"SDC_1_low", "SDC_1_high", "population", "margin_of_error"}) CHECK(empty(table, row, column));
}

TEST_CASE("an exhaustive campaign is a census by every key") {
  const TemporaryFolder folder;
  const std::vector<std::uint64_t> all{2, 1};
  Store store = Store::create(folder / "a.sqlite", Manifest().identify("fault count", "3").inform("method", "exhaustive"),
                              two_quantities(), all);
  fill(store);
  for (const By by : {By::target, By::layer, By::bit, By::fault_type, By::neuron, By::element, By::step, By::kind}) {
    const Table table = analyse(store, by);
    CHECK(contains(table.caption, "every fault of the fault space"));
    CHECK(table.notes.empty());
    for (std::size_t column = 0; column < table.columns.size(); ++column) {
      CHECK(count(table, "population", column) == count(table, "# of faults", column));
      CHECK(rate(table, "margin_of_error", column) == 0);
      CHECK(rate(table, "SDC_1_low", column) == rate(table, "SDC_1", column));
      CHECK(rate(table, "SDC_1_high", column) == rate(table, "SDC_1", column));
    }
  }
}

TEST_CASE("the confidence of the options goes before the store's") {
  const TemporaryFolder folder;
  Store store = a_store(folder / "a.sqlite");
  fill(store);
  const Store* const stores[] = {&store};
  const Table table = Analysis(stores, {.by = {By::target}, .confidence = 0.95, .keep = {}}).table();
  CHECK(rate(table, "margin_of_error", 2) == Approx(1.96 * std::sqrt(0.25 / 3 * 191 / 193)));
  CHECK(contains(table.caption, "95 % confidence"));
  CHECK_THROWS_AS(Analysis(stores, {.by = {By::target}, .confidence = 1.0, .keep = {}}), BadProportion);
}

TEST_CASE("the faults of quantities that are not kept count nowhere") {
  const TemporaryFolder folder;
  Store store = a_store(folder / "a.sqlite");
  fill(store);
  const Store* const stores[] = {&store};
  const auto spikes = [](const StoredQuantity& quantity) { return quantity.field == "spike"; };
  const Table table = Analysis(stores, {.by = {By::target}, .confidence = {}, .keep = spikes}).table();
  CHECK(table.columns == std::vector<std::string>{"spike", "all"});
  CHECK(count(table, "# of faults", 1) == 1);
  CHECK(count(table, "population", 1) == 2);
}

TEST_CASE("several stores stand side by side and are never pooled") {
  const TemporaryFolder folder;
  Store one = a_store(folder / "one.sqlite", Manifest().identify("weights", "1"));
  Store two = a_store(folder / "two.sqlite", Manifest().identify("weights", "2").identify("fault count", "4"));
  fill(one);
  fill(two, false);
  const Store* const stores[] = {&one, &two};
  const Analysis analysis(stores);
  CHECK(!analysis.in_columns());
  const RowTable rows = analysis.rows(true);
  CHECK(rows.keys == std::vector<std::string>{"target", "store"});
  std::vector<std::vector<std::string>> names;
  for (std::size_t r = 0; r < rows.size; ++r) names.push_back(rows.row(r).names);
  CHECK(names == std::vector<std::vector<std::string>>{{"weight", "one.sqlite"},
                                                       {"weight", "two.sqlite"},
                                                       {"spike", "one.sqlite"},
                                                       {"spike", "two.sqlite"},
                                                       {"all", "one.sqlite"},
                                                       {"all", "two.sqlite"}});
  CHECK(std::get<std::uint64_t>(rows.row(4).cells[0]) == 3);
  CHECK(contains(rows.caption, "one.sqlite and two.sqlite are different campaigns: they differ in 'weights'"));
  CHECK(rows.notes == std::vector<std::string>{"two.sqlite: INCOMPLETE: the first 3 of 4 faults"});
  const RowTable tidy = analysis.tidy_rows();
  CHECK(tidy.keys == std::vector<std::string>{"target", "store", "sample"});
  CHECK(tidy.size == 4);
  CHECK(tidy.row(0).names.back() == "random");
  CHECK(tidy.row(1).names.back() == "INCOMPLETE: the first 3 of 4 faults");
  const Store* const twice[] = {&one, &one};
  CHECK_THROWS_AS(Analysis(twice), Misuse);
}
