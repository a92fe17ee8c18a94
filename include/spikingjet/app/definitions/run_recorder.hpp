// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/app/chosen_list.hpp>
#include <spikingjet/app/decided_text.hpp>
#include <spikingjet/app/interrupt.hpp>
#include <spikingjet/app/progress_text.hpp>
#include <spikingjet/app/run_recorder.hpp>
#include <spikingjet/app/standard_streams.hpp>
#include <spikingjet/app/status_line.hpp>
#include <spikingjet/app/terminal_text.hpp>
#include <spikingjet/campaign/store_block.hpp>
#include <spikingjet/core/compiled.hpp>
#include <spikingjet/engine/decision.hpp>
#include <spikingjet/store/sqlite.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <string>

namespace spikingjet {

namespace detail {

/// Writes to the store; false where it was held by another process until a signal ended the run.
template <class Write>
bool unless_interrupted(const Write& write) {
  try {
    write();
  } catch (const sqlite::FileLocked&) {
    if (InterruptGuard::raised() == 0) throw;
    return false;
  }
  return true;
}

}  // namespace detail

SPIKINGJET_INLINE RunRecorder::RunRecorder(const Of& of)
    : of_(of), progress_{.all_faults = of.list.faults.size()}, own_hits_(of.own_outcomes.size()) {}

SPIKINGJET_INLINE void RunRecorder::take(const CampaignBlock& block) {
  using Clock = std::chrono::steady_clock;
  injecting_ += block.seconds;
  const Clock::time_point block_end = Clock::now();
  dropped_ = !detail::unless_interrupted([&] { store_block(of_.store, block, of_.list.design); });
  if (dropped_) return;
  of_.claim.keep();
  if (of_.list.watch) of_.list.watch->saw(block);
  if (of_.scores) of_.scores->write(block.readouts);
  storing_ += std::chrono::duration<double>(Clock::now() - block_end).count();
  progress_ = block.progress;
  decisions_ += block.decisions;
  for (std::size_t h = 0; h < block.own_hits.size(); ++h) own_hits_[h / block.faults.size()] += block.own_hits[h];
  if (!paced_ && progress_.seconds >= pace_after && progress_.faults < progress_.all_faults) {
    paced_ = true;
    enter_stage("");
    say("{}\n", pace_text(progress_));
    show_printed();
  }
  line_->show(progress_);
}

SPIKINGJET_INLINE bool RunRecorder::enough() const {
  return InterruptGuard::raised() != 0 || (of_.list.watch && of_.list.watch->enough());
}

SPIKINGJET_INLINE void RunRecorder::finish(bool ran_out) {
  complete_ = (ran_out || (of_.list.watch && of_.list.watch->enough())) && !dropped_;
  line_.reset();
  if (of_.scores && complete_) of_.scores->finish();
  if (progress_.faults == 0) return;
  detail::unless_interrupted([&] {
    of_.store.inform("slow injections", std::to_string(decisions_[Decision::rerun] + decisions_[Decision::replayed]));
    if (complete_ && progress_.faults < progress_.all_faults) of_.store.inform("ended", "by rule");
  });
}

SPIKINGJET_INLINE void RunRecorder::say_found(const Told& told) const {
  say("{}, {} changed\n", injections_text(progress_.injections, progress_.faults, told.samples),
      counted(progress_.changed, "prediction"));
  for (std::size_t own = 0; own < own_hits_.size(); ++own)
    say("{}: {}\n", of_.own_outcomes[own].name, counted(own_hits_[own], "injection"));
  say("preparing {:.2f} s, injecting {:.2f} s ({} injections/s), storing {:.2f} s\n", told.prepared, injecting_,
      short_count(double(progress_.injections) / std::max(injecting_, 1e-9)), storing_);
  if (progress_.faults > 0) say("stored in {}\n", path_text(of_.store.path()));
  say("{}", decided_text(tallies_of(decisions_), told.engine));
  say("{}", told.times);
  if (of_.list.watch && progress_.faults > 0) say("{}\n", of_.list.watch->found_text());
}

SPIKINGJET_INLINE int RunRecorder::tell_end() const {
  const ChosenList& list = of_.list;
  const std::string store = path_text(of_.store.path());
  if (complete_) {
    if (list.watch && !list.watch->is_met())
      tell(fmt::format(
          "spikingjet: {} does not hold after all {} faults that were to be drawn; draw more with '--method count:N' "
          "or exhaustive",
          list.watch->rule().str(), progress_.all_faults));
    return 0;
  }
  if (progress_.faults == 0)
    tell(fmt::format("spikingjet: interrupted before the first fault was finished; '{}' is removed", store));
  else
    tell(fmt::format("spikingjet: interrupted after {} of {} faults; they are stored in '{}'{}{}", progress_.faults,
                     progress_.all_faults, store, of_.scores ? ", and the unfinished scores are removed" : "",
                     list.design.in_order_of_draw ? ", and are a random sample of their own" : ""));
  return 128 + InterruptGuard::raised();
}

}  // namespace spikingjet
