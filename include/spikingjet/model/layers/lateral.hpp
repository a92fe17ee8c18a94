// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/model/layers/conv2d.hpp>
#include <spikingjet/model/layers/dense.hpp>
#include <spikingjet/model/layers/layer.hpp>
#include <spikingjet/model/sharing.hpp>

#include <array>
#include <cstddef>
#include <string>
#include <type_traits>

namespace spikingjet {

namespace option {

/// The type of `spikingjet::OneToOne`.
struct OneToOne {};
/// The type of `spikingjet::SameConv2d`.
template <auto Rows, auto Columns>
struct SameConv2d {
  static constexpr bool is_no_count = detail::is_no_count(Rows) || detail::is_no_count(Columns);
};
/// The type of `spikingjet::Lateral`.
template <class Layer, class... Options>
struct Lateral;

}  // namespace option

/// Option of `Lateral` and of recurrent neurons: one weight a neuron, on its own spike alone.
inline constexpr Option<option::OneToOne> OneToOne{};

/// Option of `Lateral` and of recurrent neurons: a convolution whose output has the shape of the neurons.
template <Count Rows = Count(), Count Columns = Rows>
inline constexpr Option<option::SameConv2d<detail::CountOf<Rows>::value, detail::CountOf<Columns>::value>> SameConv2d{};

namespace detail {

/// A weight for each neuron, shared as its constants are, on its own spike; field `Field`.
template <class Layer, Name Field, class... Options>
struct Elementwise {
  template <Shape In>
  struct Bind {
    static constexpr Name name = Layer::name;
    static constexpr Shape in = In;
    static constexpr Shape out = In;
    static constexpr bool has_bias = false;
    static constexpr Sharing sharing = sharing_of<Options...>(Field);
    static constexpr std::array<StateInfo, 0> states{};
    static constexpr std::array<ParameterInfo, 1> parameters{
        ParameterInfo{.field = Field, .role = Role::weight, .shape = shared_shape(sharing, In)}};

    static std::string summary() {
      return "one-to-one " + name.str() +
             (sharing == Sharing::per_column ? "" : " " + std::string(sharing_name(sharing)));
    }
  };
};

// The kernel of an option `SameConv2d`, or none.
template <class Option>
inline constexpr Extent2d same_kernel{0, 0};
template <auto Rows, auto Columns>
inline constexpr Extent2d same_kernel<option::SameConv2d<Rows, Columns>>{at_least_one(Rows), at_least_one(Columns)};

template <class Option>
inline constexpr bool has_even_extent = false;
template <auto Rows, auto Columns>
inline constexpr bool has_even_extent<option::SameConv2d<Rows, Columns>> =
    !is_no_count(Rows) && !is_no_count(Columns) &&
    (number_of(Rows) < 1 || number_of(Columns) < 1 || number_of(Rows) % 2 == 0 || number_of(Columns) % 2 == 0);

template <class... Options>
constexpr Extent2d same_kernel_of() {
  Extent2d found{0, 0};
  ([&] { if (same_kernel<Options>.size() > 0) found = same_kernel<Options>; }(), ...);
  return found;
}

/// Options that say how a layer's spikes feed back into it.
template <class Option>
constexpr bool is_projection_option() {
  return std::is_same_v<Option, option::OneToOne> || std::is_same_v<Option, option::NoBias> ||
         same_kernel<Option>.size() > 0;
}

template <class Layer, class... Options>
consteval bool check_projection_options() {
  static_assert(!(has_even_extent<Options> || ...),
                "spikingjet: 'SameConv2d' takes an odd number of rows and columns, so that its output has the shape of "
                "the neurons; see docs/concepts/network.md");
  static_assert(
      (0 + ... + int(std::is_same_v<Options, option::OneToOne> || same_kernel<Options>.size() > 0)) <= 1,
      "spikingjet: spikes feed back through at most one of 'OneToOne' and 'SameConv2d'; check the options of the "
      "'Lateral' or of the recurrent neurons; see docs/concepts/network.md");
  return (NumbersOf<Options>::are_right && ...);
}

template <class... Options>
inline constexpr bool is_one_to_one = (std::is_same_v<Options, option::OneToOne> || ...);

/// The options of a synaptic layer, with `NoBias` where an option says so.
template <bool Bias>
struct BiasOption {
  template <class Layer, Shape Neurons>
  using Full = DenseLayer<Layer, static_cast<long long>(Neurons.size())>;
  template <class Layer, Shape Neurons, Extent2d K>
  using Same = Conv2dLayer<Layer, static_cast<long long>(Neurons[0]),
                           option::Kernel<static_cast<long long>(K.rows), static_cast<long long>(K.columns)>,
                           option::Padding<static_cast<long long>(K.rows / 2), static_cast<long long>(K.columns / 2)>>;
};
template <>
struct BiasOption<false> {
  template <class Layer, Shape Neurons>
  using Full = DenseLayer<Layer, static_cast<long long>(Neurons.size()), option::NoBias>;
  template <class Layer, Shape Neurons, Extent2d K>
  using Same = Conv2dLayer<Layer, static_cast<long long>(Neurons[0]),
                           option::Kernel<static_cast<long long>(K.rows), static_cast<long long>(K.columns)>,
                           option::Padding<static_cast<long long>(K.rows / 2), static_cast<long long>(K.columns / 2)>,
                           option::NoBias>;
};

/// The projection that a layer's options ask for; those that are not meant for it are passed over.
template <class Layer, Name Field, Shape Neurons, class... Options>
struct ProjectionOf {
  using Bias = BiasOption<!(std::is_same_v<Options, option::NoBias> || ...)>;
  using type = typename Bias::template Full<Layer, Neurons>::template Bind<Neurons>;
};
template <class Layer, Name Field, Shape Neurons, class... Options>
  requires is_one_to_one<Options...>
struct ProjectionOf<Layer, Field, Neurons, Options...> {
  using type = typename Elementwise<Layer, Field, Options...>::template Bind<Neurons>;
};
template <class Layer, Name Field, Shape Neurons, class... Options>
  requires(!is_one_to_one<Options...> && same_kernel_of<Options...>().size() > 0)
struct ProjectionOf<Layer, Field, Neurons, Options...> {
  using Bias = BiasOption<!(std::is_same_v<Options, option::NoBias> || ...)>;
  using type = typename Bias::template Same<Layer, Neurons, same_kernel_of<Options...>()>::template Bind<Neurons>;
};

/// A projection of a layer's spikes of the step before onto itself, in the list of layers before its neurons.
template <class Projection>
struct LateralLayer : Projection {
  static constexpr LayerKind kind = LayerKind::lateral;

