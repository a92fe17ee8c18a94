// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/analysis/export.hpp>
#include <spikingjet/store/store.hpp>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <string>

namespace spikingjet {

/// `export`: a store as CSV files.
class ExportCommand {
 public:
  void declare(CLI::App& sub) {
    sub.add_option("store", store_, "a store that 'run' made")->required();
    sub.add_option("--csv", folder_, "folder for faults.csv, outcomes.csv, golden.csv, decisions.csv")->required();
  }

  int run() const {
    export_csv(Store::open(store_), folder_);
    fmt::print("faults.csv, outcomes.csv, golden.csv and decisions.csv written to {}\n", folder_);
    return 0;
  }

 private:
  std::string store_;
  std::string folder_;
};

}  // namespace spikingjet
