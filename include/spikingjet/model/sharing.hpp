// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/config.hpp>
#include <spikingjet/core/name.hpp>
#include <spikingjet/core/shape.hpp>
#include <spikingjet/model/option.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <type_traits>

namespace spikingjet {

/// How many neurons of a layer share one element of a constant; a fault in it reaches all of them.
enum class Sharing {
  per_neuron,   // one each: shape (C, H, W) or (N)
  per_column,   // one for each index of the last axis: shape (W) or (N); what snnTorch broadcasts
  per_channel,  // one for each index of the first axis: shape (C, 1, 1) or (N)
  per_layer,    // one for all: shape ()
};

/// The words of a way of sharing in summaries.
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

/// The same as two numbers, for code that should not branch: neuron n uses element n / divisor % modulus.
struct SharedBy {
  std::uint32_t divisor = 1;
  std::uint32_t modulus = 1;  // number of elements

  constexpr SharedBy() = default;
  constexpr SharedBy(std::size_t by, std::size_t elements)
      : divisor(static_cast<std::uint32_t>(by)), modulus(static_cast<std::uint32_t>(elements)) {}
  constexpr SharedBy(Sharing how, Shape neurons) {
    switch (how) {
      case Sharing::per_neuron: *this = SharedBy(1, neurons.size()); break;
      case Sharing::per_column: *this = SharedBy(1, neurons.extent[neurons.rank - 1]); break;
      case Sharing::per_channel: *this = SharedBy(neurons.size() / neurons.extent[0], neurons.extent[0]); break;
      case Sharing::per_layer: break;
    }
  }

  SPIKINGJET_HD constexpr std::uint32_t element(std::uint32_t neuron) const { return neuron / divisor % modulus; }

  /// The i-th neuron that uses an element, ascending.
  SPIKINGJET_HD constexpr std::uint32_t neuron(std::uint32_t element, std::uint32_t i) const {
    return divisor == 1 ? i * modulus + element : element * divisor + i;
  }
};

/// How a constant is shared as a template argument, or what stands in its place.
struct SharingChoice {
  Sharing how{-1};
  LayerName text{};  // what is no sharing

  constexpr SharingChoice() = default;
  consteval SharingChoice(Sharing choice) : how(choice) {}  // NOLINT(google-explicit-constructor): `Sharing::per_layer`

  template <class T>
  consteval SharingChoice(T what)
      : text(detail::spelled(what)) {}  // NOLINT(google-explicit-constructor): for the layer's message
};

namespace detail {

inline constexpr Sharing no_sharing{-1};

template <SharingChoice How>
struct SharingOf {
  static constexpr Sharing value = How.how;
};
template <SharingChoice How>
  requires(How.text.size() > 0)
struct SharingOf<How> {
  static constexpr typename SpelledName<How.text>::text value{};
};

constexpr Sharing sharing_written(Sharing how) { return how; }
template <char... Characters>
constexpr Sharing sharing_written(written<Characters...>) {
  return no_sharing;
}

}  // namespace detail

namespace option {

/// The type of `spikingjet::Shared`.
template <class Field, auto How>
struct Shared {
  static constexpr Name field = Field::name;
  static constexpr Sharing how = detail::sharing_written(How);
  using FieldName = Field;
  using Written = detail::WrittenAs<How>;
};

}  // namespace option

namespace detail {

template <class Option>
inline constexpr bool is_shared = false;
template <class Field, auto How>
inline constexpr bool is_shared<option::Shared<Field, How>> = true;

template <class Layer, class Field, class Written, Sharing How>
consteval bool check_how() {
  static_assert(
      How == Sharing::per_neuron || How == Sharing::per_column || How == Sharing::per_channel ||
          How == Sharing::per_layer,
      "spikingjet: 'Shared' needs how a constant is shared as its second argument, as in 'Shared<\"beta\", "
      "Sharing::per_layer>'; check the one spelled in 'in_layer<...>', where 'written<...>' is what stands there; see "
      "docs/concepts/neuron_model.md");
  return true;
}

/// Whether an option `Shared` says how.
template <class Layer, class Option>
consteval bool check_how_shared() {
  return check_how<Layer, typename Option::FieldName, typename Option::Written, Option::how>();
}

/// Whether an option shares the constant `Field`.
template <class Option, Name Field>
constexpr bool is_shared_field() {
  if constexpr (is_shared<Option>)
    return Option::field == Field;
  else
    return false;
}

}  // namespace detail

/// Layer option: the constant `Field` is shared; without it a constant is `per_column`.
template <LayerName Field = LayerName(), SharingChoice How = SharingChoice()>
inline constexpr Option<option::Shared<detail::SpelledLayer<Field>, detail::SharingOf<How>::value>> Shared{};

namespace detail {

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

}  // namespace detail

}  // namespace spikingjet
