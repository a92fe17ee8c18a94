// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/app/terminal_text.hpp>

#include <fmt/format.h>
#include <sys/resource.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <system_error>

namespace spikingjet {

/// "3.4 GiB", "12 MiB", "5 KiB".
inline std::string memory_text(double bytes) {
  constexpr double mib = 1024.0 * 1024;
  if (bytes < mib) return fmt::format("{:.0f} KiB", bytes / 1024);
  return bytes >= 1024 * mib ? fmt::format("{:.1f} GiB", bytes / (1024 * mib)) : fmt::format("{:.0f} MiB", bytes / mib);
}

/// "'weights.npz' (34 MiB)": a file with its size, for what is being done with it; the path alone where it is none.
inline std::string file_text(const std::string& path) {
  const std::string name = "'" + path_text(path) + "'";
  std::error_code error;
  if (!std::filesystem::is_regular_file(path, error)) return name;
  const auto bytes = std::filesystem::file_size(path, error);
  return error ? name : fmt::format("{} ({})", name, memory_text(double(bytes)));
}

/// What is to be said when memory has run out: what needed it, how much the process had, and how much it may have.
inline std::string out_of_memory(const std::string& doing) {
  std::string had = "all it could get";
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);)
    if (line.starts_with("VmPeak:"))
      had = memory_text(1024 * std::strtod(line.c_str() + 7, nullptr)) + " of address space";
  rlimit limit{};
  const bool limited = getrlimit(RLIMIT_AS, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY;
  return fmt::format(
      "spikingjet: memory ran out while {}: the process had {}{}; use fewer samples ('--samples'), a smaller file or "
      "fault list, "
      "fewer '--threads', or {}",
      doing, had, limited ? fmt::format(" and may have {}", memory_text(double(limit.rlim_cur))) : "",
      limited ? "raise the limit ('ulimit -v')" : "a machine with more memory");
}

}  // namespace spikingjet
