// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/bits.hpp>
#include <spikingjet/core/equal_bits.hpp>
#include <spikingjet/core/error.hpp>

#include <string>

namespace spikingjet {

/// What a build does to float arithmetic that the canonical results forbid.
enum class ArithmeticFlaw {
  none,
  rounding_up,
  rounding_down,
  rounding_to_zero,
  excess_precision,
  contraction,
  reassociation,
  flushed_subnormals,
  lost_nan,
  lost_zero_sign,
  reciprocal
};

/// Adds, multiplies and compares a few volatile values and names the first flaw found.
///
/// Always inlined: it finds what the options of the calling source file do, even where other files of the program were
/// compiled with other options.
///
/// Rounding comes first, and then the width that sums are held in: either makes what follows look like another flaw.
///
/// **Laws** `none` where every float operation is rounded separately to nearest, in source order, with subnormals, NaN
/// and the sign of zero kept.
/// **Cost** some thirty instructions: cheap enough for every work item, and the control word is a thread's own.
[[gnu::always_inline]] SPIKINGJET_HD inline ArithmeticFlaw find_arithmetic_flaw() {
  volatile float one = 1.0F;
  volatile float minus_one = -1.0F;
  volatile float one_and_ulp = 1.0F + 0x1p-23F;
  volatile float half_ulp = 0x1p-24F;
  if (to_word(one + half_ulp) != 0x3f800000u) return ArithmeticFlaw::rounding_up;  // a tie, as the next two: to even
  if (to_word(minus_one - half_ulp) != 0xbf800000u) return ArithmeticFlaw::rounding_down;
  if (to_word(one_and_ulp + half_ulp) != 0x3f800002u) return ArithmeticFlaw::rounding_to_zero;

  volatile float large = 0x1p30F;
  const float l = large;
  const float s = one;
  volatile float stored = s + l;
  if (s + l != stored) return ArithmeticFlaw::excess_precision;  // the register holds more bits than a float

  volatile float square = -(1.0F + 0x1p-22F);
  const float a = one_and_ulp;
  const float c = square;
  if (a * a + c != 0.0F) return ArithmeticFlaw::contraction;  // the square's last bits survive only in an fma

  if ((s + l) - l != 0.0F) return ArithmeticFlaw::reassociation;

  volatile float smallest_normal = 0x1p-126F;
  volatile float half = 0.5F;
  if (to_word(smallest_normal * half) != 0x00400000u) return ArithmeticFlaw::flushed_subnormals;
  volatile float subnormal = to_float(0x00400000u);
  if (to_word(subnormal * 2.0F) != 0x00800000u) return ArithmeticFlaw::flushed_subnormals;

  volatile float nan = to_float(Binary32::canonical_nan);
  const float n = nan;
  if (n == n || n > 0.0F) return ArithmeticFlaw::lost_nan;

  volatile float minus_zero = -0.0F;
  if (to_word(minus_zero + 0.0F) != 0u) return ArithmeticFlaw::lost_zero_sign;

  volatile float five = 5.0F;
  if (to_word(five / 3.0F) != 0x3fd55555u) return ArithmeticFlaw::reciprocal;  // 5 * (1/3) ends in ...56
  return ArithmeticFlaw::none;
}

/// A build or a thread whose float arithmetic is not the canonical one.
class UnsoundArithmetic : public Failure {
 public:
  explicit UnsoundArithmetic(ArithmeticFlaw found) : Failure(sentence(found)), flaw(found) {}

  ArithmeticFlaw flaw;

 private:
  static std::string sentence(ArithmeticFlaw flaw) {
    const char* const rounding_cure =
        "leave the rounding mode of the processor as it starts ('fesetround(FE_TONEAREST)' restores it)";
    const char* what = "";
    const char* cure = "";
    switch (flaw) {
      case ArithmeticFlaw::none: break;
      case ArithmeticFlaw::rounding_up:
        what = "rounds floats up instead of to nearest";
        cure = rounding_cure;
        break;
      case ArithmeticFlaw::rounding_down:
        what = "rounds floats down instead of to nearest";
        cure = rounding_cure;
        break;
      case ArithmeticFlaw::rounding_to_zero:
        what = "rounds floats toward zero instead of to nearest";
        cure = rounding_cure;
        break;
      case ArithmeticFlaw::excess_precision:
        what = "holds floats in wider registers, as the x87 unit does";
        cure = "compile without '-mfpmath=387', for a processor with SSE2";
        break;
      case ArithmeticFlaw::contraction:
        what = "fuses products and sums";
        cure = "compile with '-ffp-contract=off'";
        break;
      case ArithmeticFlaw::reassociation:
        what = "reorders float sums";
        cure = "compile without '-ffast-math' and '-fassociative-math'";
        break;
      case ArithmeticFlaw::flushed_subnormals:
        what = "flushes subnormal floats to zero";
        cure = "link without '-ffast-math' and leave the flush-to-zero mode of the processor off";
        break;
      case ArithmeticFlaw::lost_nan:
        what = "does not see NaN";
        cure = "compile without '-ffast-math' and '-ffinite-math-only'";
        break;
      case ArithmeticFlaw::lost_zero_sign:
        what = "loses the sign of zero";
        cure = "compile without '-ffast-math' and '-fno-signed-zeros'";
        break;
      case ArithmeticFlaw::reciprocal:
        what = "divides by multiplying with a reciprocal";
        cure = "compile without '-ffast-math' and '-freciprocal-math'";
        break;
    }
    return std::string("spikingjet: this program ") + what +
           ", so its results would differ from every other build's; " + cure + "; see docs/numerics.md";
  }
};

/// Refuses to go on where arithmetic is not canonical.
///
/// **Errors** `UnsoundArithmetic`.
[[gnu::always_inline]] inline void require_sound_arithmetic() {
  if (const ArithmeticFlaw flaw = find_arithmetic_flaw(); flaw != ArithmeticFlaw::none) throw UnsoundArithmetic(flaw);
}

}  // namespace spikingjet
