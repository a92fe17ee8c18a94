// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/bits.hpp>
#include <spikingjet/core/config.hpp>
#include <spikingjet/core/lanes/lane.hpp>
#include <spikingjet/engine/device/golden/activity.hpp>
#include <spikingjet/engine/device/golden/neurons.hpp>
#include <spikingjet/engine/device/neuron/weight_intervals.hpp>
#include <spikingjet/engine/device/plan.hpp>
#include <spikingjet/model/neuron.hpp>
#include <spikingjet/sim/sums/one_output.hpp>
#include <spikingjet/sim/sums/term.hpp>

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

/// The layer whose weights or biases faults of a group strike.
struct FaultySums {
  SynapseView synapses;
  ActivityView x;
  FaultGroup group;
};

/// A faulty weight or bias in the sums of one output of a sample; what takes a division is found once.
class FaultyOutput {
 public:
  SPIKINGJET_HD FaultyOutput(const FaultySums& sums, const DeviceFault& fault, std::size_t sample, std::uint32_t output)
      : sums_(sums),
        window_(fault.window),
        term_(sums.group.term(fault)),
        sample_(sample),
        output_(output),
        unit_(sums.synapses.unit_of(output)) {
    if (term_.in_bias) return;
    input_ = sums.synapses.input_of(output, term_.tap);
    const ZeroInput zeros = sums.synapses.zero_input;
    at_zeros_ =
        takes_part(term_.weight, 0.0F, zeros) || takes_part(sums.synapses.weight_at(output, term_.tap), 0.0F, zeros);
    if (at_zeros_) return;
    first_ = input_ == FaultyTerm::none ? ~std::size_t{0} : sums.x.first_step(sample, input_);
  }

  /// Whether the fault takes part in the sum of a step, so that it may alter it.
  SPIKINGJET_HD bool takes_part_in(std::size_t step) const {
    if (!window_.contains(step)) return false;
    return term_.in_bias || at_zeros_ || (step >= first_ && !(sums_.x.input(sample_, step, input_) == 0.0F));
  }

  /// The first step in [step, end) in which it takes part, or `end`.
  SPIKINGJET_HD std::size_t next(std::size_t step, std::size_t end) const {
    if (step < window_.begin) step = window_.begin;
    if (step < first_) step = first_;
    while (step < end && !takes_part_in(step)) ++step;
    return step < end ? step : end;
  }

  SPIKINGJET_HD float sum(std::size_t step) const {
    return sums_.synapses.sum(output_, sums_.x.at(sample_, step, unit_), term_);
  }

 private:
  const FaultySums& sums_;
  const Window& window_;
  FaultyTerm term_;
  std::size_t sample_;
  std::uint32_t output_;
  std::uint32_t unit_;
  std::uint32_t input_ = FaultyTerm::none;
  std::size_t first_ = 0;  // step before which the input is zero
  bool at_zeros_ = false;
};

/// A fault in the sums of a neuron, while all that reaches it otherwise is golden.
template <class Model>
struct SumFaultSource {
  const RecordedNeuron<Model>& golden;
  FaultyOutput output;
  bool lateral;

  SPIKINGJET_HD SumFaultSource(const RecordedNeuron<Model>& of, const FaultySums& sums, const DeviceFault& fault,
                               std::size_t sample, std::uint32_t neuron)
      : golden(of), output(sums, fault, sample, neuron), lateral(sums.group.in_lateral_sums()) {}

  SPIKINGJET_HD std::size_t next(std::size_t step) const { return output.next(step, golden.steps); }
  SPIKINGJET_HD NeuronInput input(std::size_t step) const {
    NeuronInput in = golden.input(step);
    if (output.takes_part_in(step)) (lateral ? in.recurrent : in.current) = output.sum(step);
    return in;
  }
  SPIKINGJET_HD void constants(std::size_t, Constants<Model, float>&) const {}
  SPIKINGJET_HD void after(std::size_t, Values<float, RecordedNeuron<Model>::states>&, float&) const {}
};

/// A fault in a constant, a state or the spike of a neuron, while all that reaches it is golden.
template <class Model>
struct NeuronFaultSource {
  const RecordedNeuron<Model>& golden;
  const FaultGroup& group;
  const DeviceFault& fault;

  SPIKINGJET_HD NeuronFaultSource(const RecordedNeuron<Model>& of, const FaultySums& sums, const DeviceFault& struck,
                                  std::size_t, std::uint32_t)
      : golden(of), group(sums.group), fault(struck) {}

  SPIKINGJET_HD std::size_t next(std::size_t step) const {
    if (step < fault.window.begin) step = fault.window.begin;
    while (step < golden.steps && !fault.window.contains(step)) ++step;
    return step;
  }
  SPIKINGJET_HD NeuronInput input(std::size_t step) const { return golden.input(step); }
  SPIKINGJET_HD void constants(std::size_t step, Constants<Model, float>& c) const {
    if (fault.window.contains(step)) group.strike_constants<Model>(fault, c);
  }
  SPIKINGJET_HD void after(std::size_t step, Values<float, RecordedNeuron<Model>::states>& state, float& spike) const {
    if (fault.window.contains(step)) group.strike_neuron<Model>(fault, state, spike);
  }
};

