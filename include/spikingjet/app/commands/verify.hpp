// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/app/commands/settings.hpp>
#include <spikingjet/app/decided_text.hpp>
#include <spikingjet/app/inputs.hpp>
#include <spikingjet/app/out_of_memory.hpp>
#include <spikingjet/app/progress_line.hpp>
#include <spikingjet/app/session.hpp>
#include <spikingjet/app/status_line.hpp>
#include <spikingjet/app/store_patience.hpp>
#include <spikingjet/app/terminal_text.hpp>
#include <spikingjet/campaign/golden_remarks.hpp>
#include <spikingjet/campaign/verify.hpp>
#include <spikingjet/core/arithmetic.hpp>
#include <spikingjet/core/parallel.hpp>
#include <spikingjet/core/text.hpp>
#include <spikingjet/engine/full/full_engine.hpp>
#include <spikingjet/model/parameters.hpp>
#include <spikingjet/model/sample.hpp>
#include <spikingjet/store/store.hpp>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <utility>

namespace spikingjet {

/// `verify`: random faults of a store again, on the engine `full`.
template <class Injector, class Ranks>
class VerifyCommand : VerifySettings {
 public:
  using Net = typename Injector::Network;

  explicit VerifyCommand(Session<Ranks>& session) : session_(&session), inputs_(session) {}

  void declare(CLI::App& sub) { VerifySettings::declare(sub, inputs_); }

  int run() {
    const ThreadLimit limit(threads_);
    require_sound_arithmetic();
    enter_stage("reading the store " + file_text(store_));
    const Store store = Store::open(store_, store_patience(store_));
    inputs_.take_samples_of(store);
    if (denoise_->count() == 0)
      inputs_.denoise = parse_number<std::uint32_t>(store.manifest().find("denoise").value_or("")).value_or(0);
    options_.seconds = double(seconds_);
    const Dataset dataset = inputs_.load_samples();
    Parameters<Net> parameters = inputs_.load_weights();
    session_->remarks.settle();
    enter_stage("running on 'full' again");
    const Verification found = [&] {
      ProgressLine line;
      return verify<Injector>(
          store, std::move(parameters), dataset, options_, [&line](const Progress& progress) { line.show(progress); },
          [&](std::span<const GoldenOutcome> golden) {
            session_->remarks(golden_remarks(golden, Net::Readout::name(), Net::classes));
            session_->remarks.settle();
          });
    }();

    constexpr std::size_t shown = 20;
    for (std::size_t d = 0; d < std::min(shown, found.differences.size()); ++d)
      tell(describe(store, found.differences[d]));
    if (found.differences.size() > shown) tell(fmt::format("and {} more", found.differences.size() - shown));
    if (!found.golden.empty())
      tell(fmt::format(
          "spikingjet: the golden run in '{}' differs from that of 'full' in {} samples, the first of them {}",
          path_text(store_), found.golden.size(), found.golden.front()));
    if (found.stored_faults < found.all_faults && store.manifest().find("ended") != "by rule")
      say("the store is unfinished: it has {} of {} faults, and these were drawn from\n", found.stored_faults,
          found.all_faults);
    say("verified {} on '{}': ", injections_text(found.injections(), found.faults, found.samples),
        FullEngine<Injector>::name);
    if (found.differences.empty())
      say("all records equal{}\n", found.golden.empty() ? "" : ", the golden run differs");
    else
      say("{} of {} records differ\n", found.differences.size(), found.faults);
    say("{}\n", certainty(found));
    return found.equal() ? 0 : 1;
  }

 private:
  /// What would have been found.
  std::string certainty(const Verification& found) const {
    if (found.faults == found.stored_faults) return "these are all faults of the store";
    const std::uint64_t fewest = found.fewest_found(options_.confidence);
    return fmt::format(
        "had {} or more of the {} stored faults ({:.2g} %) been falsified, one of them would have been found with {:g} "
        "%{}",
        fewest, found.stored_faults, 100 * double(fewest) / double(found.stored_faults), 100 * options_.confidence,
        found.faults < found.wanted ? fmt::format("; the {} s are over: '--seconds' gives more", seconds_) : "");
  }

  Session<Ranks>* session_;
  InputFiles<Net> inputs_;
};

}  // namespace spikingjet
