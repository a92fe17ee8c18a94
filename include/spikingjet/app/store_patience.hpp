// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/app/interrupt.hpp>
#include <spikingjet/app/status_line.hpp>
#include <spikingjet/app/terminal_text.hpp>
#include <spikingjet/store/sqlite.hpp>

#include <fmt/format.h>

#include <chrono>
#include <memory>
#include <string>

namespace spikingjet {

/// The patience of a command with who else uses a store: as long as it takes, told once, ended by a signal.
inline sqlite::Patience store_patience(const std::string& path) {
  static constexpr auto untold = std::chrono::seconds(2);
  return [path, told = std::make_shared<bool>(false)](std::chrono::milliseconds waited) {
    if (InterruptGuard::raised() != 0) return false;
    if (waited < untold || *told) return true;
    *told = true;
    tell(fmt::format(
        "spikingjet: '{}' is held by another process (a query that is not read to its end?); waiting until it lets go; "
        "nothing is lost meanwhile",
        path_text(path)));
    return true;
  };
}

}  // namespace spikingjet
