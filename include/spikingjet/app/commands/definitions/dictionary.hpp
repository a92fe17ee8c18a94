// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/analysis/dictionary.hpp>
#include <spikingjet/analysis/exposure.hpp>
#include <spikingjet/analysis/sample_kind.hpp>
#include <spikingjet/app/commands/dictionary.hpp>
#include <spikingjet/app/decided_text.hpp>
#include <spikingjet/app/out_of_memory.hpp>
#include <spikingjet/app/output_path.hpp>
#include <spikingjet/app/status_line.hpp>
#include <spikingjet/app/store_patience.hpp>
#include <spikingjet/app/terminal_text.hpp>
#include <spikingjet/core/compiled.hpp>
#include <spikingjet/core/output_file.hpp>
#include <spikingjet/store/store.hpp>

#include <CLI/CLI.hpp>

namespace spikingjet {

SPIKINGJET_INLINE void DictionaryCommand::declare(CLI::App& sub) {
  sub.add_option("store", store_, "a store that 'run --outcomes' made")->required();
  sub.add_option("-o,--output", output_, "CSV: a fault list with a column 'Exposed', SAMPLE:CLASS for each sample")
      ->required();
  sub.add_flag("--force", force_, "overwrite that file where it is there");
  sub.add_option("--outcome", outcome_,
                 "what exposes a fault: sdc-1 (another class), due, failure (either), change (all that is not masked)")
      ->check(CLI::IsMember({"sdc-1", "due", "failure", "change"}))
      ->capture_default_str();
}

SPIKINGJET_INLINE int DictionaryCommand::run() const {
  const Overwrite overwrite = force_ ? Overwrite::yes : Overwrite::no;
  require_beside_store(store_, output_);
  require_writable(output_, overwrite);
  if (force_) require_replaceable(output_, OutputKind::text);
  enter_stage("reading the store " + file_text(store_));
  const Store store = Store::open(store_, store_patience(store_));
  OutputFile file(output_, overwrite);
  write_dictionary(store, file, *parse_exposing(outcome_));
  file.finish();
  if (!names_open_stream(output_))
    say("the dictionary of {} is written to {}\n", counted(store.faults(), "fault"), path_text(output_));
  if (const auto part = unfinished_part(store, store.faults()))
    tell("spikingjet: the campaign is INCOMPLETE: these are " + *part);
  return 0;
}

}  // namespace spikingjet
