// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/lanes/lane.hpp>
#include <spikingjet/engine/differential/carry/dense.hpp>
#include <spikingjet/engine/differential/neuron/golden_neuron.hpp>
#include <spikingjet/engine/differential/neuron/golden_sums.hpp>
#include <spikingjet/engine/differential/stage_traits.hpp>
#include <spikingjet/engine/differential/weight_rows.hpp>
#include <spikingjet/engine/golden/recording.hpp>
#include <spikingjet/model/graph.hpp>
#include <spikingjet/model/neuron.hpp>
#include <spikingjet/model/parameters.hpp>
#include <spikingjet/model/sharing.hpp>
#include <spikingjet/model/zero_input.hpp>
#include <spikingjet/sim/sums/canonical_sum.hpp>

#include <array>
#include <cstddef>
#include <tuple>
#include <type_traits>
#include <utility>

namespace spikingjet {

/// The stages of a golden run as lanes and carriers read them: their layers, neurons, weights and constants.
/// `P` is a stage; `lateral` means its lateral layer, not the one that feeds it.
template <class Net>
class GoldenStages {
  static constexpr std::size_t stages = Net::stage_count;
  static constexpr std::size_t last = stages - 1;

  template <std::size_t P>
  using Traits = StageTraits<Net, P>;
  template <std::size_t P>
  using ModelOf = typename Traits<P>::Model;

 public:
  /// All must outlive the stages; `recording` may be recorded into later, and again.
  GoldenStages(const Parameters<Net>& golden, const WeightRows& rows, const GoldenRecording<Net>& recording)
      : parameters_(golden), rows_(rows), recording_(recording) {
    each_stage<Net>([&]<std::size_t P>(std::integral_constant<std::size_t, P>) {
      if constexpr (Traits<P>::has_lanes) {
        std::get<P>(layers_) = describe<P>(false);
        std::get<P>(lateral_layers_) = describe<P>(true);
      }
      poisoned_[P] = is_poisoned(Traits<P>::synapses);
      lateral_poisoned_[P] = is_poisoned(Traits<P>::lateral);
    });
  }

  /// Whether a weight of a stage's layer that is not finite counts at every step.
  bool poisoned(std::size_t stage) const { return poisoned_[stage]; }
  bool lateral_poisoned(std::size_t stage) const { return lateral_poisoned_[stage]; }

  /// The layer whose faulty weights run in lanes: the one that feeds the neurons, or the lateral one.
  template <std::size_t P>
  const GoldenLayer<ModelOf<P>>& layer(bool lateral) const {
    return lateral ? std::get<P>(lateral_layers_) : std::get<P>(layers_);
  }

  /// The last layer, where cases may be carried through it; else one without outputs.
  GoldenLastLayer<ModelOf<last>> last_layer() const {
    GoldenLastLayer<ModelOf<last>> layer;
    if constexpr (Traits<last>::is_plain) {
      layer.recording = &recording_[last];
      layer.readout = &recording_.readout();
      layer.inputs = graph_of<Net>.layers[Traits<last>::synapses].inputs();
      layer.outputs = Net::classes;
      for (std::size_t k = 0; k < Net::classes; ++k) layer.constants.push_back(constants_of<last>(k));
      set_weights(layer, Traits<last>::synapses);
      layer.sum = &sum_active_inputs<Net::classes>;
    }
    return layer;
  }

  /// A neuron of a stage.
  template <std::size_t P>
  GoldenNeuron<ModelOf<P>> golden_neuron(std::size_t neuron, bool lateral) const {
    GoldenNeuron<ModelOf<P>> golden;
    golden.recording = &recording_[P];
    const GoldenLayer<ModelOf<P>>& layer = this->template layer<P>(lateral);
    golden.events = layer.events;
    golden.other = layer.other;
    golden.feeds_back = Traits<P>::feeds_back;
    if constexpr (P == last) golden.readout = &recording_.readout();
    golden.neuron = neuron;
    golden.steps = recording_.steps();
    golden.constants = constants_of<P>(neuron);
    if (lateral ? Traits<P>::lateral_lanes : Traits<P>::input_lanes) {
      const std::size_t fed_by = lateral ? Traits<P>::lateral : Traits<P>::synapses;
      golden.weights = rows_.of(fed_by, neuron, graph_of<Net>.layers[fed_by].inputs());
    }
    if (layer.bias) golden.bias = layer.bias[neuron];
    golden.poisonable = Net::zero_input == ZeroInput::multiply;
    return golden;
  }

  /// The constants of a neuron of a stage.
  template <std::size_t P>
  Constants<ModelOf<P>, float> constants_of(std::size_t neuron) const {
    using Layer = typename Net::template Layer<Traits<P>::neurons>;
    Constants<ModelOf<P>, float> c;
    for (std::size_t i = 0; i < ModelOf<P>::constants.size(); ++i)
      c[int(i)] = parameters_.read(Net::template first_quantity<Traits<P>::neurons> + i,
                                   shared_element(Layer::sharings[i], Layer::out, neuron));
    return c;
  }

 private:
  /// Whether a weight of a layer that is not finite counts at every step.
  bool is_poisoned(std::size_t layer) const {
    return layer < Net::layer_count && Net::zero_input == ZeroInput::multiply &&
           !parameters_.all_finite(graph_of<Net>.layers[layer].quantity);
  }

  /// Points to the weights and the bias, or null, of a layer.
  template <class Golden>
  void set_weights(Golden& golden, std::size_t layer) const {
    const GraphLayer& l = graph_of<Net>.layers[layer];
    golden.weight = parameters_.values().data() + l.weight;
    if (l.bias != GraphLayer::none) golden.bias = parameters_.values().data() + l.bias;
  }

  /// Describes a layer whose faulty weights run in lanes.
  template <std::size_t P>
  GoldenLayer<ModelOf<P>> describe(bool lateral) const {
    constexpr std::size_t neurons = Net::template Layer<Traits<P>::neurons>::out.size();
    GoldenLayer<ModelOf<P>> layer;
    layer.recording = &recording_[P];
    layer.events = lateral ? &recording_[P].lateral_events : &recording_[P].events;
    if (Traits<P>::feeds_back) layer.other = lateral ? &recording_[P].input_sum : &recording_[P].lateral_sum;
    if (lateral ? Traits<P>::lateral_lanes : Traits<P>::input_lanes)
      set_weights(layer, lateral ? Traits<P>::lateral : Traits<P>::synapses);
    layer.constants.assign(ModelOf<P>::constants.size() * (neurons + lane_slack), 0.0F);
    for (std::size_t n = 0; n < neurons; ++n) {
      const auto constants = constants_of<P>(n);
      for (std::size_t c = 0; c < ModelOf<P>::constants.size(); ++c)
        layer.constants[c * (neurons + lane_slack) + n] = constants[int(c)];
    }
    return layer;
  }

  template <class Stages>
  struct LayersOf;
  template <std::size_t... P>
  struct LayersOf<std::index_sequence<P...>> {
    using type = std::tuple<GoldenLayer<ModelOf<P>>...>;
  };
  using Layers = typename LayersOf<std::make_index_sequence<stages>>::type;

  const Parameters<Net>& parameters_;
  const WeightRows& rows_;
  const GoldenRecording<Net>& recording_;
  Layers layers_;
  Layers lateral_layers_;
  std::array<bool, stages> poisoned_{};
  std::array<bool, stages> lateral_poisoned_{};
};

}  // namespace spikingjet
