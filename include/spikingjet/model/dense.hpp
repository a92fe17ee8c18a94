// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/model/layer.hpp>
#include <spikingjet/model/message.hpp>
#include <spikingjet/model/synapse_geometry.hpp>

#include <array>
#include <cstddef>
#include <string>
#include <type_traits>

namespace spikingjet {

/// Layer option: the number of inputs, to be checked against what the layer before gives.
template <std::size_t N>
struct Inputs {
  static constexpr std::size_t inputs = N;
};

/// Layer option: a synaptic layer without a bias; its canonical sum starts at +0.
struct NoBias {};

namespace detail {

template <class Option>
inline constexpr bool is_inputs = false;
template <std::size_t N>
inline constexpr bool is_inputs<Inputs<N>> = true;

template <std::size_t Outputs, class... Options>
consteval bool check_dense() {
  static_assert(Outputs > 0,
                "spikingjet: 'Dense' needs at least one output; check its second argument; see docs/concepts/network.md");
  static_assert(((is_inputs<Options> || std::is_same_v<Options, NoBias>) && ...),
                "spikingjet: 'Dense' takes only the options 'Inputs' and 'NoBias'; check the arguments after its "
                "number of outputs; see docs/concepts/network.md");
  return true;
}

}  // namespace detail

/// A fully connected synaptic layer: I[o] = bias[o] + sum over i of weight[o][i] x[i], the canonical sum.
///
/// **Shapes** in: any, taken flat; out: (Outputs); `NAME.weight`: (Outputs, inputs); `NAME.bias`: (Outputs).
/// **Errors** does not compile with zero outputs, an unknown option, or `Inputs` that differ from what arrives.
/// **Example** `Dense<"fc1", 20>`, `Dense<"fc1", 20, Inputs<578>, NoBias>`
template <Name N, std::size_t Outputs, class... Options>
struct Dense {
  static_assert(detail::check_dense<Outputs, Options...>());

  static constexpr Name name = N;

  template <Shape In>
  struct Bind {
    static_assert((detail::check_inputs<N, Options, In.size()>() && ...));

    static constexpr LayerKind kind = LayerKind::synaptic;
    static constexpr Name name = N;
    static constexpr Shape in = In;
    static constexpr Shape out = {Outputs};
    static constexpr bool has_bias = !(std::is_same_v<Options, NoBias> || ...);
    static constexpr std::array<StateInfo, 0> states{};
    static constexpr SynapseGeometry geometry = [] {
      SynapseGeometry g;
      g.channels_in = In.size();
      g.channels_out = Outputs;
      return g;
    }();

    static constexpr auto parameters = [] {
      std::array<ParameterInfo, has_bias ? 2 : 1> all{};
      all[0] = {.field = "weight", .role = Role::weight, .shape = {Outputs, In.size()}, .output_last = true};
      if constexpr (has_bias) all[1] = {.field = "bias", .role = Role::bias, .shape = {Outputs}};
      return all;
    }();

    static std::string summary() {
      return "dense " + N.str() + " " + std::to_string(In.size()) + "-" + std::to_string(Outputs) +
             (has_bias ? "" : " without bias");
    }
  };
};

}  // namespace spikingjet
