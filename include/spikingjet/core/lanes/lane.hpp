// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/config.hpp>
#include <spikingjet/core/equal_bits.hpp>

#include <concepts>
#include <cstddef>
#include <type_traits>

namespace spikingjet {

/// Lanes of the widest vector of any processor. Arrays that vectors run over have room for that many values more: lanes
/// past the end are computed and ignored.
inline constexpr std::size_t lane_slack = 16;

// What a neuron equation may use besides + - * / and the comparisons < > <= >= ==; not !=, which some vector libraries
// answer with false for NaN. A lane is one faulty copy; V is float, or a vector of lanes whose library provides
// select(mask, V, V) by argument-dependent lookup.

/// One of two values, decided by a comparison.
SPIKINGJET_HD constexpr float select(bool condition, float yes, float no) { return condition ? yes : no; }

/// Likewise for lanes, each lane decided by itself; also where one condition decides for all of them.
template <class Condition, class V>
  requires std::is_class_v<V>
SPIKINGJET_HD constexpr V select(const Condition& condition, const V& yes, const V& no) {
  if constexpr (std::is_same_v<Condition, bool>)
    return condition ? yes : no;
  else
    return select(condition, yes, no);  // the lanes' own, which is no template and is found by its arguments
}

/// The larger of two values, neither of them NaN; of two zeros, either.
SPIKINGJET_HD constexpr float larger(float a, float b) { return a > b ? a : b; }
/// The smaller of two values, likewise.
SPIKINGJET_HD constexpr float smaller(float a, float b) { return a < b ? a : b; }

/// A magnitude; NaN stays NaN.
SPIKINGJET_HD constexpr float magnitude_of(float a) { return larger(a, -a); }

/// H(x): 1 where x > 0, strictly, else 0; NaN gives 0.
template <class V>
SPIKINGJET_HD constexpr V heaviside(V x) {
  return select(x > V(0.0F), V(1.0F), V(0.0F));
}

/// H(u - theta): whether a neuron with potential u fires.
///
/// **Laws** equal to `heaviside(u - theta)` bit by bit: an IEEE difference with subnormals is positive exactly where
/// u > theta, also for infinities and NaN.
template <class V>
SPIKINGJET_HD constexpr V fires(V u, V theta) {
  return select(u > theta, V(1.0F), V(0.0F));
}

/// b < 0 ? 0 : b > 1 ? 1 : b; NaN and -0 stay.
template <class V>
SPIKINGJET_HD constexpr V clamp_to_unit(V b) {
  return select(b < V(0.0F), V(0.0F), select(b > V(1.0F), V(1.0F), b));
}

/// N values of a lane, indexable on host and device.
template <class V, int N>
struct Values {
  V at[N > 0 ? N : 1];

  SPIKINGJET_HD constexpr V& operator[](int index) { return at[index]; }
  SPIKINGJET_HD constexpr const V& operator[](int index) const { return at[index]; }
};

}  // namespace spikingjet

// For a neuron model outside of the namespace: where its lane is a float, argument-dependent lookup finds nothing, and
// where it is a vector it finds what is above. They take floats alone, so nobody else's function is in their way.

template <std::same_as<float> V>
SPIKINGJET_HD constexpr V select(bool condition, V yes, V no) {
  return spikingjet::select(condition, yes, no);
}
template <std::same_as<float> V>
SPIKINGJET_HD constexpr V heaviside(V x) {
  return spikingjet::heaviside(x);
}
template <std::same_as<float> V>
SPIKINGJET_HD constexpr V fires(V u, V theta) {
  return spikingjet::fires(u, theta);
}
template <std::same_as<float> V>
SPIKINGJET_HD constexpr V clamp_to_unit(V b) {
  return spikingjet::clamp_to_unit(b);
}
