// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/bits.hpp>
#include <spikingjet/core/config.hpp>
#include <spikingjet/model/zero_input.hpp>

namespace spikingjet {

// The canonical sum, a term at a time: what vectors of a processor, single lanes and the threads of a device add alike.

/// A canonical sum with its next term; product and sum are rounded separately.
template <class V>
SPIKINGJET_HD constexpr V sum_next(V sum, V weight, V x) {
  return sum + weight * x;
}

/// Whether an input takes part in a canonical sum: all but zeros do, and under `ZeroInput::multiply` zeros do, too,
/// where the weight is NaN or infinite.
SPIKINGJET_HD constexpr bool takes_part(float weight, float x, ZeroInput zero_input) {
  return !(x == 0.0F) || (zero_input == ZeroInput::multiply && !is_finite(weight));
}

/// The canonical sum of one input, without a bias.
SPIKINGJET_HD constexpr float sum_one_to_one(float weight, float x, ZeroInput zero_input) {
  return takes_part(weight, x, zero_input) ? sum_next(0.0F, weight, x) : 0.0F;
}

}  // namespace spikingjet
