// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/bits.hpp>
#include <spikingjet/core/config.hpp>
#include <spikingjet/core/lane.hpp>
#include <spikingjet/inject/device_faults.hpp>
#include <spikingjet/inject/device_golden.hpp>
#include <spikingjet/model/neuron.hpp>
#include <spikingjet/sim/layer_view.hpp>
#include <spikingjet/sim/sum_terms.hpp>

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
/// `current(step)`, `recurrent(step)` and `constants(step, c)` are what the update takes then, and `after(step, state, spike)`
/// alters what it left. `visit(step, spike)` sees each spike that differs from the golden one and says whether to go on.
///
/// **Laws** states, spikes and readout are those of the whole run with the alterations.
template <class Readout, class Model, class Source, class Visit>
SPIKINGJET_HD Followed follow_neuron(const NeuronsView<Model>& view, std::size_t sample, std::size_t neuron, const Source& source, Visit& visit) {
  Followed found;
  const std::size_t steps = view.steps_of[sample];
  const auto golden_constant = view.constants_of(neuron);
  Values<float, NeuronsView<Model>::states> state;
  bool golden = true;  // the states are, bit by bit
  std::size_t folded = 0;
  std::size_t step = source.next(0);
  while (step < steps) {
    if (golden) state = view.state_before(sample, step, neuron);
    auto constant = golden_constant;
    source.constants(step, constant);
    float spike = view.update(state, source.current(step), source.recurrent(step), constant);
    source.after(step, state, spike);
    golden = view.is_golden(state, sample, step + 1, neuron);
    const bool fired_alike = to_word(spike) == to_word(view.spike[view.at(sample, step, neuron)]);
    if (!(golden && fired_alike) && found.first == Followed::never) found.first = std::uint32_t(step);
    if constexpr (!std::is_void_v<Readout>) {
      if (!found.read && !(golden && fired_alike)) {
        found.read = true;
        found.readout = view.readout[view.before(sample, step, neuron)];
        folded = step;
      }
      if (found.read) {
        for (; folded < step; ++folded)
          found.readout = NeuronsView<Model>::template fold<Readout>(folded, found.readout, view.spike[view.at(sample, folded, neuron)],
                                                                     view.state_before(sample, folded + 1, neuron));
        found.readout = NeuronsView<Model>::template fold<Readout>(step, found.readout, spike, state);
        folded = step + 1;
      }
    }
    if (!fired_alike && !visit(step, spike)) return found;
    ++step;
    if (golden) step = source.next(step);
  }
  if constexpr (!std::is_void_v<Readout>)
    if (found.read)
      for (; folded < steps; ++folded)
        found.readout = NeuronsView<Model>::template fold<Readout>(folded, found.readout, view.spike[view.at(sample, folded, neuron)],
                                                                   view.state_before(sample, folded + 1, neuron));
  return found;
}

/// The readout that is left of a neuron, as it is compared and handed on.
template <class Model>
SPIKINGJET_HD float readout_of(const NeuronsView<Model>& view, std::size_t sample, std::size_t neuron, const Followed& found) {
  return canonical(found.read ? found.readout : view.readout[view.before(sample, view.steps_of[sample], neuron)]);
}

/// Where the weight or bias of a fault takes part in the sums of one output.
struct FaultySum {
  SynapseView synapses;
  ActivityView x;
  FaultGroup group;

  /// The first step from `step` on in which the fault may alter the sum of an output; `end` where none.
  SPIKINGJET_HD std::size_t next(const DeviceFault& fault, std::size_t sample, std::size_t output, std::size_t step, std::size_t end) const {
    if (step < fault.window.begin) step = fault.window.begin;
    if (fault.window.end < end) end = fault.window.end;
    if (!group.in_weights()) {
      while (step < end && !fault.window.contains(step)) ++step;
      return step < end ? step : ~std::size_t{0};
    }
    const FaultyTerm term = group.term(fault);
    const std::size_t input = synapses.input_of(output, term.tap);
    const float golden = golden_weight(output, term.tap);
    const bool at_zeros = takes_part(term.weight, 0.0F, synapses.zero_input) || takes_part(golden, 0.0F, synapses.zero_input);
    if (!at_zeros) {
      if (input == FaultyTerm::none) return ~std::size_t{0};
      const std::size_t first = x.first_step(sample, input);
      if (step < first) step = first;
      while (step < end && (x.at(sample, step, input) == 0.0F || !fault.window.contains(step))) ++step;
    } else {
      while (step < end && !fault.window.contains(step)) ++step;
    }
    return step < end ? step : ~std::size_t{0};
  }

  SPIKINGJET_HD float sum(const DeviceFault& fault, std::size_t sample, std::size_t output, std::size_t step) const {
    return synapses.sum(output, x.at(sample, step), group.term(fault));
  }

