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

// The kernel of an option `SameConv2d`, or none.
template <class Option>
inline constexpr Extent2d same_kernel{0, 0};
template <std::size_t Rows, std::size_t Columns>
inline constexpr Extent2d same_kernel<SameConv2d<Rows, Columns>>{Rows, Columns};

template <class... Options>
constexpr Extent2d same_kernel_of() {
  Extent2d found{0, 0};
  ([&] { if (same_kernel<Options>.size() > 0) found = same_kernel<Options>; }(), ...);
  return found;
}

/// Options that say how a layer's spikes feed back into it.
template <class Option>
constexpr bool is_projection_option() {
  return std::is_same_v<Option, OneToOne> || std::is_same_v<Option, NoBias> || same_kernel<Option>.size() > 0;
}

template <class... Options>
consteval bool check_projection_options() {
  static_assert((0 + ... + int(std::is_same_v<Options, OneToOne> || same_kernel<Options>.size() > 0)) <= 1,
                "spikingjet: spikes feed back through at most one of 'OneToOne' and 'SameConv2d'; check the options of the "
                "'Lateral' or of the recurrent neurons; see docs/concepts/network.md");
  return true;
}

template <class... Options>
inline constexpr bool is_one_to_one = (std::is_same_v<Options, OneToOne> || ...);

/// `NoBias` where an option says so.
template <bool Bias>
struct BiasOption {
  template <Name N, Shape Neurons>
  using Full = Dense<N, Neurons.size()>;
  template <Name N, Shape Neurons, Extent2d K>
  using Same = Conv2d<N, Neurons[0], Kernel<K.rows, K.columns>, Padding<K.rows / 2, K.columns / 2>>;
};
template <>
struct BiasOption<false> {
  template <Name N, Shape Neurons>
  using Full = Dense<N, Neurons.size(), NoBias>;
  template <Name N, Shape Neurons, Extent2d K>
  using Same = Conv2d<N, Neurons[0], Kernel<K.rows, K.columns>, Padding<K.rows / 2, K.columns / 2>, NoBias>;
};

/// The projection that a layer's options ask for; those that are not meant for it are passed over.
template <Name N, Name Field, Shape Neurons, class... Options>
struct ProjectionOf {
  using Bias = BiasOption<!(std::is_same_v<Options, NoBias> || ...)>;
  using type = typename Bias::template Full<N, Neurons>::template Bind<Neurons>;
};
template <Name N, Name Field, Shape Neurons, class... Options>
  requires is_one_to_one<Options...>
struct ProjectionOf<N, Field, Neurons, Options...> {
  using type = typename Elementwise<N, Field, Options...>::template Bind<Neurons>;
};
template <Name N, Name Field, Shape Neurons, class... Options>
  requires(!is_one_to_one<Options...> && same_kernel_of<Options...>().size() > 0)
struct ProjectionOf<N, Field, Neurons, Options...> {
  using Bias = BiasOption<!(std::is_same_v<Options, NoBias> || ...)>;
  using type = typename Bias::template Same<N, Neurons, same_kernel_of<Options...>()>::template Bind<Neurons>;
};

/// A projection of a layer's spikes of the step before onto itself, in the list of layers before its neurons.
template <class Projection>
struct LateralLayer : Projection {
  static constexpr LayerKind kind = LayerKind::lateral;

  static std::string summary() { return "lateral " + Projection::summary(); }
};

template <class... Options>
consteval bool check_lateral() {
  static_assert(((is_projection_option<Options>() || (is_one_to_one<Options...> && is_shared_field<Options, "weight">)) && ...),
                "spikingjet: 'Lateral' takes only the options 'NoBias', 'OneToOne', 'SameConv2d' and, besides 'OneToOne', "
                "'Shared<\"weight\", ...>'; check the arguments after its name; see docs/concepts/network.md");
  return check_projection_options<Options...>();
}

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
  static_assert(detail::check_lateral<Options...>());

  template <Shape Neurons>
  using Projection = detail::LateralLayer<typename detail::ProjectionOf<N, "weight", Neurons, Options...>::type>;
};

/// What a recurrent model brings of itself: a projection named after its layer, `NAME.recurrent`, whose sum the model takes
/// apart from the input current. Of the layer's options it reads those of a projection and `Shared<"V", ...>`.
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

}  // namespace detail

}  // namespace spikingjet
