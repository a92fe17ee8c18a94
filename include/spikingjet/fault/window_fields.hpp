// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/text.hpp>
#include <spikingjet/fault/fault.hpp>
#include <spikingjet/fault/list_errors.hpp>
#include <spikingjet/fault/python_numbers.hpp>

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

namespace spikingjet::detail {

/// Reads the fields `Begin`, `End`, `Duty` and `Seed` of a line; empty ones leave the window as it is.
///
/// **Errors** `RecordFlaw`: what is no step, no share or no seed, and windows without a step.
inline void parse_window(std::string_view begin_text, std::string_view end_text, std::string_view duty_text,
                         std::string_view seed_text, Window& window) {
  const auto step = [&](std::string_view name, std::string_view text) {
    const auto value = parse_single_number(text);
    if (!value || value->negative || value->magnitude >= Window::whole_run)
      throw RecordFlaw("'" + std::string(name) + "' is " + shown(text) +
                       ", but must be a step, or empty for the whole run");
    return static_cast<std::uint32_t>(value->magnitude);
  };
  if (!begin_text.empty()) window.begin = step("Begin", begin_text);
  if (!end_text.empty()) window.end = step("End", end_text);
  if (window.begin >= window.end)
    throw RecordFlaw("'End' must lie behind 'Begin': the fault is there in steps [Begin, End), here [" +
                     std::to_string(window.begin) + ", " + std::to_string(window.end) + ")");
  if (duty_text.empty() && seed_text.empty()) return;
  const auto share = parse_float<double>(duty_text);
  const auto key = parse_single_number(seed_text);
  if (!share || !(*share > 0 && *share < 1) || !key || key->negative)
    throw RecordFlaw("'Duty' must be a share between 0 and 1 and 'Seed' a whole number, or both empty");
  window.duty = static_cast<std::uint32_t>(std::clamp(*share * 0x1p32, 1.0, 0x1p32 - 2));
  window.seed = key->magnitude;
}

}  // namespace spikingjet::detail
