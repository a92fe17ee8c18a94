// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/app/arguments.hpp>
#include <spikingjet/app/commands/analyse.hpp>
#include <spikingjet/app/commands/coverage.hpp>
#include <spikingjet/app/commands/dictionary.hpp>
#include <spikingjet/app/commands/export.hpp>
#include <spikingjet/app/commands/faults.hpp>
#include <spikingjet/app/commands/golden.hpp>
#include <spikingjet/app/commands/run.hpp>
#include <spikingjet/app/commands/verify.hpp>
#include <spikingjet/app/example.hpp>
#include <spikingjet/app/options.hpp>
#include <spikingjet/app/out_of_memory.hpp>
#include <spikingjet/app/session.hpp>
#include <spikingjet/app/standard_streams.hpp>
#include <spikingjet/app/status_line.hpp>
#include <spikingjet/app/terminal_text.hpp>
#include <spikingjet/core/error.hpp>
#include <spikingjet/core/text.hpp>
#include <spikingjet/core/version.hpp>
#include <spikingjet/fault/bit_flip.hpp>
#include <spikingjet/fault/bit_position.hpp>
#include <spikingjet/fault/stuck_at.hpp>
#include <spikingjet/fault/target.hpp>
#include <spikingjet/fault/value_fault.hpp>
#include <spikingjet/inject/injector.hpp>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <exception>
#include <functional>
#include <new>
#include <stdexcept>
#include <sstream>
#include <string>
#include <utility>

namespace spikingjet {

/// Every built-in fault type on every quantity of a network: what a command-line campaign is compiled for.
template <class Net>
using AnyFault = Injector<Net, Policies<BitFlip, StuckAt<0>, StuckAt<1>, Dead, Saturated>, AnyBit, target::Any>;

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
      : session_(std::move(example)),
        app_(session_.example.about, session_.example.name),
        golden_(session_),
        faults_(session_, sampling(own)),
        run_(session_, sampling(own)),
        coverage_(session_),
        verify_(session_) {
    declare();
  }

  int main(int argc, const char* const* argv) {
    secure_standard_streams();
    if constexpr (Ranks::several) {
      if (!session_.ranks.is_first()) {
        session_.ranks.follow([&] {
          parse(argc, argv);
          if (app_.got_subcommand("run")) command_();
        });
        return 0;
      }
    }
    const int status = guarded("reading the command line", [&] {
      try {
        parse(argc, argv);
      } catch (const CLI::ParseError& error) {
        if (error.get_exit_code() == 0) {  // --help, --version
          std::ostringstream text;
          app_.exit(error, text, text);
          say("{}", text.str());
          flush_standard_output();
          return 0;
        }
        tell(fmt::format("spikingjet: {}; see '{} --help'", explain(error, argc, argv), helper(argc, argv)));
        return 2;
      }
      const StatusLine::Shown status_line(session_.quiet);
      const PrintedAside aside(prints_to_output());
      const int ended = command_();
      flush_standard_output();
      return ended;
    });
    if (status != 0) std::fflush(stdout);  // one sentence has been said
    return status;
  }

 private:
  static SamplingOptions sampling(bool own) {
    SamplingOptions options;
    if (own) {
      options.fault_types = "all";
      options.persistence = "compiled";
      options.any_target = true;
    }
    return options;
  }

  /// Calls `run`, and says in a sentence what it throws; gives the status that the program ends with.
  template <class Run>
  static int guarded(const std::string& doing, const Run& run) {
    const auto memory = [&doing] {
      const std::string stage = StatusLine::of_process().stage();
      tell(out_of_memory(stage.empty() ? doing : stage));
      return 1;
    };
    try {
      return run();
    } catch (const Error& error) {
      tell(error.what());
      return error.exit_status();
    } catch (const std::bad_alloc&) {
      return memory();
    } catch (const std::length_error&) {
      return memory();
    } catch (const std::exception& error) {
      if (std::ferror(stdout) != 0) {
        const std::string reason = detail::system_reason();
        std::clearerr(stdout);
        tell(OutputLost(reason).what());
      } else {
        tell(fmt::format("spikingjet: {}", error.what()));
      }
      return 1;
    }
  }

  void parse(int argc, const char* const* argv) {
    require_values(argc, argv);
    app_.parse(argc, argv);
  }

