// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/bits.hpp>
#include <spikingjet/core/config.hpp>
#include <spikingjet/engine/device/golden/neurons.hpp>
#include <spikingjet/engine/device/neuron/fault_sources.hpp>
#include <spikingjet/engine/device/neuron/follow.hpp>
#include <spikingjet/engine/device/neuron/struck.hpp>
#include <spikingjet/engine/device/neuron/weight_intervals.hpp>
#include <spikingjet/inject/strike.hpp>

#include <cstddef>
#include <cstdint>
#include <type_traits>

namespace spikingjet {

/// What became of an injection in its own stage.
enum class Fate : std::uint8_t { silent, analytic, unchanged, changed };

/// One injection in a thread: whether it changes any spike of its stage, or in the last stage any readout.
///
/// The spikes of a layer with lateral weights are those of the golden run up to the first change.
template <class Model, class Readout, bool InSums>
struct FindFate {
  NeuronsView<Model> view;
  FaultySums faulty;
  IntervalsView intervals;  // of faults in weights
  const Strike* faults;
  std::size_t fault_count;
  Fate* fate;            // (samples, faults)
  std::uint32_t* first;  // (samples, faults) step from which on a run must be simulated where it changes

  /// Stops at the first spike that differs.
  struct Stop {
    bool changed = false;
    SPIKINGJET_HD bool operator()(std::size_t, float) {
      changed = true;
      return false;
    }
  };
  struct Ignore {
    SPIKINGJET_HD bool operator()(std::size_t, float) const { return true; }
  };

  SPIKINGJET_HD void operator()(std::size_t injection) const {
    const std::size_t sample = injection / fault_count;
    const Strike& fault = faults[injection % fault_count];
    Fate found = Fate::silent;
    std::uint32_t begin = Followed::never;
    if constexpr (InSums) {
      if (intervals.interval && intervals.hold(fault, injection % fault_count, sample, golden_weight(fault))) {
        fate[injection] = Fate::analytic;
        return;
      }
    }
    for (std::uint32_t i = 0; i < faulty.group.reach && found != Fate::changed; ++i) {
      const std::uint32_t n = faulty.group.neuron(fault.element, i);
      const RecordedNeuron<Model> golden = view.of(sample, n);
      const FaultSource<Model, InSums> source{golden, faulty, fault, sample, n};
      Followed followed;
      bool changed = false;
      if (std::is_void_v<Readout> || view.lateral) {
        Stop stop;
        followed = follow_neuron<Readout>(golden, source, stop);
        changed = stop.changed;
      } else {
        Ignore ignore;
        followed = follow_neuron<Readout>(golden, source, ignore);
      }
      if constexpr (!std::is_void_v<Readout>)
        changed = changed || to_word(readout_of(golden, followed)) != to_word(readout_of(golden, Followed{}));
      if (followed.first != Followed::never) found = Fate::unchanged;
      if (changed) found = Fate::changed;
      begin = faulty.group.reach == 1 ? followed.first : fault.window.begin;
    }
    fate[injection] = found;
    first[injection] = begin;
  }

 private:
  SPIKINGJET_HD float golden_weight(const Strike& fault) const {
    return faulty.synapses.weight_at(faulty.group.neuron(fault.element, 0), faulty.group.tap(fault.element));
  }
};

/// Whether a fault in a weight or bias that does not reach neurons directly, as pooling stands between, changes any
/// sum.
struct FindSumFate {
  StruckSums sums;  // its runs are not used
  std::size_t fault_count;
  Fate* fate;            // (samples, faults)
  std::uint32_t* first;  // (samples, faults)

  SPIKINGJET_HD void operator()(std::size_t injection) const {
    const std::size_t sample = injection / fault_count;
    const Strike& fault = sums.faults[injection % fault_count];
    const FaultySums& faulty = sums.faulty;
    const std::size_t end = sums.steps_of[sample];
    Fate found = Fate::silent;
    for (std::uint32_t i = 0; i < faulty.group.reach && found == Fate::silent; ++i) {
      const std::uint32_t output = faulty.group.neuron(fault.element, i);
      const FaultyOutput struck(faulty, fault, sample, output);
      for (std::size_t step = struck.next(0, end); step < end && found == Fate::silent;
           step = struck.next(step + 1, end))
        if (to_word(struck.sum(step)) !=
            to_word(sums.golden[(sample * faulty.x.steps + step) * faulty.synapses.outputs + output]))
          found = Fate::changed;
    }
    fate[injection] = found;
    first[injection] = fault.window.begin;
  }
};

}  // namespace spikingjet
