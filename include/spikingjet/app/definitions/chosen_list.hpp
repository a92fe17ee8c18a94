// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/analysis/rates.hpp>
#include <spikingjet/analysis/stopping_rule.hpp>
#include <spikingjet/app/campaign_watch.hpp>
#include <spikingjet/app/chosen_faults.hpp>
#include <spikingjet/app/chosen_list.hpp>
#include <spikingjet/app/command_session.hpp>
#include <spikingjet/app/list_origin.hpp>
#include <spikingjet/app/options.hpp>
#include <spikingjet/app/pilot_store.hpp>
#include <spikingjet/app/plan_table.hpp>
#include <spikingjet/app/status_line.hpp>
#include <spikingjet/app/terminal_text.hpp>
#include <spikingjet/core/compiled.hpp>
#include <spikingjet/fault/fault_space.hpp>
#include <spikingjet/fault/list_origin.hpp>
#include <spikingjet/fault/list_reader.hpp>
#include <spikingjet/fault/sample_design.hpp>
#include <spikingjet/fault/sample_size.hpp>
#include <spikingjet/fault/sampling_method.hpp>
#include <spikingjet/fault/sampling_plan.hpp>
#include <spikingjet/fault/stratification.hpp>
#include <spikingjet/fault/window_warnings.hpp>
#include <spikingjet/model/sample.hpp>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <algorithm>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace spikingjet {

SPIKINGJET_INLINE ListChoice::ListChoice(CommandSession& session, const CLI::App& sub, const ListOptions& options,
                                         const CompiledFaults& compiled)
    : session_(&session), sub_(&sub), options_(options), compiled_(compiled) {}

SPIKINGJET_INLINE ChosenList ListChoice::choose(const Dataset& dataset,
                                                const std::function<SamplingSubject()>& subject) const {
  const std::optional<std::uint64_t> steps = steps_of(dataset);
  if (!options_.fault_file.empty()) {
    LoadedFaultList list =
        load_fault_list(options_.fault_file, compiled_.quantities, compiled_.types, session_->warn());
    const std::string name = options_.fault_file == "-" ? "the standard input" : path_text(options_.fault_file);
    require_windows_begin(list, steps.value_or(1), name);
    ListVerdict verdict = judge_list(compiled_, list, options_.sampling, steps.value_or(1), options_.random);
    for (const std::string& clause : verdict.notes) tell("spikingjet: " + name + ": " + clause);
    for (const std::string& clause : verdict.contradictions) session_->remarks("spikingjet: " + name + ": " + clause);
    for (const std::string& clause : window_warnings(list, steps.value_or(1)))
      session_->remarks("spikingjet: " + name + ": " + clause);
    return {std::move(list.faults), std::move(verdict.origin),
            verdict.design ? std::move(*verdict.design) : SampleDesign{}};
  }
  const FaultSpace space = requested_space(compiled_, options_.sampling, steps);
  const bool of_steps = needs_steps(compiled_, options_.sampling);
  enter_stage("planning the sample");
  if (const SamplingMethod method = chosen_method(); options_.order == "drawn" || stopping_rule(method))
    return choose_in_order(space, method, of_steps ? steps : std::nullopt, !dataset.labels.empty());
  const SamplingSubject drawn_for = subject();
  ChosenFaults chosen = choose_faults(space, options_.sampling, drawn_for,
                                      [](const SamplingPlan& plan) { enter_stage(drawing_text(plan)); });
  if (const std::string& pilot = options_.sampling.pilot; !pilot.empty())
    for (const std::string& sentence : pilot_remarks(pilot, drawn_for)) session_->remarks(sentence);
  ListOrigin origin = origin_of(space, chosen.plan, options_.sampling, of_steps ? steps : std::nullopt, chosen.pilot);
  SampleDesign design = design_of(chosen);
  return {std::move(chosen.faults), std::move(origin), std::move(design), plan_table(chosen.plan)};
}

SPIKINGJET_INLINE std::optional<std::uint64_t> ListChoice::steps_of(const Dataset& dataset) {
  std::optional<std::uint64_t> steps;
  for (const Sample& sample : dataset.samples) steps = std::max(steps.value_or(0), std::uint64_t{sample.steps()});
  return steps;
}

SPIKINGJET_INLINE SamplingMethod ListChoice::chosen_method() const {
  SamplingOptions options = options_.sampling;
  if (!options_.until.empty() && sub_->count("--method") == 0) options.method = "iterative";
  return choose_method(options);
}

SPIKINGJET_INLINE std::optional<StoppingRule> ListChoice::stopping_rule(const SamplingMethod& method) const {
  const bool iterative = method.kind() == SamplingMethod::Kind::iterative;
  if (!options_.until.empty()) {
    if (iterative && options_.sampling.margin)
      throw OptionWithoutEffect("--margin", "'--until' says what ends the campaign");
    return StoppingRule::parse(options_.until);
  }
  if (!iterative) return std::nullopt;
  StoppingRule rule = StoppingRule::parse("SDC_1 all <= 0.01");
  rule.half_width = options_.sampling.precision().margin;  // `require_iterative_margin` judges it
  return rule;
}

SPIKINGJET_INLINE ChosenList ListChoice::choose_in_order(const FaultSpace& space, const SamplingMethod& method,
                                                         std::optional<std::uint64_t> steps, bool has_labels) const {
  using Kind = SamplingMethod::Kind;
  if (method.by() != "nothing")
    throw BadOption("--method", options_.sampling.method,
                    "exhaustive, network-wise, iterative or count:N beside '--until' and '--order drawn', as strata "
                    "have no common order");
  if (space.size() == 0) throw NoFaultLeft();
  require_iterative_margin(method, options_.sampling, space.size());
  const std::optional<StoppingRule> rule = stopping_rule(method);
  if (rule && detail::rates[rule->rate].name == "facc" && !has_labels)
    throw BadStoppingRule(rule->str(), "asks how often predictions are right, and the data have no labels",
                          "give data with labels, or name another rate");
  detail::require_inside_0_1("confidence", options_.sampling.confidence);
  SamplingPlan plan = plan_of(method, unstratified(space), options_.sampling.precision());
  if (options_.sampling.margin && method.kind() == Kind::network_wise) require_sample(plan);
  if (rule && method.kind() == Kind::iterative)
    plan.strata[0].faults = CampaignWatch::most_faults(space, *rule, options_.sampling.confidence);
  if (rule) {  // which says what is asked for, and in which order
    if (sub_->count("--order") > 0 && options_.order == "space")
      throw OptionWithoutEffect("--order space", "a campaign that a rule ends injects in the order of the draw");
    if (!options_.until.empty()) plan.precision.reset();
  }
  const std::uint64_t count = plan.faults();
  auto [faults, design] = draw_in_order(space, count, options_.sampling.seed);
  design.strata = plan.strata;
  ChosenList list{std::move(faults), origin_of(space, plan, options_.sampling, steps), std::move(design)};
  if (rule)
    list.watch = std::make_unique<CampaignWatch>(space, *rule, count, options_.sampling.confidence,
                                                 options_.sampling.precision().p);
  list.plan = rule ? fmt::format("{}: {}\n", plan.method, list.watch->plan_text()) : plan_table(plan);
  return list;
}

}  // namespace spikingjet
