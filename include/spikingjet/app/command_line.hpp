// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/app/commands/analyse.hpp>
#include <spikingjet/app/commands/export.hpp>
#include <spikingjet/app/commands/faults.hpp>
#include <spikingjet/app/commands/golden.hpp>
#include <spikingjet/app/commands/run.hpp>
#include <spikingjet/app/commands/verify.hpp>
#include <spikingjet/app/example.hpp>
#include <spikingjet/app/options.hpp>
#include <spikingjet/app/session.hpp>
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
        verify_(session_) {
    declare();
  }

  int main(int argc, const char* const* argv) {
    if constexpr (Ranks::several) {
      if (!session_.ranks.is_first()) {
        session_.ranks.follow([&] {
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
      fmt::print(stderr, "spikingjet: {}; see '{} --help'\n", explain(error, argc, argv), session_.example.name);
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
  static SamplingOptions sampling(bool own) {
    SamplingOptions options;
    if (own) {
      options.fault_types = "all";
      options.persistence = "compiled";
      options.any_target = true;
    }
    return options;
  }

  /// What is wrong with a command line, in a clause.
  std::string explain(const CLI::ParseError& error, int argc, const char* const* argv) const {
    const std::string first = argc > 1 ? argv[1] : "";
    const auto is_first = [&first](const CLI::App* sub) { return sub->check_name(first); };
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
    add("golden", "run without faults: accuracy, spikes per layer and step", golden_);
    add("faults", "write a fault list", faults_);
    add("run", "inject faults and store what became of them", run_);
    add("analyse", "print the outcome table of a store", analyse_);
    add("export", "write faults, outcomes, golden run and decisions as CSV", export_);
    add("verify", "rerun random injections of a store on 'full' and compare", verify_);
  }

  template <class Command>
  void add(const char* name, const char* about, Command& command) {
    CLI::App* sub = app_.add_subcommand(name, about);
    command.declare(*sub);
    sub->callback([this, &command] { command_ = [&command] { return command.run(); }; });
  }

  Session<Ranks> session_;
  CLI::App app_;
  std::function<int()> command_;
  GoldenCommand<Injector, Ranks> golden_;
  FaultsCommand<Injector, Ranks> faults_;
  RunCommand<Injector, Ranks> run_;
  AnalyseCommand analyse_;
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
    fmt::print(stderr, "{}\n", error.what());
    return error.exit_status();
  }
}

}  // namespace spikingjet