  /// Whether standard output is a file that the command was told to write.
  bool prints_to_output() const {
    for (const CLI::App* sub : app_.get_subcommands())
      for (const CLI::Option* option : sub->get_options(&is_output))
        if (option->count() > 0 && names_standard_output(option->results().front())) return true;
    return false;
  }

  static bool is_output(const CLI::Option* option) {
    return option->check_lname("output") || option->check_lname("readouts") || option->check_lname("spikes");
  }

  /// What to call for help: with the subcommand, where there is one.
  std::string helper(int argc, const char* const* argv) const {
    const std::string& program = session_.example.name;
    const std::string first = argc > 1 ? argv[1] : "";
    const bool known =
        !first.empty() && !app_.get_subcommands([&](const CLI::App* sub) { return sub->check_name(first); }).empty();
    return known ? program + " " + first : program;
  }

  /// What is wrong with a command line, in a clause.
  std::string explain(const CLI::ParseError& error, int argc, const char* const* argv) const {
    const std::string first = argc > 1 ? argv[1] : "";
    const auto is_first = [&first](const CLI::App* sub) { return sub->check_name(first); };
    if (argc > 1 && !first.starts_with("-") && app_.get_subcommands(is_first).empty()) {
      const std::string meant =
          nearest_name(first, {"golden", "faults", "run", "analyse", "coverage", "dictionary", "export", "verify"});
      return fmt::format(
          "there is no subcommand '{}'{}; allowed are golden, faults, run, analyse, coverage, dictionary, export and "
          "verify",
          printable(first), meant.empty() ? "" : fmt::format(", did you mean '{}'?", meant));
    }
    std::string text = error.what();
    std::replace(text.begin(), text.end(), '\n', ' ');
    while (!text.empty() && (text.back() == ' ' || text.back() == '.')) text.pop_back();
    return text;
  }

  void declare() {
    app_.require_subcommand(1);
    app_.set_version_flag("--version", std::string("spikingjet ") + version);
    app_.get_formatter()->column_width(34);
    add("golden", "run without faults: accuracy, spikes per layer and step", golden_);
    add("faults", "write a fault list", faults_);
    add("run", "inject faults and store what became of them", run_);
    add("analyse", "print the outcome table of a store", analyse_);
    add("coverage", "which samples expose the critical faults, and a smallest set of them", coverage_);
    add("dictionary", "write the samples that expose each fault", dictionary_);
    add("export", "write faults, outcomes, golden run and decisions as CSV", export_);
    add("verify", "rerun random injections of a store on 'full' and compare", verify_);
    app_.get_subcommand("analyse")->alias("analyze");
  }

  /// A check that a file is not to be standard output, which cannot be sought.
  static CLI::Validator no_standard_output() {
    return CLI::Validator(
        [](const std::string& path) {
          return path == "-"
                     ? std::string("'-' is not allowed: it cannot be standard output; './-' is a file of that name")
                     : std::string();
        },
        "");
  }

  template <class Command>
  void add(const char* name, const char* about, Command& command) {
    CLI::App* sub = app_.add_subcommand(name, about);
    command.declare(*sub);
    sub->add_flag("--quiet", session_.quiet, "no progress on standard error; warnings stay");
    for (CLI::Option* option : sub->get_options(&is_output))
      option->transform(CLI::Validator(
          [](std::string& path) { return path == "-" ? (path = "/dev/stdout", std::string()) : std::string(); }, ""));
    const auto needs_path = [](const CLI::Option* option) {
      return option->check_lname("store") || option->check_lname("scores") || option->check_lname("csv");
    };
    for (CLI::Option* option : sub->get_options(needs_path)) option->check(no_standard_output());
    sub->callback([this, &command] { command_ = [&command] { return command.run(); }; });
  }

  Session<Ranks> session_;
  CLI::App app_;
  std::function<int()> command_;
  GoldenCommand<Injector, Ranks> golden_;
  FaultsCommand<Injector, Ranks> faults_;
  RunCommand<Injector, Ranks> run_;
  AnalyseCommand analyse_;
  CoverageCommand<Injector, Ranks> coverage_;
  DictionaryCommand dictionary_;
  ExportCommand export_;
  VerifyCommand<Injector, Ranks> verify_;
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
    tell(error.what());
    return error.exit_status();
  }
}

}  // namespace spikingjet
