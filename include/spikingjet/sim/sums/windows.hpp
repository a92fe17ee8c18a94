// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/bits.hpp>
#include <spikingjet/core/config.hpp>
#include <spikingjet/core/lanes/lane.hpp>
#include <spikingjet/model/layers/pool2d.hpp>

namespace spikingjet {

// What pooling makes of a window's values, one by one: for vectors of a processor, single lanes and the threads of a
// device alike.

/// What a window has so far, before its first value.
SPIKINGJET_HD constexpr float pool_start(PoolKind kind) {
  constexpr float infinity = to_float(Binary32::exponent);
  return kind == PoolKind::largest ? -infinity : 0.0F;
}

/// A window with its next value, row-major.
template <class V>
SPIKINGJET_HD constexpr V pool_next(PoolKind kind, V so_far, V value) {
  return kind == PoolKind::largest ? select((value > so_far) | !(value == value), value, so_far) : so_far + value;
}

/// What a window of so many places leaves behind its last value.
template <class Index, class V>
SPIKINGJET_HD constexpr V pool_end(PoolKind kind, Index window, V so_far) {
  return kind == PoolKind::mean ? so_far / V(static_cast<float>(window)) : so_far;
}

/// A value that changes no window, not even a zero's sign.
SPIKINGJET_HD constexpr float pool_nothing(PoolKind kind) {
  return kind == PoolKind::largest ? pool_start(PoolKind::largest) : -0.0F;
}

}  // namespace spikingjet
