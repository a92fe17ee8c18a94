// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/model/layers/input.hpp>
#include <spikingjet/model/layers/layer.hpp>
#include <spikingjet/model/layers/pool2d.hpp>
#include <spikingjet/model/message.hpp>
#include <spikingjet/model/neuron.hpp>
#include <spikingjet/model/readout.hpp>
#include <spikingjet/model/zero_input.hpp>

#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>

namespace spikingjet {

namespace detail {

template <class T>
inline constexpr bool is_input = false;
template <auto... Extents>
inline constexpr bool is_input<InputShape<Extents...>> = true;

template <class T>
inline constexpr bool is_zero_option = false;
template <ZeroInputChoice Policy>
inline constexpr bool is_zero_option<OnZeroInput<Policy>> = true;

template <class T>
concept LayerDescription = std::is_same_v<T, Flatten> || (requires {
  { T::name } -> std::convertible_to<Name>;
} && requires { typename T::template Bind<Shape{1}>; });

template <class... T>
struct List {
  static constexpr std::size_t size = sizeof...(T);
};

template <class L, class T>
struct Append;
template <class... Ts, class T>
struct Append<List<Ts...>, T> {
  using type = List<Ts..., T>;
};

/// Splits the arguments of a network behind its input: layers, the readout, the zero-input policy.
template <class Layers, class... Rest>
struct Parse {
  using layers = Layers;
  using readout = void;
  static constexpr ZeroInput zero_input = ZeroInput::multiply;
};
template <class Layers, class First, class... Rest>
struct Parse<Layers, First, Rest...> {
  using tail = Parse<
      typename std::conditional_t<LayerDescription<First>, Append<Layers, First>, std::type_identity<Layers>>::type,
      Rest...>;
  using layers = typename tail::layers;
  using readout = std::conditional_t<sizeof...(Rest) == 0, First, typename tail::readout>;
  static constexpr ZeroInput zero_input = [] {
    if constexpr (is_zero_option<First>)
      return First::policy;
    else
      return tail::zero_input;
  }();
};

template <Shape In, class Bound, class Unbound>
struct BindAll;
template <Shape In, class... Bound>
struct BindAll<In, List<Bound...>, List<>> {
  using type = std::tuple<Bound...>;
};
template <Shape In, class... Bound, class... Rest>
struct BindAll<In, List<Bound...>, List<Flatten, Rest...>> : BindAll<Shape{In.size()}, List<Bound...>, List<Rest...>> {
};
template <Shape In, class... Bound, class First, class... Rest>
struct BindAll<In, List<Bound...>, List<First, Rest...>> {
  using bound = typename First::template Bind<In>;
  using type = typename BindAll<bound::out, List<Bound..., bound>, List<Rest...>>::type;
};
/// Neurons whose spikes feed back into them: the projection stands before them.
template <class First, Shape In>
concept HasProjection = requires {
  typename First::template Projection<In>;
}
&&!std::is_void_v<typename First::template Projection<In>>;
template <Shape In, class... Bound, class First, class... Rest>
  requires HasProjection<First, In>
struct BindAll<In, List<Bound...>, List<First, Rest...>> {
  using bound = typename First::template Bind<In>;
  using type =
      typename BindAll<bound::out, List<Bound..., typename First::template Projection<In>, bound>, List<Rest...>>::type;
};

template <class Bound>
struct Chain;
template <class... Bound>
struct Chain<std::tuple<Bound...>> {
  static constexpr std::array<LayerKind, sizeof...(Bound)> kinds{Bound::kind...};
  static constexpr std::array<Name, sizeof...(Bound)> names{Bound::name...};
  static constexpr std::size_t stages = (std::size_t{0} + ... + (Bound::kind == LayerKind::neuron));
  static constexpr std::array<std::size_t, stages> neuron_layers = [] {
    std::array<std::size_t, stages> all{};
    for (std::size_t i = 0, s = 0; i < kinds.size(); ++i)
      if (kinds[i] == LayerKind::neuron) all[s++] = i;
    return all;
  }();
  static constexpr std::size_t quantities =
      (std::size_t{0} + ... + (Bound::parameters.size() + Bound::states.size() + (Bound::kind == LayerKind::neuron)));