/// The fault of a group whose faults lie `InSums`, or in the neurons themselves.
template <class Model, bool InSums>
using FaultSource = std::conditional_t<InSums, SumFaultSource<Model>, NeuronFaultSource<Model>>;

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
  SPIKINGJET_HD float golden_weight(const DeviceFault& fault) const {
    return faulty.synapses.weight_at(faulty.group.neuron(fault.element, 0), fault.element % faulty.group.taps);
  }
};

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

/// Runs of faults of a group, each of which strikes neurons that all else reaches as in the golden run.
template <class Model, bool InSums>
struct StruckRuns {
  NeuronsView<Model> view;
  FaultySums faulty;
  const DeviceFault* faults;
  const std::uint32_t* fault_of;   // (runs)
  const std::uint32_t* sample_of;  // (runs)

  SPIKINGJET_HD const DeviceFault& fault(std::size_t run) const { return faults[fault_of[run]]; }
  /// The i-th neuron that a run's fault strikes.
  SPIKINGJET_HD std::uint32_t neuron(std::size_t run, std::uint32_t i = 0) const {
    return faulty.group.neuron(fault(run).element, i);
  }
  SPIKINGJET_HD RecordedNeuron<Model> golden(std::size_t run, std::uint32_t n) const {
    return view.of(sample_of[run], n);
  }

  /// Follows a struck neuron, whose golden run is given; see `follow_to_readout`.
  template <class Readout, class Visit>
  SPIKINGJET_HD float follow_struck(std::size_t run, std::uint32_t n, const RecordedNeuron<Model>& of_golden,
                                    Visit& visit, std::size_t from = 0) const {
    const FaultSource<Model, InSums> source{of_golden, faulty, fault(run), sample_of[run], n};
    return follow_to_readout<Readout>(of_golden, source, visit, from);
  }
};

/// All neurons that the faults of runs strike; an item for each run and neuron reached.
template <class Model, bool InSums>
struct StruckNeurons : StruckRuns<Model, InSums> {
  SPIKINGJET_HD std::uint64_t place(std::size_t item) const {
    return std::uint64_t{run_of(item)} * this->view.neurons + neuron_of(item);
  }

  template <class Readout, class Visit>
  SPIKINGJET_HD float follow(std::size_t item, Visit& visit) const {
    const std::uint32_t n = neuron_of(item);
    return this->template follow_struck<Readout>(run_of(item), n, this->golden(run_of(item), n), visit);
  }

 private:
  SPIKINGJET_HD std::size_t run_of(std::size_t item) const { return item / this->faulty.group.reach; }
  SPIKINGJET_HD std::uint32_t neuron_of(std::size_t item) const {
    return this->neuron(run_of(item), std::uint32_t(item % this->faulty.group.reach));
  }
};

/// The changed sums of a synaptic layer whose weights or biases are faulty; an item for each run and output reached.
struct StruckSums {
  FaultySums faulty;
  const float* golden;  // (samples, steps, outputs)
  const std::uint32_t* steps_of;
  const DeviceFault* faults;
  const std::uint32_t* fault_of;   // (runs)
  const std::uint32_t* sample_of;  // (runs)

  SPIKINGJET_HD std::uint64_t count(std::size_t item) const {
    std::uint64_t counted = 0;
    each(item, [&](std::size_t, std::uint32_t, std::size_t, float) { ++counted; });
    return counted;
  }
  /// Keys are by neuron: (run x outputs + output) x steps + step.
  SPIKINGJET_HD void emit(std::size_t item, std::uint64_t* key, float* value) const {
    each(item, [&](std::size_t run, std::uint32_t output, std::size_t step, float sum) {
      *key++ = (std::uint64_t(run) * faulty.synapses.outputs + output) * faulty.x.steps + step;
      *value++ = sum;
    });
  }

 private:
  template <class At>
  SPIKINGJET_HD void each(std::size_t item, const At& at) const {
    const std::size_t run = item / faulty.group.reach;
    const DeviceFault& fault = faults[fault_of[run]];
    const std::size_t sample = sample_of[run];
    const std::uint32_t output = faulty.group.neuron(fault.element, std::uint32_t(item % faulty.group.reach));
    const FaultyOutput struck(faulty, fault, sample, output);
    const std::size_t end = steps_of[sample];
    for (std::size_t step = struck.next(0, end); step < end; step = struck.next(step + 1, end)) {
      const float sum = struck.sum(step);
      if (to_word(sum) != to_word(golden[(sample * faulty.x.steps + step) * faulty.synapses.outputs + output]))
        at(run, output, step, sum);
    }
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
    const DeviceFault& fault = sums.faults[injection % fault_count];
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
