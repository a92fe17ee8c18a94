// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/bits.hpp>
#include <spikingjet/core/config.hpp>
#include <spikingjet/core/device/algorithms.hpp>
#include <spikingjet/core/device/buffer.hpp>
#include <spikingjet/core/lanes/lane.hpp>
#include <spikingjet/engine/device/carry/lists.hpp>
#include <spikingjet/engine/device/first_not_below.hpp>
#include <spikingjet/engine/device/golden/activity.hpp>
#include <spikingjet/engine/device/golden/neurons.hpp>
#include <spikingjet/engine/device/neuron/fault_sources.hpp>
#include <spikingjet/engine/device/neuron/struck.hpp>
#include <spikingjet/inject/strike.hpp>
#include <spikingjet/model/neuron.hpp>
#include <spikingjet/sim/sums/one_output.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <utility>
#include <vector>

namespace spikingjet {

// Faulty runs of a layer whose spikes feed back into it: a changed spike may reach every neuron one step later, so that
// all neurons of a run are simulated from its first change on, step by step, a thread each.

/// Where runs begin.
struct RunStarts {
  const std::uint32_t* first_of = nullptr;  // (runs) the step; null: with the first changed current
  const std::uint32_t* kept = nullptr;  // (runs) the neuron whose state before that step is kept; null: all are golden
};

/// A stage whose neurons feed back, as the golden run has it.
template <class Model>
struct FeedbackStage {
  NeuronsView<Model> view;
  SynapseView lateral;
  ActivityView golden;  // spikes of the step before
};

/// The faults of runs that lie in the stage.
struct FeedbackFaults {
  StrikeGroup group{};
  const Strike* faults = nullptr;
  const std::uint32_t* fault_of = nullptr;  // (runs); null: none lies here
};

/// Runs of a stage, each of a sample, from some step on.
///
/// **Shapes** sample_of (runs), readout (runs, classes).
struct FeedbackRuns {
  std::size_t size = 0;
  const std::uint32_t* sample_of = nullptr;
  RunStarts starts{};
  float* readout = nullptr;
};

namespace detail {

/// Where runs begin whose fault strikes one neuron: with the first changed spike, as none other differs before; the
/// state that the neuron has by then is kept.
template <class Model, bool InSums>
struct StruckStarts {
  static constexpr int states = NeuronsView<Model>::states;

  StruckRuns<Model, InSums> struck;
  const std::uint32_t* differs_from;  // (runs) step before which nothing differs
  std::uint32_t* first_of;            // (runs)
  std::uint32_t* neuron_of;           // (runs)
  Values<float*, states> state;       // each (runs, neurons)

  struct Keep {
    Values<float, states> state;
    std::size_t step = 0;
    SPIKINGJET_HD void before(std::size_t now, const Values<float, states>& s) {
      state = s;
      step = now;
    }
    SPIKINGJET_HD bool operator()(std::size_t, float) const { return false; }
  };

  SPIKINGJET_HD void operator()(std::size_t run) const {
    const std::uint32_t n = struck.neuron(run);
    Keep keep;
    struck.template follow_struck<void>(run, n, struck.golden(run, n), keep, differs_from[run]);
    first_of[run] = std::uint32_t(keep.step);
    neuron_of[run] = n;
    for (int k = 0; k < states; ++k) state[k][run * struck.view.neurons + n] = keep.state[k];
  }
};

/// One step of all neurons of some runs.
template <class Model, class Readout>
struct RecurrentStep {
  static constexpr int states = NeuronsView<Model>::states;

  NeuronsView<Model> view;
  SynapseView lateral;
  ActivityView golden;  // what the lateral layer received in the golden run
  StrikeGroup group;
  const Strike* faults;            // null where the fault lies before this stage
  const std::uint32_t* fault_of;   // (runs)
  const std::uint32_t* sample_of;  // (runs)
  RunStarts starts;
  Values<float*, states> state;  // each (runs, neurons)
  float* spike;                  // (runs, steps, neurons)
  float* readout;                // (runs, neurons); of the last stage
  const std::uint64_t* key;      // by neuron, of changed currents
  const float* value;
  std::size_t entries;
  std::uint64_t* cursor;      // (runs, neurons)
  const std::uint32_t* mask;  // (runs, mask words) which spikes of the step before are not zero
  std::size_t mask_words;
  std::size_t step;

