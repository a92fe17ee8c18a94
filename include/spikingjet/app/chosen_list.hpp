// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/analysis/stopping_rule.hpp>
#include <spikingjet/app/campaign_watch.hpp>
#include <spikingjet/app/command_session.hpp>
#include <spikingjet/app/list_origin.hpp>
#include <spikingjet/app/options.hpp>
#include <spikingjet/app/pilot_store.hpp>
#include <spikingjet/fault/fault_list.hpp>
#include <spikingjet/fault/fault_space.hpp>
#include <spikingjet/fault/list_origin.hpp>
#include <spikingjet/fault/sample_design.hpp>
#include <spikingjet/fault/sampling_method.hpp>
#include <spikingjet/model/sample.hpp>

#include <CLI/CLI.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace spikingjet {

/// The faults of a run, and what is known of where they are from.
struct ChosenList {
  FaultList faults;
  std::optional<ListOrigin> origin;
  SampleDesign design{};                   // empty where nobody knows it
  std::string plan{};                      // of faults that were drawn, for people
  std::unique_ptr<CampaignWatch> watch{};  // where a rule ends the campaign
};

/// What a command line says of the faults to inject.
struct ListOptions {
  SamplingOptions sampling{};
  std::string fault_file{};  // of `--faults`; empty: they are drawn
  bool random = false;       // the list of `--faults` is a simple random sample
  std::string until{};       // the rule that ends the campaign; empty: none
  std::string order = "space";
};

/// The choice of the faults of a run: a list that was given, or one drawn from the space of the injector.
///
/// Session, command and options must outlive it.
class ListChoice {
 public:
  ListChoice(CommandSession& session, const CLI::App& sub, const ListOptions& options, const CompiledFaults& compiled);

  /// The list that was given, or one drawn; `subject` is asked for where drawing looks at the network, and knows the
  /// samples where there is a pilot.
  ChosenList choose(const Dataset& dataset, const std::function<SamplingSubject()>& subject) const;

 private:
  /// The steps of the longest sample.
  static std::optional<std::uint64_t> steps_of(const Dataset& dataset);

  /// That of `--method`; where `--until` alone says how many faults there are, it is iterative.
  SamplingMethod chosen_method() const;

  /// What ends the campaign: `--until`, or of an iterative one the margin of SDC-1.
  std::optional<StoppingRule> stopping_rule(const SamplingMethod& method) const;

  /// Draws from a space that stay in the order of the draw.
  ChosenList choose_in_order(const FaultSpace& space, const SamplingMethod& method, std::optional<std::uint64_t> steps,
                             bool has_labels) const;

  CommandSession* session_;
  const CLI::App* sub_;
  const ListOptions& options_;
  CompiledFaults compiled_;
};

}  // namespace spikingjet

#if !defined(SPIKINGJET_COMPILED)
#include <spikingjet/app/definitions/chosen_list.hpp>
#endif
