// SPDX-License-Identifier: MIT
#pragma once

// Included first by every header, so that this is the first that an older standard has to say.
#if !defined(__cplusplus) || __cplusplus < 202002L
#error \
    "spikingjet: these headers are C++20, and this file is compiled for an older standard; compile with '-std=c++20', or in CMake 'target_compile_features(TARGET PRIVATE cxx_std_20)'"
#endif

// Marks a function that a CUDA kernel may call. Keyed on __CUDACC__, so that a signature is the same in every pass.
#if defined(__CUDACC__)
#define SPIKINGJET_HD __host__ __device__
#else
#define SPIKINGJET_HD
#endif
