// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/pool.hpp>
#include <spikingjet/engine/results.hpp>
#include <spikingjet/outcome/injection_packs.hpp>
#include <spikingjet/outcome/judge.hpp>
#include <spikingjet/outcome/outcome.hpp>
#include <spikingjet/outcome/own_outcome.hpp>
#include <spikingjet/outcome/record.hpp>
#include <spikingjet/outcome/score.hpp>
#include <spikingjet/outcome/verdict.hpp>

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

namespace spikingjet::detail {

/// What one work item at a time notes of a block.
struct BlockNotes {
  BlockNotes(std::uint64_t first, std::size_t faults, std::size_t most_loose, std::size_t own_outcomes)
      : changed(faults), own_hits(own_outcomes * faults), outcomes(first, faults, most_loose) {}
  std::vector<ChangedInjections> changed;  // (faults of the block)
  std::vector<std::uint32_t> own_hits;     // (own outcomes, faults of the block)
  InjectionPacks outcomes;                 // where they are kept
};

/// A block's notes and what bounds them.
struct BlockRoom {
  bool keep_readouts = false;
  bool keep_outcomes = false;
  std::span<const OwnOutcome> own{};
  std::uint64_t most_held = 0;
  std::atomic<std::uint64_t> held = 0;  // outcomes; injections handed on, where the engine holds these all
  Pool<BlockNotes> notes{};
};

/// More outcomes than a block has room for.
struct BlockCrowded {};

/// Ends a block from within.
struct BlockStopped {};

/// The receiver of an engine's results of one sample: counts what became of its injections.
///
/// `gathers`: the engine holds all injections that it hands on until a block ends; `classes`: values of a readout.
template <bool gathers, std::size_t classes>
struct InjectionCounter {
  typename Pool<BlockNotes>::Lease notes;
  BlockRoom& room;
  const GoldenOutcome& golden;
  std::span<float> readouts;  // (faults of the block, samples, classes), or empty
  std::size_t sample;
  std::size_t samples;

  void operator()(std::span<const std::uint32_t> faults, std::span<const float> readout) {
    const Verdict verdict = golden.judge(readout);
    for (const std::uint32_t f : faults) notes->changed[f].add(golden.unharmed(), verdict);
    if (room.keep_outcomes) keep(faults, verdict.outcome, readout);
    if (!room.own.empty() && !verdict.unchanged) count_own(faults, readout);
    if (readouts.empty()) return;
    for (const std::uint32_t f : faults) store(f, readout);
  }

  void count_own(std::span<const std::uint32_t> faults, std::span<const float> readout) {
    const std::size_t block = notes->changed.size();
    for (std::size_t own = 0; own < room.own.size(); ++own) {
      if (!room.own[own].happens(golden.readout(), readout)) continue;
      for (const std::uint32_t f : faults) ++notes->own_hits[own * block + f];
    }
  }

  void keep(std::span<const std::uint32_t> faults, Outcome outcome, std::span<const float> readout) {
    if (gathers || outcome != Outcome::masked) room.held.fetch_add(faults.size(), std::memory_order_relaxed);
    if (outcome == Outcome::masked) return;
    const bool critical = outcome == Outcome::sdc_critical;
    const auto top = critical ? static_cast<std::uint32_t>(top_class(readout.data(), readout.size())) : 0u;
    notes->outcomes.add(faults, {static_cast<std::uint32_t>(sample), outcome, top});
  }

  void store(std::size_t f, std::span<const float> readout) {
    std::copy(readout.begin(), readout.end(),
              readouts.begin() + static_cast<std::ptrdiff_t>((f * samples + sample) * classes));
  }
};

/// Adds up what an engine counted.
class BlockCounts final : public CountSink {
 public:
  BlockCounts(std::span<ChangedInjections> changed, const std::function<bool()>& stop)
      : changed_(changed), stop_(stop) {}

  void go_on() override {
    if (stop_()) throw BlockStopped{};
  }
  void count(std::uint32_t fault, std::uint32_t code, std::uint64_t injections) override {
    go_on();
    OutcomeJudge::add(changed_[fault], code, injections);
  }

 private:
  std::span<ChangedInjections> changed_;
  const std::function<bool()>& stop_;
};

}  // namespace spikingjet::detail
