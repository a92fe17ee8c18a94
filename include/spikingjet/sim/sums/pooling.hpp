// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/lanes/native.hpp>
#include <spikingjet/core/lanes/pack.hpp>
#include <spikingjet/model/layers/pool2d.hpp>
#include <spikingjet/sim/sums/windows.hpp>

#include <algorithm>
#include <array>
#include <cstddef>

namespace spikingjet {

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
        pool_end(g.kind, g.window.size(), pooled).store(values.data());
        std::copy_n(values.data(), count, out + (c * g.out.rows + y) * g.out.columns + first);
      }
}

}  // namespace spikingjet
