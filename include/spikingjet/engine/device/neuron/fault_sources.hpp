// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/config.hpp>
#include <spikingjet/core/lanes/lane.hpp>
#include <spikingjet/engine/device/golden/activity.hpp>
#include <spikingjet/engine/device/golden/neurons.hpp>
#include <spikingjet/fault/fault.hpp>
#include <spikingjet/inject/strike.hpp>
#include <spikingjet/model/neuron.hpp>
#include <spikingjet/model/zero_input.hpp>
#include <spikingjet/sim/sums/one_output.hpp>
#include <spikingjet/sim/sums/term.hpp>

#include <cstddef>
#include <cstdint>
#include <type_traits>

namespace spikingjet {

// What a fault alters in the steps of one neuron: a source as `follow_neuron` takes it.

/// The layer whose weights or biases faults of a group strike.
struct FaultySums {
  SynapseView synapses;
  ActivityView x;
  StrikeGroup group;
};

/// The sums that faults of a group strike, of a layer that a golden run recorded; nothing where they strike neurons.
template <class Golden>
FaultySums faulty_sums(const Golden& golden, const StrikeGroup& group) {
  FaultySums faulty;
  faulty.group = group;
  if (!group.in_sums() && !group.in_lateral_sums()) return faulty;
  faulty.synapses = golden.synapses(group.layer);
  faulty.x = golden.activity(group.layer);
  return faulty;
}

/// What a strike alters in the sums of the outputs that it reaches.
SPIKINGJET_HD inline FaultyTerm faulty_term(const StrikeGroup& group, const Strike& strike) {
  FaultyTerm term;
  if (group.is_bias()) {
    term.in_bias = true;
    term.bias = strike.faulty;
  } else {
    term.tap = group.tap(strike.element);
    term.weight = strike.faulty;
  }
  return term;
}

/// A faulty weight or bias in the sums of one output of a sample; what takes a division is found once.
class FaultyOutput {
 public:
  SPIKINGJET_HD FaultyOutput(const FaultySums& sums, const Strike& fault, std::size_t sample, std::uint32_t output)
      : sums_(sums),
        window_(fault.window),
        term_(faulty_term(sums.group, fault)),
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

  SPIKINGJET_HD SumFaultSource(const RecordedNeuron<Model>& of, const FaultySums& sums, const Strike& fault,
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
  const StrikeGroup& group;
  const Strike& fault;

  SPIKINGJET_HD NeuronFaultSource(const RecordedNeuron<Model>& of, const FaultySums& sums, const Strike& struck,
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

}  // namespace spikingjet
