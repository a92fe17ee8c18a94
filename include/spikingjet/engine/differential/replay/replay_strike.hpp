// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/inject/strike.hpp>

#include <cstddef>

namespace spikingjet {

/// A strike as a replay puts it into a circuit and takes it out.
struct ReplayStrike {
  const Strike& strike;
  const StrikeGroup& group;
  std::size_t node = 0;
  bool present = false;
};

}  // namespace spikingjet
