// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/analysis/statistics.hpp>
#include <spikingjet/analysis/table.hpp>
#include <spikingjet/fault/fault_file.hpp>
#include <spikingjet/store/store.hpp>

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

namespace spikingjet {

/// What the columns of an analysis are.
enum class By { target, layer, bit, fault_type };

namespace detail {

/// A count that the manifest states.
inline std::optional<std::uint64_t> stated_count(const Store& store, std::string_view key) {
  const std::string text = store.manifest().find(key).value_or("");
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

}  // namespace detail

/// The golden run as a whole: how many samples have a label, and how many of these are predicted right. A campaign that
/// repeats its data counts each of its samples as often as it was used.
struct GoldenSummary {
  std::uint64_t samples = 0;
  std::uint64_t labelled = 0;
  std::uint64_t correct = 0;

  /// Whether accuracies can be told.
  bool has_labels() const { return samples > 0 && labelled == samples; }
};

inline GoldenSummary golden_summary(const Store& store) {
  std::uint64_t distinct = 0;
  store.for_each_golden([&distinct](const GoldenSample&) { ++distinct; });
  const std::uint64_t samples = std::max(detail::stated_count(store, "samples").value_or(distinct), distinct);
  GoldenSummary summary;
  store.for_each_golden([&](const GoldenSample& golden) {
    const std::uint64_t times = samples / distinct + (golden.sample < samples % distinct);
    summary.samples += times;
    summary.labelled += golden.label ? times : 0;
    summary.correct += golden.label == golden.predicted ? times : 0;
  });
  return summary;
}

namespace detail {

/// The rates of a table: the row's name, and which of an injection's classes it counts.
struct Rate {
  std::string_view name;
  std::uint64_t (*hits)(const FaultRecord&);
};

inline constexpr std::array<Rate, 8> rates{{
    {"fully_masked", [](const FaultRecord& r) { return r.masked; }},
    {"SDC_1", [](const FaultRecord& r) { return r.sdc_critical; }},
    {"SDC_0_5%", [](const FaultRecord& r) { return r.band[0]; }},
    {"SDC_5_10%", [](const FaultRecord& r) { return r.band[1]; }},
    {"SDC_10_20%", [](const FaultRecord& r) { return r.band[2]; }},
    {"SDC_20", [](const FaultRecord& r) { return r.band[3]; }},
    {"facc", [](const FaultRecord& r) { return r.correct; }},
    {"DUE", [](const FaultRecord& r) { return r.due; }},
}};

struct Column {
  std::string name;
  std::uint64_t faults = 0;
  std::uint64_t injections = 0;
  std::array<ClusterSample, rates.size()> samples;
  std::optional<std::uint64_t> population;