  /// The first neuron layer without a synaptic or pooling layer before it, or the number of layers.
  static constexpr std::size_t unfed = [] {
    bool fed = false;
    for (std::size_t i = 0; i < kinds.size(); ++i) {
      if (kinds[i] == LayerKind::neuron && !fed) return i;
      if (kinds[i] == LayerKind::neuron) fed = false;
      if (kinds[i] == LayerKind::synaptic || kinds[i] == LayerKind::pooling) fed = true;
    }
    return kinds.size();
  }();
  /// The first synaptic layer behind another one, without neurons between them, or the number of layers.
  static constexpr std::size_t second_of_a_pair = [] {
    bool summed = false;
    for (std::size_t i = 0; i < kinds.size(); ++i) {
      if (kinds[i] == LayerKind::synaptic && summed) return i;
      if (kinds[i] == LayerKind::synaptic) summed = true;
      if (kinds[i] == LayerKind::neuron) summed = false;
    }
    return kinds.size();
  }();
  /// The first layer with the name of one before it, or the number of layers.
  static constexpr std::size_t namesake = [] {
    for (std::size_t i = 0; i < names.size(); ++i)
      for (std::size_t j = 0; j < i; ++j)
        if (names[i] == names[j] && !names[i].empty()) return i;
    return names.size();
  }();
  static constexpr bool is_in_order = unfed == kinds.size() && second_of_a_pair == kinds.size();
  static constexpr bool ends_with_neurons = kinds.size() > 0 && kinds.back() == LayerKind::neuron;
  static constexpr bool is_right = is_in_order && ends_with_neurons && namesake == names.size();

