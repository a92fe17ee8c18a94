// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/app/command_parser.hpp>
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
#include <spikingjet/app/session.hpp>
#include <spikingjet/app/standard_streams.hpp>
#include <spikingjet/app/status_line.hpp>
#include <spikingjet/core/error.hpp>
#include <spikingjet/fault/bit_flip.hpp>
#include <spikingjet/fault/bit_position.hpp>
#include <spikingjet/fault/stuck_at.hpp>
#include <spikingjet/fault/target.hpp>
#include <spikingjet/fault/value_fault.hpp>
#include <spikingjet/inject/injector.hpp>

#include <CLI/CLI.hpp>

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
        parser_(session_),
        golden_(session_),
        faults_(session_, sampling(own)),
        run_(session_, sampling(own)),
        coverage_(session_, Net::input, Net::classes),
        verify_(session_) {
    declare();
  }

  int main(int argc, const char* const* argv) {
    secure_standard_streams();
    if constexpr (Ranks::several) {
      if (!session_.ranks.is_first()) {
        session_.ranks.follow([&] {
          parser_.parse(argc, argv);
          if (parser_.chose("run")) parser_.run_chosen();
        });
        return 0;
      }
    }
    return parser_.run(argc, argv);
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

  void declare() {
    add("golden", "run without faults: accuracy, spikes per layer and step", golden_);
    add("faults", "write a fault list", faults_);
    add("run", "inject faults and store what became of them", run_);
    add("analyse", "print the outcome table of a store", analyse_);
    add("coverage", "which samples expose the critical faults, and a smallest set of them", coverage_);
    add("dictionary", "write the samples that expose each fault", dictionary_);
    add("export", "write faults, outcomes, golden run and decisions as CSV", export_);
    add("verify", "rerun random injections of a store on 'full' and compare", verify_);
  }

  template <class Command>
  void add(const char* name, const char* about, Command& command) {
    CLI::App& sub = parser_.begin_command(name, about);
    command.declare(sub);
    parser_.end_command(sub, [&command] { return command.run(); });
  }

  Session<Ranks> session_;
  CommandParser parser_;
  GoldenCommand<Injector, Ranks> golden_;
  FaultsCommand<Injector, Ranks> faults_;
  RunCommand<Injector, Ranks> run_;
  AnalyseCommand analyse_;
  CoverageCommand coverage_;
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
