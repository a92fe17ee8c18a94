// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/config.hpp>

#if defined(__SANITIZE_THREAD__)
#define SPIKINGJET_THREAD_SANITIZER
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define SPIKINGJET_THREAD_SANITIZER
#endif
#endif

#if defined(SPIKINGJET_THREAD_SANITIZER)
#include <sanitizer/tsan_interface.h>
#endif

namespace spikingjet {

// Tells the thread sanitizer what a library of threads that it does not see into promises: what stands before a
// parallel loop happens before each of its items, and each item before what stands after the loop. Two items stay
// unordered, so that races between them are found. In other builds both types do nothing.

#if defined(SPIKINGJET_THREAD_SANITIZER)

inline char fork_token;
inline char join_token;

struct ForkJoinScope {
  ForkJoinScope() { __tsan_release(&fork_token); }
  ~ForkJoinScope() { __tsan_acquire(&join_token); }
};

struct ForkJoinItem {
  ForkJoinItem() { __tsan_acquire(&fork_token); }
  ~ForkJoinItem() { __tsan_release(&join_token); }
};

#else

/// Nothing to tell without a race detector.
struct ForkJoinScope {
  ForkJoinScope() {}
  ~ForkJoinScope() {}
};

/// Nothing to tell without a race detector.
struct ForkJoinItem {
  ForkJoinItem() {}
  ~ForkJoinItem() {}
};

#endif

}  // namespace spikingjet