  static std::string summary() { return "lateral " + Projection::summary(); }
};

template <class Layer, class Option, bool OneToOneWeights>
consteval bool check_lateral_option() {
  static_assert(
      is_projection_option<Option>() || (OneToOneWeights && is_shared_field<Option, "weight">()),
      "spikingjet: 'Lateral' takes only the options 'NoBias', 'OneToOne', 'SameConv2d' and, besides 'OneToOne', "
      "'Shared<\"weight\", ...>'; check the arguments after its name, where 'written<...>' spells a number or text; "
      "see "
      "docs/concepts/network.md");
  if constexpr (is_shared_field<Option, "weight">()) return check_how_shared<Layer, Option>();
  return true;
}

template <class Layer, class... Options>
consteval bool check_lateral() {
  return check_name<Layer>() && (check_lateral_option<Layer, Options, is_one_to_one<Options...>>() && ...) &&
         check_projection_options<Layer, Options...>();
}

/// The name of what a recurrent layer brings of itself: `NAME.recurrent`.
template <class Layer>
struct RecurrentName;
template <char... C>
struct RecurrentName<in_layer<C...>> {
  static constexpr bool fits = sizeof...(C) + 10 <= Name::capacity;
  static_assert(
      fits,
      "spikingjet: a 'Name' holds at most 31 characters; shorten the name of the layer; see docs/concepts/network.md");
  using type =
      std::conditional_t<fits, in_layer<C..., '.', 'r', 'e', 'c', 'u', 'r', 'r', 'e', 'n', 't'>, in_layer<'r'>>;
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
template <LayerName N = LayerName(), Option... Options>
inline constexpr Option<option::Lateral<detail::SpelledLayer<N>, detail::TypeOf<Options>...>> Lateral{};

template <class Layer, class... Options>
struct option::Lateral {
  static_assert(detail::check_lateral<Layer, Options...>());

  template <Shape Neurons>
  using Projection = detail::LateralLayer<typename detail::ProjectionOf<Layer, "weight", Neurons, Options...>::type>;
};

namespace detail {

/// What a recurrent model brings of itself: a projection named after its layer, `NAME.recurrent`, whose sum the model
/// takes apart from the input current. Of the layer's options it reads those of a projection and `Shared<"V", ...>`.
template <class Layer, class... Options>
struct Recurrent {
  template <Shape Neurons>
  using Projection =
      LateralLayer<typename ProjectionOf<typename RecurrentName<Layer>::type, "V", Neurons, Options...>::type>;
};

template <class Option>
inline constexpr bool is_lateral = false;
template <class Layer, class... Options>
inline constexpr bool is_lateral<option::Lateral<Layer, Options...>> = true;

}  // namespace detail

}  // namespace spikingjet
