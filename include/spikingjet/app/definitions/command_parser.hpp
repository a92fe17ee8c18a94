// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/app/arguments.hpp>
#include <spikingjet/app/command_parser.hpp>
#include <spikingjet/app/command_session.hpp>
#include <spikingjet/app/out_of_memory.hpp>
#include <spikingjet/app/standard_streams.hpp>
#include <spikingjet/app/status_line.hpp>
#include <spikingjet/app/terminal_text.hpp>
#include <spikingjet/core/compiled.hpp>
#include <spikingjet/core/error.hpp>
#include <spikingjet/core/text.hpp>
#include <spikingjet/core/version.hpp>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <algorithm>
#include <cstdio>
#include <exception>
#include <functional>
#include <memory>
#include <new>
#include <sstream>
#include <stdexcept>
#include <string>
#include <utility>

namespace spikingjet {

SPIKINGJET_INLINE CommandParser::CommandParser(CommandSession& session)
    : session_(session), app_(std::make_unique<CLI::App>(session.example.about, session.example.name)) {
  app_->require_subcommand(1);
  app_->set_version_flag("--version", std::string("spikingjet ") + version);
  app_->get_formatter()->column_width(34);
}

SPIKINGJET_INLINE CommandParser::~CommandParser() = default;

SPIKINGJET_INLINE CLI::App& CommandParser::begin_command(const char* name, const char* about) {
  return *app_->add_subcommand(name, about);
}

SPIKINGJET_INLINE void CommandParser::end_command(CLI::App& sub, std::function<int()> run) {
  sub.add_flag("--quiet", session_.quiet, "no progress on standard error; warnings stay");
  for (CLI::Option* option : sub.get_options(&is_output))
    option->transform(CLI::Validator(
        [](std::string& path) { return path == "-" ? (path = "/dev/stdout", std::string()) : std::string(); }, ""));
  const auto needs_path = [](const CLI::Option* option) {
    return option->check_lname("store") || option->check_lname("scores") || option->check_lname("csv");
  };
  for (CLI::Option* option : sub.get_options(needs_path)) option->check(no_standard_output());
  sub.callback([this, run = std::move(run)] { command_ = run; });
}

SPIKINGJET_INLINE void CommandParser::parse(int argc, const char* const* argv) {
  require_values(argc, argv);
  app_->parse(argc, argv);
}

SPIKINGJET_INLINE bool CommandParser::chose(const char* name) const { return app_->got_subcommand(name); }

SPIKINGJET_INLINE int CommandParser::run_chosen() const { return command_(); }

SPIKINGJET_INLINE int CommandParser::run(int argc, const char* const* argv) {
  const int status = guarded("reading the command line", [&] {
    try {
      parse(argc, argv);
    } catch (const CLI::ParseError& error) {
      if (error.get_exit_code() == 0) {  // --help, --version
        std::ostringstream text;
        app_->exit(error, text, text);
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

SPIKINGJET_INLINE int CommandParser::guarded(const std::string& doing, const std::function<int()>& run) {
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

SPIKINGJET_INLINE bool CommandParser::prints_to_output() const {
  for (const CLI::App* sub : app_->get_subcommands())
    for (const CLI::Option* option : sub->get_options(&is_output))
      if (option->count() > 0 && names_standard_output(option->results().front())) return true;
  return false;
}

SPIKINGJET_INLINE bool CommandParser::is_output(const CLI::Option* option) {
  return option->check_lname("output") || option->check_lname("readouts") || option->check_lname("spikes");
}

SPIKINGJET_INLINE std::string CommandParser::helper(int argc, const char* const* argv) const {
  const std::string& program = session_.example.name;
  const std::string first = argc > 1 ? argv[1] : "";
  const bool known =
      !first.empty() && !app_->get_subcommands([&](const CLI::App* sub) { return sub->check_name(first); }).empty();
  return known ? program + " " + first : program;
}

SPIKINGJET_INLINE std::string CommandParser::explain(const CLI::ParseError& error, int argc,
                                                     const char* const* argv) const {
  const std::string first = argc > 1 ? argv[1] : "";
  const auto is_first = [&first](const CLI::App* sub) { return sub->check_name(first); };
  if (argc > 1 && !first.starts_with("-") && app_->get_subcommands(is_first).empty()) {
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

SPIKINGJET_INLINE CLI::Validator CommandParser::no_standard_output() {
  return CLI::Validator(
      [](const std::string& path) {
        return path == "-"
                   ? std::string("'-' is not allowed: it cannot be standard output; './-' is a file of that name")
                   : std::string();
      },
      "");
}

}  // namespace spikingjet
