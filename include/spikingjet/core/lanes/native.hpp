// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/lanes/division.hpp>
#include <spikingjet/core/lanes/lane.hpp>

#include <xsimd/xsimd.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>

namespace spikingjet {

/// Lanes of the widest vector of the processor that this is compiled for.
inline constexpr std::size_t native_lanes = xsimd::batch<float>::size;

/// The lanes of this machine.
using Lanes = xsimd::batch<float>;
static_assert(native_lanes <= lane_slack);

/// Vectors that n values take; the last may reach past them.
constexpr std::size_t vectors_of(std::size_t n) { return (n + native_lanes - 1) / native_lanes; }

inline Lanes load_lanes(const float* from) { return Lanes::load_unaligned(from); }
inline void store_lanes(float* to, Lanes value) { value.store_unaligned(to); }

/// One bit a lane, lane 0 the least significant: where a comparison holds.
template <class Mask>
inline std::uint64_t lane_bits(const Mask& where) {
  if constexpr (requires { { where.mask() } -> std::convertible_to<std::uint64_t>; }) {
    return where.mask();
  } else if constexpr (requires(std::uint64_t & bits) { bits = where.data; }) {
    return where.data;
  } else {
    alignas(64) bool lane[native_lanes];
    where.store_aligned(lane);
    std::uint64_t bits = 0;
    for (std::size_t l = 0; l < native_lanes; ++l) bits |= std::uint64_t{lane[l]} << l;
    return bits;
  }
}

}  // namespace spikingjet
