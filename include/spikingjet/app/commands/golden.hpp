// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/app/activity_remarks.hpp>
#include <spikingjet/app/activity_table.hpp>
#include <spikingjet/app/commands/settings.hpp>
#include <spikingjet/app/golden_text.hpp>
#include <spikingjet/app/inputs.hpp>
#include <spikingjet/app/npy_output.hpp>
#include <spikingjet/app/output_path.hpp>
#include <spikingjet/app/session.hpp>
#include <spikingjet/app/status_line.hpp>
#include <spikingjet/app/terminal_text.hpp>
#include <spikingjet/campaign/campaign.hpp>
#include <spikingjet/campaign/golden_remarks.hpp>
#include <spikingjet/core/output_file.hpp>
#include <spikingjet/core/parallel.hpp>
#include <spikingjet/inject/injector.hpp>
#include <spikingjet/model/parameters.hpp>
#include <spikingjet/model/sample.hpp>
#include <spikingjet/outcome/outcome.hpp>

#include <CLI/CLI.hpp>

#include <chrono>
#include <cstddef>
#include <set>
#include <span>
#include <string>
#include <utility>

namespace spikingjet {

/// Samples of different numbers of steps where one array is to hold the spikes of all.
class StepsDiffer : public Misuse {
 public:
  StepsDiffer(std::size_t least, std::size_t most)
      : Misuse("spikingjet: '--spikes' needs samples of equal numbers of steps, these have " + std::to_string(least) +
               " to " + std::to_string(most) + "; pass them in files of their own") {}
};

/// `golden`: the network without faults.
template <class Injector, class Ranks>
class GoldenCommand : GoldenSettings {
 public:
  using Net = typename Injector::Network;

  explicit GoldenCommand(Session<Ranks>& session) : session_(&session), inputs_(session) {}

  void declare(CLI::App& sub) { GoldenSettings::declare(sub, inputs_); }

  int run() {
    require_outputs();
    const ThreadLimit limit(threads_);
    const Dataset dataset = inputs_.load_samples();
    Parameters<Net> parameters = inputs_.load_weights();
    session_->remarks.settle();
    enter_stage("running without faults");
    const auto start = std::chrono::steady_clock::now();
    const Campaign<Injector> campaign(std::move(parameters), dataset, inputs_.range_of(dataset));
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    session_->remarks(golden_remarks(campaign.golden(), Net::Readout::name(), Net::classes));
    if (session_->remarks.strict)
      session_->remarks(activity_remarks<Net>(count_spikes<Net>(campaign.parameters(), campaign.samples()),
                                              campaign.parameters(), campaign.golden().size()));
    session_->remarks.settle();

    const SpikeCounter<Net> activity = write_spikes(campaign.parameters(), campaign.samples());
    session_->remarks(activity_remarks<Net>(activity, campaign.parameters(), campaign.golden().size()));
    write_readouts(campaign.golden());
    if (!output_.empty()) write_csv(activity_csv<Net>(activity, campaign.golden().size()));
    say("network    {}\n{}\n{}", Net::summary(), golden_text(campaign.golden(), campaign.samples(), seconds),
               activity_text<Net>(activity, campaign.golden().size()));
    return 0;
  }

 private:
  /// Counts spikes, and writes each of them where told.
  SpikeCounter<Net> write_spikes(const Parameters<Net>& parameters, const SampleRange& samples) const {
    if (spikes_.empty()) return count_spikes<Net>(parameters, samples);
    std::set<std::size_t> steps;
    for (std::size_t s = 0; s < samples.distinct(); ++s) steps.insert(samples[s].steps());
    if (steps.size() > 1) throw StepsDiffer(*steps.begin(), *steps.rbegin());
    NpyOutput file(spikes_, {samples.distinct(), *steps.begin(), neuron_count<Net>()}, overwrite());
    SpikeCounter<Net> counter =
        count_spikes<Net>(parameters, samples, [&file](std::span<const float> spikes) { file.write(spikes); });
    file.finish();
    return counter;
  }

  void write_readouts(std::span<const GoldenOutcome> golden) const {
    if (readouts_.empty()) return;
    NpyOutput file(readouts_, {golden.size(), Net::classes}, overwrite());
    for (const GoldenOutcome& outcome : golden) file.write(outcome.readout());
    file.finish();
  }

  void write_csv(const std::string& text) const {
    OutputFile file(output_, overwrite());
    file.write(text);
    file.finish();
  }

  Session<Ranks>* session_;
  InputFiles<Net> inputs_;
};

}  // namespace spikingjet
