// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/analysis/golden_summary.hpp>
#include <spikingjet/analysis/group_by.hpp>
#include <spikingjet/analysis/group_estimates.hpp>
#include <spikingjet/analysis/group_sample_hits.hpp>
#include <spikingjet/analysis/group_space.hpp>
#include <spikingjet/analysis/interval_kind.hpp>
#include <spikingjet/analysis/keep_quantity.hpp>
#include <spikingjet/analysis/outcome_groups.hpp>
#include <spikingjet/analysis/outcome_sums.hpp>
#include <spikingjet/analysis/over_samples.hpp>
#include <spikingjet/analysis/rate_estimator.hpp>
#include <spikingjet/analysis/rates.hpp>
#include <spikingjet/analysis/sample_kind.hpp>
#include <spikingjet/analysis/samples_note.hpp>
#include <spikingjet/analysis/sampling_text.hpp>
#include <spikingjet/analysis/statistics.hpp>
#include <spikingjet/analysis/store_sampling.hpp>
#include <spikingjet/analysis/table.hpp>
#include <spikingjet/core/error.hpp>
#include <spikingjet/core/text.hpp>
#include <spikingjet/fault/sample_size.hpp>
#include <spikingjet/store/manifest.hpp>
#include <spikingjet/store/store.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

namespace spikingjet {

/// What the interval of a rate is to hold for.
enum class Over {
  faults,              // all faults, on the samples of the campaign
  faults_and_samples,  // all faults, on samples that it did not have
};

/// Intervals over samples were asked for of a campaign whose samples are what they are because of what they show.
class SamplesChosenByOutcomes : public Misuse {
 public:
  explicit SamplesChosenByOutcomes(std::string store_path)
      : Misuse(fmt::format("spikingjet: the samples of '{}' were chosen by outcomes ('coverage -o'), so that nothing "
                           "follows from them for data not seen; analyse it over faults alone, or run on samples that "
                           "nobody chose by what they show",
                           printable(store_path, 200))),
        path(std::move(store_path)) {}

  std::string path;
};

/// How outcomes become a table.
struct AnalysisOptions {
  std::vector<By> by{By::target};
  std::optional<double> confidence{};  // of intervals; absent: each store's own
  KeepQuantity keep{};
  Over over = Over::faults;
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
    const auto same = [&](const Store* other) {
      return std::filesystem::path(other->path()).filename().string() == name;
    };
    names.push_back(printable(std::count_if(stores.begin(), stores.end(), same) > 1 ? store->path() : name, 200));
  }
  return names;
}

}  // namespace detail

