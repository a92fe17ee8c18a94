// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/analysis/analyse.hpp>
#include <spikingjet/analysis/export.hpp>
#include <spikingjet/analysis/table.hpp>
#include <spikingjet/app/activity_table.hpp>
#include <spikingjet/app/decided_text.hpp>
#include <spikingjet/app/example.hpp>
#include <spikingjet/app/interrupt.hpp>
#include <spikingjet/app/options.hpp>
#include <spikingjet/app/output_path.hpp>
#include <spikingjet/app/progress_line.hpp>
#include <spikingjet/app/removed_unless_kept.hpp>
#include <spikingjet/app/scores_file.hpp>
#include <spikingjet/campaign/campaign.hpp>
#include <spikingjet/campaign/one_rank.hpp>
#include <spikingjet/campaign/record_campaign.hpp>
#include <spikingjet/campaign/verify.hpp>
#include <spikingjet/core/parallel.hpp>
#include <spikingjet/fault/fault_file.hpp>
#include <spikingjet/fault/stuck_at.hpp>
#include <spikingjet/fault/value_fault.hpp>
#include <spikingjet/inject/cuda_engine.hpp>
#include <spikingjet/inject/decision.hpp>
#include <spikingjet/inject/device_programs.hpp>
#include <spikingjet/inject/differential_engine.hpp>
#include <spikingjet/inject/full_engine.hpp>
#include <spikingjet/inject/injector.hpp>
#include <spikingjet/io/dataset.hpp>
#include <spikingjet/io/parameters.hpp>
#include <spikingjet/store/store.hpp>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#if defined(SPIKINGJET_HAS_MPI)
#include <spikingjet/campaign/mpi_engine.hpp>
#include <spikingjet/campaign/mpi_ranks.hpp>
#endif

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <fstream>
#include <functional>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace spikingjet {

/// Every built-in fault type on every quantity of a network: what a command-line campaign is compiled for.
template <class Net>
using AnyFault = Injector<Net, Policies<BitFlip, StuckAt<0>, StuckAt<1>, Dead, Saturated>, AnyBit, target::Any>;

/// What is needed to run and was not given.
class InputMissing : public Misuse {
 public:
  InputMissing(std::string missing_option, const std::string& where_from)
      : Misuse("spikingjet: '" + missing_option + "' is missing; " + where_from), option(std::move(missing_option)) {}

  std::string option;
};

/// An engine that a backend does not have.
class BackendWithoutEngine : public Misuse {
 public:
  BackendWithoutEngine(const std::string& backend, const std::string& engine, const std::string& has)
      : Misuse("spikingjet: '--backend " + backend + "' has no engine '" + engine + "'; it has '" + has + "'") {}
};

/// An option of a backend that was not chosen.
class OptionWithoutBackend : public Misuse {
 public:
  explicit OptionWithoutBackend(const std::string& option) : Misuse("spikingjet: '" + option + "' needs '--backend cuda'") {}
};

/// The processes of a command line.
#if defined(SPIKINGJET_HAS_MPI)
using CommandRanks = MpiRanks;
#else
using CommandRanks = OneRank;
#endif

/// The command line of a compiled campaign: one object a process. Where MPI started several processes, `run` shares the
/// faults among all of them; the first does everything else, and is the only one that prints.
///
/// **Errors** `main` returns 2 for misuse and 1 for failure, after one sentence on standard error, and 128 + the signal
/// where one ended a run; what was stored until then stays.
template <class Injector, class Ranks = CommandRanks>
class CommandLine {
 public:
  using Net = typename Injector::Network;

  /// `own`: the injector is the program's own, so that without options all it was compiled for is injected.
  explicit CommandLine(Example example, bool own = false)
      : example_(std::move(example)), app_(example_.about, example_.name) {
    if (own) {
      sampling_.fault_types = "all";
      sampling_.persistence = "compiled";
      sampling_.any_target = true;
    }
    declare();
  }

  int main(int argc, const char* const* argv) {
    if constexpr (Ranks::several) {
      if (!ranks_.is_first()) {
        ranks_.follow([&] {
          app_.parse(argc, argv);
          if (app_.got_subcommand("run")) command_();
        });
        return 0;
      }
    }
    try {
      app_.parse(argc, argv);
      return command_();
    } catch (const CLI::ParseError& error) {
      if (error.get_exit_code() == 0) return app_.exit(error);  // --help, --version
      fmt::print(stderr, "spikingjet: {}; see '{} --help'\n", explain(error, argc, argv), example_.name);
      return 2;
    } catch (const Error& error) {
      fmt::print(stderr, "{}\n", error.what());
      return error.exit_status();
    } catch (const std::exception& error) {
      fmt::print(stderr, "spikingjet: {}\n", error.what());
      return 1;
    }
  }

