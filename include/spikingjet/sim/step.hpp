// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/lane.hpp>
#include <spikingjet/model/network.hpp>
#include <spikingjet/model/neuron.hpp>
#include <spikingjet/model/parameters.hpp>
#include <spikingjet/sim/canonical_sum.hpp>
#include <spikingjet/sim/lanes.hpp>
#include <spikingjet/sim/perturbation.hpp>
#include <spikingjet/sim/workspace.hpp>

#include <cstddef>
#include <span>
#include <utility>

namespace spikingjet {

/// Turns the spikes of this step into the currents of synaptic layer I.
template <class Net, std::size_t I>
inline void step_synapses(Workspace<Net>& work, const Parameters<Net>& parameters, Activity x) {
  using Layer = typename Net::template Layer<I>;
  constexpr std::size_t weight = Net::template first_quantity<I>;
  constexpr std::size_t outputs = Layer::out.size();

  auto& buffers = std::get<I>(work.layers);
  const float* w = parameters.stored(weight).data();
  const float* bias = nullptr;
  if constexpr (Layer::has_bias) bias = parameters.stored(weight + 1).data();
  if (Net::zero_input == ZeroInput::skip || parameters.all_finite(weight))
    sum_active_inputs<outputs>(w, bias, x, buffers.current.data());
  else
    sum_all_inputs<outputs>(w, bias, x, Layer::in.size(), buffers.current.data());
}

/// A constant for the neurons from n on, one lane each.
template <class V, Shape Neurons>
inline V load_constant(const float* stored, Sharing how, std::size_t n) {
  if (how == Sharing::per_layer) return V(*stored);
  if (how == Sharing::per_neuron || Neurons.rank == 1) return load_lanes<V>(stored + n);
  constexpr std::size_t lanes = sizeof(V) / sizeof(float);
  float gathered[lanes];
  for (std::size_t lane = 0; lane < lanes; ++lane) gathered[lane] = stored[shared_element(how, Neurons, n + lane)];
  return load_lanes<V>(gathered);
}

/// Updates and fires the neurons of layer I, fed by the currents of layer I - 1.
template <class Net, std::size_t I>
inline void step_neurons(Workspace<Net>& work, const Parameters<Net>& parameters) {
  using Layer = typename Net::template Layer<I>;
  using Model = typename Layer::Dynamics;
  constexpr std::size_t first = Net::template first_quantity<I>;
  constexpr int constants = Model::constants.size();
  constexpr int states = Model::states.size();

  auto& buffers = std::get<I>(work.layers);
  const float* stored[constants > 0 ? constants : 1]{};
  for (int c = 0; c < constants; ++c) stored[c] = parameters.stored(first + std::size_t(c)).data();
  const auto& input = std::get<I - 1>(work.layers).current;
  for_lanes<Layer::out.size()>([&]<class V>(std::size_t n) {
    Values<V, constants> constant{};
    for (int c = 0; c < constants; ++c)
      constant[c] = load_constant<V, Layer::out>(stored[c], Layer::sharings[std::size_t(c)], n);
    Values<V, states> state{};
    for (int s = 0; s < states; ++s) state[s] = load_lanes<V>(&buffers.state[std::size_t(s)][n]);
    store_lanes(&buffers.spike[n], Model::update(state, load_lanes<V>(&input[n]), constant));
    for (int s = 0; s < states; ++s) store_lanes(&buffers.state[std::size_t(s)][n], state[s]);
  });
}

/// Offers the states and then the spikes of neuron layer I to the perturbation.
template <class Net, std::size_t I, class P>
inline void touch_neurons(Workspace<Net>& work, std::size_t step, P& perturbation) {
  using Layer = typename Net::template Layer<I>;
  constexpr std::size_t first_state = Net::template first_quantity<I> + Layer::parameters.size();
  constexpr std::size_t states = Layer::states.size();

  auto& buffers = std::get<I>(work.layers);
  [&]<std::size_t... S>(std::index_sequence<S...>) {
    (perturbation.template touch<first_state + S>(step, std::span<float>(buffers.state[S])), ...);
  }(std::make_index_sequence<states>{});
  perturbation.template touch<first_state + states>(step, std::span<float>(buffers.spike));
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
  for_lanes<Net::classes>([&]<class V>(std::size_t c) {
    const V s = load_lanes<V>(&buffers.spike[c]);
    const V u = load_lanes<V>(&buffers.state[potential][c]);
    const V so_far = load_lanes<V>(&work.readout[c]);
    store_lanes(&work.readout[c], step == 0 ? Net::Readout::first(s, u) : Net::Readout::next(so_far, s, u));
  });
}

/// One step of a network: layer by layer, every synaptic layer turns the spikes of this step into currents, the neuron
/// layer behind it updates and fires, and the next layer sees those spikes in the same step.
///
/// **Shapes** x: the non-zero inputs of the step, flat.
/// **Laws** the arithmetic of docs/numerics.md, in its order; every other engine gives the same bits.
template <class Net, class P>
inline void step_network(Workspace<Net>& work, const Parameters<Net>& parameters, Activity x, std::size_t step,
                         P& perturbation) {
  [&]<std::size_t... I>(std::index_sequence<I...>) {
    (
        [&] {
          if constexpr (Net::template Layer<I>::kind == LayerKind::synaptic) {
            step_synapses<Net, I>(work, parameters, x);
          } else {
            step_neurons<Net, I>(work, parameters);
            touch_neurons<Net, I>(work, step, perturbation);
            std::get<I>(work.layers).compress();
            x = std::get<I>(work.layers).activity();
          }
        }(),
        ...);
  }(std::make_index_sequence<Net::layer_count>{});
  step_readout<Net>(work, step);
}

}  // namespace spikingjet