/// The outcomes of one or several campaigns in groups, each with its rates, their intervals, its population and its
/// margin of error: what the tables of `analyse` are made of.
///
/// Measures, in this order: `# of faults`, `# of injections`, `fully_masked`, `SDC_1`, `SDC_0_5%`, `SDC_5_10%`,
/// `SDC_10_20%`, `SDC_20`, `facc`, `acc`, `DUE`; for each rate its interval `NAME_low`, `NAME_high` and its achieved
/// margin `NAME_margin`, half the interval's width; `population`, the faults of the fault space; `margin_of_error`,
/// which the size of the sample promises for any rate of its group (p = 0.5). Rates are fractions of injections; faults
/// are the unit of the intervals. `facc` and `acc` are empty unless all samples are labelled. A population that is not
/// certain is left empty, and intervals assume a large one.
///
/// Rates and intervals are those of `RateEstimator`, by the `interval_kind` of how the store's faults were drawn. Drawn
/// from strata: rates are weighted by the strata's populations, and empty where nothing was drawn of a part of a group,
/// whose interval then covers all that the part may be. Ended by someone who saw outcomes, in the order of the draw:
/// intervals hold whenever that was. Given lists have the rates of their faults, without population, interval and
/// margin, and so have the first faults of a list in another order, which is called INCOMPLETE. Caption and notes say
/// which of these it is.
///
/// `Over::faults_and_samples`: intervals are to hold on data that the campaign did not have, and are those of
/// `over_samples_too`; `acc` has that of `interval_of_samples`; there is no `margin_of_error`. Samples that outcomes
/// chose are refused; a note says what the way in which the others were taken means. Notes say in every format what
/// intervals are.
///
/// **Errors** `DamagedStore` where a store contradicts itself; `BadProportion` for a confidence not inside (0, 1);
/// `TooManyGroups`; `InjectionsMissing`; `SamplesChosenByOutcomes`; `Misuse` where a store is named twice.
/// **Cost** one pass over each store, about a microsecond a fault, and as much again where they were drawn; up to 64
/// bytes a drawn fault, 24 more while they are sorted.
class Analysis {
 public:
  explicit Analysis(std::span<const Store* const> stores, AnalysisOptions options = {})
      : names_(checked_names(stores)),
        over_(options.over),
        groups_(stores, names_, std::move(options.by), options.keep,
                over_ == Over::faults ? OutcomeGroups::Members::forgotten : OutcomeGroups::Members::kept) {
    std::vector<std::string> others;  // notes that no caption says
    for (std::size_t s = 0; s < stores.size(); ++s) {
      const Store& store = *stores[s];
      Source& source = sources_.emplace_back();
      source.confidence = options.confidence ? *options.confidence : detail::confidence(store);
      detail::require_inside_0_1("confidence", source.confidence);
      source.golden = golden_summary(store);
      if (source.golden.has_labels())
        source.accuracy.rate = double(source.golden.correct) / double(source.golden.samples);
      if (over_ == Over::faults_and_samples) {
        if (samples_note(store)) throw SamplesChosenByOutcomes(store.path());
        source.hits.emplace(store, groups_.members(s));
        if (source.golden.has_labels()) source.accuracy.interval = accuracy_over_samples(store, source.confidence);
      }
      source.path = store.path();
      const StoreSampling& sampling = groups_.sampling(s);
      source.has_population = sampling.draw != Draw::unknown;
      source.has_margin = source.has_population && sampling.completion == Completion::finished && over_ == Over::faults;
      source.kind = detail::sampling_word(sampling);
      caption_ += (caption_.empty() ? "" : "\n") + printable(store.path(), 200) + ": " +
                  detail::sampling_text(sampling, source.confidence, over_ == Over::faults_and_samples);
      const std::string whose = stores.size() > 1 ? names_[s] + ": " : "";
      for (const std::string& note : notes_of_kind(s)) notes_.push_back(whose + note);
      // What the column `sample` does not say, and nobody would expect of the store.
      if (says_intervals(s) &&
          (over_ == Over::faults_and_samples || options.confidence || sampling.completion != Completion::finished))
        tidy_notes_.push_back(notes_.back());
      for (const std::string& note : notes(s, store)) others.push_back(whose + note);
    }
    tidy_notes_.insert(tidy_notes_.end(), others.begin(), others.end());
    notes_in_caption_ = notes_.size();
    notes_.insert(notes_.end(), others.begin(), others.end());
    for (std::size_t s = 1; s < stores.size(); ++s) {
      const auto difference = stores[0]->manifest().difference(stores[s]->manifest());
      caption_ += difference ? fmt::format("\n{} and {} are different campaigns: they differ in '{}'", names_[0],
                                           names_[s], printable(difference->key))
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
    table.notes_in_caption = notes_in_caption_;
    table.is_census = is_census();
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
    table.notes_in_caption = notes_in_caption_;
    table.is_census = is_census();
    table.keys = groups_.headings();
    table.measures = measures();
    table.size = groups_.size() + (with_all && groups_.keys() != std::vector{By::store} ? sources_.size() : 0);
    table.row = [this](std::size_t r) {
      return r < groups_.size() ? RowTable::Row{groups_.labels(r), cells(r)} : row_of_all(r - groups_.size());
    };
    return table;
  }

  /// The same with a column `sample` among the keys: `exhaustive`, `random`, `stratified`, `given`, or `INCOMPLETE:
  /// ...`. Of the notes those that it does not say.
  RowTable tidy_rows() const {
    RowTable table = rows(false);
    table.notes = tidy_notes_;
    table.notes_in_caption = 0;
    table.keys.emplace_back("sample");
    table.row = [this](std::size_t r) {
      RowTable::Row row{groups_.labels(r), cells(r)};
      row.names.push_back(sources_[groups_.store_of(r)].kind);
      return row;
    };
    return table;
  }

  /// Whether all rates are exact.
  bool is_census() const {
    for (std::size_t s = 0; s < sources_.size(); ++s)
      if (!is_exact(s)) return false;
    return true;
  }

 private:
  struct Source {
    double confidence = 0.95;
    GoldenSummary golden;
    std::optional<detail::GroupSampleHits> hits;  // where samples vary, too
    EstimatedRate accuracy;                       // without faults; its interval likewise
    std::string path;
    std::string kind;  // of the sample, or how far it is
    bool has_population = false;
    bool has_margin = false;
  };

  static std::vector<std::string> checked_names(std::span<const Store* const> stores) {
    if (stores.empty()) throw Misuse("spikingjet: 'Analysis' was given no store; give one or several");
    for (std::size_t a = 0; a < stores.size(); ++a)
      for (std::size_t b = 0; b < a; ++b) {
        std::error_code ignored;
        if (stores[a] == stores[b] || std::filesystem::equivalent(stores[a]->path(), stores[b]->path(), ignored))
          throw Misuse(fmt::format("spikingjet: the store '{}' is given twice ('{}'); give each once",
                                   stores[a]->path(), stores[b]->path()));
      }
    return detail::store_names(stores);
  }

  /// The accuracy on data not seen, from that on each distinct sample.
  static Interval accuracy_over_samples(const Store& store, double confidence) {
    std::vector<double> correct;
    store.for_each_golden(
        [&correct](const GoldenSample& golden) { correct.push_back(golden.label == golden.predicted ? 1 : 0); });
    return interval_of_samples(correct, confidence);
  }

  /// The names of the measures, in their order.
  std::vector<std::string> measures() const {
    constexpr std::array bounds{"_low", "_high", "_margin"};
    std::vector<std::string> names{"# of faults", "# of injections"};
    for (const detail::Rate& rate : detail::rates) {
      names.emplace_back(rate.name);
      if (rate.name == "facc") names.emplace_back("acc");
    }
    for (const detail::Rate& rate : detail::rates)
      for (const char* bound : bounds) names.push_back(std::string(rate.name) + bound);
    if (over_ == Over::faults_and_samples)
      for (const char* bound : bounds) names.push_back(std::string("acc") + bound);
    names.emplace_back("population");
    names.emplace_back("margin_of_error");
    return names;
  }

  /// What stands in every format of a table of a store, in the words of its caption.
  std::vector<std::string> notes_of_kind(std::size_t s) const {
    const StoreSampling& sampling = groups_.sampling(s);
    if (sampling.completion == Completion::ended_in_list) return {detail::sampling_word(sampling)};
    if (sampling.draw == Draw::unknown) return {std::string(detail::given_list) + " alone"};
    if (says_intervals(s))
      return {detail::sampling_text(sampling, sources_[s].confidence, over_ == Over::faults_and_samples)};
    return {};
  }

  /// Whether a store has intervals, of which every format says what they are.
  bool says_intervals(std::size_t s) const {
    const StoreSampling& sampling = groups_.sampling(s);
    return sampling.completion != Completion::ended_in_list && sampling.draw != Draw::unknown && !is_exact(s);
  }

  /// Whether a store's rates are exact.
  bool is_exact(std::size_t s) const {
    const StoreSampling& sampling = groups_.sampling(s);
    return over_ == Over::faults &&
           interval_kind(sampling.draw, sampling.completion, sampling.outcomes) == IntervalKind::exact;
  }

  /// What else does.
  std::vector<std::string> notes(std::size_t s, const Store& store) const {
    const StoreSampling& sampling = groups_.sampling(s);
    std::vector<std::string> notes;
    if (const auto note = samples_note(store)) notes.push_back(*note);
    if (sources_[s].hits) notes.push_back(note_of_samples(s, store.manifest()));
    if (sampling.draw != Draw::stratified) return notes;
    if (sampling.completion == Completion::ended_at_will)
      notes.emplace_back("ended before all faults of its strata were injected: no intervals across strata");
    bool untold = false;
    bool open = false;
    for (std::size_t g = 0; g < groups_.size() && !(untold && open); ++g) {
      if (groups_.store_of(g) != s) continue;
      const std::vector<GroupCell> cells = groups_.cells(g);
      untold |= cells.empty();
      open |= !cells.empty() &&
              detail::has_open_cell(cells, [&](const auto& callback) { groups_.for_each_draw(g, callback); });
    }
    if (untold) notes.emplace_back("no rates where the store does not say which part of each stratum a group is");
    const auto all = groups_.cells_of_all(s);
    open |= !all.empty() &&
            detail::has_open_cell(all, [&](const auto& callback) { groups_.for_each_draw_of_all(s, callback); });
    if (open)
      notes.emplace_back(sources_[s].hits || sampling.completion != Completion::finished
                             ? "no rate and no interval where nothing was drawn of a stratum's part of a group"
                             : "no rate where nothing was drawn of a stratum's part of a group: its interval covers "
                               "all that this part may be");
    return notes;
  }

  /// Which samples intervals over samples rest on, and what that means.
  std::string note_of_samples(std::size_t s, const Manifest& manifest) const {
    if (sources_[s].hits->samples() == 1)
      return "one sample tells nothing of others, so that intervals over samples hold whatever these do: run on "
             "several, with '--samples N'";
    if (manifest.find("samples listed"))
      return "intervals hold for data not seen only if nobody chose these samples, which a list named, by what they "
             "show";
    if (manifest.find(Manifest::samples_chosen) == Manifest::spread_over_classes)
      return "these samples are spread evenly over the classes: a stratified sample of inputs, which intervals take "
             "for a simple one; rates are those of data with equal shares of the classes";
    return "intervals hold for data of which these samples, the first of their file, are a random part: not where the "
           "file stands by class or time";
  }

  std::vector<Table::Cell> cells(std::size_t g) const {
    return cells(groups_.store_of(g), groups_.number(g), groups_[g], groups_.cells(g),
                 [this, g](const auto& callback) { groups_.for_each_draw(g, callback); });
  }

  std::vector<Table::Cell> cells_of_all(std::size_t s) const {
    return cells(s, detail::GroupSampleHits::of_all, groups_.all(s), groups_.cells_of_all(s),
                 [this, s](const auto& callback) { groups_.for_each_draw_of_all(s, callback); });
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
  template <class Each>
  std::vector<Table::Cell> cells(std::size_t s, std::uint32_t group, const OutcomeSums& sums,
                                 const std::vector<GroupCell>& strata, const Each& each_draw) const {
    using Cell = Table::Cell;
    const Source& source = sources_[s];
    const StoreSampling& sampling = groups_.sampling(s);
    const GoldenSummary& golden = source.golden;
    const auto cell = [](const auto& value) { return value ? Cell(*value) : Cell(); };
    const std::vector<std::uint64_t> drawn = detail::drawn_of_cells(sampling, source.path, sums, strata, each_draw);
    auto estimates = detail::estimate_rates(sampling, source.confidence, sums, strata, drawn, each_draw);
    if (over_ == Over::faults_and_samples) source.hits->widen(estimates, group, strata, source.confidence);
    std::vector<Cell> cells{sums.faults, sums.injections};
    for (std::size_t r = 0; r < estimates.size(); ++r) {
      const bool is_facc = detail::rates[r].name == "facc";
      if (is_facc && !golden.has_labels()) estimates[r] = {};
      cells.push_back(cell(estimates[r].rate));
      if (is_facc) cells.push_back(cell(source.accuracy.rate));
    }
    const auto add_bounds = [&](const EstimatedRate& estimate) {
      cells.push_back(estimate.interval ? Cell(estimate.interval->low) : Cell());
      cells.push_back(estimate.interval ? Cell(estimate.interval->high) : Cell());
      cells.push_back(cell(estimate.margin()));
    };
    for (const EstimatedRate& estimate : estimates) add_bounds(estimate);
    if (over_ == Over::faults_and_samples) add_bounds(source.accuracy);
    std::uint64_t population = 0;
    bool has_population = source.has_population && !strata.empty();
    for (const GroupCell& part : strata) {
      has_population &= part.population.has_value();
      population += part.population.value_or(0);
    }
    cells.push_back(has_population ? Cell(population) : Cell());
    cells.push_back(source.has_margin && sums.faults > 0
                        ? cell(detail::promised_margin(strata, drawn, source.confidence))
                        : Cell());
    return cells;
  }

  std::vector<std::string> names_;
  Over over_;
  OutcomeGroups groups_;
  std::vector<Source> sources_;
  std::string caption_;
  std::vector<std::string> notes_;       // those in the caption first
  std::vector<std::string> tidy_notes_;  // those that no column says
  std::size_t notes_in_caption_ = 0;
};

/// The outcome table of a campaign by one key: one column for each target (layer, bit, ...) that has faults, then
/// `all`.
///
/// **Errors** and **Cost** as `Analysis`, which has several keys, several stores and other forms.
inline Table analyse(const Store& store, By by = By::target) {
  const Store* const stores[] = {&store};
  return Analysis(stores, {.by = {by}, .confidence = {}, .keep = {}}).table();
}

}  // namespace spikingjet
