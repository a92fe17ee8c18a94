// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/analysis/coverage.hpp>
#include <spikingjet/analysis/exposure.hpp>
#include <spikingjet/app/commands/coverage.hpp>
#include <spikingjet/app/decided_text.hpp>
#include <spikingjet/app/inputs.hpp>
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
#include <spikingjet/io/npz_of_samples.hpp>
#include <spikingjet/io/sample_list.hpp>
#include <spikingjet/model/sample.hpp>
#include <spikingjet/store/manifest.hpp>
#include <spikingjet/store/store.hpp>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace spikingjet {

SPIKINGJET_INLINE void CoverageCommand::declare(CLI::App& sub) {
  sub.add_option("store", store_, "a store that 'run --outcomes' made")->required();
  sub.add_option(
      "-o,--output", output_,
      "write the smallest set: .npz with 'x' and 'y' for '--data', .txt or .csv with numbers for '--samples @FILE'");
  sub.add_flag("--force", force_, "overwrite that file where it is there");
  sub.add_option("--size", size_, "write the first N samples of the greedy order instead")
      ->check(whole_number(1, most_campaign_samples));
  sub.add_option("--outcome", outcome_,
                 "what exposes a fault: sdc-1 (another class), due, failure (either), change (all that is not masked)")
      ->check(CLI::IsMember({"sdc-1", "due", "failure", "change"}))
      ->capture_default_str();
  sub.add_option("--target", targets_,
                 "a shell glob on names such as 'fc1.weight' or '*.potential', may be given again; default: all")
      ->allow_extra_args(false);
  sub.add_option("--format", format_, "how the table is printed")
      ->check(CLI::IsMember({"text", "csv", "markdown", "latex"}))
      ->capture_default_str();
  data_ = inputs_.add_data(sub);
  denoise_ = inputs_.add_denoise(sub, "; default: as in the campaign");
}

SPIKINGJET_INLINE int CoverageCommand::run() {
  require_output();
  enter_stage("reading the store " + file_text(store_));
  const Store store = Store::open(store_, store_patience(store_));
  if (!output_.empty() && !is_npz()) require_places_in_data(store);
  CoverageOptions options{.exposing = *parse_exposing(outcome_), .keep = {}};
  if (!targets_.empty()) {
    std::vector<std::string> names;
    for (const StoredQuantity& quantity : store.quantities()) names.push_back(printable(quantity.name()));
    detail::require_globs_match(targets_, names);
    options.keep = [this](const StoredQuantity& quantity) {
      return detail::any_glob_matches(targets_, quantity.name());
    };
  }
  const Coverage coverage(store, options);
  write_table(coverage.table(), format_, [](std::string_view text) { say("{}", text); });
  if (format_ == "text") say("\n{}\n", coverage.minimum_text());
  if (output_.empty()) return 0;
  const std::vector<std::uint32_t> chosen = set_of(coverage);
  write_set(store, chosen);
  if (format_ == "text" && !names_open_stream(output_))
    say("{} written to {}\n", counted(chosen.size(), "sample"), path_text(output_));
  return 0;
}

SPIKINGJET_INLINE void CoverageCommand::require_output() const {
  if (output_.empty()) {
    if (size_ > 0) throw OptionWithoutEffect("--size", "it says how many samples '-o' writes, and there is no '-o'");
  } else {
    if (!is_npz() && suffix() != ".txt" && suffix() != ".csv" && !names_open_stream(output_))
      throw BadOption("-o", path_text(output_),
                      "a name that ends in .npz, for '--data', or in .txt or .csv, for '--samples @FILE'");
    require_beside_store(store_, output_);
    require_writable(output_, overwrite());
    if (force_) require_replaceable(output_, is_npz() ? OutputKind::npz : OutputKind::text);
  }
  for (const CLI::Option* option : {data_, denoise_})
    if (option->count() > 0 && !is_npz())
      throw OptionWithoutEffect(option->get_name(), "only '-o FILE.npz' writes samples of the data");
}

SPIKINGJET_INLINE std::vector<std::uint32_t> CoverageCommand::set_of(const Coverage& coverage) const {
  if (coverage.exposure().critical() == 0)
    throw Misuse("spikingjet: there is no set of samples to write, as " + coverage.minimum_text() +
                 "; take '--outcome change', or a campaign with more faults");
  if (size_ == 0) return coverage.minimum().columns;
  if (size_ > coverage.greedy().size())
    tell(fmt::format("spikingjet: '--size {}': {} expose all critical faults already; these are written", size_,
                     counted(coverage.greedy().size(), "sample")));
  const auto greedy = coverage.greedy().first(std::min<std::size_t>(size_, coverage.greedy().size()));
  return {greedy.begin(), greedy.end()};
}

SPIKINGJET_INLINE void CoverageCommand::write_set(const Store& store, const std::vector<std::uint32_t>& chosen) {
  std::string bytes;
  if (is_npz()) {
    inputs_.take_samples_of(store);
    if (denoise_->count() == 0)
      inputs_.denoise = parse_number<std::uint32_t>(store.manifest().find("denoise").value_or("")).value_or(0);
    const Dataset dataset = inputs_.load_samples();
    session_->remarks.settle();
    const std::string found = digest_of(inputs_.range_of(dataset)).hex();
    const std::string wanted = store.manifest().find("data").value_or("");
    if (found != wanted)
      throw Misuse(fmt::format(
          "spikingjet: the data are not those of the store '{}' ('data' is '{}' there and '{}' here), so that its "
          "samples cannot be written; give '--data' that the campaign was run with",
          path_text(store.path()), printable(wanted, 40), found));
    bytes = npz_of_samples(dataset, chosen, true);
  } else {
    bytes = sample_list_text(places_in_data(store, chosen), suffix() == ".csv", true);
  }
  OutputFile file(output_, overwrite());
  file.write(bytes);
  file.finish();
}

SPIKINGJET_INLINE void CoverageCommand::require_places_in_data(const Store& store) {
  if (store.manifest().find(Manifest::samples_chosen) == chosen_spread)
    throw Misuse(fmt::format(
        "spikingjet: the samples of '{}' were spread over the classes, and it does not say where they stand in the "
        "data; write the set as .npz",
        path_text(store.path())));
}

SPIKINGJET_INLINE std::vector<std::uint32_t> CoverageCommand::places_in_data(const Store& store,
                                                                             std::vector<std::uint32_t> chosen) {
  const std::vector<std::size_t> list = listed_samples(store);
  if (list.empty()) return chosen;
  for (std::uint32_t& sample : chosen) {
    if (sample >= list.size())
      throw DamagedStore(store.path(), fmt::format("its list of samples has none for sample {}", sample));
    sample = std::uint32_t(list[sample]);
  }
  return chosen;
}

}  // namespace spikingjet
