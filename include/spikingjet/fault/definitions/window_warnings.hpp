// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/compiled.hpp>
#include <spikingjet/fault/fault.hpp>
#include <spikingjet/fault/list_reader.hpp>
#include <spikingjet/fault/window_warnings.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace spikingjet {

namespace detail {

SPIKINGJET_INLINE bool is_never_there(const Window& window, std::uint64_t steps) {
  if (window.is_steady()) return window.begin >= steps;
  for (std::uint64_t step = window.begin; step < steps; ++step)
    if (window.contains(step)) return false;
  return true;
}

}  // namespace detail

SPIKINGJET_INLINE void require_windows_begin(const LoadedFaultList& list, std::uint64_t steps,
                                             const std::string& name) {
  std::uint64_t late = 0, first = 0;
  for (std::uint64_t i = 0; i < list.faults.size(); ++i)
    if (list.faults[i].window.begin >= steps && late++ == 0) first = i;
  if (late > 0) throw WindowBehindRun(name, list.lines[first], list.faults[first].window.begin, steps, late);
}

SPIKINGJET_INLINE std::vector<std::string> window_warnings(const LoadedFaultList& list, std::uint64_t steps) {
  std::uint64_t never = 0, beyond = 0, first_never = 0, first_beyond = 0;
  for (std::uint64_t i = 0; i < list.faults.size(); ++i) {
    const Window window = list.faults[i].window;
    if (detail::is_never_there(window, steps)) {
      if (never++ == 0) first_never = i;
    } else if (window.end != Window::whole_run && window.end > steps) {
      if (beyond++ == 0) first_beyond = i;
    }
  }
  const auto first = [&](std::uint64_t i) {
    const Window window = list.faults[i].window;
    return "line " + std::to_string(list.lines[i]) + " with [" + std::to_string(window.begin) + ", " +
           (window.end == Window::whole_run ? "" : std::to_string(window.end)) + ")";
  };
  const std::string run = "the " + std::to_string(steps) + (steps == 1 ? " step" : " steps") + " of the data";
  std::vector<std::string> told;
  if (never > 0)
    told.push_back(std::to_string(never) + " of its faults " + (never == 1 ? "is" : "are") + " there in none of " +
                   run + " (" + first(first_never) + " first) and can change nothing, yet " +
                   (never == 1 ? "it counts as a fault" : "they count as faults") +
                   "; check 'Begin', which counts steps from 0");
  if (beyond > 0)
    told.push_back(std::to_string(beyond) + " of its faults " + (beyond == 1 ? "ends" : "end") + " behind " + run +
                   " (" + first(first_beyond) + " first) and " + (beyond == 1 ? "lasts" : "last") +
                   " to the end of the run; leave 'End' empty where that is meant");
  return told;
}

}  // namespace spikingjet
