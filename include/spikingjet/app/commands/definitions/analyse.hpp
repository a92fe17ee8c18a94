// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/analysis/analyse.hpp>
#include <spikingjet/analysis/group_by.hpp>
#include <spikingjet/analysis/latex.hpp>
#include <spikingjet/analysis/markdown.hpp>
#include <spikingjet/analysis/printed_table.hpp>
#include <spikingjet/analysis/ranking.hpp>
#include <spikingjet/analysis/sample_outcomes.hpp>
#include <spikingjet/analysis/table.hpp>
#include <spikingjet/analysis/vulnerability.hpp>
#include <spikingjet/app/commands/analyse.hpp>
#include <spikingjet/app/decided_text.hpp>
#include <spikingjet/app/options.hpp>
#include <spikingjet/app/out_of_memory.hpp>
#include <spikingjet/app/output_path.hpp>
#include <spikingjet/app/status_line.hpp>
#include <spikingjet/app/store_patience.hpp>
#include <spikingjet/app/table_format.hpp>
#include <spikingjet/app/terminal_text.hpp>
#include <spikingjet/app/validators.hpp>
#include <spikingjet/core/compiled.hpp>
#include <spikingjet/core/error.hpp>
#include <spikingjet/core/output_file.hpp>
#include <spikingjet/core/text.hpp>
#include <spikingjet/store/store.hpp>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <algorithm>
#include <cstddef>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

