// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/app/commands/settings.hpp>
#include <spikingjet/app/inputs.hpp>
#include <spikingjet/app/options.hpp>
#include <spikingjet/app/output_path.hpp>
#include <spikingjet/app/pilot_store.hpp>
#include <spikingjet/app/run_errors.hpp>
#include <spikingjet/app/sampling.hpp>
#include <spikingjet/app/status_line.hpp>
#include <spikingjet/app/terminal_text.hpp>
#include <spikingjet/app/validators.hpp>
#include <spikingjet/core/compiled.hpp>
#include <spikingjet/core/output_file.hpp>
#include <spikingjet/fault/fault_type.hpp>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <cstddef>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace spikingjet {

SPIKINGJET_INLINE void GoldenSettings::declare(CLI::App& sub, InputOptions& inputs) {
  inputs.add_all(sub);
  add_threads(sub, threads_);
  sub.add_option("-o,--output", output_, "write spikes per layer and step as CSV");
  sub.add_option("--readouts", readouts_, "write the readouts before softmax as .npy (sample, class)");
  sub.add_option("--spikes", spikes_,
                 "write the spikes of all neurons, layer behind layer, as .npy (sample, step, neuron)");
  sub.add_flag("--force", force_, "overwrite these files where they exist");
}

SPIKINGJET_INLINE void GoldenSettings::require_outputs() const {
  const std::vector<std::pair<std::string, OutputKind>> outputs{
      {output_, OutputKind::text}, {readouts_, OutputKind::npy}, {spikes_, OutputKind::npy}};
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    if (outputs[i].first.empty()) continue;
    require_replaceable(outputs[i].first, outputs[i].second);
    require_writable(outputs[i].first, overwrite());
    for (std::size_t j = 0; j < i; ++j)
      if (!outputs[j].first.empty()) require_different(outputs[j].first, outputs[i].first);
  }
}

SPIKINGJET_INLINE void FaultsSettings::declare(CLI::App& sub, InputOptions& inputs,
                                               std::span<const FaultTypeInfo> types) {
  add_sampling(sub, sampling_, types);
  auto* steps = sub.add_option("--steps", steps_, "number of steps, for transient faults without --data");
  steps->check(whole_number(1, 1'000'000'000));
  sub.add_option("--data", inputs.data, "dataset, which tells the number of steps")->excludes(steps);
  inputs.add_weights(sub);
  sub.add_option("-o,--output", output_, "the CSV file to write; '-' is the standard output")->required();
  sub.add_flag("--force", force_, "replace the file that is there");
}

SPIKINGJET_INLINE void FaultsSettings::tell_of_pilot(const SamplingSubject& subject) const {
  tell(fmt::format("spikingjet: that '{}' is a pilot {}", path_text(sampling_.pilot),
                   subject.weights.empty()
                       ? "of the same weights is not checked without '--weights', nor that it is one on the same "
                         "samples; 'run --pilot' checks both"
                       : "on the same samples is not checked; 'run --pilot' checks it"));
  for (const std::string& sentence : pilot_remarks(sampling_.pilot, subject)) tell(sentence);
}

SPIKINGJET_INLINE RunSettings::RunSettings(const SamplingOptions& sampling, std::vector<std::string> engines)
    : list_{.sampling = sampling}, engines_(std::move(engines)), engine_(engines_.front()) {}

SPIKINGJET_INLINE void RunSettings::declare(CLI::App& sub, InputOptions& inputs, std::span<const FaultTypeInfo> types,
                                            bool several_processes) {
  sub_ = &sub;
  sub.add_option("--store", store_, "the SQLite file to make")->required();
  auto* list =
      sub.add_option("--faults", list_.fault_file, "fault list as CSV; without it the sampling options draw one");
  sub.add_flag("--outcomes", outcomes_,
               "keep the outcome of every injection in the store: which samples expose a fault, and how");
  sub.add_option("--scores", scores_, "write every readout before softmax as .npy (fault, sample, class)");
  sub.add_flag("--force", force_, "let '--scores' overwrite a file");
  sub.add_option("--engine", engine_, "how injections are simulated")
      ->check(CLI::IsMember(engines_))
      ->capture_default_str();
  sub.add_option("--backend", backend_, "where they are simulated")
      ->check(CLI::IsMember({"cpu", "cuda"}))
      ->capture_default_str();
  const char* in_turn = several_processes ? "; processes of mpirun take one each, in turn, without it" : "";
  sub.add_option("--devices", devices_,
                 fmt::format("GPUs to use with '--backend cuda', separated by commas: 0,1{}", in_turn))
      ->check(device_numbers())
      ->capture_default_str();
  sub.add_option("--gpu-memory", gpu_memory_, "percent of each GPU's free memory to use")
      ->check(whole_number(1, 100))
      ->capture_default_str();
  for (CLI::Option* option : add_sampling(sub, list_.sampling, types)) list->excludes(option);
  list->excludes(sub.add_option("--until", list_.until,
                                "end as soon as a rate is known so well, 'SDC_1 all <= 0.002'; default: never"));
  list->excludes(
      sub.add_option("--order", list_.order,
                     "of injection: space, which is faster, or drawn, which is a random sample wherever it ends")
          ->check(CLI::IsMember({"space", "drawn"}))
          ->capture_default_str());
  sub.add_flag("--random", list_.random, "the list of '--faults' is a simple random sample, whatever it says of itself")
      ->needs(list);
  inputs.add_all(sub);
  add_threads(sub, threads_);
}

SPIKINGJET_INLINE void RunSettings::require_scores_of(const ChosenList& list) const {
  if (scores_.empty()) return;
  if (list.watch) throw ScoresOfUnknownSize();
  require_replaceable(scores_, OutputKind::npy);
  require_writable(scores_, overwrite());
}

SPIKINGJET_INLINE void VerifySettings::declare(CLI::App& sub, InputOptions& inputs) {
  sub.add_option("store", store_, "a store that 'run' made")->required();
  auto* injections = sub.add_option("--injections", options_.injections,
                                    "at least so many; default: as many as find 0.1 % falsified faults with 99 %");
  injections->check(whole_number(1, 1'000'000'000'000'000));
  sub.add_option("--seconds", seconds_, "time after which less is done, without '--injections'")
      ->check(whole_number(1, 1'000'000'000))
      ->excludes(injections)
      ->capture_default_str();
  add_seed(sub, options_.seed, "seed of the draw");
  inputs.add_files(sub);
  denoise_ = inputs.add_denoise(sub, "; default: as in the campaign");
  inputs.add_strict(sub);
  add_threads(sub, threads_);
}

}  // namespace spikingjet
