// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/bits.hpp>
#include <spikingjet/core/config.hpp>
#include <spikingjet/core/lane.hpp>
#include <spikingjet/model/pool2d.hpp>

#include <algorithm>
#include <cstddef>

namespace spikingjet {

// Windows of convolutions and pooling: which inputs lie under them, and what pooling makes of a window's values, one by
// one. For vectors of a processor, single lanes and the threads of a device alike.

/// Which window of a row or column a tap lies in, when it lies on input `at`; -1 where in none.
SPIKINGJET_HD constexpr std::ptrdiff_t window_of(std::size_t at, std::size_t tap, std::size_t stride, std::size_t padding, std::size_t dilation, std::size_t windows) {
  const auto offset = std::ptrdiff_t(at + padding) - std::ptrdiff_t(tap * dilation);
  std::ptrdiff_t window = offset;
  if (stride != 1) {  // a division costs more than what follows from it
    if (offset % std::ptrdiff_t(stride) != 0) return -1;
    window /= std::ptrdiff_t(stride);
  }
  return offset >= 0 && window < std::ptrdiff_t(windows) ? window : -1;
}

/// The input under a tap of a window; -1 in the padding.
SPIKINGJET_HD constexpr std::ptrdiff_t input_under(std::size_t window, std::size_t tap, std::size_t stride, std::size_t padding, std::size_t dilation, std::size_t inputs) {
  const auto at = std::ptrdiff_t(window * stride + tap * dilation) - std::ptrdiff_t(padding);
  return at < std::ptrdiff_t(inputs) ? at : -1;
}

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

/// What a window leaves behind its last value.
template <class V>
SPIKINGJET_HD constexpr V pool_end(const PoolGeometry& g, V so_far) {
  return g.kind == PoolKind::mean ? so_far / V(static_cast<float>(g.window.size())) : so_far;
}

/// Calls `at(index)` for each input position of a window, row-major; what lies in the padding is left out.
template <class At>
SPIKINGJET_HD constexpr void each_in_window(const PoolGeometry& g, std::size_t y, std::size_t z, const At& at) {
  const std::size_t top = y * g.stride.rows;
  const std::size_t left = z * g.stride.columns;
  for (std::size_t i = std::max(top, g.padding.rows); i < std::min(top + g.window.rows, g.in.rows + g.padding.rows); ++i)
    for (std::size_t j = std::max(left, g.padding.columns); j < std::min(left + g.window.columns, g.in.columns + g.padding.columns); ++j)
      at((i - g.padding.rows) * g.in.columns + j - g.padding.columns);
}

/// A value that changes no window, not even a zero's sign.
SPIKINGJET_HD constexpr float pool_nothing(PoolKind kind) { return kind == PoolKind::largest ? pool_start(PoolKind::largest) : -0.0F; }

}  // namespace spikingjet
