// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/model/quantity.hpp>

#include <concepts>
#include <string>

namespace spikingjet {

/// Which quantities a fault may strike: an empty struct with `name()` and `hits(quantity)`, decided at compile time.
///
/// **Laws** tests/laws/target.hpp: a pure function of the quantity.
/// **Example** `struct Fc2 { static std::string name() { return "fc2"; }
/// static constexpr bool hits(const Quantity& q) { return q.layer == Name("fc2"); } };`
template <class T>
concept Target = requires(const Quantity& quantity) {
  { T::name() } -> std::convertible_to<std::string>;
  { T::hits(quantity) } -> std::same_as<bool>;
};

namespace target {

/// All quantities of one role.
template <Role R>
struct OfRole {
  static std::string name() { return std::string(role_name(R)); }
  static constexpr bool hits(const Quantity& quantity) { return quantity.role == R; }
};

/// Weights of all layers.
using Weight = OfRole<Role::weight>;
/// Biases.
using Bias = OfRole<Role::bias>;
/// Decays of potentials.
using Decay = OfRole<Role::decay>;
/// Decays of synaptic currents.
using SynapticDecay = OfRole<Role::synaptic_decay>;
/// Thresholds.
using Threshold = OfRole<Role::threshold>;
/// Membrane potentials.
using Potential = OfRole<Role::potential>;
/// The state of a synapse with memory; only where a neuron model has one.
using Current = OfRole<Role::current>;
/// Spikes, as neurons leave them.
using Spike = OfRole<Role::spike>;

/// The Python tool's targets: everything but `Current` and what a model calls `Role::other`.
struct Default {
  static std::string name() { return "default"; }
  static constexpr bool hits(const Quantity& quantity) {
    return quantity.role != Role::current && quantity.role != Role::other;
  }
};

/// Every quantity of the network.
struct Any {
  static std::string name() { return "any"; }
  static constexpr bool hits(const Quantity&) { return true; }
};

/// The quantities of one layer.
template <Name Layer>
struct InLayer {
  static std::string name() { return "layer " + Layer.str(); }
  static constexpr bool hits(const Quantity& quantity) { return quantity.layer == Layer; }
};

}  // namespace target

}  // namespace spikingjet
