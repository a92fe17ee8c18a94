// SPDX-License-Identifier: MIT
#pragma once

// Marks a function that a CUDA kernel may call. Keyed on __CUDACC__, so that a signature is the same in every pass.
#if defined(__CUDACC__)
#define SPIKINGJET_HD __host__ __device__
#else
#define SPIKINGJET_HD
#endif

// What the preprocessor can see of a build that breaks the promise of equal bits; core/arithmetic.hpp finds the rest.
#if defined(__FAST_MATH__)
#error "spikingjet: '-ffast-math' changes the bits of every result; compile without it; see docs/numerics.md"
#endif
#if defined(__FINITE_MATH_ONLY__) && __FINITE_MATH_ONLY__
#error "spikingjet: '-ffinite-math-only' hides NaN and infinity, which faults make; compile without it; see docs/numerics.md"
#endif
#if defined(__ASSOCIATIVE_MATH__)
#error "spikingjet: '-fassociative-math' reorders the canonical sums; compile without it; see docs/numerics.md"
#endif
