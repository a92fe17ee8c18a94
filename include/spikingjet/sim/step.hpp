// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/lanes/lane.hpp>
#include <spikingjet/core/lanes/native.hpp>
#include <spikingjet/core/lanes/pack.hpp>
#include <spikingjet/model/network.hpp>
#include <spikingjet/model/neuron.hpp>
#include <spikingjet/model/parameters.hpp>
#include <spikingjet/sim/perturbation.hpp>
#include <spikingjet/sim/sums/canonical_sum.hpp>
#include <spikingjet/sim/sums/convolution.hpp>
#include <spikingjet/sim/sums/pooling.hpp>
#include <spikingjet/sim/workspace.hpp>

#include <algorithm>
#include <cstddef>
#include <span>
#include <utility>

namespace spikingjet {

/// Currents of a fully connected layer or a convolution.
///
/// **Shapes** x: inputs, flat; buffers: room for the layer, with its currents.
template <class Net, std::size_t I, class Buffers>
inline void sum_synapses(const Parameters<Net>& parameters, Activity x, Buffers& buffers) {
  using Layer = typename Net::template Layer<I>;
  constexpr std::size_t weight = Net::template first_quantity<I>;

  float* current = buffers.current.data();
  const float* w = parameters.stored(weight).data();
  const float* bias = nullptr;
  if constexpr (Layer::has_bias) bias = parameters.stored(weight + 1).data();
  const bool leave_zeros_out = Net::zero_input == ZeroInput::skip || parameters.all_finite(weight);
  if constexpr (detail::is_convolution<Layer>()) {
    if (leave_zeros_out) return convolve_active_inputs(Layer::geometry, w, bias, x, buffers.sums.data(), current);
    buffers.written_out.fill(0.0F);
    for (std::size_t k = 0; k < x.size(); ++k) buffers.written_out[x.index[k]] = x.value[k];
    convolve_all_inputs(Layer::geometry, w, bias, buffers.written_out.data(), current);
  } else {
    constexpr std::size_t outputs = Layer::out.size();
    if (leave_zeros_out)
      sum_active_inputs<outputs>(w, bias, x, current);
    else
      sum_all_inputs<outputs>(w, bias, x, Layer::in.size(), current);
  }
}

/// Turns the spikes of this step into the currents of synaptic layer I: the network's input for the first layer, else
/// the output of layer I - 1.
template <class Net, std::size_t I>
inline void step_synapses(Workspace<Net>& work, const Parameters<Net>& parameters, Activity input) {
  using Layer = typename Net::template Layer<I>;
  constexpr std::size_t weight = Net::template first_quantity<I>;
  constexpr std::size_t few_inputs = 64;

  Activity x = input;
  if constexpr (I > 0) {
    auto& before = std::get<I - 1>(work.layers);
    if constexpr (Layer::in.size() <= few_inputs && !detail::is_convolution<Layer>() && requires { before.spike; }) {
      const float* bias = nullptr;
      if constexpr (Layer::has_bias) bias = parameters.stored(weight + 1).data();
      if (parameters.all_finite(weight) && !(Layer::has_bias && parameters.has_negative_zero(weight + 1)))
        return sum_every_input<Layer::out.size(), Layer::in.size()>(
            parameters.stored(weight).data(), bias, before.spike.data(), std::get<I>(work.layers).current.data());
    }
    before.compress();
    x = before.activity();
  }
  sum_synapses<Net, I>(parameters, x, std::get<I>(work.layers));
}

/// Turns the spikes of the step before, of the neurons behind lateral layer I, into its currents.
template <class Net, std::size_t I>
inline void step_lateral(Workspace<Net>& work, const Parameters<Net>& parameters) {
  using Layer = typename Net::template Layer<I>;
  auto& neurons = std::get<I + 1>(work.layers);
  auto& buffers = std::get<I>(work.layers);
  if constexpr (requires { Layer::sharing; }) {
    constexpr std::size_t weight = Net::template first_quantity<I>;
    for (std::size_t n = 0; n < Layer::out.size(); ++n)
      buffers.current[n] = sum_one_to_one(parameters.stored(weight)[shared_element(Layer::sharing, Layer::out, n)],
                                          neurons.spike[n], Net::zero_input);
  } else {
    neurons.compress();
    sum_synapses<Net, I>(parameters, neurons.activity(), buffers);
  }
}

/// Pools the output of layer I - 1, or the network's input.
template <class Net, std::size_t I>
inline void step_pooling(Workspace<Net>& work, Activity input) {
  using Layer = typename Net::template Layer<I>;
  auto& buffers = std::get<I>(work.layers);
  const float* in = buffers.written_out.data();
  if constexpr (I == 0) {
    buffers.written_out.fill(0.0F);
    for (std::size_t k = 0; k < input.size(); ++k) buffers.written_out[input.index[k]] = input.value[k];
  } else if constexpr (Net::template Layer<I - 1>::kind == LayerKind::neuron) {
    in = std::get<I - 1>(work.layers).spike.data();
  } else {
    in = std::get<I - 1>(work.layers).current.data();
  }
  pool_channels(Layer::geometry, in, buffers.current.data());
}

/// The lanes that neuron equations see: a pack, as in every engine, since of bare vectors not every operator has the
/// bits of the scalar one.
using NeuronLanes = Pack<Lanes, 1>;

/// A constant for the neurons from n on, one lane each.
template <Sharing How, Shape Neurons>
inline NeuronLanes load_constant(const float* stored, std::size_t n) {
  if constexpr (How == Sharing::per_layer) {
    return NeuronLanes(*stored);
  } else if constexpr (How == Sharing::per_neuron || Neurons.rank == 1) {
    return NeuronLanes::load(stored + n);
  } else {
    float gathered[native_lanes];
    for (std::size_t lane = 0; lane < native_lanes; ++lane)
      gathered[lane] = stored[shared_element(How, Neurons, std::min(n + lane, Neurons.size() - 1))];
    return NeuronLanes::load(gathered);
  }
}

/// Updates and fires the neurons of layer I, fed by the currents of the layers before it.
template <class Net, std::size_t I>
inline void step_neurons(Workspace<Net>& work, const Parameters<Net>& parameters) {
  using Layer = typename Net::template Layer<I>;
  using Model = typename Layer::Dynamics;
  constexpr std::size_t first = Net::template first_quantity<I>;
  constexpr std::size_t constants = Model::constants.size();
  constexpr std::size_t states = Model::states.size();
  constexpr bool feeds_back = Net::template Layer<I - 1>::kind == LayerKind::lateral;

  auto& buffers = std::get<I>(work.layers);
  const auto& input = std::get<I - 1 - feeds_back>(work.layers).current;
  const auto& lateral = std::get<I - 1>(work.layers).current;
  for (std::size_t v = 0; v < vectors_of(Layer::out.size()); ++v) {
    const std::size_t n = v * native_lanes;
    const auto constant = [&]<std::size_t... C>(std::index_sequence<C...>) {
      return Values<NeuronLanes, int(constants)>{
          {load_constant<Layer::sharings[C], Layer::out>(parameters.stored(first + C).data(), n)...}};
    }(std::make_index_sequence<constants>{});
    Values<NeuronLanes, int(states)> state;
    for (std::size_t s = 0; s < states; ++s) state.at[s] = NeuronLanes::load(&buffers.state[s][n]);
    const NeuronLanes spike = [&] {
      if constexpr (is_recurrent_model<Model>)
        return Model::update(state, NeuronLanes::load(&input[n]), NeuronLanes::load(&lateral[n]), constant);
      else if constexpr (feeds_back)
        return Model::update(state, NeuronLanes::load(&input[n]) + NeuronLanes::load(&lateral[n]), constant);
      else
        return Model::update(state, NeuronLanes::load(&input[n]), constant);
    }();
    spike.store(&buffers.spike[n]);
    for (std::size_t s = 0; s < states; ++s) state.at[s].store(&buffers.state[s][n]);
  }
}

/// Offers the states and then the spikes of neuron layer I to the perturbation.
template <class Net, std::size_t I, class P>
inline void touch_neurons(Workspace<Net>& work, std::size_t step, P& perturbation) {
  using Layer = typename Net::template Layer<I>;
  constexpr std::size_t first_state = Net::template first_quantity<I> + Layer::parameters.size();
  constexpr std::size_t states = Layer::states.size();

  auto& buffers = std::get<I>(work.layers);
  [&]<std::size_t... S>(std::index_sequence<S...>) {
    (perturbation.template touch<first_state + S>(step, std::span<float>(buffers.state[S]).first(Layer::out.size())),
     ...);
  }(std::make_index_sequence<states>{});
  perturbation.template touch<first_state + states>(step, std::span<float>(buffers.spike).first(Layer::out.size()));
}

/// Folds the last layer's spikes and potentials of this step into the readout.
template <class Net>
inline void step_readout(Workspace<Net>& work, std::size_t step) {
  constexpr std::size_t last = Net::layer_count - 1;
  using Model = typename Net::template Layer<last>::Dynamics;
  constexpr std::size_t potential = [] {
    std::size_t s = 0;
    while (Model::states[s].role != Role::potential) ++s;
    return s;
  }();

  const auto& buffers = std::get<last>(work.layers);
  for (std::size_t v = 0; v < vectors_of(Net::classes); ++v) {
    const std::size_t c = v * native_lanes;
    const auto s = NeuronLanes::load(&buffers.spike[c]);
    const auto u = NeuronLanes::load(&buffers.state[potential][c]);
    const auto so_far = NeuronLanes::load(&work.readout[c]);
    const NeuronLanes now = step == 0 ? Net::Readout::first(s, u) : Net::Readout::next(so_far, s, u);
    now.store(&work.readout[c]);
  }
}

/// One step of a network: layer by layer, every synaptic layer turns the spikes of this step into currents, the neuron
/// layer behind it updates and fires, and the next layer sees those spikes in the same step. Lateral layers see the
/// spikes of the step before.
///
/// **Shapes** x: the non-zero inputs of the step, flat.
/// **Laws** the arithmetic of docs/numerics.md, in its order; every other engine gives the same bits.
template <class Net, class P>
inline void step_network(Workspace<Net>& work, const Parameters<Net>& parameters, Activity x, std::size_t step,
                         P& perturbation) {
  [&]<std::size_t... I>(std::index_sequence<I...>) {
    (
        [&] {
          constexpr LayerKind kind = Net::template Layer<I>::kind;
          if constexpr (kind == LayerKind::synaptic) {
            step_synapses<Net, I>(work, parameters, x);
          } else if constexpr (kind == LayerKind::pooling) {
            step_pooling<Net, I>(work, x);
          } else if constexpr (kind == LayerKind::lateral) {
            step_lateral<Net, I>(work, parameters);
          } else {
            step_neurons<Net, I>(work, parameters);
            touch_neurons<Net, I>(work, step, perturbation);
          }
        }(),
        ...);
  }(std::make_index_sequence<Net::layer_count>{});
  step_readout<Net>(work, step);
}

}  // namespace spikingjet
