// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/bits.hpp>
#include <spikingjet/core/config.hpp>
#include <spikingjet/core/lanes/lane.hpp>
#include <spikingjet/engine/device/golden/neurons.hpp>

#include <cstddef>
#include <cstdint>
#include <type_traits>

namespace spikingjet {

// One neuron of one faulty run, in one thread: it takes the golden run's states where nothing differs, and leaves again
// where its states are back to golden bits.

/// What following a neuron found.
struct Followed {
  static constexpr std::uint32_t never = ~std::uint32_t{0};

  std::uint32_t first = never;  // step behind which a state, or in which the spike, first differs from the golden run
  bool read = false;            // whether the readout folded differs in its fold, not yet in its bits
  float readout = 0;            // where `read`
};

/// Follows one neuron through the steps in which it differs from the golden run.
///
/// `source.next(step)` is the first step from `step` on in which something is altered, or the end of the run;
/// `input(step)` and `constants(step, c)` are what the update takes then, and `after(step, state, spike)`
/// alters what it left. `visit(step, spike)` sees each spike that differs from the golden one and says whether to go
/// on; `visit.before(step, state)`, if it has that, the state before each step that is simulated. Before step `from`
/// nothing differs.
///
/// **Laws** states, spikes and readout are those of the whole run with the alterations.
template <class Readout, class Model, class Source, class Visit>
SPIKINGJET_HD Followed follow_neuron(const RecordedNeuron<Model>& golden, const Source& source, Visit& visit,
                                     std::size_t from = 0) {
  Followed found;
  Values<float, RecordedNeuron<Model>::states> state;
  bool is_golden = true;  // the state is, bit by bit
  std::size_t folded = 0;
  const auto fold_golden = [&]([[maybe_unused]] std::size_t end) {
    if constexpr (!std::is_void_v<Readout>)
      for (; folded < end; ++folded)
        found.readout =
            golden.template fold<Readout>(folded, found.readout, golden.fired(folded), golden.state_before(folded + 1));
  };
  std::size_t step = source.next(from);
  while (step < golden.steps) {
    if (is_golden) state = golden.state_before(step);
    if constexpr (requires { visit.before(step, state); }) visit.before(step, state);
    auto constant = golden.constant;
    source.constants(step, constant);
    float spike = golden.update(state, source.input(step), constant);
    source.after(step, state, spike);
    is_golden = golden.is_state_before(step + 1, state);
    const bool fired_alike = to_word(spike) == to_word(golden.fired(step));
    if (!(is_golden && fired_alike) && found.first == Followed::never) found.first = std::uint32_t(step);
    if constexpr (!std::is_void_v<Readout>) {
      if (!found.read && !(is_golden && fired_alike)) {
        found.read = true;
        found.readout = golden.readout_before(step);
        folded = step;
      }
      if (found.read) {
        fold_golden(step);
        found.readout = golden.template fold<Readout>(step, found.readout, spike, state);
        folded = step + 1;
      }
    }
    if (!fired_alike && !visit(step, spike)) return found;
    ++step;
    if (is_golden) step = source.next(step);
  }
  if (found.read) fold_golden(golden.steps);
  return found;
}

/// The readout that is left of a neuron, as it is compared and handed on.
template <class Model>
SPIKINGJET_HD float readout_of(const RecordedNeuron<Model>& golden, const Followed& found) {
  return canonical(found.read ? found.readout : golden.readout_before(golden.steps));
}

/// Follows one neuron likewise; returns its readout, or 0 where none is read.
template <class Readout, class Model, class Source, class Visit>
SPIKINGJET_HD float follow_to_readout(const RecordedNeuron<Model>& golden, const Source& source, Visit& visit,
                                      std::size_t from = 0) {
  const Followed followed = follow_neuron<Readout>(golden, source, visit, from);
  if constexpr (std::is_void_v<Readout>)
    return 0.0F;
  else
    return readout_of(golden, followed);
}

/// Counts changed spikes.
struct CountSpikes {
  std::uint64_t count = 0;
  SPIKINGJET_HD bool operator()(std::size_t, float) {
    ++count;
    return true;
  }
};

/// Lists changed spikes under keys by step.
struct EmitSpikes {
  std::uint64_t base;
  std::size_t neurons;
  std::uint64_t* key;
  float* value;
  SPIKINGJET_HD bool operator()(std::size_t step, float spike) {
    *key++ = base + step * neurons;
    *value++ = spike;
    return true;
  }
};

/// What items leave that follow a neuron of a run each: changed spikes, or readouts in the last stage.
///
/// `Items` has `view`, the neurons; `place(item)`, run x neurons + neuron; and `follow<Readout>(item, visit)`, which
/// returns the readout where there is one.
template <class Readout, class Items>
struct FollowedNeurons {
  Items items;
  float* readout;  // (runs, classes); of the last stage

  SPIKINGJET_HD std::uint64_t count(std::size_t item) const {
    CountSpikes counted;
    items.template follow<Readout>(item, counted);
    return counted.count;
  }
  /// Keys are by step: (run x steps + step) x neurons + neuron.
  SPIKINGJET_HD void emit(std::size_t item, std::uint64_t* key, float* value) const {
    const std::uint64_t place = items.place(item);
    const std::size_t neurons = items.view.neurons;
    EmitSpikes emitted{place / neurons * items.view.steps * neurons + place % neurons, neurons, key, value};
    items.template follow<Readout>(item, emitted);
  }
  SPIKINGJET_HD void operator()(std::size_t item) const {
    CountSpikes ignored;
    readout[items.place(item)] = items.template follow<Readout>(item, ignored);
  }
};

}  // namespace spikingjet
