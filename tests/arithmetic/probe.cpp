// SPDX-License-Identifier: MIT
#include <spikingjet/core/arithmetic.hpp>

#include <cfenv>
#include <cstdio>

#if defined(OTHER_FILE)
void simulate_elsewhere() { spikingjet::require_sound_arithmetic(); }
#else
#if defined(WITH_OTHER_FILE)
void simulate_elsewhere();
#endif

#if defined(ROUNDING_MODE)
const int set_before_main = std::fesetround(ROUNDING_MODE);
#endif

int main() {
  try {
    spikingjet::require_sound_arithmetic();
    std::puts("sound here");
#if defined(WITH_OTHER_FILE)
    simulate_elsewhere();
#endif
  } catch (const spikingjet::UnsoundArithmetic& refusal) {
    std::puts(refusal.what());
    return refusal.exit_status();
  }
}
#endif