  /// The name of a layer as messages print it.
  template <std::size_t I>
  struct Spelled {
    static constexpr LayerName name = LayerName(names[I]);
    using type = typename SpelledName<name>::layer;
  };
};

/// Whether a list of arguments can be read as a network's.
template <class In, class... Rest>
struct Arguments {
  using parsed = Parse<List<>, Rest...>;
  static constexpr std::size_t zero_options = (std::size_t{0} + ... + is_zero_option<Rest>);
  static constexpr bool ends_with_readout = Readout<typename parsed::readout>;
  static constexpr bool holds_layers = parsed::layers::size + ends_with_readout + zero_options == sizeof...(Rest);
  static constexpr bool are_right =
      is_input<In> && sizeof...(Rest) >= 3 && ends_with_readout && holds_layers && zero_options <= 1;
};

// One sentence for the first thing that is wrong.
template <class In, class... Rest>
consteval bool check_network_arguments() {
  static_assert(is_input<In>,
                "spikingjet: the first argument of 'Network' must be an 'Input'; see docs/concepts/network.md");
  if constexpr (is_input<In>) {
    static_assert(
        sizeof...(Rest) >= 3,
        "spikingjet: a 'Network' needs at least one synaptic layer, one neuron layer and a readout behind its "
        "'Input'; see docs/concepts/network.md");
    if constexpr (sizeof...(Rest) >= 3) {
      using arguments = Arguments<In, Rest...>;
      static_assert(arguments::ends_with_readout,
                    "spikingjet: the last argument of 'Network' must be a readout, such as 'SpikeCountReadout'; see "
                    "docs/concepts/network.md");
      if constexpr (arguments::ends_with_readout) {
        static_assert(
            arguments::holds_layers,
            "spikingjet: between 'Input' and the readout a 'Network' takes layers and at most one 'OnZeroInput'; "
            "check that every layer is a type such as 'Dense<\"fc1\", 20>'; see docs/concepts/network.md");
        static_assert(arguments::zero_options <= 1,
                      "spikingjet: a 'Network' takes at most one 'OnZeroInput'; see docs/concepts/network.md");
      }
    }
  }
  return true;
}

template <class Layer, bool IsFed>
consteval bool check_neurons_are_fed() {
  static_assert(
      IsFed,
      "spikingjet: in a 'Network' every neuron layer needs a synaptic layer before it, and every synaptic "
      "layer a neuron layer behind it, with pooling between them at most; check the order of the layers, where the "
      "neurons spelled in 'in_layer<...>' have no synaptic layer before them; see docs/concepts/network.md");
  return true;
}

template <class Layer, bool IsSingle>
consteval bool check_synapses_are_single() {
  static_assert(
      IsSingle,
      "spikingjet: in a 'Network' every neuron layer needs a synaptic layer before it, and every synaptic "
      "layer a neuron layer behind it, with pooling between them at most; check the order of the layers, where no "
      "neurons stand before the synaptic layer spelled in 'in_layer<...>'; see docs/concepts/network.md");
  return true;
}

template <class Layer, bool IsNeurons>
consteval bool check_last_layer() {
  static_assert(IsNeurons,
                "spikingjet: the last layer of a 'Network' must be a neuron layer; see docs/concepts/network.md");
  return true;
}

template <class Layer, bool Differ>
consteval bool check_names_differ() {
  static_assert(
      Differ,
      "spikingjet: the layers of a 'Network' need different names; see docs/concepts/network.md, and 'in_layer<...>' "
      "for the one that two layers have");
  return true;
}

template <class Bound>
consteval bool check_network_chain() {
  using chain = Chain<Bound>;
  constexpr std::size_t layers = std::tuple_size_v<Bound>;
  if constexpr (chain::unfed < layers)
    return check_neurons_are_fed<typename chain::template Spelled<chain::unfed>::type, false>();
  else if constexpr (chain::second_of_a_pair < layers)
    return check_synapses_are_single<typename chain::template Spelled<chain::second_of_a_pair>::type, false>();
  else if constexpr (!chain::ends_with_neurons)
    return check_last_layer<typename chain::template Spelled<layers - 1>::type, false>();
  else if constexpr (chain::namesake < layers)
    return check_names_differ<typename chain::template Spelled<chain::namesake>::type, false>();
  return true;
}

// A network that stands in for one that is refused, so that its one message is not followed by others.

struct StandInModel {
  static constexpr std::array constants{ConstantInfo{"none"}};
  static constexpr std::array states{StateInfo{"potential", Role::potential}};
  static constexpr std::string_view name() { return "none"; }
  template <class V>
  SPIKINGJET_HD static V update(Values<V, 1>& state, V i, const Values<V, 1>&) {
    state[0] = state[0] + i;
    return heaviside(state[0]);
  }
};

struct no_synapses {
  static constexpr Name name = "no.synapses";
};
struct no_neurons {
  static constexpr Name name = "no.neurons";
};

template <class In, class... Rest>
class NetworkOf;
struct RefusedNetwork;  // a type of its own, so that messages do not spell its layers

template <bool AreRight, class In, class... Rest>
struct BoundLayers {
  using type = void;
  static constexpr bool are_right = false;
};
template <class In, class... Rest>
struct BoundLayers<true, In, Rest...> {
  using type = typename BindAll<In::shape, List<>, typename Parse<List<>, Rest...>::layers>::type;
  static_assert(check_network_chain<type>());
  static constexpr bool are_right = Chain<type>::is_right;
};

template <class In, class... Rest>
using NetworkOrStandIn =
    std::conditional_t<BoundLayers<Arguments<In, Rest...>::are_right, In, Rest...>::are_right,
                       std::type_identity<NetworkOf<In, Rest...>>, std::type_identity<RefusedNetwork>>;

}  // namespace detail

/// A static spiking network: an input shape, layers in order, a readout.
///
/// Shapes are inferred from the input on. The type holds no values: those are in `Parameters<Net>`.
///
/// **Shapes** each layer's input is the output of the layer before it.
/// **Laws** `quantities` lists every faultable tensor once, layer by layer: parameters, states, spike.
/// **Errors** does not compile where the list is not Input, layers (synaptic and neuron in turn, pooling between them),
/// readout; where names repeat; where a layer's `Inputs` differ from what arrives.
/// **Example** `Network<Input<2, 17, 17>, Dense<"fc1", 20>, Leaky<"lif1">, SpikeCountReadout>`
template <class In = void, class... LayersAndReadout>
class Network : public detail::NetworkOrStandIn<In, LayersAndReadout...>::type {
  static_assert(detail::check_network_arguments<In, LayersAndReadout...>());
};

/// What a `Network` is made of.
template <class In, class... LayersAndReadout>
class detail::NetworkOf {
  using parsed = Parse<List<>, LayersAndReadout...>;

