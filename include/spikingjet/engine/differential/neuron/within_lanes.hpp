// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/lanes/pack.hpp>
#include <spikingjet/engine/decision.hpp>
#include <spikingjet/engine/differential/neuron/faulty_copies.hpp>
#include <spikingjet/engine/differential/neuron/lane_loops.hpp>
#include <spikingjet/engine/differential/neuron/lane_state.hpp>
#include <spikingjet/engine/differential/neuron/presence.hpp>
#include <spikingjet/engine/differential/plan.hpp>
#include <spikingjet/fault/alteration.hpp>
#include <spikingjet/fault/fault.hpp>
#include <spikingjet/inject/strike.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace spikingjet {

/// Lanes of one neuron that differ within it: a faulty constant or state each.
template <class Model, class Readout, class V>
class WithinLanes {
  static constexpr std::size_t lanes = V::lanes;

 public:
  /// `copies` must outlive these lanes.
  explicit WithinLanes(FaultyCopies<Model, Readout, V>& copies) : copies_(copies) {}

  /// Simulates faults of the neuron, which are of the plan.
  void run(std::span<const std::uint32_t> faults, const FaultPlan& plan) {
    groups_ = plan.groups;
    for (const std::uint32_t f : faults) {
      const Strike& strike = plan.strikes[f];
      const Window& window = strike.window;
      std::size_t first = window.begin;
      while (first < copies_.steps && !window.contains(first)) ++first;
      if (first >= copies_.steps) {
        copies_.decisions->add(Decision::silent);
        continue;
      }
      within_[copies_.used] = &strike;
      copies_.first_step = std::min(copies_.first_step, first);
      copies_.add(0.0F, {&strike.number, 1});
      if (copies_.used == lanes) flush();
    }
    flush();
  }

 private:
  /// Few faults take one register, as a loop over more would compute lanes for nothing.
  void flush() {
    using One = typename Resized<V, 1>::type;
    if (copies_.used == 0) return;
    if (copies_.used <= One::lanes)
      run_as<One>(present_few_);
    else
      run_as<V>(present_);
  }

  template <class W>
  void run_as(Presence<W>& present) {
    using Words = typename WordsOf<W>::type;
    const auto& constants = copies_.golden->constants;
    copies_.last_step = present.fill(copies_.used, copies_.first_step, copies_.steps,
                                     [&](std::size_t l) -> const Window& { return within_[l]->window; });
    LaneFaults<Model, W> altered;
    altered.present = &present;
    std::array<float, lanes> value;
    for (int c = 0; c < int(Model::constants.size()); ++c) {
      value.fill(constants[c]);
      for (std::size_t l = 0; l < copies_.used; ++l)
        if (strikes(l, StrikeKind::constant, c)) value[l] = within_[l]->faulty;
      altered.constant[c] = W::load(value.data());
    }
    std::array<std::int32_t, lanes> keep;
    std::array<std::int32_t, lanes> set;
    std::array<std::int32_t, lanes> flip;
    for (int s = 0; s < int(Model::states.size()); ++s) {
      for (std::size_t l = 0; l < W::lanes; ++l) {
        Alteration alteration;
        if (l < copies_.used && strikes(l, StrikeKind::state, s)) alteration = within_[l]->alteration;
        value[l] = alteration.factor;
        keep[l] = static_cast<std::int32_t>(alteration.keep);
        set[l] = static_cast<std::int32_t>(alteration.set);
        flip[l] = static_cast<std::int32_t>(alteration.flip);
      }
      altered.factor[s] = W::load(value.data());
      altered.keep[s] = Words::load(keep.data());
      altered.set[s] = Words::load(set.data());
      altered.flip[s] = Words::load(flip.data());
    }
    auto state = copies_.template start_at<W>(copies_.first_step);
    const std::size_t stopped = run_faults<Readout>(
        state, constants, altered, copies_.recording().current, copies_.golden->neuron, copies_.lane_steps(),
        BackToGolden<Model, W>{&copies_.recording(), copies_.golden->neuron, copies_.last_step});
    copies_.note(state, stopped);
  }

  /// Whether the fault of a lane strikes some constant or state.
  bool strikes(std::size_t lane, StrikeKind kind, int number) const {
    const StrikeGroup& group = groups_[within_[lane]->quantity];
    return group.kind == kind && group.number == std::uint32_t(number);
  }

  FaultyCopies<Model, Readout, V>& copies_;
  std::span<const StrikeGroup> groups_;
  std::array<const Strike*, lanes> within_{};
  Presence<V> present_;
  Presence<typename Resized<V, 1>::type> present_few_;
};

}  // namespace spikingjet
