// SPDX-License-Identifier: MIT
#pragma once

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
  static int raised() { return raised_; }

 private:
  static void note(int signal) {
    raised_ = signal;
    std::signal(signal, SIG_DFL);
  }

  using Handler = void (*)(int);
  static inline volatile std::sig_atomic_t raised_ = 0;
  Handler old_int_ = SIG_DFL;
  Handler old_term_ = SIG_DFL;
  Handler old_hup_ = SIG_DFL;
};

}  // namespace spikingjet
