// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/app/chosen_list.hpp>
#include <spikingjet/app/commands/settings.hpp>
#include <spikingjet/app/decided_text.hpp>
#include <spikingjet/app/inputs.hpp>
#include <spikingjet/app/interrupt.hpp>
#include <spikingjet/app/list_origin.hpp>
#include <spikingjet/app/npy_output.hpp>
#include <spikingjet/app/options.hpp>
#include <spikingjet/app/out_of_memory.hpp>
#include <spikingjet/app/output_path.hpp>
#include <spikingjet/app/removed_unless_kept.hpp>
#include <spikingjet/app/run_errors.hpp>
#include <spikingjet/app/run_recorder.hpp>
#include <spikingjet/app/session.hpp>
#include <spikingjet/app/standard_streams.hpp>
#include <spikingjet/app/status_line.hpp>
#include <spikingjet/app/store_patience.hpp>
#include <spikingjet/app/terminal_text.hpp>
#include <spikingjet/app/validators.hpp>
#include <spikingjet/campaign/campaign.hpp>
#include <spikingjet/campaign/golden_remarks.hpp>
#include <spikingjet/campaign/one_rank.hpp>
#include <spikingjet/campaign/record_campaign.hpp>
#include <spikingjet/campaign/store_block.hpp>
#include <spikingjet/core/arithmetic.hpp>
#include <spikingjet/core/output_file.hpp>
#include <spikingjet/core/parallel.hpp>
#include <spikingjet/engine/device/cuda_engine.hpp>
#include <spikingjet/engine/device/programs.hpp>
#include <spikingjet/engine/differential/differential_engine.hpp>
#include <spikingjet/engine/full/full_engine.hpp>
#include <spikingjet/fault/list_origin.hpp>
#include <spikingjet/inject/injector.hpp>
#include <spikingjet/model/parameters.hpp>
#include <spikingjet/model/sample.hpp>
#include <spikingjet/store/store.hpp>

