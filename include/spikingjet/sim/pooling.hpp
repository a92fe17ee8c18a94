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

/// Pools every channel: a row of windows at a time, in each window row-major.
///
/// **Shapes** in (channels, in positions); out (channels, out positions).
inline void pool_channels(const PoolGeometry& g, const float* in, float* out) {
  // Windows [first, end) of a row whose tap j does not lie in the padding.
  const auto first_window = [&](std::size_t j) { return j >= g.padding.columns ? 0 : (g.padding.columns - j + g.stride.columns - 1) / g.stride.columns; };
  const auto end_window = [&](std::size_t j) {
    const std::size_t end = g.in.columns + g.padding.columns;
    return end <= j ? 0 : std::min(g.out.columns, (end - j + g.stride.columns - 1) / g.stride.columns);
  };
  for (std::size_t c = 0; c < g.channels; ++c)
    for (std::size_t y = 0; y < g.out.rows; ++y) {
      float* row = out + (c * g.out.rows + y) * g.out.columns;
      std::fill_n(row, g.out.columns, pool_start(g.kind));
      for (std::size_t i = 0; i < g.window.rows; ++i) {
        const std::size_t at = y * g.stride.rows + i;
        if (at < g.padding.rows || at >= g.in.rows + g.padding.rows) continue;
        const float* line = in + (c * g.in.rows + at - g.padding.rows) * g.in.columns;
        for (std::size_t j = 0; j < g.window.columns; ++j) {
          const std::size_t end = end_window(j);
          if (g.kind == PoolKind::largest)
            for (std::size_t z = first_window(j); z < end; ++z)
              row[z] = pool_next(PoolKind::largest, row[z], line[z * g.stride.columns + j - g.padding.columns]);
          else
            for (std::size_t z = first_window(j); z < end; ++z) row[z] = row[z] + line[z * g.stride.columns + j - g.padding.columns];
        }
      }
      if (g.kind == PoolKind::mean)
        for (std::size_t z = 0; z < g.out.columns; ++z) row[z] = pool_end(g, row[z]);
    }
}

}  // namespace spikingjet
