// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/bits.hpp>
#include <spikingjet/core/lanes/lane.hpp>
#include <spikingjet/core/random.hpp>
#include <spikingjet/engine/golden/recording.hpp>

#include <cstddef>
#include <cstdint>
#include <string>

namespace spikingjet {

/// Refuses a neuron model whose spikes are not always 0 or 1, as faulty copies are not asked one by one: tries
/// potentials and currents of all scales and kinds, NaN and infinities among them. What it does not find, it does not
/// refuse.
///
/// **Errors** `NotASpike`.
template <class Model>
void require_spikes_of_bits(const Values<float, int(Model::constants.size())>& constants, const std::string& layer) {
  constexpr std::uint64_t tries = 1024;
  constexpr std::uint64_t seed = 0x7b175;
  std::uint64_t drawn = 0;
  const auto draw = [&](std::uint64_t i) {
    const std::uint64_t bits = random_bits(seed, i, drawn++);
    if (i % 4 == 0) return to_float(static_cast<std::uint32_t>(bits));
    const float everyday = static_cast<float>(static_cast<std::int32_t>(bits)) * 0x1p-30F;  // [-2, 2)
    return i % 4 == 1 ? everyday * 0x1p5F : everyday;
  };
  for (std::uint64_t i = 0; i < tries; ++i) {
    drawn = 0;
    Values<float, int(Model::states.size())> state;
    for (int s = 0; s < int(Model::states.size()); ++s) state[s] = draw(i);
    const std::uint32_t spike = to_word(Model::update(state, draw(i), constants));
    if (spike != to_word(0.0F) && spike != to_word(1.0F)) throw NotASpike(layer);
  }
}

}  // namespace spikingjet
