// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/fault/alteration.hpp>
#include <spikingjet/model/quantity.hpp>

#include <concepts>
#include <cstdint>
#include <string_view>

namespace spikingjet {

/// A fault type that strikes one bit of a word: an empty struct with `name()` and `at(bit)`.
///
/// **Example** `struct Bridged { static constexpr std::string_view name() { return "bridged"; }
/// static constexpr Alteration at(unsigned bit) { ... } };`
template <class F>
concept BitFault = requires(unsigned bit) {
  { F::name() } -> std::convertible_to<std::string_view>;
  { F::at(bit) } -> std::same_as<Alteration>;
};

/// A fault type that strikes a value as a whole: an empty struct with `name()` and `on(role)`, where the role of the
/// quantity may matter (a saturated spike is 1, a saturated weight the largest finite value).
template <class F>
concept ValueFault = requires(Role role) {
  { F::name() } -> std::convertible_to<std::string_view>;
  { F::on(role) } -> std::same_as<Alteration>;
};

/// How a value is altered: a policy, empty and printable; `name()` is its spelling in fault lists.
///
/// **Laws** tests/laws/fault_type.hpp: the alteration is a pure function of bit and role; a bit fault touches no bits
/// but those it names.
template <class F>
concept FaultType = BitFault<F> != ValueFault<F>;

/// A fault type as run-time data: what a fault list's `Fault` column is looked up in.
struct FaultTypeInfo {
  std::string_view name;
  bool takes_bit = true;
  Alteration (*alteration)(unsigned bit, Role role) = nullptr;

  constexpr bool operator==(const FaultTypeInfo& other) const { return name == other.name; }
};

/// The run-time description of a policy.
template <FaultType F>
constexpr FaultTypeInfo describe_fault_type() {
  if constexpr (BitFault<F>)
    return {F::name(), true, [](unsigned bit, Role) { return F::at(bit); }};
  else
    return {F::name(), false, [](unsigned, Role role) { return F::on(role); }};
}

}  // namespace spikingjet
