// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/config.hpp>

#include <cstdint>

namespace spikingjet {

static_assert(sizeof(float) == 4, "spikingjet: 'float' must be the 32-bit IEEE 754 format; see docs/numerics.md");

/// The bits of a float32.
SPIKINGJET_HD constexpr std::uint32_t to_word(float value) { return __builtin_bit_cast(std::uint32_t, value); }

/// The float32 with these bits.
SPIKINGJET_HD constexpr float to_float(std::uint32_t word) { return __builtin_bit_cast(float, word); }

/// IEEE 754 binary32: where its fields lie; bit 0 is the least significant.
///
/// **Source** IEEE 754-2019, section 3.4.
struct Binary32 {
  static constexpr unsigned bits = 32;
  static constexpr std::uint32_t sign = 0x80000000u;
  static constexpr std::uint32_t exponent = 0x7f800000u;
  static constexpr std::uint32_t mantissa = 0x007fffffu;
  static constexpr std::uint32_t largest = 0x7f7fffffu;        // the largest finite value
  static constexpr std::uint32_t canonical_nan = 0x7fc00000u;  // the one NaN that results and masked states carry
};

/// Whether a float32 is neither NaN nor infinite, decided on its bits: no compiler option can change the answer.
SPIKINGJET_HD constexpr bool is_finite(float value) {
  return (to_word(value) & Binary32::exponent) != Binary32::exponent;
}

/// Whether a float32 is NaN, decided on its bits.
SPIKINGJET_HD constexpr bool is_nan(float value) { return (to_word(value) & ~Binary32::sign) > Binary32::exponent; }

/// Whether a float32 is -0, decided on its bits.
SPIKINGJET_HD constexpr bool is_negative_zero(float value) { return to_word(value) == Binary32::sign; }

/// The value itself, or the canonical NaN for any NaN: payloads differ between machines and never become data.
SPIKINGJET_HD constexpr float canonical(float value) {
  return is_nan(value) ? to_float(Binary32::canonical_nan) : value;
}

/// The number of the lowest bit that is set, as one is.
SPIKINGJET_HD inline int lowest_bit(std::uint32_t bits) {
#if defined(__CUDA_ARCH__)
  return __ffs(int(bits)) - 1;
#else
  return __builtin_ctz(bits);
#endif
}

/// The number of bits that are set.
SPIKINGJET_HD inline int count_bits(std::uint32_t bits) {
#if defined(__CUDA_ARCH__)
  return __popc(bits);
#else
  return __builtin_popcount(bits);
#endif
}

/// A bijection that spreads bits.
///
/// **Source** the finalizer of MurmurHash3 (Appleby), constants of Stafford's variant 13.
SPIKINGJET_HD constexpr std::uint64_t spread_bits(std::uint64_t h) {
  h = (h ^ (h >> 30)) * 0xbf58476d1ce4e5b9ull;
  h = (h ^ (h >> 27)) * 0x94d049bb133111ebull;
  return h ^ (h >> 31);
}

}  // namespace spikingjet
