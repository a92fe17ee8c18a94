// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/app/chosen_faults.hpp>
#include <spikingjet/app/commands/settings.hpp>
#include <spikingjet/app/inputs.hpp>
#include <spikingjet/app/list_origin.hpp>
#include <spikingjet/app/options.hpp>
#include <spikingjet/app/output_path.hpp>
#include <spikingjet/app/pilot_store.hpp>
#include <spikingjet/app/plan_table.hpp>
#include <spikingjet/app/session.hpp>
#include <spikingjet/app/status_line.hpp>
#include <spikingjet/app/terminal_text.hpp>
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

namespace spikingjet {

/// `faults`: a fault list as CSV.
template <class Injector, class Ranks>
class FaultsCommand : FaultsSettings {
 public:
  using Net = typename Injector::Network;

  FaultsCommand(Session<Ranks>& session, const SamplingOptions& sampling)
      : FaultsSettings(sampling), inputs_(session) {}

  void declare(CLI::App& sub) { FaultsSettings::declare(sub, inputs_, Injector::fault_types()); }

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
    write_fault_list(output_, chosen.faults, Net::quantities,
                     origin_of(space, chosen.plan, sampling_, steps, chosen.pilot), overwrite());
    say("{} faults of {} written to {}\n", chosen.faults.size(), space.size(), path_text(output_));
    return 0;
  }

 private:
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

  InputFiles<Net> inputs_;
};

}  // namespace spikingjet
