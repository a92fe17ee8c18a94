// SPDX-License-Identifier: MIT
#pragma once

#include <xsimd/xsimd.hpp>

#include <cstddef>
#include <type_traits>

namespace spikingjet {

/// Lanes of the widest vector of the processor that this is compiled for.
inline constexpr std::size_t native_lanes = xsimd::batch<float>::size;

namespace detail {

template <std::size_t Width>
struct LaneVector {
  using type = xsimd::make_sized_batch_t<float, Width>;  // void where the processor has no such vector
};
template <>
struct LaneVector<1> {
  using type = float;
};

}  // namespace detail

/// Calls `f.template operator()<V>(offset)` over [0, N) in vectors V as wide as fit, narrower ones for the remainder
/// and float for the last elements.
///
/// **Laws** every element is visited once, in ascending order; the arithmetic of a lane does not depend on the width.
template <std::size_t N, std::size_t Width = native_lanes, class F>
inline void for_lanes(const F& f, std::size_t offset = 0) {
  using V = typename detail::LaneVector<Width>::type;
  if constexpr (N == 0) {
    return;
  } else if constexpr (Width > N || std::is_void_v<V>) {
    for_lanes<N, Width / 2>(f, offset);
  } else {
    for (std::size_t block = 0; block < N / Width; ++block) f.template operator()<V>(offset + block * Width);
    if constexpr (Width > 1) for_lanes<N % Width, Width / 2>(f, offset + N / Width * Width);
  }
}

/// Consecutive floats as lanes.
template <class V>
inline V load_lanes(const float* from) {
  if constexpr (std::is_same_v<V, float>)
    return *from;
  else
    return V::load_unaligned(from);
}

template <class V>
inline void store_lanes(float* to, V value) {
  if constexpr (std::is_same_v<V, float>)
    *to = value;
  else
    value.store_unaligned(to);
}

/// Whether any lane is non-zero; NaN counts as non-zero.
template <class V>
inline bool any_nonzero(V value) {
  if constexpr (std::is_same_v<V, float>)
    return value != 0.0F;
  else
    return xsimd::any(value != V(0.0F));
}

}  // namespace spikingjet
