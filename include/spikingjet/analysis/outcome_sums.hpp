// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/analysis/rates.hpp>
#include <spikingjet/outcome/record.hpp>

#include <array>
#include <cstddef>
#include <cstdint>

namespace spikingjet {

/// The outcomes of some faults: how many of their injections each rate of a table counts.
struct OutcomeSums {
  std::uint64_t faults = 0;
  std::uint64_t injections = 0;
  std::array<std::uint64_t, detail::rates.size()> hits{};

  void add(const FaultRecord& record) {
    ++faults;
    injections += record.samples;
    for (std::size_t r = 0; r < hits.size(); ++r) hits[r] += detail::rates[r].hits(record);
  }
};

}  // namespace spikingjet
