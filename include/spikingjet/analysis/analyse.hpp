// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/analysis/group_by.hpp>
#include <spikingjet/analysis/outcome_groups.hpp>
#include <spikingjet/analysis/sample_kind.hpp>
#include <spikingjet/analysis/statistics.hpp>
#include <spikingjet/analysis/table.hpp>
#include <spikingjet/core/error.hpp>
#include <spikingjet/core/text.hpp>
#include <spikingjet/store/store.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

namespace spikingjet {

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

/// How outcomes become a table.
struct AnalysisOptions {
  std::vector<By> by{By::target};
  std::optional<double> confidence{};  // of intervals; absent: each store's own
  OutcomeGroups::Keep keep{};          // the quantities whose faults count; absent: all
};

namespace detail {

inline double confidence(const Store& store) {
  const std::string text = store.manifest().find(Manifest::confidence).value_or("0.95");
  const auto value = parse_float<double>(text);
  if (!value || !(*value > 0 && *value < 1))
    throw DamagedStore(store.path(),
                       fmt::format("its 'confidence' is '{}', no number between 0 and 1", printable(text)));
  return *value;
}

/// Names that tell stores apart: their files', with the folders where these do not.
inline std::vector<std::string> store_names(std::span<const Store* const> stores) {
  std::vector<std::string> names;
  for (const Store* store : stores) {
    const std::string name = std::filesystem::path(store->path()).filename().string();
    const auto same = [&](const Store* other) { return std::filesystem::path(other->path()).filename().string() == name; };
    names.push_back(printable(std::count_if(stores.begin(), stores.end(), same) > 1 ? store->path() : name, 200));
  }
  return names;
}

}  // namespace detail

/// The outcomes of one or several campaigns in groups, each with its rates, their intervals, its population and its
/// margin of error: what the tables of `analyse` are made of.
///
/// Measures, in this order: `# of faults`, `# of injections`, `fully_masked`, `SDC_1`, `SDC_0_5%`, `SDC_5_10%`,
/// `SDC_10_20%`, `SDC_20`, `facc`, `acc`, `DUE`; for each rate its interval `NAME_low`, `NAME_high`; `population`, the
/// faults of the fault space; `margin_of_error`, which the sample guarantees for any rate of its group (p = 0.5). Rates
/// are fractions of injections. Faults are the unit of the intervals (`ClusterSample`). `facc` and `acc` are empty unless
/// all samples are labelled. A population that is not certain is left empty, and intervals assume a large one.
///
/// What a group says depends on the store's `sample_kind`. Exhaustive: rates are the population's, whatever the groups,
/// with a margin of 0. Random: they estimate it. Given: they are those of these faults, without population, interval and
/// margin. A campaign that is not finished is analysed as far as it goes; its faults are the first of the list, and
/// intervals and margins are left empty. Caption and notes say which of these it is. `all` pools the injections of a
/// store: for a stratified sample see `stratified`.
///
/// **Errors** `DamagedStore` where a store contradicts itself; `BadProportion` for a confidence not inside (0, 1);
/// `TooManyGroups`; `Misuse` where a store is named twice.
/// **Cost** one pass over each store, about a microsecond a fault.
class Analysis {
 public:
  explicit Analysis(std::span<const Store* const> stores, AnalysisOptions options = {})
      : names_(checked_names(stores)), groups_(stores, names_, std::move(options.by), options.keep) {
    for (std::size_t s = 0; s < stores.size(); ++s) {
      const Store& store = *stores[s];
      Source& source = sources_.emplace_back();
      source.confidence = options.confidence ? *options.confidence : detail::confidence(store);
      detail::require_inside_0_1("confidence", source.confidence);
      source.golden = golden_summary(store);
      const std::optional<std::string> part = unfinished_part(store, groups_.finished(s));
      const SampleKind kind = sample_kind(store);
      source.has_population = kind != SampleKind::given;
      source.has_margin = source.has_population && !part;
      std::string about = fmt::format("rates of injections, intervals at {:g} % confidence", 100 * source.confidence);
      if (part) {
        source.kind = "INCOMPLETE: " + *part;
        about = "INCOMPLETE, " + *part + "; rates of injections, no intervals";
      } else {
        source.kind = sample_kind_name(kind);
        if (kind == SampleKind::exhaustive) about = "every fault of the fault space; rates of injections";
        if (kind == SampleKind::given)
          about =
              "the faults of a list that is not known to be a random sample: rates of these faults alone, no intervals";
      }
      caption_ += (caption_.empty() ? "" : "\n") + printable(store.path(), 200) + ": " + about;
      if (source.has_margin) continue;
      const std::string whose = stores.size() > 1 ? names_[s] + ": " : "";
      notes_.push_back(whose + (part ? source.kind
                                     : "the faults of a list that is not known to be a random sample: rates "
                                       "of these faults alone"));
    }
    for (std::size_t s = 1; s < stores.size(); ++s) {
      const auto difference = stores[0]->manifest().difference(stores[s]->manifest());
      caption_ += difference ? fmt::format("\n{} and {} are different campaigns: they differ in '{}'", names_[0], names_[s],
                                           printable(difference->key))
                             : fmt::format("\n{} and {} are the same campaign", names_[0], names_[s]);
    }
  }