  void add(const FaultRecord& record) {
    ++faults;
    injections += record.samples;
    for (std::size_t r = 0; r < rates.size(); ++r) samples[r].add(rates[r].hits(record), record.samples);
  }
};

/// The faults of the fault space that strike the quantities chosen; absent where one of them does not tell.
template <class Choose>
std::optional<std::uint64_t> population(const Store& store, const Choose& choose) {
  std::uint64_t sum = 0;
  for (const StoredQuantity& quantity : store.quantities()) {
    if (!choose(quantity)) continue;
    if (!quantity.population) return std::nullopt;
    sum += *quantity.population;
  }
  return sum;
}

inline double confidence(const Store& store) {
  const std::string text = store.manifest().find(Manifest::confidence).value_or("0.95");
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || !(value > 0 && value < 1))
    throw DamagedStore(store.path(), fmt::format("its 'confidence' is '{}', no number between 0 and 1", text));
  return value;
}

/// The columns in their order: roles as declared, layers as in the network, bits ascending (faults of no bit last),
/// fault types as they first occur; then all faults together.
inline std::vector<Column> columns(const Store& store, By by) {
  std::map<std::uint64_t, Column> groups;
  std::map<std::string, std::uint64_t> types;
  Column all;
  all.name = "all";
  all.population = population(store, [](const StoredQuantity&) { return true; });
  store.for_each([&](const StoredFault& stored) {
    const StoredQuantity& quantity = store.quantities()[stored.fault.site.quantity];
    std::uint64_t key = 0;
    switch (by) {
      case By::target:
        key = std::uint64_t(quantity.role);
        break;
      case By::layer:
        key = quantity.layer_index;
        break;
      case By::bit:
        key = std::uint32_t(stored.fault.bit);
        break;
      case By::fault_type:
        key = types.try_emplace(fault_type_text(stored.fault), types.size()).first->second;
        break;
    }
    const auto [group, is_new] = groups.try_emplace(key);
    Column& column = group->second;
    if (is_new) {
      switch (by) {
        case By::target:
          column.name = role_name(quantity.role);
          column.population = population(store, [&](const StoredQuantity& q) { return q.role == quantity.role; });
          break;
        case By::layer:
          column.name = quantity.layer;
          column.population =
              population(store, [&](const StoredQuantity& q) { return q.layer_index == quantity.layer_index; });
          break;
        case By::bit:
          column.name = stored.fault.bit == Fault::no_bit ? "no bit" : std::to_string(stored.fault.bit);
          break;
        case By::fault_type:
          column.name = fault_type_text(stored.fault);
      }
    }
    column.add(stored.record);
    all.add(stored.record);
  });
  std::vector<Column> columns;
  for (auto& [key, column] : groups) columns.push_back(std::move(column));
  columns.push_back(std::move(all));
  return columns;
}

}  // namespace detail

/// The outcome table of a campaign: one column for each target (layer, bit, fault type) that has faults, then `all`.
///
/// Rows: `# of faults`, `# of injections`, `fully_masked`, `SDC_1`, `SDC_0_5%`, `SDC_5_10%`, `SDC_10_20%`, `SDC_20`,
/// `facc`, `acc`, `DUE`; for each rate its interval `NAME_low`, `NAME_high`; `population`, the faults of the fault
/// space; `margin_of_error`, which the sample guarantees for any rate of its column (p = 0.5). Rates are fractions of
/// injections. Faults are the unit of the intervals (`ClusterSample`), at the manifest's `confidence`, 0.95 without
/// one. What the population of a bit or a fault type is, is not stored: their intervals assume a large one.
///
/// A campaign that is not finished is analysed as far as it goes, and the caption says so; its faults are the first of
/// the list and no random sample, so intervals and margins are left empty. `facc` and `acc` are empty unless all samples are
/// labelled. The column `all` pools the injections: for a stratified sample see `stratified`.
///
/// **Errors** `DamagedStore` where the store contradicts itself.
/// **Cost** one pass over the store, about a microsecond a fault.
inline Table analyse(const Store& store, By by = By::target) {
  constexpr std::string_view corners[] = {"target", "layer", "bit", "fault type"};
  const double confidence = detail::confidence(store);
  const GoldenSummary golden = golden_summary(store);
  const std::vector<detail::Column> columns = detail::columns(store, by);

  Table table;
  table.caption =
      fmt::format("{}: rates of injections, intervals at {:g} % confidence", store.path(), 100 * confidence);
  const std::uint64_t finished = columns.back().faults;
  const std::uint64_t listed = detail::stated_count(store, "fault count").value_or(finished);
  const bool complete = finished >= listed;
  if (!complete)
    table.caption = fmt::format("{}: INCOMPLETE, the first {} of {} faults; rates of injections, no intervals",
                                store.path(), finished, listed);
  table.corner = corners[std::size_t(by)];
  for (const detail::Column& column : columns) table.columns.push_back(column.name);

  using Cell = Table::Cell;
  const auto add = [&](std::string name, const auto& cell_of) {
    Table::Row& row = table.rows.emplace_back(Table::Row{std::move(name), {}});
    for (const detail::Column& column : columns) row.cells.push_back(cell_of(column));
  };
  const auto tells = [&](const detail::Column& column, const detail::Rate& rate) {
    return column.injections > 0 && (rate.name != "facc" || golden.has_labels());
  };
  const auto add_rate = [&](std::size_t r) {
    add(std::string(detail::rates[r].name), [&](const detail::Column& column) {
      return tells(column, detail::rates[r]) ? Cell(column.samples[r].rate()) : Cell();
    });
  };

  add("# of faults", [](const detail::Column& column) { return Cell(column.faults); });
  add("# of injections", [](const detail::Column& column) { return Cell(column.injections); });
  for (std::size_t r = 0; r < detail::rates.size(); ++r) {
    add_rate(r);
    if (detail::rates[r].name == "facc")
      add("acc", [&](const detail::Column&) {
        return golden.has_labels() ? Cell(double(golden.correct) / double(golden.samples)) : Cell();
      });
  }
  for (std::size_t r = 0; r < detail::rates.size(); ++r)
    for (const bool high : {false, true})
      add(fmt::format("{}_{}", detail::rates[r].name, high ? "high" : "low"), [&](const detail::Column& column) {
        if (!complete || !tells(column, detail::rates[r])) return Cell();
        const Interval interval = column.samples[r].interval(confidence, column.population);
        return Cell(high ? interval.high : interval.low);
      });
  add("population", [](const detail::Column& column) { return column.population ? Cell(*column.population) : Cell(); });
  add("margin_of_error", [&](const detail::Column& column) {
    if (!complete || column.faults == 0) return Cell();
    return Cell(margin_of_error(0.5, double(column.faults), column.population, confidence));
  });
  return table;
}

}  // namespace spikingjet
