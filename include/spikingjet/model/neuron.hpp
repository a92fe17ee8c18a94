// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/lane.hpp>
#include <spikingjet/model/layer.hpp>

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
constexpr std::size_t states_with_role(Role role) {
  std::size_t n = 0;
  for (const StateInfo& state : M::states) n += state.role == role;
  return n;
}

}  // namespace detail

/// The equations of a spiking neuron, as a policy: an empty struct with `name()`, the stored `constants`, the `states`
/// (zero before step 0; exactly one has `Role::potential`) and `update`, which advances one neuron by one step and
/// returns its spike (0 or 1).
///
/// `update(state, input, constants)` is a template on the lane V: it may use + - * /, comparisons but !=, `select`,
/// `heaviside` and `clamp_to_unit`, nothing whose last bit differs between machines (exp, log, fma).
///
/// A model may say `monotone(constants)`, true where, as long as the spikes stay the same, a larger input current in any
/// step leaves no smaller potential and takes no spike away in any step, and where a current or state that is NaN or
/// infinite leaves a state that is one of the two, to the end. Engines then need not simulate a weight between two that
/// leave the same spikes. Without it nothing is assumed.
///
/// **Laws** tests/laws/neuron_model.hpp: an update depends on nothing but its arguments; lanes do not mix; what
/// `monotone` says.
/// **Example** examples/own_neuron.
template <class M>
concept NeuronModel = requires(Values<float, int(M::states.size())>& state, float input,
                               const Values<float, int(M::constants.size())>& constants) {
  { M::name() } -> std::convertible_to<std::string_view>;
  { M::update(state, input, constants) } -> std::same_as<float>;
  requires detail::states_with_role<M>(Role::potential) == 1;
};

/// How many neurons of a layer share one element of a constant; a fault in it reaches all of them.
enum class Sharing {
  per_neuron,   // one each: shape (C, H, W) or (N)
  per_column,   // one for each index of the last axis: shape (W) or (N); what snnTorch broadcasts
  per_channel,  // one for each index of the first axis: shape (C, 1, 1) or (N)
  per_layer,    // one for all: shape ()
};

constexpr std::string_view sharing_name(Sharing how) {
  constexpr std::string_view names[] = {"per neuron", "per column", "per channel", "per layer"};
  return names[static_cast<std::size_t>(how)];
}

/// Which element of a shared constant a neuron uses.
SPIKINGJET_HD constexpr std::size_t shared_element(Sharing how, Shape neurons, std::size_t neuron) {
  switch (how) {
    case Sharing::per_neuron: return neuron;
    case Sharing::per_column: return neuron % neurons.extent[neurons.rank - 1];
    case Sharing::per_channel: return neuron / (neurons.size() / neurons.extent[0]);
    case Sharing::per_layer: break;
  }
  return 0;
}

/// Layer option: the constant `Field` is shared; without it a constant is `per_column`.
template <Name Field, Sharing How>
struct Shared {
  static constexpr Name field = Field;
  static constexpr Sharing how = How;
};

namespace detail {

template <class Option>
inline constexpr bool is_shared = false;
template <Name Field, Sharing How>
inline constexpr bool is_shared<Shared<Field, How>> = true;

/// How the constant `field` is shared under a layer's options; the last `Shared` that names it wins.
template <class... Options>
constexpr Sharing sharing_of([[maybe_unused]] Name field) {
  Sharing how = Sharing::per_column;
  [[maybe_unused]] const auto read = [&]<class Option>(std::type_identity<Option>) {
    if constexpr (is_shared<Option>)
      if (Option::field == field) how = Option::how;
  };
  (read(std::type_identity<Options>{}), ...);
  return how;
}

/// The shape of a constant of a layer with these neurons.
constexpr Shape shared_shape(Sharing how, Shape neurons) {
  switch (how) {
    case Sharing::per_neuron: return neurons;
    case Sharing::per_column: return {neurons[neurons.rank - 1]};
    case Sharing::per_channel: return neurons.rank == 3 ? Shape{neurons[0], 1, 1} : Shape{neurons[0]};
    case Sharing::per_layer: break;
  }
  return {};
}

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

template <class Model, class Option>
consteval bool check_neuron_option() {
  if constexpr (is_shared<Option>) {
    static_assert(has_constant<Model>(Option::field),
                  "spikingjet: 'Shared' must name a constant of the neuron model; check its first argument, such as "
                  "'beta' or 'threshold'; see docs/concepts/neuron_model.md");
  } else {
    static_assert(model_takes<Model, Option>(),
                  "spikingjet: a neuron layer takes only options of its model and 'Shared'; check the arguments after "
                  "its name; see docs/concepts/neuron_model.md");
  }
  return true;
}

template <class Model, class... Options>
consteval bool check_neuron() {
  static_assert(NeuronModel<Model>,
                "spikingjet: a neuron model needs 'name()', 'constants', 'states' with exactly one potential, and "
                "'update(state, input, constants)' returning the spike; check the second argument of 'Neuron'; see "
                "docs/concepts/neuron_model.md");
  return (check_neuron_option<Model, Options>() && ...);
}

}  // namespace detail

/// A layer of neurons: as many as its input has elements, each following `Model`.
///
/// `Leaky`, `Synaptic` and `Lapicque` are everyday aliases of it.
///
/// **Shapes** in and out are equal.
/// **Errors** does not compile with a type that is no neuron model or an option that the model does not know.
template <Name N, class Model, class... Options>
struct Neuron {
  static_assert(detail::check_neuron<Model, Options...>());

  static constexpr Name name = N;

  template <Shape In>
  struct Bind {
    using Dynamics = Model;

    static constexpr LayerKind kind = LayerKind::neuron;
    static constexpr Name name = N;
    static constexpr Shape in = In;
    static constexpr Shape out = In;
    static constexpr auto states = Model::states;

    static constexpr auto parameters = [] {
      std::array<ParameterInfo, Model::constants.size()> all{};
      for (std::size_t i = 0; i < all.size(); ++i) {
        const ConstantInfo& c = Model::constants[i];
        all[i] = {c.field, c.role, detail::shared_shape(detail::sharing_of<Options...>(c.field), In), false, c.required, c.default_value};
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
      std::string text = std::string(Model::name()) + " " + N.str();
      for (std::size_t i = 0; i < sharings.size(); ++i)
        if (sharings[i] != Sharing::per_column)
          text += " " + Model::constants[i].field.str() + " " + std::string(sharing_name(sharings[i]));
      return text;
    }
  };
};

}  // namespace spikingjet