  /// Whether a column for each group suits: of one key, unless it is neuron or element.
  bool in_columns() const {
    return groups_.keys().size() == 1 && groups_.keys()[0] != By::neuron && groups_.keys()[0] != By::element;
  }

  /// A column for each group, then `all`; a row for each measure. Of one key.
  Table table() const {
    Table table;
    table.caption = caption_;
    table.notes = notes_;
    table.corner = groups_.headings().back();
    for (const std::string& measure : measures()) table.rows.push_back({measure, {}});
    const auto add = [&table](std::string name, const std::vector<Table::Cell>& cells) {
      table.columns.push_back(std::move(name));
      for (std::size_t m = 0; m < cells.size(); ++m) table.rows[m].cells.push_back(cells[m]);
    };
    for (std::size_t g = 0; g < groups_.size(); ++g) add(groups_.labels(g).back(), cells(g));
    if (groups_.keys()[0] != By::store) add("all", cells_of_all(0));
    return table;
  }

  /// A row for each group; `with_all`: then one for all faults of each store. Valid as long as the analysis.
  RowTable rows(bool with_all) const {
    RowTable table;
    table.caption = caption_;
    table.notes = notes_;
    table.keys = groups_.headings();
    table.measures = measures();
    table.size = groups_.size() + (with_all && groups_.keys() != std::vector{By::store} ? sources_.size() : 0);
    table.row = [this](std::size_t r) {
      return r < groups_.size() ? RowTable::Row{groups_.labels(r), cells(r)} : row_of_all(r - groups_.size());
    };
    return table;
  }

  /// The same with a column `sample` among the keys: `exhaustive`, `random`, `given`, or `INCOMPLETE: ...`.
  RowTable tidy_rows() const {
    RowTable table = rows(false);
    table.keys.emplace_back("sample");
    table.row = [this](std::size_t r) {
      RowTable::Row row{groups_.labels(r), cells(r)};
      row.names.push_back(sources_[groups_.store_of(r)].kind);
      return row;
    };
    return table;
  }

 private:
  struct Source {
    double confidence = 0.95;
    GoldenSummary golden;
    std::string kind;             // of the sample, or how far it is
    bool has_population = false;
    bool has_margin = false;
  };

