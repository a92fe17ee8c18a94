// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/model/neuron.hpp>
#include <spikingjet/model/quantity.hpp>

#include <cstddef>
#include <type_traits>
#include <utility>

namespace spikingjet {

/// What the differential engine knows of one stage of a network.
template <class Net, std::size_t S>
struct StageTraits {
  static constexpr std::size_t neurons = Net::neurons_of(S);
  static constexpr std::size_t synapses = Net::find(S, LayerKind::synaptic);  // or `layer_count`
  static constexpr std::size_t lateral = Net::find(S, LayerKind::lateral);

  template <std::size_t I>
  static constexpr bool is_dense() {
    if constexpr (I < Net::layer_count)
      if constexpr (requires { Net::template Layer<I>::geometry; }) return Net::template Layer<I>::geometry.is_dense();
    return false;
  }

  using Model = typename Net::template Layer<neurons>::Dynamics;
  static constexpr bool feeds_back = lateral < Net::layer_count;
  static constexpr bool has_lanes = !is_recurrent_model<Model>;
  static constexpr bool input_lanes = has_lanes && is_dense<synapses>() && synapses + 1 + feeds_back == neurons;
  static constexpr bool lateral_lanes = has_lanes && is_dense<lateral>();
  static constexpr bool pools = synapses + 2 == neurons && Net::template Layer<neurons - 1>::kind == LayerKind::pooling;
  /// Whether changes of a convolution's weights are judged, or run, for all neurons of a channel at once.
  static constexpr bool has_planes = [] {
    if constexpr (has_lanes && !feeds_back && synapses < Net::layer_count && !is_dense<synapses>())
      return (pools || synapses + 1 == neurons) &&
             (S + 1 < Net::stage_count || requires { requires !Net::Readout::reads_potential; });
    return false;
  }();
  static constexpr bool is_plain =
      input_lanes && !feeds_back && synapses == Net::first_of(S);  // one fully connected layer and its neurons
};

/// Calls `f` with the number of each stage of a network, as an `std::integral_constant`.
template <class Net, class F>
void each_stage(const F& f) {
  [&]<std::size_t... S>(std::index_sequence<S...>) {
    (f(std::integral_constant<std::size_t, S>{}), ...);
  }(std::make_index_sequence<Net::stage_count>{});
}

}  // namespace spikingjet
