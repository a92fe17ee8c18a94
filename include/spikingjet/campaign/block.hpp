// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/campaign/progress.hpp>
#include <spikingjet/engine/decision.hpp>
#include <spikingjet/fault/fault.hpp>
#include <spikingjet/outcome/injection_bytes.hpp>
#include <spikingjet/outcome/own_outcome.hpp>
#include <spikingjet/outcome/record.hpp>

#include <cstdint>
#include <span>

namespace spikingjet {

/// Consecutive faults that are finished: what a campaign hands on.
struct CampaignBlock {
  std::uint64_t first = 0;                     // position in the fault list
  std::span<const Fault> faults;               // (faults)
  std::span<const FaultRecord> records;        // (faults)
  std::span<const float> readouts;             // (faults, samples, classes), or empty
  std::span<const OwnOutcome> own_outcomes{};  // of the options
  std::span<const std::uint32_t> own_hits{};   // (own outcomes, faults), injections that had each
  std::span<const InjectionChunk> outcomes;    // of injections that are not masked, of all its faults; empty: not kept
  Decisions decisions;                         // how the injections were decided
  double seconds = 0;                          // [s]
  Progress progress;
};

}  // namespace spikingjet
