// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/error.hpp>
#include <spikingjet/fault/fault.hpp>
#include <spikingjet/fault/list_reader.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace spikingjet {

namespace detail {

/// Whether a fault is there in none of the steps 0 .. steps - 1.
bool is_never_there(const Window& window, std::uint64_t steps);

}  // namespace detail

/// A list with faults that begin when every run is over: they could never strike.
class WindowBehindRun : public Misuse {
 public:
  WindowBehindRun(const std::string& list, std::uint64_t of_line, std::uint64_t begin, std::uint64_t of_steps,
                  std::uint64_t count)
      : Misuse("spikingjet: " + list + ", line " + std::to_string(of_line) + ": the fault begins in step " +
               std::to_string(begin) + ", but the data have " + std::to_string(of_steps) +
               (of_steps == 1 ? " step" : " steps") + ", counted from 0, so it could never strike" +
               (count > 1 ? "; " + std::to_string(count) + " faults of the list begin so late" : "") +
               "; leave such lines out, or draw a list for these data"),
        line(of_line),
        steps(of_steps) {}

  std::uint64_t line;
  std::uint64_t steps;
};

/// Refuses a list with faults that begin behind the last of so many steps.
///
/// `name` is what messages call the list.
/// **Errors** `WindowBehindRun` with the first of them.
void require_windows_begin(const LoadedFaultList& list, std::uint64_t steps, const std::string& name);

/// What is told of the windows of a list in runs of so many steps, a clause each: faults that are there in no step, and
/// faults that end behind the last one.
std::vector<std::string> window_warnings(const LoadedFaultList& list, std::uint64_t steps);

}  // namespace spikingjet

#if !defined(SPIKINGJET_COMPILED)
#include <spikingjet/fault/definitions/window_warnings.hpp>
#endif
