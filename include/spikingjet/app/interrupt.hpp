// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/config.hpp>

#include <atomic>
#include <csignal>

namespace spikingjet {

/// While it lives, the first Ctrl-C (SIGINT), SIGTERM or SIGHUP only raises a flag; the second ends the process as usual.
class InterruptGuard {
 public:
  InterruptGuard() {
    raised_ = 0;
    old_int_ = std::signal(SIGINT, &note);
    old_term_ = std::signal(SIGTERM, &note);
    old_hup_ = std::signal(SIGHUP, &note);
  }
  InterruptGuard(const InterruptGuard&) = delete;
  InterruptGuard& operator=(const InterruptGuard&) = delete;
  ~InterruptGuard() {
    std::signal(SIGINT, old_int_);
    std::signal(SIGTERM, old_term_);
    std::signal(SIGHUP, old_hup_);
  }

  /// The signal that came, or 0.
  static int raised() { return raised_.load(std::memory_order_relaxed); }

 private:
  static void note(int signal) {
    raised_ = signal;
    std::signal(signal, SIG_DFL);
  }

  using Handler = void (*)(int);
  static inline std::atomic<int> raised_ = 0;
  static_assert(std::atomic<int>::is_always_lock_free, "a signal handler may write nothing else that threads read");
  Handler old_int_ = SIG_DFL;
  Handler old_term_ = SIG_DFL;
  Handler old_hup_ = SIG_DFL;
};

}  // namespace spikingjet
