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
#include <spikingjet/app/progress_line.hpp>
#include <spikingjet/app/progress_text.hpp>
#include <spikingjet/app/removed_unless_kept.hpp>
#include <spikingjet/app/run_errors.hpp>
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
#include <spikingjet/core/arithmetic.hpp>
#include <spikingjet/core/output_file.hpp>
#include <spikingjet/core/parallel.hpp>
#include <spikingjet/engine/decision.hpp>
#include <spikingjet/engine/device/cuda_engine.hpp>
#include <spikingjet/engine/device/programs.hpp>
#include <spikingjet/engine/differential/differential_engine.hpp>
#include <spikingjet/engine/full/full_engine.hpp>
#include <spikingjet/fault/fault_list.hpp>
#include <spikingjet/fault/list_origin.hpp>
#include <spikingjet/inject/injector.hpp>
#include <spikingjet/model/parameters.hpp>
#include <spikingjet/model/sample.hpp>
#include <spikingjet/store/store.hpp>

#if defined(SPIKINGJET_HAS_MPI)
#include <spikingjet/campaign/mpi/engine.hpp>
#endif

#include <CLI/CLI.hpp>
#include <fmt/format.h>

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
    const auto since = [](Clock::time_point start) {
      return std::chrono::duration<double>(Clock::now() - start).count();
    };
    const ThreadLimit limit(threads_);
    const Clock::time_point start = Clock::now();
    require_sound_arithmetic();
    const Dataset dataset = inputs_.load_samples();
    Parameters<Net> parameters = inputs_.load_weights();
    if constexpr (Ranks::several) {
      if (!session_->ranks.is_first()) {
        session_->remarks.settle();
        Engine engine(std::move(parameters), engine_options...);
        const InterruptGuard interrupt;
        serve(session_->ranks, engine, inputs_.range_of(dataset), &InterruptGuard::raised);
        return 0;
      }
    }
    enter_stage(list_.fault_file.empty() ? std::string("drawing faults")
                                         : "reading the fault list " + file_text(list_.fault_file));
    const ChosenList list = ListChoice(*session_, *sub_, list_, compiled_faults<Injector>()).choose(dataset, [&] {
      return list_.sampling.pilot.empty() ? subject_of(parameters) : subject_of(parameters, inputs_.range_of(dataset));
    });
    const FaultList& faults = list.faults;
    session_->remarks.settle();
    if (list.watch && !scores_.empty()) throw ScoresOfUnknownSize();
    const Overwrite overwrite = force_ ? Overwrite::yes : Overwrite::no;
    if (!scores_.empty()) {
      require_replaceable(scores_, OutputKind::npy);
      require_writable(scores_, overwrite);
    }
    enter_stage("running without faults");
    auto campaign = make_campaign<Injector, Engine>(session_->ranks, std::move(parameters), dataset,
                                                    inputs_.range_of(dataset), engine_options...);
    session_->remarks(golden_remarks(campaign.golden(), Net::Readout::name(), Net::classes));
    session_->remarks.settle();

    Manifest manifest = identify_campaign(campaign, faults);
    describe_run(manifest, list);
    const InterruptGuard interrupt;
    enter_stage("storing the golden run");
    Store store =
        Store::create(store_, manifest, Net::quantities,
                      stored_space(list.origin ? list.origin->population : std::vector<std::uint64_t>{}, list.design),
                      store_patience(store_));
    RemovedUnlessKept claim(store_);
    store_golden(store, campaign);
    std::optional<NpyOutput> scores;  // removed again where the campaign does not end
    if (!scores_.empty())
      scores.emplace(scores_, Extents{faults.size(), campaign.samples().size(), Net::classes}, overwrite);
    const double prepared = since(start);

    double injecting = 0;
    double storing = 0;
    Progress progress{.all_faults = faults.size()};
    Decisions decisions;
    bool complete = false;
    bool paced = false;    // how long it takes was said
    bool dropped = false;  // a block for which the store was not free before a signal came
    enter_stage("");
    say("{}", list.plan);
    show_printed();
    CampaignOptions options{.keep_readouts = scores.has_value(),
                            .keep_outcomes = outcomes_,
                            .own_outcomes = session_->example.own_outcomes};
    std::vector<std::uint64_t> own_hits(options.own_outcomes.size());
    if (list.watch) options.block_end = [&list](std::uint64_t) { return list.watch->block_end(); };
    enter_stage("injecting the first faults");
    {
      ProgressLine line;
      complete = campaign.run(
          faults,
          [&](const CampaignBlock& block) {
            injecting += block.seconds;
            const Clock::time_point block_end = Clock::now();
            dropped = !unless_interrupted([&] { store_block(store, block, list.design); });
            if (dropped) return;
            claim.keep();
            if (list.watch) list.watch->saw(block);
            if (scores) scores->write(block.readouts);
            storing += since(block_end);
            progress = block.progress;
            decisions += block.decisions;
            for (std::size_t h = 0; h < block.own_hits.size(); ++h)
              own_hits[h / block.faults.size()] += block.own_hits[h];
            if (!paced && progress.seconds >= pace_after && progress.faults < progress.all_faults) {
              paced = true;
              enter_stage("");
              say("{}\n", pace_text(progress));
              show_printed();
            }
            line.show(progress);
          },
          options, [&] { return InterruptGuard::raised() != 0 || (list.watch && list.watch->enough()); });
      complete = (complete || (list.watch && list.watch->enough())) && !dropped;
    }
    if (scores && complete) scores->finish();
    if (progress.faults > 0)
      unless_interrupted([&] {
        store.inform("slow injections", std::to_string(decisions[Decision::rerun] + decisions[Decision::replayed]));
        if (complete && progress.faults < faults.size()) store.inform("ended", "by rule");
      });
    say("{}, {} changed\n", injections_text(progress.injections, progress.faults, campaign.samples().size()),
               counted(progress.changed, "prediction"));
    for (std::size_t own = 0; own < own_hits.size(); ++own)
      say("{}: {}\n", options.own_outcomes[own].name, counted(own_hits[own], "injection"));
    say("preparing {:.2f} s, injecting {:.2f} s ({} injections/s), storing {:.2f} s\n", prepared, injecting,
               short_count(double(progress.injections) / std::max(injecting, 1e-9)), storing);
    if (progress.faults > 0) say("stored in {}\n", path_text(store_));
    say("{}", decided_text(tallies_of(decisions), Engine::name));
    if constexpr (requires { campaign.engine().times(); }) say("{}", device_times_text(campaign.engine().times()));
    if (list.watch && progress.faults > 0) say("{}\n", list.watch->found_text());
    if (complete) {
      if (list.watch && !list.watch->is_met())
        tell(
            fmt::format("spikingjet: {} does not hold after all {} faults that were to be drawn; draw more with "
                        "'--method count:N' or "
                        "exhaustive",
                        list.watch->rule().str(), faults.size()));
      return 0;
    }
    if (progress.faults == 0)
      tell(fmt::format("spikingjet: interrupted before the first fault was finished; '{}' is removed",
                       path_text(store_)));
    else
      tell(fmt::format("spikingjet: interrupted after {} of {} faults; they are stored in '{}'{}{}", progress.faults,
                       faults.size(), path_text(store_), scores ? ", and the unfinished scores are removed" : "",
                       list.design.in_order_of_draw ? ", and are a random sample of their own" : ""));
    return 128 + InterruptGuard::raised();
  }

  /// Writes to the store; false where it was held by another process until a signal ended the run.
  template <class Write>
  static bool unless_interrupted(const Write& write) {
    try {
      write();
    } catch (const sqlite::FileLocked&) {
      if (InterruptGuard::raised() == 0) throw;
      return false;
    }
    return true;
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

  static constexpr double pace_after = 1;  // so long the pace is measured before it is told [s]

  Session<Ranks>* session_;
  InputFiles<Net> inputs_;
};

}  // namespace spikingjet
