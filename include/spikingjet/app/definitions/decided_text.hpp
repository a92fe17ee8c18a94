// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/app/decided_text.hpp>
#include <spikingjet/core/compiled.hpp>
#include <spikingjet/engine/decision.hpp>
#include <spikingjet/engine/device/times.hpp>
#include <spikingjet/store/rows.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace spikingjet {

SPIKINGJET_INLINE std::string percent_text(std::uint64_t count, std::uint64_t total) {
  if (count == 0) return "0 %";
  if (count == total) return "100 %";
  const auto percent = [total](std::uint64_t part) { return 100 * double(part) / double(total); };
  const double rare = percent(std::min(count, total - count));
  int digits = 1;
  for (double last = 0.1; last > rare; last /= 10) ++digits;
  return fmt::format("{:.{}f} %", percent(count), digits);
}

SPIKINGJET_INLINE std::string injections_text(std::uint64_t injections, std::uint64_t faults, std::uint64_t samples) {
  return fmt::format("{} ({} x {})", counted(injections, "injection"), counted(faults, "fault"),
                     counted(samples, "sample"));
}

SPIKINGJET_INLINE std::string device_times_text(const DeviceTimes& times) {
  if (!(times.total() > 0)) return "";
  std::string text;
  for (std::size_t p = 0; p < device_phase_count; ++p)
    text += fmt::format("{}{} {:.1f} %", p == 0 ? "" : ", ", device_phase_name(DevicePhase(p)),
                        100 * times[DevicePhase(p)] / times.total());
  return "time of the GPUs: " + text + "\n";
}

SPIKINGJET_INLINE std::string decided_text(std::vector<Tally> tallies, std::string_view engine) {
  std::sort(tallies.begin(), tallies.end(),
            [](const Tally& a, const Tally& b) { return a.count != b.count ? a.count > b.count : a.name < b.name; });
  std::uint64_t total = 0;
  for (const Tally& tally : tallies) total += tally.count;
  std::string decided;
  std::string slow_ways;
  std::uint64_t slow = 0;
  for (const Tally& tally : tallies) {
    if (tally.count == 0) continue;
    decided += decided.empty() ? "decided: " : ", ";
    decided += percent_text(tally.count, total) + " " + tally.name;
    const bool replayed = tally.name == decision_name(Decision::replayed);
    if (!replayed && tally.name != decision_name(Decision::rerun)) continue;
    slow += tally.count;
    slow_ways += fmt::format("{}{} from {} on", slow_ways.empty() ? "" : ", ", tally.name,
                             replayed ? "the fault's layer" : "the input");
  }
  if (total == 0) return "";
  decided += "\n";
  if (engine == "full") return decided;
  if (slow == 0) return decided + "no injection took the slow way\n";
  return decided +
         fmt::format("{} injections ({}) took the slow way: {}\n", slow, percent_text(slow, total), slow_ways);
}

}  // namespace spikingjet
