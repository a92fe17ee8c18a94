// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/config.hpp>

// What the preprocessor can see of a build that breaks the promise of equal bits; core/arithmetic.hpp finds the rest.
// Included by everything that adds, multiplies or asks for NaN; fault/apply.hpp does its work on bits, and goes
// without.
#if defined(__FAST_MATH__)
#error "spikingjet: '-ffast-math' changes the bits of every result; compile without it; see docs/numerics.md"
#endif
#if defined(__FINITE_MATH_ONLY__) && __FINITE_MATH_ONLY__
#error \
    "spikingjet: '-ffinite-math-only' hides NaN and infinity, which faults make; compile without it; see docs/numerics.md"
#endif
#if defined(__ASSOCIATIVE_MATH__)
#error \
    "spikingjet: '-fassociative-math', a part of '-ffast-math', reorders the canonical sums; compile without it; see docs/numerics.md"
#endif
