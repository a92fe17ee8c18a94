// SPDX-License-Identifier: MIT
#include <spikingjet/core/parallel.hpp>

#include "catch.hpp"

#include <atomic>
#include <chrono>
#include <mutex>
#include <set>
#include <thread>
#include <vector>

#if defined(__SSE__)
#include <xmmintrin.h>
#endif

namespace sj = spikingjet;

TEST_CASE("each index is called exactly once, for every count") {
  for (const std::size_t count :
       {std::size_t(0), std::size_t(1), std::size_t(2), std::size_t(17), std::size_t(10000)}) {
    std::vector<std::atomic<int>> calls(count + 1);
    sj::for_each_index(count, [&](std::size_t i) { ++calls[i]; });
    INFO("count " << count);
    for (std::size_t i = 0; i < count; ++i)
      if (calls[i] != 1) FAIL("index " << i << " was called " << calls[i] << " times");
    CHECK(calls[count] == 0);
  }
}

TEST_CASE("what an item throws reaches the caller") {
  CHECK_THROWS_AS(sj::for_each_index(1000, [](std::size_t i) {
                    if (i == 617) throw sj::Misuse("item 617");
                  }),
                  sj::Misuse);
}

TEST_CASE("no more threads than allowed work at once") {
  for (const std::size_t threads : {std::size_t(1), std::size_t(2)}) {
    const sj::ThreadLimit limit(threads);
    std::atomic<int> now{0};
    std::atomic<int> most{0};
    sj::for_each_index(64, [&](std::size_t) {
      const int running = ++now;
      int seen = most;
      while (seen < running && !most.compare_exchange_weak(seen, running)) {
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
      --now;
    });
    INFO("limit " << threads);
    CHECK(std::size_t(most.load()) <= threads);
  }
}

TEST_CASE("a limit ends with its scope, and 0 means all threads of the machine") {
  {
    const sj::ThreadLimit one(1);
    std::mutex mutex;
    std::set<std::thread::id> ids;
    sj::for_each_index(200, [&](std::size_t) {
      const std::lock_guard lock(mutex);
      ids.insert(std::this_thread::get_id());
    });
    CHECK(ids.size() == 1);
  }
  CHECK(sj::available_threads() >= 1);
  const sj::ThreadLimit all(0);
  CHECK(tbb::global_control::active_value(tbb::global_control::max_allowed_parallelism) == sj::available_threads());
}

#if defined(__SSE__)
TEST_CASE("an item on a thread whose arithmetic went wrong meanwhile is refused") {
  const sj::ThreadLimit one(1);
  const unsigned normal = _mm_getcsr();
  std::size_t calls = 0;
  const auto flush_subnormals_from_now_on = [&](std::size_t) {
    ++calls;
    _mm_setcsr(_mm_getcsr() | 0x8000u);
  };
  CHECK_THROWS_AS(sj::for_each_index(10000, flush_subnormals_from_now_on), sj::UnsoundArithmetic);
  _mm_setcsr(normal);
  CHECK(calls < 10000);
}
#endif
