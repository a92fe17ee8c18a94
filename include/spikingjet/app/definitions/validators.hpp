// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/app/validators.hpp>
#include <spikingjet/core/compiled.hpp>
#include <spikingjet/core/text.hpp>
#include <spikingjet/io/sample_list.hpp>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace spikingjet {

namespace detail {

/// A check that says what is allowed where a value is not.
template <class IsAllowed>
CLI::Validator allowed_values(std::string allowed, IsAllowed is_allowed) {
  return CLI::Validator(
      [allowed = std::move(allowed), is_allowed](const std::string& text) {
        if (is_allowed(text)) return std::string();
        return fmt::format("'{}' is not allowed; allowed are {}", printable(text, 40), allowed);
      },
      "");
}

}  // namespace detail

SPIKINGJET_INLINE CLI::Validator whole_number(std::uint64_t least, std::uint64_t most) {
  return detail::allowed_values(fmt::format("whole numbers from {} to {}", least, most),
                                [least, most](const std::string& text) {
                                  const auto value = parse_number<std::uint64_t>(text);
                                  // CLI11 takes a leading zero for octal
                                  return value && *value >= least && *value <= most && text == fmt::to_string(*value);
                                });
}

SPIKINGJET_INLINE CLI::Validator fraction() {
  return detail::allowed_values("numbers between 0 and 1, both excluded, such as 0.01", [](const std::string& text) {
    const auto value = parse_float<double>(text);
    return value && *value > 0 && *value < 1;
  });
}

SPIKINGJET_INLINE CLI::Validator positive_number(const std::string& what) {
  return detail::allowed_values("numbers above 0: " + what, [](const std::string& text) {
    const auto value = parse_float<double>(text);
    return value && *value > 0 && *value <= std::numeric_limits<double>::max();
  });
}

SPIKINGJET_INLINE std::optional<SampleChoice> parse_samples(std::string_view text, std::size_t most) {
  if (text.size() > 1 && text.front() == '@') return SampleChoice{};
  constexpr std::string_view word = "spread:";
  SampleChoice choice{.spread = text.starts_with(word)};
  if (choice.spread) text.remove_prefix(word.size());
  const auto count = parse_number<std::size_t>(text);
  if (!count || *count == 0 || *count > most || text != fmt::to_string(*count)) return std::nullopt;
  choice.count = *count;
  return choice;
}

SPIKINGJET_INLINE void add_samples(CLI::App& sub, SampleChoice& choice, std::size_t most) {
  sub.add_option_function<std::string>(
         "--samples",
         [&choice, most](const std::string& text) {
           choice = *parse_samples(text, most);
           if (text.front() != '@') return;
           choice.list_file = text.substr(1);
           choice.list = read_sample_list(choice.list_file, &choice.list_lines, &choice.by_outcomes);
         },
         "number of samples, the first ones, or spread:N, evenly over the classes; beyond the data they repeat; or "
         "@FILE with one "
         "number of a sample a line; default: all")
      ->check(detail::allowed_values(
          fmt::format("whole numbers from 1 to {}, spread:N with such a number N, and @FILE", most),
          [most](const std::string& text) { return parse_samples(text, most).has_value(); }));
}

SPIKINGJET_INLINE std::vector<int> parse_devices(const std::string& text) {
  std::vector<int> devices;
  for (const std::string& word : split(text, ',')) {
    const auto number = parse_number<std::uint16_t>(word);
    if (!number) return {};
    devices.push_back(*number);
  }
  return devices;
}

SPIKINGJET_INLINE CLI::Validator device_numbers() {
  return detail::allowed_values("numbers of GPUs, separated by commas: 0,1",
                                [](const std::string& text) { return !parse_devices(text).empty(); });
}

SPIKINGJET_INLINE void add_threads(CLI::App& sub, std::size_t& threads) {
  sub.add_option("--threads", threads, "worker threads; 0: all of the machine's")
      ->check(whole_number(0, 4096))
      ->capture_default_str();
}

SPIKINGJET_INLINE CLI::Option* add_seed(CLI::App& sub, std::uint64_t& seed, const char* about) {
  return sub.add_option("--seed", seed, about)
      ->check(whole_number(0, std::numeric_limits<std::uint64_t>::max()))
      ->capture_default_str();
}

}  // namespace spikingjet