 private:
  SPIKINGJET_HD float golden_weight(std::size_t output, std::size_t tap) const {
    if (synapses.one_to_one) return synapses.weight[shared_element(synapses.sharing, synapses.neurons, output)];
    return synapses.weight[tap * synapses.geometry.channels_out + output / synapses.geometry.out.size()];
  }
};

/// A fault that strikes a neuron, its constants or its sums, while all that reaches it otherwise is golden.
template <class Model>
struct FaultSource {
  const NeuronsView<Model>& view;
  const FaultySum& faulty;
  const DeviceFault& fault;
  std::size_t sample;
  std::size_t neuron;

  SPIKINGJET_HD std::size_t next(std::size_t step) const {
    const std::size_t end = view.steps_of[sample];
    if (faulty.group.in_sums() || faulty.group.in_lateral_sums()) return faulty.next(fault, sample, neuron, step, end);
    while (step < end && !fault.window.contains(step)) ++step;
    return step;
  }
  SPIKINGJET_HD float current(std::size_t step) const {
    if (faulty.group.in_sums() && faulty.next(fault, sample, neuron, step, step + 1) == step) return faulty.sum(fault, sample, neuron, step);
    return view.current[view.at(sample, step, neuron)];
  }
  SPIKINGJET_HD float recurrent(std::size_t step) const {
    if (!view.lateral) return 0.0F;
    if (faulty.group.in_lateral_sums() && faulty.next(fault, sample, neuron, step, step + 1) == step) return faulty.sum(fault, sample, neuron, step);
    return view.lateral[view.at(sample, step, neuron)];
  }
  SPIKINGJET_HD void constants(std::size_t step, Constants<Model, float>& c) const {
    if (faulty.group.strikes != Strikes::constant || !fault.window.contains(step)) return;
    for (int i = 0; i < NeuronsView<Model>::constants; ++i)
      if (std::size_t(i) == faulty.group.number) c[i] = fault.value;
  }
  SPIKINGJET_HD void after(std::size_t step, Values<float, NeuronsView<Model>::states>& state, float& spike) const {
    if (!fault.window.contains(step)) return;
    if (faulty.group.strikes == Strikes::state)
      for (int i = 0; i < NeuronsView<Model>::states; ++i)
        if (std::size_t(i) == faulty.group.number) state[i] = fault.alteration.on_state(state[i]);
    if (faulty.group.strikes == Strikes::spike) spike = fault.alteration.on_state(spike);
  }
};

/// What became of an injection in its own stage.
enum class Fate : std::uint8_t { silent, unchanged, changed };

/// One injection in a thread: whether it changes any spike of its stage, or in the last stage any readout.
///
/// The spikes of a layer with lateral weights are those of the golden run up to the first change.
template <class Model, class Readout>
struct FindFate {
  NeuronsView<Model> view;
  FaultySum faulty;
  const DeviceFault* faults;
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
    const DeviceFault& fault = faults[injection % fault_count];
    Fate found = Fate::silent;
    std::uint32_t begin = Followed::never;
    for (std::size_t i = 0; i < faulty.group.reach && found != Fate::changed; ++i) {
      const std::size_t n = faulty.group.neuron(fault.element, i);
      const FaultSource<Model> source{view, faulty, fault, sample, n};
      Followed followed;
      bool changed = false;
      if (std::is_void_v<Readout> || view.lateral) {
        Stop stop;
        followed = follow_neuron<Readout>(view, sample, n, source, stop);
        changed = stop.changed;
      } else {
        Ignore ignore;
        followed = follow_neuron<Readout>(view, sample, n, source, ignore);
      }
      if constexpr (!std::is_void_v<Readout>)
        changed = changed || to_word(readout_of(view, sample, n, followed)) != to_word(readout_of(view, sample, n, Followed{}));
      if (followed.first != Followed::never) found = Fate::unchanged;
      if (changed) found = Fate::changed;
      begin = faulty.group.reach == 1 ? followed.first : fault.window.begin;
    }
    fate[injection] = found;
    first[injection] = begin;
  }
};

/// The changed spikes of the neurons that faults strike, or their readouts; an item for each run and neuron reached.
template <class Model, class Readout>
struct StruckNeurons {
  NeuronsView<Model> view;
  FaultySum faulty;
  const DeviceFault* faults;
  const std::uint32_t* fault_of;   // (runs)
  const std::uint32_t* sample_of;  // (runs)
  float* readout;                  // (runs, classes); of the last stage

  struct Count {
    std::uint64_t count = 0;
    SPIKINGJET_HD bool operator()(std::size_t, float) {
      ++count;
      return true;
    }
  };
  struct Emit {
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

