// SPDX-License-Identifier: MIT
#pragma once

// Laws of persistences.

#include "catch.hpp"

#include <spikingjet/fault/persistence.hpp>

#include <cstdint>
#include <string>
#include <type_traits>

namespace laws {

/// There is a window for a run of at least one step; windows of different indices differ and none is empty; the policy
/// is empty and has a name.
template <spikingjet::Persistence P>
void persistence_has_different_windows() {
  static_assert(std::is_empty_v<P>);
  static_assert(P::window(0) == P::window(0));
  CHECK_FALSE(std::string(P::name()).empty());
  for (const std::uint64_t steps : {1u, 2u, 17u, 100u}) {
    INFO("steps " << steps);
    REQUIRE(P::windows(steps) >= 1);
    for (std::uint64_t i = 0; i < P::windows(steps); ++i) {
      const spikingjet::Window window = P::window(i);
      CHECK(window.begin < window.end);
      CHECK(window.duty > 0);
      for (std::uint64_t j = 0; j < i; ++j)
        if (P::window(j) == window) FAIL("windows " << j << " and " << i << " are equal");
    }
  }
}

/// A fault is there in no step outside its window, and whether it is there in a step does not change.
template <spikingjet::Persistence P>
void persistence_keeps_to_its_windows() {
  for (std::uint64_t i = 0; i < P::windows(100); ++i) {
    const spikingjet::Window window = P::window(i);
    for (std::uint64_t step = 0; step < 200; ++step) {
      const bool there = window.contains(step);
      const bool outside = step < window.begin || (step >= window.end && window.end != spikingjet::Window::whole_run);
      if (there && outside) FAIL("window " << i << " is open in step " << step);
      if (window.contains(step) != there) FAIL("window " << i << " changed its mind on step " << step);
    }
  }
}

}  // namespace laws