  static std::vector<std::string> checked_names(std::span<const Store* const> stores) {
    if (stores.empty()) throw Misuse("spikingjet: 'Analysis' was given no store; give one or several");
    for (std::size_t a = 0; a < stores.size(); ++a)
      for (std::size_t b = 0; b < a; ++b) {
        std::error_code ignored;
        if (stores[a] == stores[b] || std::filesystem::equivalent(stores[a]->path(), stores[b]->path(), ignored))
          throw Misuse(fmt::format("spikingjet: the store '{}' is given twice ('{}'); give each once", stores[a]->path(),
                                   stores[b]->path()));
      }
    return detail::store_names(stores);
  }

  /// The names of the measures, in their order.
  static std::vector<std::string> measures() {
    std::vector<std::string> names{"# of faults", "# of injections"};
    for (const detail::Rate& rate : detail::rates) {
      names.emplace_back(rate.name);
      if (rate.name == "facc") names.emplace_back("acc");
    }
    for (const detail::Rate& rate : detail::rates)
      for (const char* bound : {"_low", "_high"}) names.push_back(std::string(rate.name) + bound);
    names.emplace_back("population");
    names.emplace_back("margin_of_error");
    return names;
  }

  std::vector<Table::Cell> cells(std::size_t g) const {
    const Source& source = sources_[groups_.store_of(g)];
    return cells(source, groups_[g], source.has_population ? groups_.population(g) : std::nullopt);
  }

  std::vector<Table::Cell> cells_of_all(std::size_t s) const {
    return cells(sources_[s], groups_.all(s), sources_[s].has_population ? groups_.population_of_all(s) : std::nullopt);
  }

  RowTable::Row row_of_all(std::size_t s) const {
    RowTable::Row row{std::vector<std::string>(groups_.headings().size()), cells_of_all(s)};
    const std::size_t first_key = row.names.size() - groups_.keys().size();
    for (std::size_t k = 0; k < groups_.keys().size(); ++k)
      if (groups_.keys()[k] == By::store) row.names[first_key + k] = names_[s];
    *std::find(row.names.begin(), row.names.end(), "") = "all";
    return row;
  }

  /// The measures of some faults.
  static std::vector<Table::Cell> cells(const Source& source, const OutcomeSums& sums,
                                        std::optional<std::uint64_t> population) {
    using Cell = Table::Cell;
    const GoldenSummary& golden = source.golden;
    const auto tells = [&](const detail::Rate& rate) {
      return sums.injections > 0 && (rate.name != "facc" || golden.has_labels());
    };
    std::vector<Cell> cells{sums.faults, sums.injections};
    for (std::size_t r = 0; r < sums.samples.size(); ++r) {
      cells.push_back(tells(detail::rates[r]) ? Cell(sums.samples[r].rate()) : Cell());
      if (detail::rates[r].name != "facc") continue;
      cells.push_back(golden.has_labels() ? Cell(double(golden.correct) / double(golden.samples)) : Cell());
    }
    for (std::size_t r = 0; r < sums.samples.size(); ++r) {
      const bool known = source.has_margin && tells(detail::rates[r]);
      const Interval interval = known ? sums.samples[r].interval(source.confidence, population) : Interval{};
      cells.push_back(known ? Cell(interval.low) : Cell());
      cells.push_back(known ? Cell(interval.high) : Cell());
    }
    cells.push_back(population ? Cell(*population) : Cell());
    cells.push_back(source.has_margin && sums.faults > 0
                        ? Cell(margin_of_error(0.5, double(sums.faults), population, source.confidence))
                        : Cell());
    return cells;
  }

  std::vector<std::string> names_;
  OutcomeGroups groups_;
  std::vector<Source> sources_;
  std::string caption_;
  std::vector<std::string> notes_;
};

/// The outcome table of a campaign by one key: one column for each target (layer, bit, ...) that has faults, then `all`.
///
/// **Errors** and **Cost** as `Analysis`, which has several keys, several stores and other forms.
inline Table analyse(const Store& store, By by = By::target) {
  const Store* const stores[] = {&store};
  return Analysis(stores, {.by = {by}, .confidence = {}, .keep = {}}).table();
}

}  // namespace spikingjet
