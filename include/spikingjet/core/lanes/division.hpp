// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/config.hpp>

#include <xsimd/xsimd.hpp>

#if XSIMD_WITH_NEON64
namespace xsimd {

/// The division of the processor, as IEEE 754 has it, for all vectors of this type. xsimd's own on ARM is an estimate
/// of the reciprocal and two steps of Newton's method: wrong in its last bits, and nothing where the reciprocal is
/// subnormal. A program's other files that divide such vectors include this header, too, or the linker may keep
/// xsimd's.
template <>
inline batch<float, neon64>& batch<float, neon64>::operator/=(const batch<float, neon64>& other) noexcept {
  data = vdivq_f32(data, other.data);
  return *this;
}

}  // namespace xsimd
#endif
