// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/model/quantity.hpp>

#include <array>
#include <concepts>
#include <cstddef>

namespace spikingjet {

/// A parameter tensor that a layer brings.
struct ParameterInfo {
  Name field;
  Role role = Role::other;
  Shape shape;
  bool output_last = false;
  bool required = true;     // in a weights file
  float default_value = 0;  // where the file may leave it out
};

/// A state tensor that a layer keeps from step to step; one value a neuron, zero before step 0.
struct StateInfo {
  Name field;
  Role role = Role::other;
};

/// A layer that knows its input shape: what `Network` makes of each layer of its list.
///
/// Synaptic layers turn the spikes of this step into currents, pooling layers change their shape, lateral ones stand
/// before the neurons whose last spikes they feed back; neuron layers turn currents into spikes and keep states.
template <class L>
concept BoundLayer = requires {
  { L::name } -> std::convertible_to<Name>;
  { L::kind } -> std::convertible_to<LayerKind>;
  { L::in } -> std::convertible_to<Shape>;
  { L::out } -> std::convertible_to<Shape>;
  { L::parameters.size() } -> std::convertible_to<std::size_t>;
  { L::states.size() } -> std::convertible_to<std::size_t>;
  { L::summary() } -> std::convertible_to<std::string>;
};

}  // namespace spikingjet
