// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/arithmetic.hpp>
#include <spikingjet/core/thread_sanitizer.hpp>

#include <tbb/global_control.h>
#include <tbb/info.h>
#include <thrust/for_each.h>
#include <thrust/iterator/counting_iterator.h>
#include <thrust/system/tbb/execution_policy.h>

#include <algorithm>
#include <cstddef>

namespace spikingjet {

/// Number of worker threads used where nothing else is asked for.
inline std::size_t available_threads() { return static_cast<std::size_t>(tbb::info::default_concurrency()); }

/// Number of threads that work items may use now.
inline std::size_t allowed_threads() {
  return std::min(available_threads(), tbb::global_control::active_value(tbb::global_control::max_allowed_parallelism));
}

/// While it lives, work items run on at most this many threads; 0 means all of the machine's.
class ThreadLimit {
 public:
  explicit ThreadLimit(std::size_t threads)
      : control_(tbb::global_control::max_allowed_parallelism, threads == 0 ? available_threads() : threads) {}

 private:
  tbb::global_control control_;
};

/// Calls `item(i)` once for each i in [0, count), on all allowed threads, through Thrust's TBB system.
///
/// **Laws** calls for different i may run at once and in any order: an item writes only what is its own.
/// **Errors** `UnsoundArithmetic` from a thread whose arithmetic is not canonical; what an item throws.
template <class Item>
void for_each_index(std::size_t count, const Item& item) {
  const ForkJoinScope scope;
  thrust::for_each(thrust::tbb::par, thrust::counting_iterator<std::size_t>(0),
                   thrust::counting_iterator<std::size_t>(count), [&item](std::size_t index) {
                     const ForkJoinItem within;
                     require_sound_arithmetic();
                     item(index);
                   });
}

}  // namespace spikingjet
