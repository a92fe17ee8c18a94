// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/bits.hpp>
#include <spikingjet/core/config.hpp>
#include <spikingjet/core/lanes/lane.hpp>
#include <spikingjet/model/layers/pool2d.hpp>

#include <algorithm>
#include <cstddef>
#include <type_traits>

namespace spikingjet {

// Windows of convolutions and pooling: which inputs lie under them, and what pooling makes of a window's values, one by
// one. For vectors of a processor, single lanes and the threads of a device alike.

/// Which window of a row or column a tap lies in, when it lies on input `at`; -1 where in none.
template <class Index>
SPIKINGJET_HD constexpr std::make_signed_t<Index> window_of(Index at, Index tap, Index stride, Index padding,
                                                            Index dilation, Index windows) {
  using Signed = std::make_signed_t<Index>;
  const auto offset = Signed(at + padding) - Signed(tap * dilation);
  Signed window = offset;
  if (stride != 1) {  // a division costs more than what follows from it
    if (offset % Signed(stride) != 0) return -1;
    window /= Signed(stride);
  }
  return offset >= 0 && window < Signed(windows) ? window : -1;
}

/// The input under a tap of a window; -1 in the padding.
template <class Index>
SPIKINGJET_HD constexpr std::make_signed_t<Index> input_under(Index window, Index tap, Index stride, Index padding,
                                                              Index dilation, Index inputs) {
  using Signed = std::make_signed_t<Index>;
  const auto at = Signed(window * stride + tap * dilation) - Signed(padding);
  return at >= 0 && at < Signed(inputs) ? at : -1;
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
template <class Geometry, class V>
SPIKINGJET_HD constexpr V pool_end(const Geometry& g, V so_far) {
  return g.kind == PoolKind::mean ? so_far / V(static_cast<float>(g.window.size())) : so_far;
}

/// Calls `at(index)` for each input position of a window, row-major; what lies in the padding is left out.
template <class Geometry, class Index, class At>
SPIKINGJET_HD constexpr void each_in_window(const Geometry& g, Index y, Index z, const At& at) {
  const Index top = y * g.stride.rows;
  const Index left = z * g.stride.columns;
  for (Index i = std::max(top, g.padding.rows); i < std::min(top + g.window.rows, g.in.rows + g.padding.rows); ++i)
    for (Index j = std::max(left, g.padding.columns);
         j < std::min(left + g.window.columns, g.in.columns + g.padding.columns); ++j)
      at((i - g.padding.rows) * g.in.columns + j - g.padding.columns);
}

/// A value that changes no window, not even a zero's sign.
SPIKINGJET_HD constexpr float pool_nothing(PoolKind kind) {
  return kind == PoolKind::largest ? pool_start(PoolKind::largest) : -0.0F;
}

}  // namespace spikingjet
