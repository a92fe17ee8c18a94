// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/lanes/lane.hpp>
#include <spikingjet/model/layers/lateral.hpp>
#include <spikingjet/model/layers/layer.hpp>
#include <spikingjet/model/neurons/reset.hpp>
#include <spikingjet/model/sharing.hpp>

#include <array>
#include <concepts>
#include <cstddef>
#include <string>
#include <string_view>
#include <type_traits>

namespace spikingjet {

/// A stored constant of a neuron model: its field in a weights file and what it means.
struct ConstantInfo {
  Name field;
  Role role = Role::other;
  bool required = true;     // in a weights file
  float default_value = 0;  // where the file may leave it out
};

namespace detail {

template <class M>
concept HasStatesAndConstants = requires {
  { M::states.size() } -> std::convertible_to<std::size_t>;
  { M::constants.size() } -> std::convertible_to<std::size_t>;
};

template <class M>
constexpr std::size_t states_with_role(Role role) {
  std::size_t n = 0;
  for (const StateInfo& state : M::states) n += state.role == role;
  return n;
}

}  // namespace detail

/// Whether a model takes the sum over the layer's own spikes apart from its input current.
template <class M>
inline constexpr bool is_recurrent_model = false;
template <class M>
  requires detail::HasStatesAndConstants<M>
  inline constexpr bool is_recurrent_model<M> = requires(Values<float, int(M::states.size())> & state, float input,
                                                         const Values<float, int(M::constants.size())>& constants) {
    { M::update(state, input, input, constants) } -> std::same_as<float>;
  };

namespace detail {

template <class M>
concept Updates = HasStatesAndConstants<M> &&
    (is_recurrent_model<M> || requires(Values<float, int(M::states.size())> & state, float input,
                                       const Values<float, int(M::constants.size())>& constants) {
      { M::update(state, input, constants) } -> std::same_as<float>;
    });

}  // namespace detail

/// The equations of a spiking neuron, as a policy: an empty struct with `name()`, the stored `constants`, the `states`
/// (zero before step 0; exactly one has `Role::potential`) and `update`, which advances one neuron by one step and
/// returns its spike (0 or 1).
///
/// `update(state, input, constants)` is a template on the lane V: it may use + - * /, comparisons but !=, `select`,
/// `heaviside`, `clamp_to_unit` and `log_of_unit`, nothing whose last bit differs between machines (exp, log, fma).
///
/// A model may say `monotone(constants)`, true where, as long as the spikes stay the same, a larger input current in
/// any step leaves no smaller potential and takes no spike away in any step, and where a current or state that is NaN
/// or infinite leaves a state that is one of the two, to the end. Engines then need not simulate a weight between two
/// that leave the same spikes. Without it nothing is assumed.
///
/// For the check of weights before a run (docs/checks.md) a model may also say `reset`, `immediate_reset`,
/// `clamps_decays` (its decays are clamped to [0, 1] at use), `fires_at_threshold`, and `doubt(constants)`: in a
/// clause, why constants that no fault has touched can hardly be meant, or nullptr.
///
/// **Laws** tests/laws/neuron_model.hpp: an update depends on nothing but its arguments; lanes do not mix; what
/// `monotone` says.
/// **Example** examples/own_neuron.
///
/// A recurrent model has `update(state, input, recurrent, constants)` instead, and takes the sum over the layer's own
/// spikes of the step before as `recurrent`. What it says of equal spikes is meant of the whole layer's.
template <class M>
concept NeuronModel = detail::Updates<M> && requires {
  { M::name() } -> std::convertible_to<std::string_view>;
  requires detail::states_with_role<M>(Role::potential) == 1;
};

/// The potential's number among a model's states.
template <class Model>
constexpr int potential_of() {
  int s = 0;
  while (Model::states[std::size_t(s)].role != Role::potential) ++s;
  return s;
}

/// Constants of one neuron, or of a lane of them.
template <class Model, class V>
using Constants = Values<V, int(Model::constants.size())>;

namespace detail {

template <class Model, class Option>
constexpr bool model_takes() {
  if constexpr (requires { Model::template takes<Option>; })
    return Model::template takes<Option>;
  else
    return false;
}

template <class Model>
constexpr bool has_constant(Name field) {
  for (const ConstantInfo& constant : Model::constants)
    if (constant.field == field) return true;
  return false;
}

template <class Model>
constexpr bool fields_are_well_formed() {
  bool all = true;
  for (const ConstantInfo& constant : Model::constants) all = all && constant.field.is_well_formed();
  for (const StateInfo& state : Model::states) all = all && state.field.is_well_formed();
  return all;
}

template <class Layer, class Model, bool OneToOneWeights, class Option>
consteval bool check_shared() {
  constexpr bool names_a_constant =
      has_constant<Model>(Option::field) || (OneToOneWeights && Option::field == Name("V"));
  static_assert(names_a_constant,
                "spikingjet: 'Shared' must name a constant of the neuron model; check its first argument, such as "
                "'beta' or 'threshold', in the layer spelled in 'in_layer<...>'; see docs/concepts/neuron_model.md");
  if constexpr (names_a_constant) return check_how_shared<Layer, Option>();
  return true;
}

template <class Layer, class Model, bool OneToOneWeights, class Option>
consteval bool check_neuron_option() {
  if constexpr (is_written<Option>) {
    static_assert(!is_written<Option>,
                  "spikingjet: a neuron layer takes a name and options, no numbers and no text; what it should not "
                  "have is spelled "
                  "in 'written<...>': constants such as beta and threshold come from the weights file, and a reset is "
                  "an option such "
                  "as 'ZeroReset'; see docs/concepts/neuron_model.md");
  } else if constexpr (is_lateral<Option>) {
    static_assert(!is_recurrent_model<Model>,
                  "spikingjet: a recurrent neuron model brings its own projection and takes no 'Lateral'; check the "
                  "arguments after its name; see docs/concepts/neuron_model.md");
  } else if constexpr (is_projection_option<Option>() && is_recurrent_model<Model>) {
    return true;
  } else if constexpr (is_shared<Option>) {
    return check_shared<Layer, Model, OneToOneWeights, Option>();
  } else {
    static_assert(model_takes<Model, Option>(),
                  "spikingjet: a neuron layer takes only options of its model and 'Shared'; check the arguments after "
                  "its name; see docs/concepts/neuron_model.md");
  }
  return true;
}

template <class Layer, class Model, class... Options>
consteval bool check_neuron() {
  static_assert(NeuronModel<Model>,
                "spikingjet: a neuron model needs 'name()', 'constants', 'states' with exactly one potential, and "
                "'update(state, input, constants)' returning the spike; check the second argument of 'Neuron'; see "
                "docs/concepts/neuron_model.md");
  if constexpr (NeuronModel<Model>) {
    static_assert(
        fields_are_well_formed<Model>(),
        "spikingjet: a constant or state of a neuron model takes letters, digits, '_', '-' and '.' in its name; see "
        "docs/concepts/neuron_model.md");
    static_assert((0 + ... + int(is_lateral<Options>)) <= 1,
                  "spikingjet: a neuron layer takes at most one 'Lateral'; see docs/concepts/neuron_model.md");
    static_assert(
        (0 + ... + int(ResetOption<Options>)) <= 1,
        "spikingjet: a neuron layer takes at most one of 'SubtractReset', 'ZeroReset' and 'NoReset'; check the "
        "arguments after its name; see docs/concepts/neuron_model.md");
    constexpr bool one_to_one = is_recurrent_model<Model> && is_one_to_one<Options...>;
    return check_name<Layer>() && check_projection_options<Layer, Options...>() &&
           (check_neuron_option<Layer, Model, one_to_one, Options>() && ...);
  }
  return true;
}

/// The projection of a layer's spikes onto itself, or void.
template <class Layer, class Model, Shape Neurons, class... Options>
struct ProjectionOfNeurons {
  using type = void;
};
template <class Layer, class Model, Shape Neurons, class First, class... Rest>
requires(!is_recurrent_model<Model>) struct ProjectionOfNeurons<Layer, Model, Neurons, First, Rest...>
    : ProjectionOfNeurons<Layer, Model, Neurons, Rest...> {
};
template <class Layer, class Model, Shape Neurons, class L, class... Of, class... Rest>
  requires(!is_recurrent_model<Model>)
struct ProjectionOfNeurons<Layer, Model, Neurons, option::Lateral<L, Of...>, Rest...> {
  using type = typename option::Lateral<L, Of...>::template Projection<Neurons>;
};
template <class Layer, class Model, Shape Neurons, class... Options>
  requires is_recurrent_model<Model>
struct ProjectionOfNeurons<Layer, Model, Neurons, Options...> {
  using type = typename Recurrent<Layer, Options...>::template Projection<Neurons>;
};

/// `Neuron` with its name, its model and its options as compilers print them.
template <class Layer, class Model, class... Options>
struct NeuronLayer;

}  // namespace detail

/// A layer of neurons: as many as its input has elements, each following `Model`.
///
/// `Leaky`, `Synaptic`, `Lapicque`, `Alpha`, `RLeaky`, `RSynaptic` and `Srm` are everyday aliases of it.
///
/// **Shapes** in and out are equal.
/// **Errors** does not compile with a type that is no neuron model or an option that the model does not know.
template <LayerName N = LayerName(), class Model = void, Option... Options>
using Neuron = detail::NeuronLayer<detail::SpelledLayer<N>, Model, detail::TypeOf<Options>...>;

template <class Layer, class Model, class... Options>
struct detail::NeuronLayer {
  static_assert(check_neuron<Layer, Model, Options...>());

