// SPDX-License-Identifier: MIT
#pragma once

// Laws of readouts.

#include "catch.hpp"
#include "laws/random_values.hpp"

#include <spikingjet/core/bits.hpp>
#include <spikingjet/core/lanes/division.hpp>
#include <spikingjet/model/readout.hpp>

#include <xsimd/xsimd.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <type_traits>

namespace laws {

/// Lane by lane, a vector gives the bits of the scalar; NaN payloads are the machine's choice.
template <spikingjet::Readout R, std::size_t Width>
void readout_lanes_do_not_mix(std::uint32_t seed) {
  using V = xsimd::make_sized_batch_t<float, Width>;
  if constexpr (!std::is_void_v<V>) {
    INFO("seed " << seed << ", lanes " << Width);
    RandomValues random(seed);
    for (int i = 0; i < 500; ++i) {
      float so_far[Width], spike[Width], potential[Width], first[Width], next[Width];
      for (std::size_t l = 0; l < Width; ++l) {
        so_far[l] = random();
        spike[l] = random();
        potential[l] = random();
      }
      const V s = V::load_unaligned(spike);
      const V u = V::load_unaligned(potential);
      const V first_lanes = R::first(s, u);
      const V next_lanes = R::next(V::load_unaligned(so_far), s, u);
      first_lanes.store_unaligned(first);
      next_lanes.store_unaligned(next);
      const auto same = [](float a, float b) {
        return spikingjet::to_word(spikingjet::canonical(a)) == spikingjet::to_word(spikingjet::canonical(b));
      };
      for (std::size_t l = 0; l < Width; ++l) {
        if (!same(first[l], R::first(spike[l], potential[l]))) FAIL("first, case " << i << ", lane " << l);
        if (!same(next[l], R::next(so_far[l], spike[l], potential[l]))) FAIL("next, case " << i << ", lane " << l);
      }
    }
  }
}

/// The law of lanes for every width that the processor compiled for has.
template <spikingjet::Readout R>
void readout_lanes_do_not_mix(std::uint32_t seed) {
  readout_lanes_do_not_mix<R, 2>(seed);
  readout_lanes_do_not_mix<R, 4>(seed);
  readout_lanes_do_not_mix<R, 8>(seed);
  readout_lanes_do_not_mix<R, 16>(seed);
}

/// A NaN, once in the readout, stays: a poisoned output is never taken for a good one.
template <spikingjet::Readout R>
void readout_keeps_nan(std::uint32_t seed) {
  INFO("seed " << seed);
  RandomValues random(seed);
  const float nan = spikingjet::to_float(0x7fc00000u);
  for (int i = 0; i < 2000; ++i) {
    const float potential = random();
    if (spikingjet::is_nan(potential)) continue;
    const float next = R::next(nan, static_cast<float>(random.word() % 2), potential);
    if (!spikingjet::is_nan(next)) FAIL("case " << i << " gave " << next);
  }
  CHECK_FALSE(std::string(R::name()).empty());
}

}  // namespace laws
