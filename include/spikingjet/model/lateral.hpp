// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/model/conv2d.hpp>
#include <spikingjet/model/dense.hpp>
#include <spikingjet/model/layer.hpp>
#include <spikingjet/model/sharing.hpp>

#include <array>
#include <cstddef>
#include <string>
#include <type_traits>

namespace spikingjet {

/// Option of `Lateral` and of recurrent neurons: one weight a neuron, on its own spike alone.
struct OneToOne {};

/// Option of `Lateral` and of recurrent neurons: a convolution whose output has the shape of the neurons.
template <std::size_t Rows, std::size_t Columns = Rows>
struct SameConv2d {
  static_assert(Rows % 2 == 1 && Columns % 2 == 1,
                "spikingjet: 'SameConv2d' takes an odd number of rows and columns, so that its output has the shape of "
                "the neurons; see docs/concepts/network.md");
};

namespace detail {

/// A weight for each neuron, shared as its constants are, on its own spike; field `Field`.
template <Name N, Name Field, class... Options>
struct Elementwise {
  template <Shape In>
  struct Bind {
    static constexpr Name name = N;
    static constexpr Shape in = In;
    static constexpr Shape out = In;
    static constexpr bool has_bias = false;
    static constexpr Sharing sharing = sharing_of<Options...>(Field);
    static constexpr std::array<StateInfo, 0> states{};
    static constexpr std::array<ParameterInfo, 1> parameters{
        ParameterInfo{.field = Field, .role = Role::weight, .shape = shared_shape(sharing, In)}};

    static std::string summary() {
      return "one-to-one " + N.str() + (sharing == Sharing::per_column ? "" : " " + std::string(sharing_name(sharing)));
    }
  };
};

template <Name N, Name Field, Shape Neurons, class... Options>
struct ProjectionOf {
  using type = typename Dense<N, Neurons.size(), Options...>::template Bind<Neurons>;
};
template <Name N, Name Field, Shape Neurons, class... Options>
struct ProjectionOf<N, Field, Neurons, OneToOne, Options...> {
  using type = typename Elementwise<N, Field, Options...>::template Bind<Neurons>;
};
template <Name N, Name Field, Shape Neurons, std::size_t Rows, std::size_t Columns, class... Options>
struct ProjectionOf<N, Field, Neurons, SameConv2d<Rows, Columns>, Options...> {
  using type = typename Conv2d<N, Neurons[0], Kernel<Rows, Columns>, Padding<Rows / 2, Columns / 2>, Options...>::template Bind<Neurons>;
};

/// A projection of a layer's spikes of the step before onto itself, in the list of layers before its neurons.
template <class Projection>
struct LateralLayer : Projection {
  static constexpr LayerKind kind = LayerKind::lateral;

  static std::string summary() { return "lateral " + Projection::summary(); }
};

}  // namespace detail

/// Option of a neuron layer: its spikes of the step before feed back into it through weights of their own, a second
/// canonical sum that is added to the input current. At step 0 there are no spikes, and the bias alone is added.
///
/// Fully connected with a bias; further options: `NoBias`, `OneToOne` (no bias), `SameConv2d<Rows, Columns>`.
///
/// **Shapes** `NAME.weight`: (N, N), `NAME.bias`: (N); one-to-one: `NAME.weight` one for each index of the last axis,
/// unless `Shared<"weight", ...>`.
/// **Example** `Synaptic<"lif1", Lateral<"fb1">>`
template <Name N, class... Options>
struct Lateral {
  template <Shape Neurons>
  using Projection = detail::LateralLayer<typename detail::ProjectionOf<N, "weight", Neurons, Options...>::type>;
};

/// What a recurrent model brings of itself: a projection named after its layer, `NAME.recurrent`, whose sum the model takes
/// apart from the input current.
template <Name N, class... Options>
struct Recurrent {
  template <Shape Neurons>
  using Projection =
      detail::LateralLayer<typename detail::ProjectionOf<N.followed_by(".recurrent"), "V", Neurons, Options...>::type>;
};

namespace detail {

template <class Option>
inline constexpr bool is_lateral = false;
template <Name N, class... Options>
inline constexpr bool is_lateral<Lateral<N, Options...>> = true;

template <class Option>
inline constexpr bool is_recurrent = false;
template <Name N, class... Options>
inline constexpr bool is_recurrent<Recurrent<N, Options...>> = true;

}  // namespace detail

}  // namespace spikingjet
