// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/bits.hpp>
#include <spikingjet/core/config.hpp>
#include <spikingjet/core/lane.hpp>
#include <spikingjet/model/pool2d.hpp>

#include <algorithm>
#include <cstddef>

namespace spikingjet {

/// What a window has so far, before its first value.
SPIKINGJET_HD constexpr float pool_start(PoolKind kind) {
  constexpr float infinity = to_float(Binary32::exponent);
  return kind == PoolKind::largest ? -infinity : 0.0F;
}

/// A window with its next value, row-major.
template <class V>
SPIKINGJET_HD inline V pool_next(PoolKind kind, V so_far, V value) {
  return kind == PoolKind::largest ? select((value > so_far) | !(value == value), value, so_far) : so_far + value;
}

/// What a window leaves behind its last value.
template <class V>
SPIKINGJET_HD inline V pool_end(const PoolGeometry& g, V so_far) {
  return g.kind == PoolKind::mean ? so_far / V(static_cast<float>(g.window.size())) : so_far;
}

/// Calls `at(index)` for each input position of a window, row-major; what lies in the padding is left out.
template <class At>
SPIKINGJET_HD inline void each_in_window(const PoolGeometry& g, std::size_t y, std::size_t z, const At& at) {
  const std::size_t top = y * g.stride.rows;
  const std::size_t left = z * g.stride.columns;
  for (std::size_t i = std::max(top, g.padding.rows); i < std::min(top + g.window.rows, g.in.rows + g.padding.rows); ++i)
    for (std::size_t j = std::max(left, g.padding.columns); j < std::min(left + g.window.columns, g.in.columns + g.padding.columns); ++j)
      at((i - g.padding.rows) * g.in.columns + j - g.padding.columns);
}

/// Pools every channel.
///
/// **Shapes** in (channels, in positions); out (channels, out positions).
inline void pool_channels(const PoolGeometry& g, const float* in, float* out) {
  for (std::size_t c = 0; c < g.channels; ++c)
    for (std::size_t y = 0; y < g.out.rows; ++y)
      for (std::size_t z = 0; z < g.out.columns; ++z) {
        float value = pool_start(g.kind);
        each_in_window(g, y, z, [&](std::size_t p) { value = pool_next(g.kind, value, in[c * g.in.size() + p]); });
        out[(c * g.out.rows + y) * g.out.columns + z] = pool_end(g, value);
      }
}

}  // namespace spikingjet
