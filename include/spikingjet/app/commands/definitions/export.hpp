// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/analysis/export.hpp>
#include <spikingjet/analysis/sample_kind.hpp>
#include <spikingjet/app/commands/export.hpp>
#include <spikingjet/app/out_of_memory.hpp>
#include <spikingjet/app/output_path.hpp>
#include <spikingjet/app/status_line.hpp>
#include <spikingjet/app/store_patience.hpp>
#include <spikingjet/app/terminal_text.hpp>
#include <spikingjet/core/compiled.hpp>
#include <spikingjet/core/output_file.hpp>
#include <spikingjet/store/store.hpp>

#include <CLI/CLI.hpp>

#include <filesystem>
#include <string>
#include <system_error>

namespace spikingjet {

SPIKINGJET_INLINE void ExportCommand::declare(CLI::App& sub) {
  sub.add_option("store", store_, "a store that 'run' made")->required();
  sub.add_option("--csv", folder_, "folder for faults.csv, outcomes.csv, golden.csv, decisions.csv")->required();
  sub.add_flag("--force", force_, "overwrite these files where they are there");
}

SPIKINGJET_INLINE int ExportCommand::run() const {
  enter_stage("exporting the store " + file_text(store_));
  const Store store = Store::open(store_, store_patience(store_));
  std::error_code ignored;
  for (const char* name : export_files) {
    const std::string path = (std::filesystem::path(folder_) / name).string();
    if (force_ && std::filesystem::exists(path, ignored)) require_replaceable(path, OutputKind::text);
  }
  export_csv(store, folder_, force_ ? Overwrite::yes : Overwrite::no);
  say("faults.csv, outcomes.csv, golden.csv and decisions.csv written to {}\n", path_text(folder_));
  if (const auto part = unfinished_part(store, store.faults()))
    tell("spikingjet: the campaign is INCOMPLETE: these are " + *part);
  return 0;
}

}  // namespace spikingjet
