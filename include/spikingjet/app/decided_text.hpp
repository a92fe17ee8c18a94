// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/engine/device/times.hpp>
#include <spikingjet/store/rows.hpp>

#include <fmt/format.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace spikingjet {

/// "74.9 %": a share, with one digit after the point, or as many as it takes to tell few from none and most from all.
std::string percent_text(std::uint64_t count, std::uint64_t total);

/// "1 fault", "2 faults".
inline std::string counted(std::uint64_t count, const char* what) {
  return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
}

/// "780 injections (60 faults x 13 samples)"
std::string injections_text(std::uint64_t injections, std::uint64_t faults, std::uint64_t samples);

/// What the time of devices went into, in a line; empty where it went into nothing.
std::string device_times_text(const DeviceTimes& times);

/// How injections were decided, in lines for people: the ways that occurred, most frequent first, and how many took the
/// slow way where `engine` has a faster one. Empty where nothing is known.
std::string decided_text(std::vector<Tally> tallies, std::string_view engine);

}  // namespace spikingjet

#if !defined(SPIKINGJET_COMPILED)
#include <spikingjet/app/definitions/decided_text.hpp>
#endif