 public:
  /// The layers, bound to their shapes, as a tuple type.
  using Layers = typename BoundLayers<true, In, LayersAndReadout...>::type;
  using Readout = typename parsed::readout;

  static constexpr Shape input = In::shape;
  static constexpr ZeroInput zero_input = parsed::zero_input;
  static constexpr std::size_t layer_count = std::tuple_size_v<Layers>;

  template <std::size_t I>
  using Layer = std::tuple_element_t<I, Layers>;

  /// Layers come in stages: those that feed neurons, and the neurons.
  static constexpr std::size_t stage_count = Chain<Layers>::stages;

  /// The neuron layer of a stage.
  static constexpr std::size_t neurons_of(std::size_t stage) { return Chain<Layers>::neuron_layers[stage]; }

  /// The first layer of a stage.
  static constexpr std::size_t first_of(std::size_t stage) { return stage == 0 ? 0 : neurons_of(stage - 1) + 1; }

  /// The layer of some kind in a stage, or `layer_count`.
  static constexpr std::size_t find(std::size_t stage, LayerKind kind) {
    for (std::size_t i = first_of(stage); i <= neurons_of(stage); ++i)
      if (Chain<Layers>::kinds[i] == kind) return i;
    return layer_count;
  }

  /// Number of readout values: the neurons of the last layer.
  static constexpr std::size_t classes = Layer<layer_count - 1>::out.size();

  /// Every tensor a fault can strike, layer by layer: parameters, states, spike.
  static constexpr auto quantities = [] {
    std::array<Quantity, Chain<Layers>::quantities> all{};
    std::size_t q = 0;
    std::size_t layer = 0;
    std::size_t stage = 0;
    std::size_t offset = 0;
    const auto add_layer = [&]<class L>(std::type_identity<L>) {
      const std::size_t first = q;
      for (const ParameterInfo& p : L::parameters) {
        all[q++] = {L::name, p.field, p.role, Storage::parameter, p.shape, layer, offset, p.output_last};
        offset += p.shape.size();
      }
      std::size_t state = 0;
      for (const StateInfo& s : L::states)
        all[q++] = {L::name, s.field, s.role, Storage::state, L::out, layer, state++};
      if (L::kind == LayerKind::neuron) all[q++] = {L::name, "spike", Role::spike, Storage::spike, L::out, layer};
      for (std::size_t added = first; added < q; ++added) {
        all[added].stage = stage;
        all[added].kind = L::kind;
      }
      stage += L::kind == LayerKind::neuron;
      ++layer;
    };
    [&]<class... L>(std::type_identity<std::tuple<L...>>) {
      (add_layer(std::type_identity<L>{}), ...);
    }(std::type_identity<Layers>{});
    return all;
  }();

  /// Number of stored floats.
  static constexpr std::size_t parameter_count = [] {
    std::size_t n = 0;
    for (const Quantity& q : quantities)
      if (q.storage == Storage::parameter) n += q.size();
    return n;
  }();

  /// Index in `quantities` of the first quantity of layer I: its parameters follow in the layer's order, then its
  /// states, then its spike.
  template <std::size_t I>
  static constexpr std::size_t first_quantity = [] {
    std::size_t q = 0;
    while (q < quantities.size() && quantities[q].layer_index < I) ++q;
    return q;
  }();

  /// One line: every layer with its sizes and policies; it identifies the network in a manifest.
  static std::string summary() {
    std::string text = "input " + input.str();
    [&]<class... L>(std::type_identity<std::tuple<L...>>) {
      ((text += ", " + L::summary()), ...);
    }(std::type_identity<Layers>{});
    return text + ", " + std::string(Readout::name()) + ", zero input " + std::string(zero_input_name(zero_input));
  }
};

struct detail::RefusedNetwork : NetworkOf<InputShape<1LL>, DenseLayer<no_synapses, 1LL>,
                                          NeuronLayer<no_neurons, StandInModel>, SpikeCountReadout> {};

/// Whether a type is a `Network`.
template <class T>
inline constexpr bool is_network = false;
template <class In, class... Rest>
inline constexpr bool is_network<Network<In, Rest...>> = true;

}  // namespace spikingjet
