// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/bits.hpp>
#include <spikingjet/core/config.hpp>
#include <spikingjet/core/lane.hpp>
#include <spikingjet/model/pool2d.hpp>
#include <spikingjet/sim/lanes.hpp>
#include <spikingjet/sim/pack.hpp>

#include <algorithm>
#include <array>
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

/// A value that changes no window, not even a zero's sign.
SPIKINGJET_HD constexpr float pool_nothing(PoolKind kind) { return kind == PoolKind::largest ? pool_start(PoolKind::largest) : -0.0F; }

/// Pools every channel: lanes over the windows of a row, in each window row-major.
///
/// **Shapes** in (channels, in positions); out (channels, out positions).
inline void pool_channels(const PoolGeometry& g, const float* in, float* out) {
  using One = Pack<Lanes, 1>;
  std::array<float, One::lanes> values{};
  for (std::size_t c = 0; c < g.channels; ++c)
    for (std::size_t y = 0; y < g.out.rows; ++y)
      for (std::size_t first = 0; first < g.out.columns; first += One::lanes) {
        const std::size_t count = std::min(One::lanes, g.out.columns - first);
        One pooled(pool_start(g.kind));
        for (std::size_t i = 0; i < g.window.rows; ++i) {
          const std::size_t row = y * g.stride.rows + i - g.padding.rows;  // wraps in the padding above
          if (row >= g.in.rows) continue;
          const float* line = in + (c * g.in.rows + row) * g.in.columns;
          for (std::size_t j = 0; j < g.window.columns; ++j) {
            for (std::size_t l = 0; l < count; ++l) {
              const std::size_t column = (first + l) * g.stride.columns + j - g.padding.columns;
              values[l] = column < g.in.columns ? line[column] : pool_nothing(g.kind);
            }
            pooled = pool_next(g.kind, pooled, One::load(values.data()));
          }
        }
        pool_end(g, pooled).store(values.data());
        std::copy_n(values.data(), count, out + (c * g.out.rows + y) * g.out.columns + first);
      }
}

}  // namespace spikingjet