  SPIKINGJET_HD void operator()(std::size_t i) const {
    const std::size_t run = i / view.neurons;
    const auto n = std::uint32_t(i % view.neurons);
    const std::size_t sample = sample_of[run];
    const std::size_t first = starts.first_of[run];
    if (step < first || step >= view.steps_of[sample]) return;

    const RecordedNeuron<Model> golden_neuron = view.of(sample, n);
    Values<float, states> s;
    if (step == first) {
      s = golden_neuron.state_before(step);
      if (starts.kept && starts.kept[run] == n)
        for (int k = 0; k < states; ++k) s[k] = state[k][i];
      cursor[i] = first_not_below(key, entries, std::uint64_t(i) * view.steps + step);
    } else {
      for (int k = 0; k < states; ++k) s[k] = state[k][i];
    }
    const Strike* const fault = faults ? faults + fault_of[run] : nullptr;
    const bool struck = fault && group.hits(fault->element, n) && fault->window.contains(step);

    StepInput before = golden.at(sample, step, lateral.unit_of(n));
    if (step != first) {
      before = StepInput{};
      before.value = spike + (run * view.steps + step - 1) * view.neurons;
      before.mask = mask + run * mask_words;
    }
    const float recurrent =
        lateral.sum(n, before, struck && group.in_lateral_sums() ? faulty_term(group, *fault) : FaultyTerm{});

    NeuronInput in{golden_neuron.current[golden_neuron.at(step)], recurrent};
    const std::uint64_t at = cursor[i];
    if (at < entries && key[at] == std::uint64_t(i) * view.steps + step) {
      in.current = value[at];
      cursor[i] = at + 1;
    }
    auto constant = golden_neuron.constant;
    if (struck) group.strike_constants<Model>(*fault, constant);
    float fired = golden_neuron.update(s, in, constant);
    if (struck) group.strike_neuron<Model>(*fault, s, fired);

    spike[(run * view.steps + step) * view.neurons + n] = fired;
    for (int k = 0; k < states; ++k) state[k][i] = s[k];
    if constexpr (!std::is_void_v<Readout>) {
      const float so_far = step == first ? golden_neuron.readout_before(step) : readout[i];
      readout[i] = golden_neuron.template fold<Readout>(step, so_far, fired, s);
    }
  }
};

/// Which spikes of a step are not zero, 32 a word; an item for each word of each run.
struct MaskSpikes {
  const float* spike;  // (runs, steps, neurons)
  const std::uint32_t* first_of;
  std::size_t neurons;
  std::size_t steps;
  std::size_t step;
  std::size_t words;
  std::uint32_t* mask;  // (runs, words)
  SPIKINGJET_HD void operator()(std::size_t i) const {
    const std::size_t run = i / words;
    if (step < first_of[run]) return;
    const std::size_t first = i % words * 32;
    const float* const s = spike + (run * steps + step) * neurons + first;
    std::uint32_t bits = 0;
    for (std::uint32_t n = 0; n < 32 && first + n < neurons; ++n) bits |= std::uint32_t{!(s[n] == 0.0F)} << n;
    mask[i] = bits;
  }
};

/// The first step in which a run has a changed current; `steps` where it has none.
struct FirstChange {
  const std::uint64_t* key;  // by neuron
  std::size_t entries;
  std::size_t neurons;
  std::size_t steps;
  std::uint32_t* first;
  SPIKINGJET_HD void operator()(std::size_t run) const {
    std::size_t found = steps;
    for (std::size_t e = first_not_below(key, entries, std::uint64_t(run) * neurons * steps);
         e < entries && key[e] / steps / neurons == run; ++e) {
      const std::size_t step = std::size_t(key[e] % steps);
      found = step < found ? step : found;
    }
    first[run] = std::uint32_t(found);
  }
};

/// Whether a spike of a run is another than the golden one.
struct SpikeDiffers {
  const float* spike;   // (runs, steps, neurons)
  const float* golden;  // (samples, steps, neurons)
  const std::uint32_t* sample_of;
  const std::uint32_t* first_of;
  const std::uint32_t* steps_of;
  std::size_t neurons;
  std::size_t steps;
  SPIKINGJET_HD bool operator()(std::size_t i) const {
    const std::size_t run = i / neurons / steps;
    const std::size_t step = i / neurons % steps;
    const std::size_t sample = sample_of[run];
    if (step < first_of[run] || step >= steps_of[sample]) return false;
    return to_word(spike[i]) != to_word(golden[(sample * steps + step) * neurons + i % neurons]);
  }
};

struct TakeSpikes {
  const std::uint64_t* key;
  const float* spike;
  float* value;
  SPIKINGJET_HD void operator()(std::size_t i) const { value[i] = spike[key[i]]; }
};

/// The readouts of runs, golden where a run never began.
struct RecurrentReadouts {
  const float* folded;  // (runs, classes)
  const std::uint32_t* sample_of;
  const std::uint32_t* first_of;
  const std::uint32_t* steps_of;
  std::size_t classes;
  float* readout;  // (runs, classes), golden
  SPIKINGJET_HD void operator()(std::size_t i) const {
    const std::size_t run = i / classes;
    if (first_of[run] < steps_of[sample_of[run]]) readout[i] = canonical(folded[i]);
  }
};

}  // namespace detail

/// Runs of a stage with lateral weights, and the room that they take.
template <class Device>
class RecurrentRuns {
 public:
  explicit RecurrentRuns(Device& device) : device_(&device) {}

  void release() { *this = RecurrentRuns(*device_); }