 private:
  // ---- options ----

  /// What is wrong with a command line, in a clause.
  std::string explain(const CLI::ParseError& error, int argc, const char* const* argv) const {
    const std::string first = argc > 1 ? argv[1] : "";
    const auto is_first = [&first](const CLI::App* sub) { return sub->get_name() == first; };
    if (argc > 1 && !first.starts_with("-") && app_.get_subcommands(is_first).empty())
      return fmt::format("there is no subcommand '{}'; allowed are golden, faults, run, analyse, export and verify", first);
    std::string text = error.what();
    std::replace(text.begin(), text.end(), '\n', ' ');
    while (!text.empty() && (text.back() == ' ' || text.back() == '.')) text.pop_back();
    return text;
  }

  void declare() {
    app_.require_subcommand(1);
    app_.set_version_flag("--version", std::string("spikingjet ") + version);
    app_.get_formatter()->column_width(34);

    CLI::App* golden = command("golden", "run without faults: accuracy, spikes per layer and step", [this] { return golden_run(); });
    add_input(golden);
    golden->add_option("-o,--output", output_, "write spikes per layer and step as CSV");

    CLI::App* faults = command("faults", "write a fault list", [this] { return faults_command(); });
    add_sampling(faults);
    auto* steps = faults->add_option("--steps", steps_, "number of steps, for transient faults without --data");
    steps->check(whole_number(1, 1'000'000'000));
    faults->add_option("--data", data_, "dataset, which tells the number of steps")->excludes(steps);
    faults->add_option("-o,--output", output_, "the CSV file to write")->required();

    CLI::App* run = command("run", "inject faults and store what became of them", [this] { return run_on_engine(); });
    run->add_option("--store", store_, "the SQLite file to make")->required();
    auto* list = run->add_option("--faults", fault_file_, "fault list as CSV; without it the sampling options draw one");
    run->add_option("--scores", scores_, "write every readout before softmax as .npy (fault, sample, class)");
    run->add_option("--engine", engine_, "how injections are simulated")
        ->check(CLI::IsMember(engine_names()))
        ->capture_default_str();
    run->add_option("--backend", backend_, "where they are simulated")->check(CLI::IsMember({"cpu", "cuda"}))->capture_default_str();
    const char* in_turn = Ranks::several ? "; processes of mpirun take one each, in turn, without it" : "";
    run->add_option("--devices", devices_, fmt::format("GPUs to use with '--backend cuda', separated by commas: 0,1{}", in_turn))
        ->check(device_numbers())
        ->capture_default_str();
    run->add_option("--gpu-memory", gpu_memory_, "percent of each GPU's free memory to use")->check(whole_number(1, 100))->capture_default_str();
    for (CLI::Option* option : add_sampling(run)) list->excludes(option);
    add_input(run);

    CLI::App* analyse = command("analyse", "print the outcome table of a store", [this] { return analyse_store(); });
    analyse->add_option("store", store_, "a store that 'run' made")->required();
    analyse->add_option("-o,--output", output_, "also write the table as CSV");
    analyse->add_option("--by", by_, "what the columns are")
        ->check(CLI::IsMember({"target", "layer", "bit", "fault-type"}))
        ->capture_default_str();

    CLI::App* export_ =
        command("export", "write faults, outcomes, golden run and decisions as CSV", [this] { return export_store(); });
    export_->add_option("store", store_, "a store that 'run' made")->required();
    export_->add_option("--csv", output_, "folder for faults.csv, outcomes.csv, golden.csv, decisions.csv")->required();

    CLI::App* verify =
        command("verify", "rerun random injections of a store on 'full' and compare", [this] { return verify_store(); });
    verify->add_option("store", store_, "a store that 'run' made")->required();
    verify->add_option("--injections", verify_.injections, "at least so many; each fault drawn is rerun on all samples")
        ->check(whole_number(1, 1'000'000'000'000'000))
        ->capture_default_str();
    add_seed(verify, verify_.seed, "seed of the draw");
    add_files(verify);
    add_denoise(verify, "; default: as in the campaign");
    add_threads(verify);
  }

  template <class F>
  CLI::App* command(const char* name, const char* about, F run) {
    CLI::App* sub = app_.add_subcommand(name, about);
    sub->callback([this, run] { command_ = run; });
    return sub;
  }

  void add_input(CLI::App* sub) {
    add_files(sub);
    sub->add_option("--samples", samples_, "number of samples; beyond the data they repeat; default: all")->check(whole_number(1, Campaign<Injector>::most_samples));
    add_denoise(sub, "")->capture_default_str();
    add_threads(sub);
  }

  void add_files(CLI::App* sub) {
    const char* carried = example_.data.empty() ? "" : "; default: carried along";
    sub->add_option("--data", data_, fmt::format("dataset folder or file, or .npz with 'x' and labels 'y'{}", carried));
    sub->add_option("--weights", weights_, fmt::format(".npz, .safetensors or PyTorch file with the state_dict's names{}", example_.weights.empty() ? "" : "; default: carried along"));
  }

  CLI::Option* add_denoise(CLI::App* sub, const char* otherwise) {
    const std::string about = fmt::format("filter time of event recordings in us; 0: none{}", otherwise);
    return sub->add_option("--denoise", denoise_, about)->check(whole_number(0, 4'000'000'000));
  }

  CLI::Option* add_seed(CLI::App* sub, std::uint64_t& seed, const char* about) {
    return sub->add_option("--seed", seed, about)
        ->check(whole_number(0, std::numeric_limits<std::uint64_t>::max()))
        ->capture_default_str();
  }

  void add_threads(CLI::App* sub) {
    sub->add_option("--threads", threads_, "worker threads; 0: all of the machine's")->check(whole_number(0, 4096))->capture_default_str();
  }

  std::vector<CLI::Option*> add_sampling(CLI::App* sub) {
    std::vector<CLI::Option*> options;
    const auto add = [&](const char* name, auto& value, const std::string& about) {
      options.push_back(sub->add_option(name, value, about));
      return options.back();
    };
    sub->add_option("--confidence", sampling_.precision.confidence, "confidence of a network-wise sample and of intervals")
        ->capture_default_str();
    add("--method", sampling_.method, "exhaustive, network-wise or count:N")->capture_default_str();
    add("--margin", sampling_.precision.margin, "margin of error of a network-wise sample")->capture_default_str();
    add("--p", sampling_.precision.p, "expected rate; 0.5 is the worst case")->capture_default_str();
    add("--target", sampling_.targets, "shell globs on names such as 'fc1.weight' or '*.potential'; default: all but currents");
    add("--bits", sampling_.bits, "all, sign, exponent, mantissa, or a list such as 0,5,23-30")->capture_default_str();
    add("--fault", sampling_.fault_types, "fault types, separated by commas: " + compiled_types())->capture_default_str();
    add("--persistence", sampling_.persistence, "permanent or transient (one step each)")->capture_default_str();
    options.push_back(add_seed(sub, sampling_.seed, "seed of the sample"));
    return options;
  }

  /// A check that a text is a whole number within bounds; CLI11's own conversion saturates.
  static CLI::Validator whole_number(std::uint64_t least, std::uint64_t most) {
    return CLI::Validator(
        [least, most](const std::string& text) {
          const auto value = detail::parse_number<std::uint64_t>(text);
          // CLI11 takes a leading zero for octal
          if (value && *value >= least && *value <= most && text == fmt::to_string(*value)) return std::string();
          return fmt::format("'{}' is not allowed; allowed are whole numbers from {} to {}", text.substr(0, 40), least, most);
        },
        "");
  }

  /// The GPUs that a list such as 0,1 names; nothing where it is none.
  static std::vector<int> parse_devices(const std::string& text) {
    std::vector<int> devices;
    for (const std::string& word : detail::split(text, ',')) {
      const auto number = detail::parse_number<std::uint16_t>(word);
      if (!number) return {};
      devices.push_back(*number);
    }
    return devices;
  }

  static CLI::Validator device_numbers() {
    return CLI::Validator(
        [](const std::string& text) {
          if (!parse_devices(text).empty()) return std::string();
          return fmt::format("'{}' is not allowed; allowed are numbers of GPUs, separated by commas: 0,1", text.substr(0, 40));
        },
        "");
  }

  static std::string compiled_types() {
    std::string text;
    for (const FaultTypeInfo& type : Injector::fault_types()) text += (text.empty() ? "" : ", ") + std::string(type.name);
    return text;
  }

  // ---- input ----

  /// What prints a warning, once for all ranks.
  auto warn() const {
    return [first = ranks_.is_first()](const std::string& sentence) {
      if (first) fmt::print(stderr, "{}\n", sentence);
    };
  }

  Parameters<Net> load_weights() const {
    if (!weights_.empty()) return load_parameters<Net>(std::filesystem::path(weights_), warn());
    if (example_.weights.empty()) throw InputMissing("--weights", example_.where_from);
    return load_parameters<Net>(WeightFile::of(example_.weights, example_.name + "'s own weights"), warn());
  }

  Dataset load_data(std::size_t limit) const {
    const DatasetFormat format{.input = Net::input, .limit = limit, .steps = example_.steps, .denoise_time = denoise_};
    if (!data_.empty()) return load_dataset(std::filesystem::path(data_), format);
    if (example_.data.empty()) throw InputMissing("--data", example_.where_from);
    return load_dataset(NpzFile(example_.data, example_.name + "'s own data"), format);
  }

  Dataset load_samples() const { return load_data(samples_ > 0 ? samples_ : std::numeric_limits<std::size_t>::max()); }

  SampleRange range_of(const Dataset& dataset) const { return {dataset, samples_ > 0 ? samples_ : dataset.size()}; }

  /// Number of steps, where a sampling method must know it.
  std::optional<std::uint64_t> known_steps(const Dataset* dataset) const {
    if (dataset && dataset->size() > 0) return dataset->samples.front().steps();
    if (steps_ > 0) return steps_;
    if (!data_.empty() || !example_.data.empty()) return load_data(1).samples.front().steps();
    return std::nullopt;
  }

  // ---- engines ----

  struct EngineChoice {
    std::string_view name;
    int (CommandLine::*run)();
  };

  template <class Engine>
  static EngineChoice offer() {
    return {Engine::name, &CommandLine::template run_with<Engine>};
  }

  /// What `--engine` offers, the default first.
  static std::vector<EngineChoice> engines() { return {offer<DifferentialEngine<Injector>>(), offer<FullEngine<Injector>>()}; }

  static std::vector<std::string> engine_names() {
    std::vector<std::string> names;
    for (const EngineChoice& engine : engines()) names.emplace_back(engine.name);
    return names;
  }

  // ---- commands ----

  int golden_run() {
    if (!output_.empty()) require_replaceable(output_, OutputKind::text);
    const ThreadLimit limit(threads_);
    const Dataset dataset = load_samples();
    const auto start = std::chrono::steady_clock::now();
    const Campaign<Injector> campaign(load_weights(), dataset, range_of(dataset));
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

  int faults_command() {
    const std::optional<std::uint64_t> steps = sampling_.persistence == "transient" ? known_steps(nullptr) : std::nullopt;
    const FaultSpace space = choose_space(Injector::fault_space(), sampling_, steps);
    const FaultList faults = choose_faults(space, sampling_);
    require_replaceable(output_, OutputKind::text);
    write_fault_list(output_, faults, Net::quantities);
    fmt::print("{} faults of {} written to {}\n", faults.size(), space.size(), output_);
    return 0;
  }

  int run_on_engine() {
    if (backend_ == "cuda") return run_on_gpus();
    for (const char* option : {"--devices", "--gpu-memory"})
      if (app_.get_subcommand("run")->count(option) > 0) throw OptionWithoutBackend(option);
    for (const EngineChoice& engine : engines())
      if (engine.name == engine_) return (this->*engine.run)();
    return 2;  // not reached: the option is checked
  }

  int run_on_gpus() {
    if (engine_ != CudaEngine<Injector>::name) throw BackendWithoutEngine(backend_, engine_, CudaEngine<Injector>::name);
    GpuOptions gpus{.devices = parse_devices(devices_), .memory_share = double(gpu_memory_) / 100};
    if (ranks_.size() > 1 && app_.get_subcommand("run")->count("--devices") == 0) gpus.turn = ranks_.gpu_turn();
    return run_with<CudaEngine<Injector>>(gpus);
  }

  template <class Engine, class... EngineOptions>
  int run_with(const EngineOptions&... engine_options) {
    using Clock = std::chrono::steady_clock;
    const auto since = [](Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); };
    const ThreadLimit limit(threads_);
    const Clock::time_point start = Clock::now();
    require_sound_arithmetic();
    const Dataset dataset = load_samples();
    if constexpr (Ranks::several) {
      if (!ranks_.is_first()) {
        Engine engine(load_weights(), engine_options...);
        const InterruptGuard interrupt;
        serve(ranks_, engine, range_of(dataset), &InterruptGuard::raised);
        return 0;
      }
    }
    std::optional<FaultSpace> space;
    const FaultList faults = [&] {
      if (!fault_file_.empty()) return read_fault_list(fault_file_, Net::quantities, Injector::fault_types(), warn());
      space = choose_space(Injector::fault_space(), sampling_, known_steps(&dataset));
      return choose_faults(*space, sampling_);
    }();
    auto campaign = make_campaign<Injector, Engine>(ranks_, load_weights(), dataset, range_of(dataset), engine_options...);

    Manifest manifest = identify_campaign(campaign, faults);
    describe_sampling(manifest, space);
    if (!scores_.empty()) {
      require_different(store_, scores_);
      require_replaceable(scores_, OutputKind::npy);
    }
    const InterruptGuard interrupt;
    Store store = Store::create(store_, manifest, Net::quantities, space ? population_of(*space) : std::vector<std::uint64_t>{});
    RemovedUnlessKept claim(store_);
    store_golden(store, campaign);
    std::optional<ScoresFile> scores;  // removed again where the campaign does not end
    if (!scores_.empty()) scores.emplace(scores_, Extents{faults.size(), campaign.samples().size(), Net::classes});
    const double prepared = since(start);

    double injecting = 0;
    double storing = 0;
    Progress progress{.all_faults = faults.size()};
    Decisions decisions;
    bool complete = false;
    {
      ProgressLine line;
      complete = campaign.run(
          faults,
          [&](const CampaignBlock& block) {
            injecting += block.seconds;
            const Clock::time_point block_end = Clock::now();
            store_block(store, block);
            claim.keep();
            if (scores) scores->write(block.readouts);
            storing += since(block_end);
            progress = block.progress;
            decisions += block.decisions;
            line.show(progress);
          },
          {.keep_readouts = scores.has_value()}, [] { return InterruptGuard::raised() != 0; });
    }
    if (scores && complete) scores->finish();
    if (progress.faults > 0)
      store.inform("slow injections", std::to_string(decisions[Decision::rerun] + decisions[Decision::replayed]));
    fmt::print("{}, {} changed\n", injections_text(progress.injections, progress.faults, campaign.samples().size()),
               counted(progress.changed, "prediction"));
    fmt::print("preparing {:.2f} s, injecting {:.2f} s ({} injections/s), storing {:.2f} s\n", prepared, injecting,
               short_count(double(progress.injections) / std::max(injecting, 1e-9)), storing);
    if (progress.faults > 0) fmt::print("stored in {}\n", store_);
    fmt::print("{}", decided_text(tallies_of(decisions), Engine::name));
    if constexpr (requires { campaign.engine().times(); }) fmt::print("{}", device_times_text(campaign.engine().times()));
    if (complete) return 0;
    if (progress.faults == 0)
      fmt::print(stderr, "spikingjet: interrupted before the first fault was finished; '{}' is removed\n", store_);
    else
      fmt::print(stderr, "spikingjet: interrupted after {} of {} faults; they are stored in '{}'{}\n",
                 progress.faults, faults.size(), store_, scores ? ", and the unfinished scores are removed" : "");
    return 128 + InterruptGuard::raised();
  }

  int analyse_store() {
    if (!output_.empty()) require_replaceable(output_, OutputKind::text);
    const std::map<std::string, By> columns{
        {"target", By::target}, {"layer", By::layer}, {"bit", By::bit}, {"fault-type", By::fault_type}};
    const Store store = Store::open(store_);
    const Table table = analyse(store, columns.at(by_));
    const std::string decided = decided_text(store.tallies(), store.manifest().find("engine").value_or(""));
    fmt::print("{}{}", to_text(table), decided);
    if (!output_.empty()) write_text(output_, to_csv(table));
    return 0;
  }

  int export_store() {
    export_csv(Store::open(store_), output_);
    fmt::print("faults.csv, outcomes.csv, golden.csv and decisions.csv written to {}\n", output_);
    return 0;
  }

  int verify_store() {
    const ThreadLimit limit(threads_);
    require_sound_arithmetic();
    const Store store = Store::open(store_);
    samples_ = samples_of(store);
    if (app_.get_subcommand("verify")->count("--denoise") == 0)
      denoise_ = detail::parse_number<std::uint32_t>(store.manifest().find("denoise").value_or("")).value_or(0);
    const Dataset dataset = load_samples();
    const Verification found = [&] {
      ProgressLine line;
      return verify<Injector>(store, load_weights(), dataset, verify_,
                              [&line](const Progress& progress) { line.show(progress); });
    }();

    constexpr std::size_t shown = 20;
    for (std::size_t d = 0; d < std::min(shown, found.differences.size()); ++d)
      fmt::print(stderr, "{}\n", describe(store, found.differences[d]));
    if (found.differences.size() > shown) fmt::print(stderr, "and {} more\n", found.differences.size() - shown);
    if (!found.golden.empty())
      fmt::print(stderr,
                 "spikingjet: the golden run in '{}' differs from that of 'full' in {} samples, the first of them {}\n",
                 store_, found.golden.size(), found.golden.front());
    if (found.stored_faults < found.all_faults)
      fmt::print("the store is unfinished: it has {} of {} faults, and these were drawn from\n", found.stored_faults,
                 found.all_faults);
    fmt::print("verified {} on '{}': ", injections_text(found.injections(), found.faults, found.samples),
               FullEngine<Injector>::name);
    if (found.differences.empty())
      fmt::print("all records equal{}\n", found.golden.empty() ? "" : ", the golden run differs");
    else
      fmt::print("{} of {} records differ\n", found.differences.size(), found.faults);
    return found.equal() ? 0 : 1;
  }

  void describe_sampling(Manifest& manifest, const std::optional<FaultSpace>& space) const {
    manifest.inform("program", example_.name);
    manifest.inform("threads", std::to_string(threads_ == 0 ? available_threads() : threads_));
    if (ranks_.size() > 1) manifest.inform("ranks", std::to_string(ranks_.size()));
    manifest.inform("backend", backend_);
    manifest.inform("weights file", weights_.empty() ? "carried along" : weights_);
    manifest.inform("data file", data_.empty() ? "carried along" : data_);
    manifest.inform("denoise", std::to_string(denoise_));
    detail::require_inside_0_1("confidence", sampling_.precision.confidence);
    manifest.inform(std::string(Manifest::confidence), fmt::format("{}", sampling_.precision.confidence));
    if (!space) {
      manifest.inform("fault file", fault_file_);
      return;
    }
    manifest.inform("method", sampling_.method);
    if (sampling_.method == "network-wise") {
      manifest.inform("margin", fmt::format("{}", sampling_.precision.margin));
      manifest.inform("p", fmt::format("{}", sampling_.precision.p));
    }
    manifest.inform("targets", fmt::format("{}", fmt::join(sampling_.targets, " ")));
    manifest.inform("bits", sampling_.bits);
    manifest.inform("fault types", sampling_.fault_types);
    manifest.inform("persistence", sampling_.persistence);
    manifest.inform("seed", std::to_string(sampling_.seed));
    manifest.inform("population", std::to_string(space->size()));
  }

  static void write_text(const std::string& path, const std::string& text) {
    std::ofstream out(path, std::ios::binary);
    out << text;
    out.flush();
    if (!out) throw OutputFailure(path);
  }

  Ranks ranks_;
  Example example_;
  CLI::App app_;
  std::function<int()> command_;

  std::string data_;
  std::string weights_;
  std::string store_;
  std::string fault_file_;
  std::string scores_;
  std::string output_;
  std::string engine_{engines().front().name};
  std::string backend_ = "cpu";
  std::string devices_ = "0";
  std::uint64_t gpu_memory_ = 80;  // [percent]
  std::size_t samples_ = 0;
  std::size_t threads_ = 0;
  std::uint64_t steps_ = 0;
  std::uint32_t denoise_ = 0;
  std::string by_ = "target";
  SamplingOptions sampling_;
  VerifyOptions verify_;
};

/// The command line of a campaign over a network, or over an `Injector` with fault types of one's own: call it from
/// `main`.
///
/// **Example** `int main(int argc, char** argv) { return sj::run_campaign<Net>(argc, argv, {.name = "nmnist"}); }`
template <class NetOrInjector>
int run_campaign(int argc, const char* const* argv, Example example) {
  try {
    if constexpr (is_network<NetOrInjector>)
      return CommandLine<AnyFault<NetOrInjector>>(std::move(example)).main(argc, argv);
    else
      return CommandLine<NetOrInjector>(std::move(example), true).main(argc, argv);
  } catch (const Error& error) {  // before there is a command line: MPI
    fmt::print(stderr, "{}\n", error.what());
    return error.exit_status();
  }
}

}  // namespace spikingjet
