// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/config.hpp>

#include <CLI/CLI.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace spikingjet {

/// A check that a text is a whole number within bounds; CLI11's own conversion saturates.
CLI::Validator whole_number(std::uint64_t least, std::uint64_t most);

/// A check that a text is a number between 0 and 1, both excluded.
CLI::Validator fraction();

/// A check that a text is a number above 0; `what` says of what, with an example.
CLI::Validator positive_number(const std::string& what);

/// Which samples a command is to use.
struct SampleChoice {
  std::size_t count = 0;                    // 0: all
  bool spread = false;                      // evenly over the classes, instead of the first
  std::vector<std::size_t> list{};          // these, in this order; empty: as above
  std::string list_file{};                  // that names them; empty where the list is from elsewhere
  std::vector<std::uint64_t> list_lines{};  // where they stand in it
  bool by_outcomes = false;                 // it says that they were chosen by what injections showed
};

/// What `--samples` says: N, or spread:N. What begins with '@' names a file, which is read elsewhere.
std::optional<SampleChoice> parse_samples(std::string_view text, std::size_t most);

/// Declares `--samples`.
void add_samples(CLI::App& sub, SampleChoice& choice, std::size_t most);

/// The GPUs that a list such as 0,1 names; nothing where it is none.
std::vector<int> parse_devices(const std::string& text);

/// A check that a text is a list of GPUs.
CLI::Validator device_numbers();

/// Declares `--threads`.
void add_threads(CLI::App& sub, std::size_t& threads);

/// Declares `--seed`.
CLI::Option* add_seed(CLI::App& sub, std::uint64_t& seed, const char* about);

}  // namespace spikingjet

#if !defined(SPIKINGJET_COMPILED)
#include <spikingjet/app/definitions/validators.hpp>
#endif
