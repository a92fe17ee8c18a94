// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/model/layers/layer.hpp>
#include <spikingjet/model/layers/synapse_geometry.hpp>
#include <spikingjet/model/message.hpp>
#include <spikingjet/model/option.hpp>

#include <array>
#include <cstddef>
#include <string>
#include <type_traits>

namespace spikingjet {

namespace option {

/// The type of `spikingjet::Inputs`.
template <auto N>
struct Inputs {
  static constexpr std::size_t inputs = detail::count_from(0, N);
  using Written = detail::WrittenAs<N>;
};

/// The type of `spikingjet::NoBias`.
struct NoBias {};

}  // namespace option

/// Layer option: the number of inputs, to be checked against what the layer before gives.
template <Count N = Count()>
inline constexpr Option<option::Inputs<detail::CountOf<N>::value>> Inputs{};

/// Layer option: a synaptic layer without a bias; its canonical sum starts at +0.
inline constexpr Option<option::NoBias> NoBias{};

namespace detail {

template <class Option>
inline constexpr bool is_inputs = false;
template <auto N>
inline constexpr bool is_inputs<option::Inputs<N>> = true;

template <class Layer, class Written, long long Outputs>
consteval bool check_outputs() {
  static_assert(
      Outputs != Count::missing,
      "spikingjet: a synaptic layer needs its number of outputs behind its name, as in 'Dense<\"fc1\", 24>'; check the "
      "layer spelled in 'in_layer<...>'; see docs/concepts/network.md");
  static_assert(
      Outputs != Count::no_number,
      "spikingjet: the second argument of a synaptic layer is its number of outputs, a whole number, options come "
      "behind it, as in 'Dense<\"fc1\", 24, NoBias>'; check the layer spelled in 'in_layer<...>'; see "
      "docs/concepts/network.md");
  static_assert(
      Outputs <= Count::largest,
      "spikingjet: a synaptic layer has at most 2147483647 outputs; check the second argument of the layer spelled in "
      "'in_layer<...>'; see docs/concepts/network.md");
  return true;
}

template <class Layer, auto Outputs>
consteval bool check_dense() {
  static_assert(
      number_of(Outputs) > 0 || number_of(Outputs) <= Count::no_number,
      "spikingjet: 'Dense' needs at least one output; check its second argument; see docs/concepts/network.md");
  return check_name<Layer>() && check_outputs<Layer, WrittenAs<Outputs>, number_of(Outputs)>();
}

template <class Layer, class Option>
consteval bool check_dense_option() {
  static_assert(
      !is_written<Option>,
      "spikingjet: 'Dense' takes a name, its number of outputs and options, and nothing else; what it should not have "
      "is spelled in 'written<...>', often the number of inputs, which follows from the layer before: leave it out or "
      "write 'Inputs<64>'; see docs/concepts/network.md");
  static_assert(is_written<Option> || is_inputs<Option> || std::is_same_v<Option, option::NoBias>,
                "spikingjet: 'Dense' takes only the options 'Inputs' and 'NoBias'; check the arguments after its "
                "number of outputs; see docs/concepts/network.md");
  return true;
}

/// `Dense` with its name, its number of outputs and its options as compilers print them.
template <class Layer, auto Outputs, class... Options>
struct DenseLayer;

}  // namespace detail

/// A fully connected synaptic layer: I[o] = bias[o] + sum over i of weight[o][i] x[i], the canonical sum.
///
/// **Shapes** in: any, taken flat; out: (Outputs); `NAME.weight`: (Outputs, inputs); `NAME.bias`: (Outputs).
/// **Errors** does not compile with zero outputs, an unknown option, or `Inputs` that differ from what arrives.
/// **Example** `Dense<"fc1", 20>`, `Dense<"fc1", 20, Inputs<578>, NoBias>`
template <LayerName N = LayerName(), Count Outputs = Count(), Option... Options>
using Dense = detail::DenseLayer<detail::SpelledLayer<N>, detail::CountOf<Outputs>::value, detail::TypeOf<Options>...>;

template <class Layer, auto Outputs, class... Options>
struct detail::DenseLayer {
  static_assert(check_dense<Layer, Outputs>());
  static_assert((check_dense_option<Layer, Options>() && ...));

  static constexpr Name name = Layer::name;
  static constexpr std::size_t outputs = at_least_one(Outputs);

  template <Shape In>
  struct Bind {
    static_assert((detail::check_inputs<Layer, Options, In.size()>() && ...));

    static constexpr LayerKind kind = LayerKind::synaptic;
    static constexpr Name name = Layer::name;
    static constexpr Shape in = In;
    static constexpr Shape out = {outputs};
    static constexpr bool has_bias = !(std::is_same_v<Options, option::NoBias> || ...);
    static constexpr std::array<StateInfo, 0> states{};
    static constexpr SynapseGeometry geometry = [] {
      SynapseGeometry g;
      g.channels_in = In.size();
      g.channels_out = outputs;
      return g;
    }();

    static constexpr auto parameters = [] {
      std::array<ParameterInfo, has_bias ? 2 : 1> all{};
      all[0] = {.field = "weight", .role = Role::weight, .shape = {outputs, In.size()}, .output_last = true};
      if constexpr (has_bias) all[1] = {.field = "bias", .role = Role::bias, .shape = {outputs}};
      return all;
    }();

    static std::string summary() {
      return "dense " + name.str() + " " + std::to_string(In.size()) + "-" + std::to_string(outputs) +
             (has_bias ? "" : " without bias");
    }
  };
};

}  // namespace spikingjet