  static constexpr Name name = Layer::name;

  /// The layer that feeds the neurons' spikes of the step before back into them, or void.
  template <Shape In>
  using Projection = typename detail::ProjectionOfNeurons<Layer, Model, In, Options...>::type;

  template <Shape In>
  struct Bind {
    using Dynamics = Model;

    static constexpr LayerKind kind = LayerKind::neuron;
    static constexpr Name name = Layer::name;
    static constexpr Shape in = In;
    static constexpr Shape out = In;
    static constexpr auto states = Model::states;

    static constexpr auto parameters = [] {
      std::array<ParameterInfo, Model::constants.size()> all{};
      for (std::size_t i = 0; i < all.size(); ++i) {
        const ConstantInfo& c = Model::constants[i];
        all[i] = {c.field, c.role,     detail::shared_shape(detail::sharing_of<Options...>(c.field), In),
                  false,   c.required, c.default_value};
      }
      return all;
    }();

    /// How each constant is shared, in the model's order.
    static constexpr auto sharings = [] {
      std::array<Sharing, Model::constants.size()> all{};
      for (std::size_t i = 0; i < all.size(); ++i) all[i] = detail::sharing_of<Options...>(Model::constants[i].field);
      return all;
    }();

    static std::string summary() {
      std::string text = std::string(Model::name()) + " " + name.str();
      for (std::size_t i = 0; i < sharings.size(); ++i)
        if (sharings[i] != Sharing::per_column)
          text += " " + Model::constants[i].field.str() + " " + std::string(sharing_name(sharings[i]));
      return text;
    }
  };
};

}  // namespace spikingjet
