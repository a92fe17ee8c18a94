// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/outcome/own_outcome.hpp>

#include <cstdint>
#include <functional>
#include <optional>
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

/// What to rerun of a store: so many injections, or as many faults as `share` and `confidence` need, within `seconds`.
struct VerifyOptions {
  std::optional<std::uint64_t> injections{};  // at least; whole faults are rerun, and at least one
  std::uint64_t seed = 1;                     // of the draw
  double share = 0.001;                       // of falsified faults, which is to be found
  double confidence = 0.99;                   // with which it is
  double seconds = 60;                        // after which no further block of faults is begun [s]
};

}  // namespace spikingjet
