// SPDX-License-Identifier: MIT
#include "catch.hpp"
#include "store/fixture.hpp"

#include <spikingjet/analysis/analyse.hpp>
#include <spikingjet/analysis/betting.hpp>
#include <spikingjet/analysis/hypergeometric.hpp>
#include <spikingjet/analysis/over_samples.hpp>
#include <spikingjet/analysis/printed_table.hpp>
#include <spikingjet/analysis/stratified_betting.hpp>
#include <spikingjet/outcome/injection_bytes.hpp>
#include <spikingjet/outcome/injection_rows.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

using namespace spikingjet;

namespace {

/// The notes of a table that its caption does not say.
std::vector<std::string> notes_below(const Table& table) {
  return {table.notes.begin() + static_cast<std::ptrdiff_t>(table.notes_in_caption), table.notes.end()};
}

/// Whether a table's caption says each note that it is said to say.
bool says_notes(const Table& table) {
  return std::all_of(table.notes.begin(), table.notes.begin() + static_cast<std::ptrdiff_t>(table.notes_in_caption),
                     [&table](const std::string& note) { return contains(table.caption, note); });
}

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

/// A fault that is masked on some of its samples, critical on the others.
FaultRecord record_of(std::uint64_t samples, std::uint64_t masked) {
  return {.samples = samples,
          .unchanged = 0,
          .masked = masked,
          .sdc_critical = samples - masked,
          .band = {},
          .due = 0,
          .correct = masked};
}

/// Strata are the bits 1 and 2 of the weights and the spikes, of which the first three or fewer were drawn.
Store stratified_store(const std::string& path, std::size_t spikes, const Manifest& more = {},
                       bool states_ways = true) {
  StoredSpace space{{12, 10},
                    {{0, 1, "bitflip", 6, 0}, {0, 2, "bitflip", 6, 1}, {1, Fault::no_bit, "dead", 10, 2}},
                    {{"fc1 bit 1", 6, 2}, {"fc1 bit 2", 6, 4}, {"lif1 states", 10, spikes}}};
  if (!states_ways) space.ways.clear();
  Store store = Store::create(path, Manifest(more).inform("sample", "random"), two_quantities(), space);
  std::vector<Fault> faults{weight_flip(0, 1), weight_flip(0, 2), weight_flip(1, 2),
                            weight_flip(2, 1), weight_flip(2, 2), weight_flip(3, 2)};
  std::vector<FaultRecord> records{record_of(4, 4), record_of(4, 0), record_of(4, 0),
                                   record_of(4, 2), record_of(4, 1), record_of(4, 3)};
  std::vector<FaultDraw> draws{{0, 1}, {1, 1}, {1, 3}, {0, 0}, {1, 2}, {1, 0}};
  const std::vector<FaultRecord> of_spikes{record_of(4, 0), record_of(4, 0), record_of(4, 3)};
  const std::vector<FaultDraw> draws_of_spikes{{2, 0}, {2, 2}, {2, 1}};
  for (std::uint32_t s = 0; s < spikes; ++s) {
    faults.push_back(dead_spike(s % 2, s, s + 1));
    records.push_back(of_spikes[s]);
    draws.push_back(draws_of_spikes[s]);
  }
  store.append_block({.first = 0, .faults = faults, .records = records, .draws = draws});
  return store;
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
                                          "fully_masked_margin",
                                          "SDC_1_low",
                                          "SDC_1_high",
                                          "SDC_1_margin",
                                          "SDC_0_5%_low",
                                          "SDC_0_5%_high",
                                          "SDC_0_5%_margin",
                                          "SDC_5_10%_low",
                                          "SDC_5_10%_high",
                                          "SDC_5_10%_margin",
                                          "SDC_10_20%_low",
                                          "SDC_10_20%_high",
                                          "SDC_10_20%_margin",
                                          "SDC_20_low",
                                          "SDC_20_high",
                                          "SDC_20_margin",
                                          "facc_low",
                                          "facc_high",
                                          "facc_margin",
                                          "DUE_low",
                                          "DUE_high",
                                          "DUE_margin",
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

TEST_CASE(
    "intervals are those by betting in the order of the draw, with the manifest's confidence and the column's "
    "population") {
  const TemporaryFolder folder;
  Store store = Store::create(folder / "a.sqlite", Manifest().inform("confidence", "0.99").inform("sample", "random"),
                              two_quantities(), StoredSpace{populations, {}, {{"all", 194, 21}}});
  std::vector<Fault> faults{dead_spike(1, 0, 5)};
  std::vector<FaultRecord> records{record_of(4, 3)};
  std::vector<FaultDraw> draws{{0, 10}};
  std::vector<double> by_rank(20), in_list(20);
  for (unsigned bit = 0; bit < 20; ++bit) {  // the order of the draw is 0, 7, 14, 1, 8, ...
    faults.push_back(weight_flip(0, bit));
    records.push_back(record_of(4, bit < 5 ? 1 : 4));
    draws.push_back({0, 3 * bit % 20 + (3 * bit % 20 >= 10)});
    by_rank[3 * bit % 20] = in_list[bit] = bit < 5 ? 0.25 : 1;
  }
  store.append_block({.first = 0, .faults = faults, .records = records, .draws = draws});
  const Table table = analyse(store);
  const Interval weight = betting_interval(by_rank, 0.99, 192);
  CHECK(weight != betting_interval(in_list, 0.99, 192));
  CHECK(rate(table, "fully_masked_low", 0) == weight.low);
  CHECK(rate(table, "fully_masked_high", 0) == weight.high);
  CHECK(rate(table, "fully_masked_margin", 0) == (weight.high - weight.low) / 2);
  by_rank.insert(by_rank.begin() + 10, 0.75);
  const Interval all = betting_interval(by_rank, 0.99, 194);
  CHECK(rate(table, "fully_masked_low", 2) == all.low);
  CHECK(rate(table, "fully_masked_high", 2) == all.high);
  const double e = 2.58 * std::sqrt(0.25 / 21 * 173 / 193);
  CHECK(rate(table, "margin_of_error", 2) == Approx(e));
  CHECK(contains(table.caption, "betting intervals at 99 % confidence"));
  CHECK(table.notes == std::vector<std::string>{"rates of injections, betting intervals at 99 % confidence"});
  CHECK(says_notes(table));
  CHECK(notes_below(table).empty());
}

TEST_CASE("a simple sample whose draws nobody kept is ordered by its campaign alone, before any outcome") {
  const TemporaryFolder folder;
  int number = 0;
  const auto interval = [&](const std::string& faults) {
    Store store = a_store(folder / (std::to_string(number++) + ".sqlite"), Manifest().identify("faults", faults));
    std::vector<Fault> list;
    std::vector<FaultRecord> records;
    for (unsigned bit = 0; bit < 20; ++bit) {
      list.push_back(weight_flip(0, bit));
      records.push_back(record_of(4, bit < 5 ? 0 : 4));
    }
    store.append_block(0, list, records);
    const Table table = analyse(store);
    return Interval{rate(table, "fully_masked_low", 0), rate(table, "fully_masked_high", 0)};
  };
  CHECK(interval("a") == interval("a"));
  std::set<double> lows;
  for (int i = 0; i < 12; ++i) lows.insert(interval(std::to_string(i)).low);
  CHECK(lows.size() > 6);
  std::vector<double> in_list(20, 1);
  std::fill(in_list.begin(), in_list.begin() + 5, 0.0);
  CHECK(!lows.contains(betting_interval(in_list, 0.95, 192).low));
}

TEST_CASE("of one sample a fault, intervals are those of a finite population") {
  const TemporaryFolder folder;
  Store store = a_store(folder / "a.sqlite");
  std::vector<Fault> list;
  std::vector<FaultRecord> records;
  for (unsigned bit = 0; bit < 20; ++bit) {
    list.push_back(weight_flip(0, bit));
    records.push_back(record_of(1, bit < 5 ? 0 : 1));
  }
  store.append_block(0, list, records);
  const Table table = analyse(store);
  const Interval expected = hypergeometric_interval(15, 20, 192, 0.99);
  CHECK(rate(table, "fully_masked_low", 0) == expected.low);
  CHECK(rate(table, "fully_masked_high", 0) == expected.high);
  CHECK(contains(table.caption, "hypergeometric intervals at 99 % confidence"));
}

TEST_CASE("a campaign that was ended in the order of its draw has intervals that hold at any time") {
  const TemporaryFolder folder;
  const auto ended = [&](const std::string& name, const Manifest& manifest) {
    Store store = a_store(folder / name, manifest);
    fill(store);
    return analyse(store);
  };
  const Manifest manifest =
      Manifest().identify("fault count", "50").inform("order", "drawn").inform("confidence", "0.9");
  BettingSample expected(AnyTime{}, 0.9, 194);
  for (const std::uint64_t masked : {4u, 1u, 0u}) expected.add(masked, 4);
  for (const Table& table :
       {ended("a", manifest),
        ended("b", Manifest(manifest).inform("until", "facc all <= 0.1").inform("ended", "by rule")),
        ended("c", Manifest(manifest).identify("fault count", "3").inform("until", "facc all <= 0.1"))}) {
    CHECK(rate(table, "fully_masked_low", 2) == expected.interval().low);
    CHECK(rate(table, "fully_masked_high", 2) == expected.interval().high);
    CHECK(empty(table, "margin_of_error", 2));  // which the size of a sample promises
    CHECK(count(table, "population", 2) == 194);
    CHECK(contains(table.caption,
                   "; rates of injections, betting intervals at 90 % confidence that hold whenever a campaign is "
                   "ended"));
    CHECK((contains(table.caption, "in the order of the draw; ") ||
           contains(table.caption, "all 3 faults that were drawn, watched by a rule; ")));
    CHECK((table.notes.size() == 1 && says_notes(table) && notes_below(table).empty()));
  }
  const Table all = ended("d", Manifest(manifest).identify("fault count", "3"));
  CHECK(rate(all, "fully_masked_low", 2) == betting_interval(std::vector{1.0, 0.25, 0.0}, 0.9, 194).low);
}

TEST_CASE("faults that are not the first of a draw are INCOMPLETE, whatever order the list is in") {
  const TemporaryFolder folder;
  Store store = a_store(folder / "a.sqlite", Manifest().identify("fault count", "50").inform("order", "drawn"));
  store.append_block(7, std::vector{weight_flip(0, 3)}, std::vector{record_of(4, 1)});
  CHECK(contains(analyse(store).caption, "INCOMPLETE"));
  CHECK(empty(analyse(store), "SDC_1_low", 0));
}

TEST_CASE("rates over strata are weighted, never the plain mean, and so are their intervals and margins") {
  const TemporaryFolder folder;
  // 6 weights, bits 1 and 2, of which bit 1 is drawn twice and bit 2 four times; 2 spikes of 5 windows, drawn three
  // times.
  const Store store = stratified_store(folder / "a.sqlite", 3);
  const Table table = analyse(store);
  REQUIRE(table.columns == std::vector<std::string>{"weight", "spike", "all"});
  CHECK(count(table, "# of faults", 0) == 6);
  CHECK(count(table, "# of injections", 2) == 36);
  CHECK(count(table, "population", 0) == 12);
  CHECK(count(table, "population", 1) == 10);
  CHECK(count(table, "population", 2) == 22);
  // fully masked: bit 1: 4/4, 2/4; bit 2: 0, 0, 1/4, 3/4; spikes 0, 0, 3/4
  CHECK(rate(table, "fully_masked", 0) == Approx((0.75 + 0.25) / 2).epsilon(1e-15));  // the plain mean is 10/24
  CHECK(rate(table, "fully_masked", 1) == 0.25);
  CHECK(rate(table, "fully_masked", 2) == Approx((6 * 0.75 + 6 * 0.25 + 10 * 0.25) / 22).epsilon(1e-15));
  StratifiedBetting weight;
  weight.begin_stratum(6);
  for (const double x : {0.5, 1.0}) weight.add(x);  // by rank
  weight.begin_stratum(6);
  for (const double x : {0.75, 0.0, 0.25, 0.0}) weight.add(x);
  CHECK(rate(table, "fully_masked_low", 0) == Approx(weight.interval(0.95).low).epsilon(1e-15));
  CHECK(rate(table, "fully_masked_high", 0) == Approx(weight.interval(0.95).high).epsilon(1e-15));
  const Interval spike = betting_interval(std::vector{0.0, 0.75, 0.0}, 0.95, 10);  // one stratum: a simple sample of it
  CHECK(rate(table, "fully_masked_low", 1) == Approx(spike.low).epsilon(1e-15));
  CHECK(rate(table, "fully_masked_high", 1) == Approx(spike.high).epsilon(1e-15));
  const double bit_1 = 0.25 / 2 * 4 / 5;
  const double bit_2 = 0.25 / 4 * 2 / 5;
  CHECK(rate(table, "margin_of_error", 0) == Approx(1.96 * 0.5 * std::sqrt(bit_1 + bit_2)));
  CHECK(contains(table.caption, "rates of injections weighted by 3 strata, stratified betting intervals at 95 %"));
  CHECK((table.notes.size() == 1 && says_notes(table) && notes_below(table).empty()));
  const Table bits = analyse(store, By::bit);
  CHECK(bits.columns == std::vector<std::string>{"1", "2", "no bit states", "all"});
  CHECK(count(bits, "population", 0) == 6);
  CHECK(rate(bits, "fully_masked_low", 1) ==
        Approx(betting_interval(std::vector{0.75, 0.0, 0.25, 0.0}, 0.95, 6).low).epsilon(1e-15));
  const Store* const stores[] = {&store};
  CHECK(Analysis(stores, {.by = {By::bit}, .confidence = {}, .keep = {}}).tidy_rows().row(0).names.back() ==
        "stratified");
}

TEST_CASE("a group of which a stratum's part was not drawn has no rate, and the interval covers what that may be") {
  const TemporaryFolder folder;
  const Store store = stratified_store(folder / "a.sqlite", 0);
  const Table table = analyse(store);
  REQUIRE(table.columns == std::vector<std::string>{"weight", "all"});
  CHECK(rate(table, "fully_masked", 0) == Approx(0.5).epsilon(1e-15));
  CHECK(empty(table, "fully_masked", 1));
  CHECK(empty(table, "margin_of_error", 1));
  CHECK(rate(table, "fully_masked_high", 1) - rate(table, "fully_masked_low", 1) > 10.0 / 22);
  CHECK(notes_below(table) ==
        std::vector<std::string>{"no rate where nothing was drawn of a stratum's part of a group: its interval "
                                 "covers all that this part may be"});
  // by element: of the first weight one fault in each bit was drawn, of the last only in bit 2
  const Table elements = analyse(store, By::element);
  REQUIRE(elements.columns.front() == "fc1.weight (0, 0)");
  CHECK(count(elements, "population", 0) == 2);
  CHECK(rate(elements, "fully_masked", 0) == 0.5);
  CHECK(rate(elements, "fully_masked_low", 0) == 0.5);  // all of both cells
  CHECK(rate(elements, "fully_masked_high", 0) == 0.5);
  CHECK(empty(elements, "fully_masked", 3));
  CHECK(rate(elements, "fully_masked_low", 3) == Approx(0.375));
  CHECK(rate(elements, "fully_masked_high", 3) == Approx(0.875));
}

TEST_CASE("of a stratified campaign that was ended, only groups within one stratum have intervals") {
  const TemporaryFolder folder;
  const Store store =
      stratified_store(folder / "a.sqlite", 3, Manifest().identify("fault count", "20").inform("order", "drawn"));
  const Table table = analyse(store);
  CHECK(rate(table, "fully_masked", 0) == Approx(0.5).epsilon(1e-15));
  CHECK(empty(table, "fully_masked_low", 0));
  CHECK(empty(table, "fully_masked_low", 2));
  BettingSample spike(AnyTime{}, 0.95, 10);
  for (const double x : {0.0, 0.75, 0.0}) spike.add(x);
  CHECK(rate(table, "fully_masked_low", 1) == Approx(spike.interval().low).epsilon(1e-15));
  CHECK(notes_below(table) ==
        std::vector<std::string>{"ended before all faults of its strata were injected: no intervals across "
                                 "strata"});
}

TEST_CASE("a sample from strata that are not stored stands for its faults alone") {
  const TemporaryFolder folder;
  Store store = a_store(folder / "a.sqlite", Manifest().inform("sample", "random").inform("strata by", "layer"));
  fill(store);
  CHECK(contains(analyse(store).caption, "rates of these faults alone"));
  CHECK(empty(analyse(store), "SDC_1_low", 0));
  Store simple = a_store(folder / "b.sqlite", Manifest().inform("sample", "random").inform("strata by", "nothing"));
  fill(simple);
  CHECK(!empty(analyse(simple), "SDC_1_low", 0));
}

TEST_CASE("a stratified store without its fault space has the rate of all its faults alone") {
  const TemporaryFolder folder;
  const Store store = stratified_store(folder / "a.sqlite", 3, {}, false);
  const Table table = analyse(store);
  CHECK(empty(table, "fully_masked", 0));
  CHECK(empty(table, "fully_masked_low", 0));
  CHECK(empty(table, "population", 0));
  CHECK(rate(table, "fully_masked", 2) == Approx((6 * 0.75 + 6 * 0.25 + 10 * 0.25) / 22).epsilon(1e-15));
  CHECK(notes_below(table) ==
        std::vector<std::string>{"no rates where the store does not say which part of each stratum a group is"});
}

TEST_CASE("over samples, too, intervals are widened by how each rate differs between the samples") {
  const TemporaryFolder folder;
  constexpr std::uint32_t samples = 40;
  StoredSpace space{{12, 10},
                    {{0, 1, "bitflip", 6, 0}, {0, 2, "bitflip", 6, 1}, {1, Fault::no_bit, "dead", 10, 2}},
                    {{"fc1 bit 1", 6, 2}, {"fc1 bit 2", 6, 1}, {"lif1 states", 10, 0}}};
  const auto filled = [&](const std::string& name, bool keeps) {
    Store store = Store::create(folder / name, Manifest().inform("sample", "stratified").inform("confidence", "0.9"),
                                two_quantities(), space);
    std::vector<GoldenSample> golden;
    for (std::uint32_t s = 0; s < samples; ++s) golden.push_back({s, s < 30 ? 0u : 1u, 0, {2, 1}});
    store.append_golden(golden);
    // the first fault is critical on samples 0 to 9, the second on 5 to 14, the third on 35 to 39, where it is right
    InjectionRows rows(0);
    std::vector<FaultRecord> records;
    for (const auto& [begin, end] : std::vector<std::pair<std::uint32_t, std::uint32_t>>{{0, 10}, {5, 15}, {35, 40}}) {
      std::vector<InjectionOutcome> row;
      for (std::uint32_t s = begin; s < end; ++s) row.push_back({s, Outcome::sdc_critical, 1});
      rows.add(row);
      records.push_back(record_of(samples, samples - row.size()));
      records.back().correct = begin == 35 ? 35 : 20;
    }
    const std::vector<InjectionChunk> chunks = keeps ? encode(rows) : std::vector<InjectionChunk>{};
    store.append_block({.first = 0,
                        .faults = std::vector{weight_flip(0, 1), weight_flip(1, 1), weight_flip(0, 2)},
                        .records = records,
                        .draws = std::vector<FaultDraw>{{0, 0}, {0, 1}, {1, 0}},
                        .injections = chunks});
    return store;
  };
  const Store store = filled("a.sqlite", true);
  const Store* const stores[] = {&store};
  const Table alone = analyse(store, By::bit);
  const AnalysisOptions both{.by = {By::bit}, .confidence = {}, .keep = {}, .over = Over::faults_and_samples};
  const Table table = Analysis(stores, both).table();
  REQUIRE(table.columns == std::vector<std::string>{"1", "2", "all"});
  std::vector<double> critical(samples, 0), right(samples, 1), of_all(samples, 0);
  for (std::uint32_t s = 0; s < 15; ++s) {
    critical[s] = (s < 10) / 2.0 + (s >= 5) / 2.0;
    right[s] = 1 - critical[s];
  }
  std::fill(right.begin() + 30, right.end(), 0.0);
  for (const auto& [row, rates] : {std::pair("SDC_1", critical), std::pair("facc", right)}) {
    const Interval faults{rate(alone, row + std::string("_low"), 0), rate(alone, row + std::string("_high"), 0)};
    const Interval expected = over_samples_too(rate(alone, row, 0), faults, rates, 0.9);
    CAPTURE(row);
    CHECK(rate(table, row, 0) == rate(alone, row, 0));
    CHECK(rate(table, row + std::string("_low"), 0) == Approx(expected.low));
    CHECK(rate(table, row + std::string("_high"), 0) == Approx(expected.high));
    CHECK(rate(table, row + std::string("_margin"), 0) == Approx((expected.high - expected.low) / 2));
  }
  CHECK(empty(table, "margin_of_error", 0));
  CHECK(!empty(alone, "margin_of_error", 0));
  CHECK(empty(table, "SDC_1_low", 2));  // nothing was drawn of the spikes
  CHECK(
      notes_below(table) ==
      std::vector<std::string>{"intervals hold for data of which these samples, the first of their file, are a random "
                               "part: not where the file stands by class or time",
                               "no rate and no interval where nothing was drawn of a stratum's part of a group"});
  CHECK((table.notes_in_caption == 1 && says_notes(table)));
  std::vector<double> accurate(samples, 0);
  std::fill_n(accurate.begin(), 30, 1.0);
  const Interval accuracy = interval_of_samples(accurate, 0.9);
  CHECK(rate(table, "acc", 0) == 0.75);
  CHECK(rate(table, "acc_low", 0) == accuracy.low);
  CHECK(rate(table, "acc_high", 2) == accuracy.high);
  CHECK((accuracy.low < 0.75 && accuracy.high > 0.75));
  CHECK(!alone.find("acc_low"));  // on these samples it is exact
  CHECK(contains(table.caption, "intervals over faults and samples at 90 % confidence"));
  const auto weights = [](const StoredQuantity& quantity) { return quantity.field == "weight"; };
  AnalysisOptions of_weights = both;
  of_weights.keep = weights;
  for (std::uint32_t s = 0; s < samples; ++s) of_all[s] = critical[s] / 2 + (s >= 35) / 2.0;  // two strata of 6
  const Table weighted = Analysis(stores, of_weights).table();
  of_weights.over = Over::faults;
  const Table weighted_alone = Analysis(stores, of_weights).table();
  const Interval faults{rate(weighted_alone, "SDC_1_low", 2), rate(weighted_alone, "SDC_1_high", 2)};
  const Interval expected = over_samples_too(rate(weighted_alone, "SDC_1", 2), faults, of_all, 0.9);
  CHECK(rate(weighted, "SDC_1_low", 2) == Approx(expected.low));
  CHECK(rate(weighted, "SDC_1_high", 2) == Approx(expected.high));

  const Store without = filled("b.sqlite", false);
  const Store* const other[] = {&without};
  CHECK_THROWS_WITH(
      Analysis(other, both),
      "spikingjet: the store '" + without.path() +
          "' has counts for each fault and no outcome for each injection, so that nobody knows how rates differ "
          "between samples; run it again with '--outcomes', or analyse it over faults alone");
}

TEST_CASE("faults that the fault space does not have are refused") {
  const TemporaryFolder folder;
  Store store = Store::create(folder / "a.sqlite", Manifest().inform("sample", "random"), two_quantities(),
                              StoredSpace{{6, 0}, {{0, 1, "bitflip", 6, 0}}, {{"all", 6, 1}}});
  store.append_block({.first = 0,
                      .faults = std::vector{weight_flip(0, 2)},
                      .records = std::vector{record_of(4, 1)},
                      .draws = std::vector<FaultDraw>{{0, 0}}});
  try {
    analyse(store, By::bit);
    FAIL("not refused");
  } catch (const DamagedStore& damaged) {
    CHECK(damaged.reason == "it has faults that its fault space has not, or more than that has of a kind");
  }
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
    for (const char* row : {"SDC_1_low", "SDC_1_high", "population", "margin_of_error"})
      CHECK(empty(table, row, column));
}

TEST_CASE("an exhaustive campaign is a census by every key") {
  const TemporaryFolder folder;
  const std::vector<std::uint64_t> all{2, 1};
  Store store =
      Store::create(folder / "a.sqlite", Manifest().identify("fault count", "3").inform("method", "exhaustive"),
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

TEST_CASE("a confidence is told below 100 %, with as many digits as that takes") {
  CHECK(detail::confidence_percent(0.95) == "95");
  CHECK(detail::confidence_percent(0.99) == "99");
  CHECK(detail::confidence_percent(0.999) == "99.9");
  CHECK(detail::confidence_percent(0.9999999) == "99.99999");
  CHECK(detail::confidence_percent(0.5) == "50");
  const std::string most = detail::confidence_percent(1 - 0x1p-53);
  CHECK(most.starts_with("99.99999999999"));
  const TemporaryFolder folder;
  Store store = a_store(folder / "a.sqlite", Manifest().inform("confidence", "0.9999999"));
  fill(store);
  CHECK(contains(analyse(store).caption, "at 99.99999 % confidence"));
}

TEST_CASE("a sample of one fault promises no margin above 1") {
  const TemporaryFolder folder;
  Store store = a_store(folder / "a.sqlite");
  fill(store);  // two faults of weights, one in a spike
  const Table table = analyse(store);
  REQUIRE(table.columns[1] == "spike");
  REQUIRE(count(table, "# of faults", 1) == 1);
  CHECK(rate(table, "margin_of_error", 1) == 1);  // 2.58 * 0.5 otherwise
  CHECK(rate(table, "margin_of_error", 0) == Approx(2.58 * std::sqrt(0.25 / 2 * 190 / 191)));
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
  CHECK(rows.notes == std::vector<std::string>{"one.sqlite: rates of injections, betting intervals at 95 % confidence",
                                               "two.sqlite: INCOMPLETE: the first 3 of 4 faults"});
  const RowTable tidy = analysis.tidy_rows();
  CHECK(tidy.keys == std::vector<std::string>{"target", "store", "sample"});
  CHECK(tidy.size == 4);
  CHECK(tidy.row(0).names.back() == "random");
  CHECK(tidy.row(1).names.back() == "INCOMPLETE: the first 3 of 4 faults");
  const Store* const twice[] = {&one, &one};
  CHECK_THROWS_AS(Analysis(twice), Misuse);
}
