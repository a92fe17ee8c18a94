// SPDX-License-Identifier: MIT
#include <spikingjet/app/interrupt.hpp>

#include "catch.hpp"

#include <csignal>

namespace sj = spikingjet;

namespace {

volatile std::sig_atomic_t own_calls = 0;

void own_handler(int) { own_calls = own_calls + 1; }

}  // namespace

TEST_CASE("a guard notes the first signal and does not end the process") {
  for (const int signal : {SIGINT, SIGTERM}) {
    const sj::InterruptGuard guard;
    CHECK(sj::InterruptGuard::raised() == 0);
    std::raise(signal);
    CHECK(sj::InterruptGuard::raised() == signal);
  }
}

TEST_CASE("after the first signal the next one acts as usual") {
  const sj::InterruptGuard guard;
  std::raise(SIGINT);
  const auto handler = std::signal(SIGINT, SIG_DFL);
  CHECK(handler == SIG_DFL);
}

TEST_CASE("a guard puts back the handlers that it found, and starts without a signal") {
  const auto before = std::signal(SIGINT, &own_handler);
  own_calls = 0;
  {
    const sj::InterruptGuard guard;
    std::raise(SIGINT);
    CHECK(own_calls == 0);
  }
  std::raise(SIGINT);
  CHECK(own_calls == 1);
  {
    const sj::InterruptGuard guard;
    CHECK(sj::InterruptGuard::raised() == 0);
  }
  std::signal(SIGINT, before);
}
