// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/outcome/own_outcome.hpp>

#include <cstdint>
#include <functional>
#include <vector>

namespace spikingjet {

/// What a campaign does besides injecting.
struct CampaignOptions {
  bool keep_readouts = false;              // hand on every readout with its block
  bool keep_outcomes = false;              // hand on the outcome of every injection that is not masked, likewise
  std::vector<OwnOutcome> own_outcomes{};  // count these, too; they see every readout that is not the golden one
  double block_seconds = 1.0;              // a block is about so much work [s]
  std::uint64_t most_readouts = 1u << 24;  // floats a block keeps, at most
  std::uint64_t most_outcomes = 1u << 25;  // outcomes a block keeps, about, of two or three bytes

  /// Where a block must end at the latest, given the faults finished so far: who looks at results decides when.
  std::function<std::uint64_t(std::uint64_t finished)> block_end{};
};

}  // namespace spikingjet
