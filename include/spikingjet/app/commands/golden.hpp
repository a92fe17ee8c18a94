// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/app/activity_table.hpp>
#include <spikingjet/app/inputs.hpp>
#include <spikingjet/app/output_path.hpp>
#include <spikingjet/app/session.hpp>
#include <spikingjet/app/validators.hpp>
#include <spikingjet/campaign/campaign.hpp>
#include <spikingjet/core/parallel.hpp>
#include <spikingjet/inject/injector.hpp>
#include <spikingjet/model/sample.hpp>
#include <spikingjet/outcome/outcome.hpp>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <chrono>
#include <cstddef>
#include <string>

namespace spikingjet {

/// `golden`: the network without faults.
template <class Injector, class Ranks>
class GoldenCommand {
 public:
  using Net = typename Injector::Network;

  explicit GoldenCommand(const Session<Ranks>& session) : inputs_(session) {}

  void declare(CLI::App& sub) {
    inputs_.add_all(sub);
    add_threads(sub, threads_);
    sub.add_option("-o,--output", output_, "write spikes per layer and step as CSV");
  }

  int run() const {
    if (!output_.empty()) require_replaceable(output_, OutputKind::text);
    const ThreadLimit limit(threads_);
    const Dataset dataset = inputs_.load_samples();
    const auto start = std::chrono::steady_clock::now();
    const Campaign<Injector> campaign(inputs_.load_weights(), dataset, inputs_.range_of(dataset));
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    const SpikeCounter<Net> spikes = count_spikes<Net>(campaign.parameters(), campaign.samples());

    std::size_t labelled = 0;
    std::size_t correct = 0;
    for (const GoldenOutcome& golden : campaign.golden()) {
      labelled += golden.label().has_value();
      correct += golden.correct();
    }
    fmt::print("network    {}\n", Net::summary());
    fmt::print("samples    {} in {:.3g} s\n", campaign.golden().size(), seconds);
    if (labelled > 0)
      fmt::print("accuracy   {:.2f} % ({} of {})\n", 100.0 * double(correct) / double(labelled), correct, labelled);
    fmt::print("\n{}", activity_text<Net>(spikes, campaign.golden().size()));
    if (!output_.empty()) write_text(output_, activity_csv<Net>(spikes, campaign.golden().size()));
    return 0;
  }

 private:
  InputFiles<Net, Ranks> inputs_;
  std::size_t threads_ = 0;
  std::string output_;
};

}  // namespace spikingjet
