// SPDX-License-Identifier: MIT
#include <spikingjet/core/arithmetic.hpp>

#include "catch.hpp"

#include <cfenv>
#include <string>
#include <utility>

#if defined(__SSE__)
#include <xmmintrin.h>
#endif

namespace sj = spikingjet;

TEST_CASE("this build's arithmetic is sound") {
  CHECK(sj::find_arithmetic_flaw() == sj::ArithmeticFlaw::none);
  CHECK_NOTHROW(sj::require_sound_arithmetic());
}

TEST_CASE("each flaw has a sentence of its own, with a cure, and counts as a failure") {
  using enum sj::ArithmeticFlaw;
  std::string earlier;
  for (const auto flaw : {rounding_up, rounding_down, rounding_to_zero, excess_precision, contraction, reassociation,
                          flushed_subnormals, lost_nan, lost_zero_sign, reciprocal}) {
    const sj::UnsoundArithmetic refusal(flaw);
    const std::string sentence = refusal.what();
    CHECK(refusal.flaw == flaw);
    CHECK(refusal.exit_status() == 1);
    CHECK(sentence.starts_with("spikingjet: this program "));
    CHECK(sentence.ends_with("; see docs/numerics.md"));
    CHECK(sentence != earlier);
    earlier = sentence;
  }
}

TEST_CASE("a thread that rounds another way is refused by the name of its mode") {
  using enum sj::ArithmeticFlaw;
  for (const auto& [mode, flaw] : {std::pair(FE_UPWARD, rounding_up), std::pair(FE_DOWNWARD, rounding_down),
                                   std::pair(FE_TOWARDZERO, rounding_to_zero)}) {
    std::fesetround(mode);
    const sj::ArithmeticFlaw found = sj::find_arithmetic_flaw();
    std::fesetround(FE_TONEAREST);
    CHECK(found == flaw);
  }
  CHECK(sj::find_arithmetic_flaw() == none);
}

#if defined(__SSE__)
TEST_CASE("a thread that flushes subnormals, as results or as operands, is refused") {
  const unsigned normal = _mm_getcsr();
  for (const unsigned flag : {0x8000u, 0x0040u}) {  // flush to zero, denormals are zero
    _mm_setcsr(normal | flag);
    const sj::ArithmeticFlaw found = sj::find_arithmetic_flaw();
    _mm_setcsr(normal);
    CHECK(found == sj::ArithmeticFlaw::flushed_subnormals);
  }
}
#endif