#if defined(SPIKINGJET_HAS_MPI)
#include <spikingjet/campaign/mpi/engine.hpp>
#endif

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace spikingjet {

/// `run`: injects faults and stores what became of them.
template <class Injector, class Ranks>
class RunCommand : RunSettings {
 public:
  using Net = typename Injector::Network;

  RunCommand(Session<Ranks>& session, const SamplingOptions& sampling)
      : RunSettings(sampling, engine_names()), session_(&session), inputs_(session) {}

  void declare(CLI::App& sub) { RunSettings::declare(sub, inputs_, Injector::fault_types(), Ranks::several); }

  int run() {
    if (!scores_.empty()) require_beside_store(store_, scores_);
    if (backend_ == "cuda") return run_on_gpus();
    for (const char* option : {"--devices", "--gpu-memory"})
      if (sub_->count(option) > 0) throw OptionWithoutBackend(option);
    for (const EngineChoice& engine : engines())
      if (engine.name == engine_) return (this->*engine.run)();
    return 2;  // not reached: the option is checked
  }

 private:
  struct EngineChoice {
    std::string_view name;
    int (RunCommand::*run)();
  };

  template <class Engine>
  static EngineChoice offer() {
    return {Engine::name, &RunCommand::template run_with<Engine>};
  }

  /// What `--engine` offers, the default first.
  static std::vector<EngineChoice> engines() {
    return {offer<DifferentialEngine<Injector>>(), offer<FullEngine<Injector>>()};
  }

  static std::vector<std::string> engine_names() {
    std::vector<std::string> names;
    for (const EngineChoice& engine : engines()) names.emplace_back(engine.name);
    return names;
  }

  int run_on_gpus() {
    if (engine_ != CudaEngine<Injector>::name)
      throw BackendWithoutEngine(backend_, engine_, CudaEngine<Injector>::name);
    GpuOptions gpus{.devices = parse_devices(devices_), .memory_share = double(gpu_memory_) / 100};
    if (session_->ranks.size() > 1 && sub_->count("--devices") == 0) gpus.turn = session_->ranks.gpu_turn();
    return run_with<CudaEngine<Injector>>(gpus);
  }

  template <class Engine, class... EngineOptions>
  int run_with(const EngineOptions&... engine_options) {
    using Clock = std::chrono::steady_clock;
    const ThreadLimit limit(threads_);
    const Clock::time_point start = Clock::now();
    require_sound_arithmetic();
    const Dataset dataset = inputs_.load_samples();
    Parameters<Net> parameters = inputs_.load_weights();
    if constexpr (Ranks::several)
      if (!session_->ranks.is_first()) return serve_first<Engine>(dataset, std::move(parameters), engine_options...);
    const ChosenList list = choose_list(dataset, parameters);
    require_scores_of(list);
    enter_stage("running without faults");
    auto campaign = make_campaign<Injector, Engine>(session_->ranks, std::move(parameters), dataset,
                                                    inputs_.range_of(dataset), engine_options...);
    session_->remarks(golden_remarks(campaign.golden(), Net::Readout::name(), Net::classes));
    session_->remarks.settle();
    Manifest manifest = identify_campaign(campaign, list.faults);
    describe_run(manifest, list);
    const InterruptGuard interrupt;
    Store store = make_store(manifest, list);
    RemovedUnlessKept claim(store_);
    store_golden(store, campaign);
    std::optional<NpyOutput> scores;  // removed again where the campaign does not end
    if (!scores_.empty())
      scores.emplace(scores_, Extents{list.faults.size(), campaign.samples().size(), Net::classes}, overwrite());
    const double prepared = std::chrono::duration<double>(Clock::now() - start).count();
    enter_stage("");
    say("{}", list.plan);
    show_printed();
    enter_stage("injecting the first faults");
    const CampaignOptions options = campaign_options(list);
    RunRecorder recorder({store, claim, scores, list, options.own_outcomes});
    recorder.finish(campaign.run(
        list.faults, [&recorder](const CampaignBlock& block) { recorder.take(block); }, options,
        [&recorder] { return recorder.enough(); }));
    std::string times;
    if constexpr (requires { campaign.engine().times(); }) times = device_times_text(campaign.engine().times());
    recorder.say_found({campaign.samples().size(), prepared, Engine::name, std::move(times)});
    return recorder.tell_end();
  }

  /// Injects what the first of several processes sends.
  template <class Engine, class... EngineOptions>
  int serve_first(const Dataset& dataset, Parameters<Net> parameters, const EngineOptions&... engine_options) {
    session_->remarks.settle();
    Engine engine(std::move(parameters), engine_options...);
    const InterruptGuard interrupt;
    serve(session_->ranks, engine, inputs_.range_of(dataset), &InterruptGuard::raised);
    return 0;
  }

  ChosenList choose_list(const Dataset& dataset, const Parameters<Net>& parameters) {
    enter_stage(list_.fault_file.empty() ? std::string("drawing faults")
                                         : "reading the fault list " + file_text(list_.fault_file));
    const ListChoice choice(*session_, *sub_, list_, compiled_faults<Injector>());
    ChosenList list = choice.choose(dataset, [&] {
      return list_.sampling.pilot.empty() ? subject_of(parameters) : subject_of(parameters, inputs_.range_of(dataset));
    });
    session_->remarks.settle();
    return list;
  }

  Store make_store(const Manifest& manifest, const ChosenList& list) const {
    enter_stage("storing the golden run");
    return Store::create(
        store_, manifest, Net::quantities,
        stored_space(list.origin ? list.origin->population : std::vector<std::uint64_t>{}, list.design),
        store_patience(store_));
  }

  CampaignOptions campaign_options(const ChosenList& list) const {
    CampaignOptions options{
        .keep_readouts = !scores_.empty(), .keep_outcomes = outcomes_, .own_outcomes = session_->example.own_outcomes};
    if (list.watch) options.block_end = [&list](std::uint64_t) { return list.watch->block_end(); };
    return options;
  }

  void describe_run(Manifest& manifest, const ChosenList& list) const {
    const std::optional<ListOrigin>& origin = list.origin;
    manifest.inform("program", session_->example.name);
    manifest.inform("threads", std::to_string(threads_ == 0 ? available_threads() : threads_));
    if (session_->ranks.size() > 1) manifest.inform("ranks", std::to_string(session_->ranks.size()));
    manifest.inform("backend", backend_);
    if (outcomes_) manifest.inform("outcomes", "kept");
    for (std::size_t own = 0; own < session_->example.own_outcomes.size(); ++own)
      manifest.inform(fmt::format("own outcome {}", own), session_->example.own_outcomes[own].name);
    manifest.inform("weights file", inputs_.weights.empty() ? "carried along" : inputs_.weights);
    if (!inputs_.state_dict.empty()) manifest.inform("state_dict", inputs_.state_dict);
    manifest.inform("data file", inputs_.data.empty() ? "carried along" : inputs_.data);
    manifest.inform("denoise", std::to_string(inputs_.denoise));
    inputs_.inform_of_samples(manifest);
    if (inputs_.repeat > 0) manifest.inform("repeated steps", std::to_string(inputs_.repeat));
    detail::require_inside_0_1("confidence", list_.sampling.confidence);
    const bool as_drawn = origin && sub_->count("--confidence") == 0;
    manifest.inform(std::string(Manifest::confidence),
                    fmt::format("{}", as_drawn ? origin->confidence : list_.sampling.confidence));
    if (!list_.fault_file.empty()) manifest.inform("fault file", list_.fault_file);
    inform_of_origin(manifest, origin, list_.random);
    if (!list.design.strata.empty()) manifest.inform("order", list.design.in_order_of_draw ? "drawn" : "space");
    if (list.watch) manifest.inform("until", list.watch->rule().str());
  }

  Session<Ranks>* session_;
  InputFiles<Net> inputs_;
};

}  // namespace spikingjet