  /// Has runs, each of a fault that strikes one neuron, begin with its first changed spike: for the next of the two
  /// below.
  template <class Model, bool InSums>
  RunStarts start(const StruckRuns<Model, InSums>& struck, std::size_t runs, const std::uint32_t* differs_from) {
    first_.resize(runs);
    struck_.resize(runs);
    device_for_each(*device_, runs,
                    detail::StruckStarts<Model, InSums>{struck, differs_from, first_.data(), struck_.data(),
                                                        states_of<Model>(runs * struck.view.neurons)});
    return {first_.data(), struck_.data()};
  }

  /// The runs whose fault lies in this stage.
  template <class Model, class Readout>
  void run_struck(const FeedbackStage<Model>& stage, const FeedbackFaults& faults, const FeedbackRuns& runs,
                  ChangedList<Device>& spikes) {
    run<Model, Readout>(stage, faults, nullptr, runs, spikes);
  }

  /// The runs with changed currents, by neuron.
  template <class Model, class Readout>
  void run_changed(const FeedbackStage<Model>& stage, const ChangedList<Device>& currents, FeedbackRuns runs,
                   ChangedList<Device>& spikes) {
    if (!runs.starts.first_of) {
      first_.resize(runs.size);
      device_for_each(*device_, runs.size,
                      detail::FirstChange{currents.key.data(), currents.size(), stage.view.neurons, stage.view.steps,
                                          first_.data()});
      runs.starts.first_of = first_.data();
    }
    run<Model, Readout>(stage, {}, &currents, runs, spikes);
  }

 private:
  /// Room for the states of so many neurons of runs; what is there stays, if there is enough.
  template <class Model>
  Values<float*, int(Model::states.size())> states_of(std::size_t all) {
    while (states_.size() < Model::states.size()) states_.emplace_back(*device_);
    Values<float*, int(Model::states.size())> state{};
    for (int s = 0; s < int(Model::states.size()); ++s) {
      states_[std::size_t(s)].resize(all);
      state[s] = states_[std::size_t(s)].data();
    }
    return state;
  }

  template <class Model, class Readout>
  void run(const FeedbackStage<Model>& stage, const FeedbackFaults& faults, const ChangedList<Device>* currents,
           const FeedbackRuns& runs, ChangedList<Device>& spikes) {
    const NeuronsView<Model>& view = stage.view;
    const std::size_t all = runs.size * view.neurons;
    detail::RecurrentStep<Model, Readout> item{};
    item.state = states_of<Model>(all);
    spike_.resize(all * view.steps);
    folded_.resize(std::is_void_v<Readout> ? 0 : all);
    cursor_.resize(all);
    item.view = view;
    item.lateral = stage.lateral;
    item.golden = stage.golden;
    item.group = faults.group;
    item.faults = faults.faults;
    item.fault_of = faults.fault_of;
    item.sample_of = runs.sample_of;
    item.starts = runs.starts;
    item.spike = spike_.data();
    item.readout = folded_.data();
    item.key = currents ? currents->key.data() : nullptr;
    item.value = currents ? currents->value.data() : nullptr;
    item.entries = currents ? currents->size() : 0;
    item.cursor = cursor_.data();
    item.mask_words = (view.neurons + 31) / 32;
    mask_.resize(runs.size * item.mask_words);
    item.mask = mask_.data();
    for (item.step = 0; item.step < view.steps; ++item.step) {
      if (item.step > 0)
        device_for_each(*device_, mask_.size(),
                        detail::MaskSpikes{spike_.data(), runs.starts.first_of, view.neurons, view.steps, item.step - 1,
                                           item.mask_words, mask_.data()});
      device_for_each(*device_, all, item);
    }

    if constexpr (!std::is_void_v<Readout>) {
      device_for_each(*device_, all,
                      detail::RecurrentReadouts{folded_.data(), runs.sample_of, runs.starts.first_of, view.steps_of,
                                                view.neurons, runs.readout});
    } else {
      selection_.select(spike_.size(),
                        detail::SpikeDiffers{spike_.data(), view.spike, runs.sample_of, runs.starts.first_of,
                                             view.steps_of, view.neurons, view.steps},
                        spikes.key);
      spikes.value.resize(spikes.key.size());
      device_for_each(*device_, spikes.size(),
                      detail::TakeSpikes{spikes.key.data(), spike_.data(), spikes.value.data()});
    }
  }

  Device* device_;
  DeviceSelection<Device> selection_{*device_};
  std::vector<DeviceBuffer<float, Device>> states_;
  DeviceBuffer<float, Device> spike_{*device_};
  DeviceBuffer<float, Device> folded_{*device_};
  DeviceBuffer<std::uint64_t, Device> cursor_{*device_};
  DeviceBuffer<std::uint32_t, Device> mask_{*device_};
  DeviceBuffer<std::uint32_t, Device> first_{*device_};
  DeviceBuffer<std::uint32_t, Device> struck_{*device_};
};

}  // namespace spikingjet
