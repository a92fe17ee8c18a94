// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/bits.hpp>

#include <array>
#include <cstdint>
#include <random>

namespace laws {

/// Float32 words at the edges of the format: both zeros, subnormals, one, the largest values, infinities, NaN with and
/// without the quiet bit, with either sign.
inline constexpr std::array<std::uint32_t, 22> edge_words{
    0x00000000u, 0x80000000u, 0x00000001u, 0x80000001u, 0x007fffffu, 0x807fffffu, 0x00800000u, 0x80800000u,
    0x3f800000u, 0xbf800000u, 0x3f7fffffu, 0x3f800001u, 0x7f7fffffu, 0xff7fffffu, 0x7f800000u, 0xff800000u,
    0x7fc00000u, 0xffc00000u, 0x7fc12345u, 0xffedcba9u, 0x7f800001u, 0xffbfffffu};

/// Float32 values of all kinds from a seed: edges of the format, arbitrary bits, and the sizes that networks hold.
class RandomValues {
 public:
  explicit RandomValues(std::uint32_t seed) : generator_(seed) {}

  std::uint32_t word() { return static_cast<std::uint32_t>(generator_()); }

  float operator()() {
    switch (word() % 4) {
      case 0:
        return spikingjet::to_float(edge_words[word() % edge_words.size()]);
      case 1:
        return spikingjet::to_float(word());
      default:
        return everyday();
    }
  }

  /// Between -2 and 2.
  float everyday() { return static_cast<float>(static_cast<std::int32_t>(word())) * 0x1p-30F; }

 private:
  std::mt19937 generator_;
};

}  // namespace laws
