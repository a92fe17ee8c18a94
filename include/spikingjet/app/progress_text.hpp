// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/campaign/progress.hpp>

#include <cstddef>
#include <string>

namespace spikingjet {

/// "1.23 M", "456 k": a count in three digits.
std::string short_count(double count);

/// "3 s", "2 min 05 s", "1 h 03 min".
std::string short_time(double seconds);

/// How long a campaign takes at the pace so far: "at the pace of the first 480 faults, all 15944 take 3 s".
std::string pace_text(const Progress& progress);

/// Progress as text of fewer characters than `columns`, so that a terminal does not wrap it: bar, share, injections per
/// second, time left, changed predictions so far, as far as there is room; 0: all of it, without a bar.
std::string progress_text(const Progress& progress, std::size_t columns);

}  // namespace spikingjet

#if !defined(SPIKINGJET_COMPILED)
#include <spikingjet/app/definitions/progress_text.hpp>
#endif
