// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/config.hpp>

#include <cstdint>

namespace spikingjet {

/// How far a campaign is.
struct Progress {
  std::uint64_t faults = 0;  // finished
  std::uint64_t all_faults = 0;
  std::uint64_t injections = 0;  // finished
  std::uint64_t changed = 0;     // injections with another prediction or none: SDC-1 and DUE
  double seconds = 0;            // since the first block [s]
};

}  // namespace spikingjet
