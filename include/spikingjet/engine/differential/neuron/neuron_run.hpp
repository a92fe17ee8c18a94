// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/bits.hpp>
#include <spikingjet/engine/decision.hpp>
#include <spikingjet/engine/differential/merge.hpp>
#include <spikingjet/engine/differential/neuron/current_lanes.hpp>
#include <spikingjet/engine/differential/neuron/faulty_copies.hpp>
#include <spikingjet/engine/differential/neuron/golden_neuron.hpp>
#include <spikingjet/engine/differential/neuron/golden_sums.hpp>
#include <spikingjet/engine/differential/neuron/lane_state.hpp>
#include <spikingjet/engine/differential/neuron/spike_lanes.hpp>
#include <spikingjet/engine/differential/neuron/value_choice.hpp>
#include <spikingjet/engine/differential/neuron/within_lanes.hpp>
#include <spikingjet/engine/differential/plan.hpp>
#include <spikingjet/engine/golden/recording.hpp>
#include <spikingjet/inject/strike.hpp>
#include <spikingjet/model/neuron.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <type_traits>

namespace spikingjet {

/// Runs the faulty copies of one neuron in lanes, and gathers those that leave something else than the golden run:
/// trains of spikes or, where the layer is read, values of its readout. `Readout` is void for layers that are not read.
///
/// Knows models and lanes, not networks: all layers of one model share its code.
///
/// **Laws** each fault is counted in the decisions or stands in the cases; a case's key is what `FullEngine` would see,
/// or, where spikes feed back into the layer, would see up to the first changed spike.
template <class Model, class Readout, class V>
class NeuronRun {
  static constexpr std::size_t lanes = V::lanes;
  static constexpr bool is_read = !std::is_void_v<Readout>;

 public:
  NeuronRun() : currents_(copies_), choice_(copies_, currents_), within_(copies_) {}
  NeuronRun(const NeuronRun&) = delete;
  NeuronRun& operator=(const NeuronRun&) = delete;

  /// To be called before the first neuron of a sample.
  void start_sample(const GoldenLayer<Model>& layer) {
    currents_.start_sample(layer);
    choice_.start_sample();
  }

  /// Simulates the neuron's faults but those in its spikes; with `inputs_too`, those in what flows into it as well.
  ///
  /// **Shapes** keys of the cases: (words) of spikes, or one word, the bits of a readout value.
  void run(const GoldenNeuron<Model>& golden, const FaultPlan& plan, const NeuronPlan& neuron, bool inputs_too,
           CaseTable& cases, Decisions& decisions) {
    copies_.start(golden, cases, decisions);
    if (inputs_too && neuron.sites.count + neuron.currents.count > 0) {
      currents_.start_neuron();
      choice_.run(neuron, plan);
      for (const std::uint32_t f : neuron.currents.of(plan.currents))
        currents_.add(plan.strikes[f], plan.group_of(plan.strikes[f]));
      currents_.flush();
    }
    within_.run(neuron.within.of(plan.within), plan);
  }

  /// The golden spikes of the neuron.
  ///
  /// **Shapes** returns (words).
  std::span<const std::uint32_t> golden_train() const { return copies_.golden_train; }

  /// The faulty sums of a finite weight, or a bias, of the neuron that was run, without what is added to the layer's
  /// sums: `write(step, sum)` in each step in which it takes part.
  template <class Write>
  void each_faulty_sum(const Strike& strike, const StrikeGroup& group, const Write& write) const {
    currents_.sum_faulty({.first = 0,
                          .end = 1,
                          .input = group.tap(strike.element),
                          .window = &strike.window,
                          .bias = group.is_bias(),
                          .poison = false},
                         strike.faulty, write);
  }

  /// The readout value that faults in the neuron's spikes leave, a lane each.
  ///
  /// **Shapes** values (lanes).
  void run_spikes(const GoldenNeuron<Model>& golden, const SpikeLanes<V>& spikes, float* values)
    requires is_read
  {
    const PairRecording& recording = *golden.recording;
    auto state = golden_lanes<Model, V>(recording, golden.readout, golden.neuron, spikes.first_step());
    for (std::size_t step = spikes.first_step(); step < golden.steps; ++step) {
      state.state[potential_of<Model>()] =
          V(recording.state[std::size_t(potential_of<Model>())][step + 1][golden.neuron]);
      fold<Readout>(state, step, spikes.at(step));
    }
    state.readout.store(values);
    for (std::size_t l = 0; l < lanes; ++l) values[l] = canonical(values[l]);
  }

 private:
  FaultyCopies<Model, Readout, V> copies_;
  CurrentLanes<Model, Readout, V> currents_;
  ValueChoice<Model, Readout, V> choice_;
  WithinLanes<Model, Readout, V> within_;
};

}  // namespace spikingjet
