// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/outcome/record.hpp>

#include <array>
#include <cstdint>
#include <string_view>

namespace spikingjet::detail {

/// The rates of a table: the row's name, and which of an injection's classes it counts.
struct Rate {
  std::string_view name;
  std::uint64_t (*hits)(const FaultRecord&);
};

inline constexpr std::array<Rate, 8> rates{{
    {"fully_masked", [](const FaultRecord& r) { return r.masked; }},
    {"SDC_1", [](const FaultRecord& r) { return r.sdc_critical; }},
    {"SDC_0_5%", [](const FaultRecord& r) { return r.band[0]; }},
    {"SDC_5_10%", [](const FaultRecord& r) { return r.band[1]; }},
    {"SDC_10_20%", [](const FaultRecord& r) { return r.band[2]; }},
    {"SDC_20", [](const FaultRecord& r) { return r.band[3]; }},
    {"facc", [](const FaultRecord& r) { return r.correct; }},
    {"DUE", [](const FaultRecord& r) { return r.due; }},
}};

}  // namespace spikingjet::detail
