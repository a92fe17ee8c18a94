// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/app/npy_output.hpp>
#include <spikingjet/app/progress_line.hpp>
#include <spikingjet/app/removed_unless_kept.hpp>
#include <spikingjet/campaign/block.hpp>
#include <spikingjet/campaign/progress.hpp>
#include <spikingjet/engine/decision.hpp>
#include <spikingjet/outcome/own_outcome.hpp>
#include <spikingjet/store/store.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace spikingjet {

struct ChosenList;

/// The record of a run: it stores each block as it ends, and knows for people what all of them have in common.
///
/// A signal that comes while another process holds the store drops the block that waits for it, and ends the run.
class RunRecorder {
 public:
  /// Where results go, and what they are of; all must outlive the recorder.
  struct Of {
    Store& store;
    RemovedUnlessKept& claim;          // on the store; kept as soon as a block is in it
    std::optional<NpyOutput>& scores;  // absent where nobody asked for readouts
    const ChosenList& list;
    std::span<const OwnOutcome> own_outcomes;
  };

  /// What a campaign knows beside its blocks.
  struct Told {
    std::size_t samples = 0;
    double prepared = 0;  // [s]
    std::string_view engine;
    std::string times{};  // of devices, for people
  };

  explicit RunRecorder(const Of& of);

  /// Stores a block, and shows how far the campaign is.
  ///
  /// **Errors** those of `Store::append_block` and `NpyOutput::write`.
  void take(const CampaignBlock& block);

  /// Whether the campaign is to end: a signal came, or its rule holds. Any thread may ask.
  bool enough() const;

  /// Finishes the scores, and notes in the store how the run ended; `ran_out`: no fault of the list was left.
  void finish(bool ran_out);

  /// Says what was found, and what it took.
  void say_found(const Told& told) const;

  /// Tells what the user should know of how the run ended.
  ///
  /// **Laws** returns 0 for a run that came to its end, else 128 and the signal.
  int tell_end() const;

 private:
  static constexpr double pace_after = 1;  // so long the pace is measured before it is told [s]

  void show(const Progress& progress);

  Of of_;
  std::optional<ProgressLine> line_{std::in_place};  // while blocks come
  Progress progress_;
  Decisions decisions_;
  std::vector<std::uint64_t> own_hits_;  // (own outcomes)
  double injecting_ = 0;                 // [s]
  double storing_ = 0;                   // [s]
  bool paced_ = false;                   // how long it takes was said
  bool dropped_ = false;                 // a block for which the store was not free before a signal came
  bool complete_ = false;
};

}  // namespace spikingjet

#if !defined(SPIKINGJET_COMPILED)
#include <spikingjet/app/definitions/run_recorder.hpp>
#endif
