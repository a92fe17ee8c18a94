// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/config.hpp>

#include <fmt/format.h>
#include <sys/resource.h>

#include <cstdlib>
#include <fstream>
#include <string>

namespace spikingjet {

/// "3.4 GiB", "12 MiB".
inline std::string memory_text(double bytes) {
  constexpr double mib = 1024.0 * 1024;
  return bytes >= 1024 * mib ? fmt::format("{:.1f} GiB", bytes / (1024 * mib)) : fmt::format("{:.0f} MiB", bytes / mib);
}

/// What is to be said when memory has run out: what needed it, how much the process had, and how much it may have.
inline std::string out_of_memory(const std::string& doing) {
  std::string had = "all it could get";
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);)
    if (line.starts_with("VmPeak:")) had = memory_text(1024 * std::strtod(line.c_str() + 7, nullptr)) + " of address space";
  rlimit limit{};
  const bool limited = getrlimit(RLIMIT_AS, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY;
  return fmt::format("spikingjet: memory ran out while {}: the process had {}{}; use fewer samples ('--samples'), a smaller file or fault list, "
                     "fewer '--threads', or {}",
                     doing, had, limited ? fmt::format(" and may have {}", memory_text(double(limit.rlim_cur))) : "",
                     limited ? "raise the limit ('ulimit -v')" : "a machine with more memory");
}

}  // namespace spikingjet
