// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/analysis/analyse.hpp>
#include <spikingjet/analysis/table.hpp>
#include <spikingjet/app/decided_text.hpp>
#include <spikingjet/app/output_path.hpp>
#include <spikingjet/store/store.hpp>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <map>
#include <string>

namespace spikingjet {

/// `analyse`: the outcome table of a store.
class AnalyseCommand {
 public:
  void declare(CLI::App& sub) {
    sub.add_option("store", store_, "a store that 'run' made")->required();
    sub.add_option("-o,--output", output_, "also write the table as CSV");
    sub.add_option("--by", by_, "what the columns are")
        ->check(CLI::IsMember({"target", "layer", "bit", "fault-type"}))
        ->capture_default_str();
  }

  int run() const {
    if (!output_.empty()) require_replaceable(output_, OutputKind::text);
    const std::map<std::string, By> columns{
        {"target", By::target}, {"layer", By::layer}, {"bit", By::bit}, {"fault-type", By::fault_type}};
    const Store store = Store::open(store_);
    const Table table = analyse(store, columns.at(by_));
    const std::string decided = decided_text(store.tallies(), store.manifest().find("engine").value_or(""));
    fmt::print("{}{}", to_text(table), decided);
    if (!output_.empty()) write_text(output_, to_csv(table));
    return 0;
  }

 private:
  std::string store_;
  std::string output_;
  std::string by_ = "target";
};

}  // namespace spikingjet
