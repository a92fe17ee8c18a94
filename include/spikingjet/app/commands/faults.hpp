// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/app/chosen_faults.hpp>
#include <spikingjet/app/inputs.hpp>
#include <spikingjet/app/list_origin.hpp>
#include <spikingjet/app/options.hpp>
#include <spikingjet/app/output_path.hpp>
#include <spikingjet/app/pilot_store.hpp>
#include <spikingjet/app/plan_table.hpp>
#include <spikingjet/app/sampling.hpp>
#include <spikingjet/app/session.hpp>
#include <spikingjet/app/status_line.hpp>
#include <spikingjet/app/terminal_text.hpp>
#include <spikingjet/app/validators.hpp>
#include <spikingjet/core/output_file.hpp>
#include <spikingjet/fault/fault_space.hpp>
#include <spikingjet/fault/list_writer.hpp>
#include <spikingjet/fault/sampling_method.hpp>
#include <spikingjet/fault/sampling_plan.hpp>
#include <spikingjet/model/parameters.hpp>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <cstdint>
#include <optional>
#include <string>

namespace spikingjet {

/// `faults`: a fault list as CSV.
template <class Injector, class Ranks>
class FaultsCommand {
 public:
  using Net = typename Injector::Network;

  FaultsCommand(Session<Ranks>& session, const SamplingOptions& sampling) : inputs_(session), sampling_(sampling) {}

  void declare(CLI::App& sub) {
    add_sampling(sub, sampling_, Injector::fault_types());
    auto* steps = sub.add_option("--steps", steps_, "number of steps, for transient faults without --data");
    steps->check(whole_number(1, 1'000'000'000));
    sub.add_option("--data", inputs_.data, "dataset, which tells the number of steps")->excludes(steps);
    inputs_.add_weights(sub);
    sub.add_option("-o,--output", output_, "the CSV file to write; '-' is the standard output")->required();
    sub.add_flag("--force", force_, "replace the file that is there");
  }

  int run() const {
    const bool weighs = looks_at_weights();
    const std::optional<std::uint64_t> steps = needs_steps<Injector>(sampling_) ? known_steps() : std::nullopt;
    require_replaceable(output_, OutputKind::text);
    require_writable(output_, overwrite());
    const FaultSpace space = requested_space<Injector>(sampling_, steps);
    std::optional<Parameters<Net>> parameters;
    if (weighs && inputs_.has_weights()) parameters = inputs_.load_weights();
    enter_stage("planning the sample");
    const SamplingSubject subject = parameters ? subject_of(*parameters) : SamplingSubject{.network = Net::summary()};
    const ChosenFaults chosen = choose_faults(space, sampling_, subject, [](const SamplingPlan& plan) {
      enter_stage(drawing_text(plan));
      say("{}", plan_table(plan));
    });
    if (!sampling_.pilot.empty()) tell_of_pilot(subject);
    enter_stage(fmt::format("writing {} faults to '{}'", chosen.faults.size(), path_text(output_)));
    write_fault_list(output_, chosen.faults, Net::quantities, origin_of(space, chosen.plan, sampling_, steps),
                     overwrite());
    say("{} faults of {} written to {}\n", chosen.faults.size(), space.size(), path_text(output_));
    return 0;
  }

 private:
  /// Tells what is to be told of the pilot, and what nobody compared.
  void tell_of_pilot(const SamplingSubject& subject) const {
    tell(fmt::format("spikingjet: that '{}' is a pilot {}", path_text(sampling_.pilot),
                     subject.weights.empty()
                         ? "of the same weights is not checked without '--weights', nor that it is one on the same "
                           "samples; 'run --pilot' checks both"
                         : "on the same samples is not checked; 'run --pilot' checks it"));
    for (const std::string& sentence : pilot_remarks(sampling_.pilot, subject)) tell(sentence);
  }

  Overwrite overwrite() const { return force_ ? Overwrite::yes : Overwrite::no; }

  std::optional<std::uint64_t> known_steps() const {
    return steps_ > 0 ? std::optional(steps_) : inputs_.known_steps();
  }

  /// Whether the sample depends on weights.
  ///
  /// **Errors** those of `choose_method`; `OptionWithoutEffect` where weights were given and it does not.
  bool looks_at_weights() const {
    const bool expects = choose_method(sampling_).kind() == SamplingMethod::Kind::data_aware && sampling_.rates.empty();
    const bool weighs = expects || !sampling_.pilot.empty();
    if (!weighs && !inputs_.weights.empty())
      throw OptionWithoutEffect("--weights", "only 'data-aware' without '--rates', and pilots, look at weights");
    return weighs;
  }

  InputFiles<Net, Ranks> inputs_;
  SamplingOptions sampling_;
  std::uint64_t steps_ = 0;
  std::string output_;
  bool force_ = false;
};

}  // namespace spikingjet