namespace spikingjet {

/// Tables for people, and one that holds all of them.
struct AnalyseCommand::Tables {
  std::vector<RowTable> printed;
  RowTable csv;
  std::shared_ptr<const void> source;  // of their rows
};

SPIKINGJET_INLINE void AnalyseCommand::declare(CLI::App& sub) {
  sub.alias("analyze");
  sub.add_option("store", stores_, "stores that 'run' made, one or several; REQUIRED");
  sub.add_option("-o,--output", output_, "also write the table to a file: .csv, .md, .tex or .txt; see --format");
  sub.add_flag("--force", force_, "overwrite that file where it is there");
  by_option_ =
      sub.add_option(
             "--by", by_,
             "keys of the groups, separated by commas: target, layer, bit, fault-type, neuron, element, step, kind, "
             "store; or, of a store with outcomes, one of sample and class")
          ->capture_default_str();
  top_option_ =
      sub.add_option("--top", top_, "the N groups of '--by' with the highest SDC_1; without '--by' the N faults")
          ->check(whole_number(1, 1'000'000'000));
  fit_option_ =
      sub.add_option("--fit", fit_,
                     "vulnerability factors, and failures in 10^9 hours at so many upsets in 10^9 hours for 10^6 bits")
          ->check(positive_number("upsets in 10^9 hours for 10^6 bits, such as 500"));
  sub.add_option("--target", targets_, "shell globs on names such as 'fc1.weight' or '*.potential'; default: all");
  sub.add_option("--confidence", confidence_, "confidence of intervals; default: that of the store")->check(fraction());
  sub.add_option("--over", over_,
                 "what intervals hold for: faults, or faults+samples, also data not seen (needs 'run --outcomes')")
      ->check(CLI::IsMember({"faults", "faults+samples"}))
      ->capture_default_str();
  sub.add_option("--format", format_, "text, csv, markdown or latex; default: text, in the file what its name says")
      ->check(CLI::IsMember({"text", "csv", "markdown", "latex"}));
}

SPIKINGJET_INLINE int AnalyseCommand::run() const {
  const auto [paths, targets] = stores_and_targets();
  const std::vector<By> by = keys();
  require_effects(paths.size());
  require_output();
  enter_stage("reading the store " + file_text(paths.front()) +
              (paths.size() > 1 ? fmt::format(" and {} more", paths.size() - 1) : ""));
  std::vector<Store> stores;
  for (const std::string& path : paths) stores.push_back(Store::open(path, store_patience(path)));
  detail::require_globs_match(targets, names_in(stores));
  AnalysisOptions options{.by = by,
                          .confidence = confidence_,
                          .keep = {},
                          .over = over_ == "faults" ? Over::faults : Over::faults_and_samples};
  if (!targets.empty())
    options.keep = [&targets = targets](const StoredQuantity& quantity) {
      return detail::any_glob_matches(targets, quantity.name());
    };
  if (of_one_store())
    print_tables(tables_of(stores.front(), options));
  else
    print_rates(stores, options);
  return 0;
}

SPIKINGJET_INLINE std::vector<By> AnalyseCommand::keys() const {
  const auto by = parse_by(by_inputs() ? by_names[0] : std::string_view(by_));
  if (!by)
    throw BadOption(
        "--by", printable(by_),
        fmt::format("{}, each once, separated by commas; or 'sample' or 'class' alone", fmt::join(by_names, ", ")));
  return *by;
}

SPIKINGJET_INLINE bool AnalyseCommand::of_faults() const {
  return top_option_->count() > 0 && by_option_->count() == 0;
}

SPIKINGJET_INLINE bool AnalyseCommand::of_one_store() const {
  return by_inputs() || of_faults() || fit_option_->count() > 0;
}

SPIKINGJET_INLINE void AnalyseCommand::require_effects(std::size_t stores) const {
  if (of_one_store() && stores > 1)
    throw Misuse(fmt::format("spikingjet: '{}' takes one store, not {}; call it for each",
                             by_inputs()                ? "--by " + by_
                             : fit_option_->count() > 0 ? "--fit"
                                                        : "--top",
                             stores));
  if (fit_option_->count() > 0)
    for (const CLI::Option* option : {by_option_, top_option_})
      if (option->count() > 0)
        throw OptionWithoutEffect(option->get_name(), "'--fit' has its own rows: quantities, layers and all");
  if (!by_inputs() && !of_faults()) return;
  if (confidence_) throw OptionWithoutEffect("--confidence", "these rates have no intervals");
  if (over_ != "faults") throw OptionWithoutEffect("--over", "these rates have no intervals");
}

SPIKINGJET_INLINE void AnalyseCommand::require_output() const {
  if (output_.empty()) return;
  require_writable(output_, overwrite());
  if (force_) require_replaceable(output_, OutputKind::text);
  const std::string named = named_format();
  if (const std::string format = file_format(); !named.empty() && named != "text" && format != named)
    tell(fmt::format("spikingjet: '{}' holds {}, as '--format' says, though its name says {}", path_text(output_),
                     format, named));
}

SPIKINGJET_INLINE std::vector<std::string> AnalyseCommand::names_in(std::span<const Store> stores) {
  std::vector<std::string> names;
  for (const Store& store : stores)
    for (const StoredQuantity& quantity : store.quantities())
      if (const std::string name = printable(quantity.name());
          std::find(names.begin(), names.end(), name) == names.end())
        names.push_back(name);
  return names;
}

SPIKINGJET_INLINE void AnalyseCommand::print_rates(std::span<const Store> stores,
                                                   const AnalysisOptions& options) const {
  std::vector<const Store*> analysed;
  for (const Store& store : stores) analysed.push_back(&store);
  const Analysis analysis(analysed, options);
  std::string decided;  // before anything is printed, as the store may be damaged
  for (const Store& store : stores) {
    const std::string text = decided_text(store.tallies(), store.manifest().find("engine").value_or(""));
    decided += (stores.size() > 1 && !text.empty() ? printable(store.path(), 200) + "\n" : "") + text;
  }
  const std::string shown = format_.empty() ? "text" : format_;
  write(analysis, shown, [](std::string_view text) { say("{}", text); });
  if (shown == "text") say("{}", decided);
  if (output_.empty()) return;
  OutputFile file(output_, overwrite());
  write(analysis, file_format(), [&file](std::string_view text) { file.write(text); });
  file.finish();
}

SPIKINGJET_INLINE AnalyseCommand::Tables AnalyseCommand::tables_of(const Store& store,
                                                                   const AnalysisOptions& options) const {
  if (fit_option_->count() > 0) {
    const RowTable table = Vulnerability(store, fit_, options).table();
    return {{table}, table, {}};
  }
  if (by_option_->count() == 0) {
    const RowTable table = top_faults(store, top_, options.keep);
    return {{table}, table, {}};
  }
  const auto outcomes = std::make_shared<const SampleOutcomes>(store, options.keep);
  const auto top = [this](RowTable table) {
    return top_option_->count() > 0 ? top_rows(std::move(table), "SDC_1", top_) : table;
  };
  if (by_ == "sample") {
    const RowTable table = top(outcomes->by_sample());
    return {{table}, table, outcomes};
  }
  return {{top(outcomes->class_rates()), outcomes->confusion()}, top(outcomes->by_class()), outcomes};
}

SPIKINGJET_INLINE void AnalyseCommand::print_tables(const Tables& tables) const {
  const auto write_all = [&tables](const std::string& format, const TextSink& sink) {
    if (format == "csv") return write_table(tables.csv, format, sink);
    for (std::size_t t = 0; t < tables.printed.size(); ++t) {
      if (t > 0) sink("\n");
      write_table(tables.printed[t], format, sink);
    }
  };
  write_all(format_.empty() ? "text" : format_, [](std::string_view text) { say("{}", text); });
  if (output_.empty()) return;
  OutputFile file(output_, overwrite());
  write_all(file_format(), [&file](std::string_view text) { file.write(text); });
  file.finish();
}

SPIKINGJET_INLINE AnalyseCommand::Inputs AnalyseCommand::stores_and_targets() const {
  Inputs inputs{stores_, targets_};
  std::error_code ignored;
  while (stores_.empty() && !inputs.targets.empty() &&
         std::filesystem::is_regular_file(inputs.targets.back(), ignored)) {
    inputs.stores.insert(inputs.stores.begin(), inputs.targets.back());
    inputs.targets.pop_back();
  }
  if (inputs.stores.empty()) throw Misuse("spikingjet: 'analyse' needs a store that 'run' made; see 'analyse --help'");
  return inputs;
}

SPIKINGJET_INLINE std::string AnalyseCommand::named_format() const {
  const std::string suffix = suffix_of(output_);
  return suffix == ".csv"   ? "csv"
         : suffix == ".md"  ? "markdown"
         : suffix == ".tex" ? "latex"
         : suffix == ".txt" ? "text"
                            : "";
}

SPIKINGJET_INLINE bool AnalyseCommand::is_device() const {
  std::error_code ignored;
  const auto status = std::filesystem::status(output_, ignored);
  return names_open_stream(output_) || (std::filesystem::exists(status) && !std::filesystem::is_regular_file(status));
}

SPIKINGJET_INLINE std::string AnalyseCommand::file_format() const {
  const std::string named = named_format();
  if (format_.empty() && named.empty() && !is_device()) throw FormatUnknown(output_);
  return !format_.empty() ? format_ : named.empty() ? "csv" : named;
}

SPIKINGJET_INLINE void AnalyseCommand::write(const Analysis& analysis, const std::string& format,
                                             const TextSink& sink) const {
  if (top_option_->count() > 0) {
    RowTable top = top_rows(format == "csv" ? analysis.tidy_rows() : analysis.rows(false), "SDC_1", top_);
    if (format == "csv") return write_table(top, format, sink);
    top.caption += fmt::format("\nthe {} groups with the highest SDC_1", top.size);
    return write_table(top, format, sink);
  }
  if (format == "csv")
    return analysis.in_columns() ? sink(to_csv(analysis.table())) : write_table(analysis.tidy_rows(), format, sink);
  const PrintedTable table = analysis.in_columns() ? printed(analysis.table()) : printed(analysis.rows(true));
  if (format == "markdown") return write_markdown(table, sink);
  if (format == "latex") return write_latex(table, sink);
  write_text(table, sink);
}

}  // namespace spikingjet
