// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/campaign/campaign.hpp>

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdio>
#include <string>
#include <utility>

namespace spikingjet {

/// "1.23 M", "456 k": a count in three digits.
inline std::string short_count(double count) {
  for (const auto& [unit, scale] : {std::pair("G", 1e9), std::pair("M", 1e6), std::pair("k", 1e3)})
    if (count >= scale) return fmt::format("{:.3g} {}", count / scale, unit);
  return fmt::format("{:.3g}", count);
}

/// "3 s", "2 min 05 s", "1 h 03 min".
inline std::string short_time(double seconds) {
  const auto s = static_cast<long>(std::ceil(std::min(seconds, 1e9)));
  if (s < 60) return fmt::format("{} s", s);
  if (s < 3600) return fmt::format("{} min {:02} s", s / 60, s % 60);
  return fmt::format("{} h {:02} min", s / 3600, s % 3600 / 60);
}

/// Progress as text: bar, share, injections per second, time left, changed predictions so far.
inline std::string progress_text(const Progress& progress) {
  constexpr std::size_t width = 24;
  const double share = double(progress.faults) / double(progress.all_faults);
  const auto full = static_cast<std::size_t>(share * double(width));
  const double pace = double(progress.injections) / std::max(progress.seconds, 1e-9);
  const double left = progress.seconds / std::max(share, 1e-9) * (1 - share);
  return fmt::format("[{}{}] {:5.1f} %  {} injections/s  {} left  {} predictions changed", std::string(full, '#'),
                     std::string(width - full, '.'), 100 * share, short_count(pace), short_time(left),
                     short_count(double(progress.changed)));
}

/// A line on standard error that is rewritten as a campaign goes; silent where that is no terminal.
class ProgressLine {
 public:
  ProgressLine() : visible_(isatty(fileno(stderr)) != 0) {}
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;
  ~ProgressLine() {
    if (shown_) fmt::print(stderr, "\n");
  }

  void show(const Progress& progress) {
    if (!visible_) return;
    fmt::print(stderr, "\r{}\033[K", progress_text(progress));
    std::fflush(stderr);
    shown_ = true;
  }

 private:
  bool visible_;
  bool shown_ = false;
};

}  // namespace spikingjet
