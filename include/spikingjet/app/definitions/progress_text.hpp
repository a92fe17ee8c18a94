// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/app/progress_text.hpp>
#include <spikingjet/campaign/progress.hpp>
#include <spikingjet/core/compiled.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

namespace spikingjet {

SPIKINGJET_INLINE std::string short_count(double count) {
  for (const auto& [unit, scale] : {std::pair("G", 1e9), std::pair("M", 1e6), std::pair("k", 1e3)})
    if (count >= scale) return fmt::format("{:.3g} {}", count / scale, unit);
  return fmt::format("{:.3g}", count);
}

SPIKINGJET_INLINE std::string short_time(double seconds) {
  const auto s = static_cast<long>(std::ceil(std::min(seconds, 1e9)));
  if (s < 60) return fmt::format("{} s", s);
  if (s < 3600) return fmt::format("{} min {:02} s", s / 60, s % 60);
  return fmt::format("{} h {:02} min", s / 3600, s % 3600 / 60);
}

SPIKINGJET_INLINE std::string pace_text(const Progress& progress) {
  const double all =
      progress.seconds / double(std::max<std::uint64_t>(progress.faults, 1)) * double(progress.all_faults);
  return fmt::format("at the pace of the first {} faults, all {} take {}", progress.faults, progress.all_faults,
                     short_time(all));
}

SPIKINGJET_INLINE std::string progress_text(const Progress& progress, std::size_t columns) {
  constexpr std::size_t shortest_bar = 8;
  constexpr std::size_t longest_bar = 24;
  const double share = double(progress.faults) / double(std::max<std::uint64_t>(progress.all_faults, 1));
  const double pace = double(progress.injections) / std::max(progress.seconds, 1e-9);
  const double left = progress.seconds / std::max(share, 1e-9) * (1 - share);
  const std::string percent = fmt::format("{:5.1f} %", 100 * share);
  const std::string paced = fmt::format("{}  {} injections/s", percent, short_count(pace));
  const std::string timed = fmt::format("{}  {} left", paced, short_time(left));
  const std::string changed = short_count(double(progress.changed));
  const std::string whole = fmt::format("{}  {} predictions changed", timed, changed);
  if (columns == 0) return whole.substr(whole.find_first_not_of(' '));
  for (const std::string& text : {whole, fmt::format("{}  {} changed", timed, changed), timed, paced, percent}) {
    if (text.size() + shortest_bar + 4 > columns) continue;  // brackets, a space, a free column
    const std::size_t bar = std::min(longest_bar, columns - 4 - text.size());
    const auto full = static_cast<std::size_t>(share * double(bar));
    return fmt::format("[{}{}] {}", std::string(full, '#'), std::string(bar - full, '.'), text);
  }
  return percent.substr(0, columns - 1);
}

}  // namespace spikingjet
