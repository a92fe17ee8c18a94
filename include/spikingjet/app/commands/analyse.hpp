// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/analysis/group_by.hpp>
#include <spikingjet/analysis/table.hpp>
#include <spikingjet/app/terminal_text.hpp>
#include <spikingjet/core/error.hpp>
#include <spikingjet/core/output_file.hpp>

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace spikingjet {

class Analysis;
class Store;
struct AnalysisOptions;

/// A file whose name does not say what to write into it.
class FormatUnknown : public Misuse {
 public:
  explicit FormatUnknown(std::string output_path)
      : Misuse("spikingjet: the name '" + path_text(output_path) +
               "' says no format of a table; end it in .csv, .md, .tex or .txt, or add '--format csv', 'markdown', "
               "'latex' or 'text'"),
        path(std::move(output_path)) {}

  std::string path;
};

/// `analyse`: the outcome tables of stores.
class AnalyseCommand {
 public:
  void declare(CLI::App& sub);

  int run() const;

 private:
  Overwrite overwrite() const { return force_ ? Overwrite::yes : Overwrite::no; }

  struct Inputs {
    std::vector<std::string> stores;
    std::vector<std::string> targets;
  };

  struct Tables;

  /// What '--by' says.
  ///
  /// **Errors** `BadOption`.
  std::vector<By> keys() const;

  /// Whether groups are inputs, not faults.
  bool by_inputs() const { return by_ == "sample" || by_ == "class"; }

  /// Whether rows are single faults.
  bool of_faults() const;

  bool of_one_store() const;

  /// Refuses options that have no effect with others, or with so many stores.
  void require_effects(std::size_t stores) const;

  void require_output() const;

  /// The names of the quantities of all stores, each once.
  static std::vector<std::string> names_in(std::span<const Store> stores);

  void print_rates(std::span<const Store> stores, const AnalysisOptions& options) const;

  /// What other keys than groups of faults ask for.
  Tables tables_of(const Store& store, const AnalysisOptions& options) const;

  void print_tables(const Tables& tables) const;

  /// What was given: files behind the globs of `--target` are stores, if there is no other.
  Inputs stores_and_targets() const;

  /// The format that the name of the file stands for; empty where it says none.
  std::string named_format() const;

  /// Whether what is written goes to a stream or device, whose name says nothing.
  bool is_device() const;

  /// The format of the file.
  ///
  /// **Errors** `FormatUnknown`.
  std::string file_format() const;

  void write(const Analysis& analysis, const std::string& format, const TextSink& sink) const;

  std::vector<std::string> stores_;
  std::vector<std::string> targets_;
  std::string output_;
  bool force_ = false;
  std::string by_ = "target";
  std::string over_ = "faults";
  std::size_t top_ = 0;
  double fit_ = 0;  // [failures in 10^9 hours for 10^6 bits]
  const CLI::Option* by_option_ = nullptr;
  const CLI::Option* top_option_ = nullptr;
  const CLI::Option* fit_option_ = nullptr;
  std::optional<double> confidence_;
  std::string format_;
};

}  // namespace spikingjet

#if !defined(SPIKINGJET_COMPILED)
#include <spikingjet/app/commands/definitions/analyse.hpp>
#endif