  SPIKINGJET_HD std::uint64_t count(std::size_t item) const {
    Count counted;
    follow(item, counted);
    return counted.count;
  }
  /// Keys are by step: (run x steps + step) x neurons + neuron.
  SPIKINGJET_HD void emit(std::size_t item, std::uint64_t* key, float* value) const {
    const std::size_t run = item / faulty.group.reach;
    const std::size_t n = faulty.group.neuron(faults[fault_of[run]].element, item % faulty.group.reach);
    Emit emitted{std::uint64_t(run) * view.steps * view.neurons + n, view.neurons, key, value};
    follow(item, emitted);
  }
  /// In the last stage.
  SPIKINGJET_HD void operator()(std::size_t item) const {
    const std::size_t run = item / faulty.group.reach;
    const std::size_t n = faulty.group.neuron(faults[fault_of[run]].element, item % faulty.group.reach);
    Count ignored;
    const Followed followed = follow(item, ignored);
    if constexpr (!std::is_void_v<Readout>) readout[run * view.neurons + n] = readout_of(view, sample_of[run], n, followed);
  }

 private:
  template <class Visit>
  SPIKINGJET_HD Followed follow(std::size_t item, Visit& visit) const {
    const std::size_t run = item / faulty.group.reach;
    const DeviceFault& fault = faults[fault_of[run]];
    const std::size_t n = faulty.group.neuron(fault.element, item % faulty.group.reach);
    const FaultSource<Model> source{view, faulty, fault, sample_of[run], n};
    return follow_neuron<Readout>(view, sample_of[run], n, source, visit);
  }
};

/// The changed sums of a synaptic layer whose weights or biases are faulty; an item for each run and output reached.
struct StruckSums {
  FaultySum faulty;
  const float* golden;  // (samples, steps, outputs)
  const std::uint32_t* steps_of;
  const DeviceFault* faults;
  const std::uint32_t* fault_of;   // (runs)
  const std::uint32_t* sample_of;  // (runs)

  SPIKINGJET_HD std::uint64_t count(std::size_t item) const {
    std::uint64_t counted = 0;
    each(item, [&](std::size_t, std::size_t, std::size_t, float) { ++counted; });
    return counted;
  }
  /// Keys are by neuron: (run x outputs + output) x steps + step.
  SPIKINGJET_HD void emit(std::size_t item, std::uint64_t* key, float* value) const {
    each(item, [&](std::size_t run, std::size_t output, std::size_t step, float sum) {
      *key++ = (std::uint64_t(run) * faulty.synapses.outputs() + output) * faulty.x.steps + step;
      *value++ = sum;
    });
  }

 private:
  template <class At>
  SPIKINGJET_HD void each(std::size_t item, const At& at) const {
    const std::size_t run = item / faulty.group.reach;
    const DeviceFault& fault = faults[fault_of[run]];
    const std::size_t sample = sample_of[run];
    const std::size_t output = faulty.group.neuron(fault.element, item % faulty.group.reach);
    const std::size_t end = steps_of[sample];
    for (std::size_t step = faulty.next(fault, sample, output, 0, end); step < end; step = faulty.next(fault, sample, output, step + 1, end)) {
      const float sum = faulty.sum(fault, sample, output, step);
      if (to_word(sum) != to_word(golden[(sample * faulty.x.steps + step) * faulty.synapses.outputs() + output])) at(run, output, step, sum);
    }
  }
};

/// Whether a fault in a weight or bias that does not reach neurons directly, as pooling stands between, changes any sum.
struct FindSumFate {
  StruckSums sums;  // its runs are not used
  std::size_t fault_count;
  Fate* fate;            // (samples, faults)
  std::uint32_t* first;  // (samples, faults)

  SPIKINGJET_HD void operator()(std::size_t injection) const {
    const std::size_t sample = injection / fault_count;
    const DeviceFault& fault = sums.faults[injection % fault_count];
    const FaultySum& faulty = sums.faulty;
    const std::size_t end = sums.steps_of[sample];
    Fate found = Fate::silent;
    for (std::size_t i = 0; i < faulty.group.reach && found == Fate::silent; ++i) {
      const std::size_t output = faulty.group.neuron(fault.element, i);
      for (std::size_t step = faulty.next(fault, sample, output, 0, end); step < end && found == Fate::silent;
           step = faulty.next(fault, sample, output, step + 1, end))
        if (to_word(faulty.sum(fault, sample, output, step)) !=
            to_word(sums.golden[(sample * faulty.x.steps + step) * faulty.synapses.outputs() + output]))
          found = Fate::changed;
    }
    fate[injection] = found;
    first[injection] = fault.window.begin;
  }
};

}  // namespace spikingjet
