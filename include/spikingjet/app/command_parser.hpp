// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/app/command_session.hpp>

#include <functional>
#include <memory>
#include <string>

namespace CLI {
class App;
class Option;
class ParseError;
class Validator;
}  // namespace CLI

namespace spikingjet {

/// The command line of a program, whatever its commands do: what they are called, what is wrong with one, and how the
/// program ends. The session must outlive it.
class CommandParser {
 public:
  explicit CommandParser(CommandSession& session);
  CommandParser(const CommandParser&) = delete;
  CommandParser& operator=(const CommandParser&) = delete;
  ~CommandParser();

  /// Adds a command, whose options are declared next.
  CLI::App& begin_command(const char* name, const char* about);

  /// Declares what all commands have, and what to call for this one.
  void end_command(CLI::App& sub, std::function<int()> run);

  /// Parses a command line.
  ///
  /// **Errors** `CLI::ParseError`; those of `require_values`.
  void parse(int argc, const char* const* argv);

  /// Whether the command line that was parsed has this command.
  bool chose(const char* name) const;

  /// Runs the command that was parsed.
  int run_chosen() const;

  /// Parses a command line and runs its command; gives the status that the program ends with.
  int run(int argc, const char* const* argv);

 private:
  /// Calls `run`, and says in a sentence what it throws; gives the status that the program ends with.
  static int guarded(const std::string& doing, const std::function<int()>& run);

  /// Whether standard output is a file that the command was told to write.
  bool prints_to_output() const;

  static bool is_output(const CLI::Option* option);

  /// What to call for help: with the subcommand, where there is one.
  std::string helper(int argc, const char* const* argv) const;

  /// What is wrong with a command line, in a clause.
  std::string explain(const CLI::ParseError& error, int argc, const char* const* argv) const;

  /// A check that a file is not to be standard output, which cannot be sought.
  static CLI::Validator no_standard_output();

  CommandSession& session_;
  std::unique_ptr<CLI::App> app_;
  std::function<int()> command_;
};

}  // namespace spikingjet

#if !defined(SPIKINGJET_COMPILED)
#include <spikingjet/app/definitions/command_parser.hpp>
#endif
