// SPDX-License-Identifier: MIT
#include <spikingjet/app/interrupt.hpp>

#include "catch.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <thread>

namespace sj = spikingjet;

namespace {

volatile std::sig_atomic_t own_calls = 0;

void own_handler(int) { own_calls = own_calls + 1; }

/// Gives a signal a handler while it lives: a test may be started with some of them ignored.
class Handled {
 public:
  Handled(int signal, void (*handler)(int)) : signal_(signal), before_(std::signal(signal, handler)) {}
  Handled(const Handled&) = delete;
  Handled& operator=(const Handled&) = delete;
  ~Handled() { std::signal(signal_, before_); }

 private:
  int signal_;
  void (*before_)(int);
};

}  // namespace

TEST_CASE("a guard notes the first signal and does not end the process") {
  for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGUSR1, SIGUSR2, SIGXCPU}) {
    const Handled usual(signal, SIG_DFL);
    const sj::InterruptGuard guard;
    CHECK(sj::InterruptGuard::raised() == 0);
    std::raise(signal);
    CHECK(sj::InterruptGuard::raised() == signal);
  }
}

TEST_CASE("signals that follow the first within a second are the same wish, a later one acts as usual") {
  for (const int later : {SIGINT, SIGTERM}) {
    const pid_t child = fork();
    if (child == 0) {
      std::signal(SIGINT, SIG_DFL);
      std::signal(SIGTERM, SIG_DFL);
      const sj::InterruptGuard guard;
      std::raise(SIGINT);
      std::raise(SIGINT);
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
      std::raise(SIGTERM);
      if (sj::InterruptGuard::raised() != SIGINT) _exit(1);
      std::this_thread::sleep_for(std::chrono::milliseconds(1100));
      std::raise(later);
      _exit(2);
    }
    int status = 0;
    REQUIRE(waitpid(child, &status, 0) == child);
    REQUIRE(WIFSIGNALED(status));
    CHECK(WTERMSIG(status) == later);
  }
}

TEST_CASE("a guard puts back the handlers that it found, and starts without a signal") {
  const Handled own(SIGINT, &own_handler);
  own_calls = 0;
  {
    const sj::InterruptGuard guard;
    std::raise(SIGINT);
    CHECK(own_calls == 0);
  }
  CHECK(sj::InterruptGuard::raised() == 0);
  std::raise(SIGINT);
  CHECK(own_calls == 1);
  {
    const sj::InterruptGuard guard;
    CHECK(sj::InterruptGuard::raised() == 0);
  }
}

TEST_CASE("a signal that is ignored stays ignored, within the guard and behind it") {
  for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGUSR1, SIGUSR2, SIGXCPU}) {
    const Handled ignored(signal, SIG_IGN);
    {
      const sj::InterruptGuard guard;
      std::raise(signal);
      std::raise(signal);
      CHECK(sj::InterruptGuard::raised() == 0);
    }
    std::raise(signal);
    const auto handler = std::signal(signal, SIG_IGN);
    CHECK(handler == SIG_IGN);
  }
}
