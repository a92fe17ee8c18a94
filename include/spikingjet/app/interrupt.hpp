// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/config.hpp>

#include <array>
#include <atomic>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <ctime>
#include <limits>

namespace spikingjet {

/// While it lives, the first signal that asks a process to end only raises a flag; the next one that comes more than a
/// second later ends it as usual. Those in between are the same wish: `timeout` signals a process and then its group.
///
/// These are Ctrl-C (SIGINT), SIGTERM, SIGHUP, and what batch systems send ahead of the end: SIGUSR1, SIGUSR2, SIGXCPU.
///
/// **Laws** a signal that is ignored stays ignored (`nohup`, `trap '' INT`); at the end of the scope all is as it was.
class InterruptGuard {
 public:
  InterruptGuard() {
    raised_ = 0;
    first_ = never;
    for (std::size_t s = 0; s < signals.size(); ++s) {
      struct sigaction now {};
      sigaction(signals[s], nullptr, &now);
      if (now.sa_handler != SIG_IGN) old_[s] = std::signal(signals[s], &note);
    }
  }
  InterruptGuard(const InterruptGuard&) = delete;
  InterruptGuard& operator=(const InterruptGuard&) = delete;
  ~InterruptGuard() {
    for (std::size_t s = 0; s < signals.size(); ++s)
      if (old_[s] != SIG_IGN) std::signal(signals[s], old_[s]);
    raised_ = 0;
  }

  /// The signal that came, or 0.
  static int raised() { return raised_.load(std::memory_order_relaxed); }

 private:
  static void note(int signal) {
    if (int none = 0; raised_.compare_exchange_strong(none, signal)) {
      first_ = now();
      return;
    }
    if (now() - first_ < repeats) return;
    std::signal(signal, SIG_DFL);
    std::raise(signal);
  }

  static std::int64_t now() {
    timespec time{};
    clock_gettime(CLOCK_MONOTONIC, &time);
    return std::int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
  }

  using Handler = void (*)(int);
  static constexpr std::array signals{SIGINT, SIGTERM, SIGHUP, SIGUSR1, SIGUSR2, SIGXCPU};
  static constexpr std::int64_t repeats = 1'000'000'000;  // [ns]
  static constexpr std::int64_t never = std::numeric_limits<std::int64_t>::max();
  static inline std::atomic<int> raised_ = 0;
  static inline std::atomic<std::int64_t> first_ = never;  // when the first signal came [ns]
  static_assert(std::atomic<int>::is_always_lock_free && std::atomic<std::int64_t>::is_always_lock_free,
                "a signal handler may write nothing else that threads read");
  std::array<Handler, signals.size()> old_{SIG_IGN, SIG_IGN, SIG_IGN, SIG_IGN, SIG_IGN, SIG_IGN};
};

}  // namespace spikingjet
