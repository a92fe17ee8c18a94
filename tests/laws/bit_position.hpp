// SPDX-License-Identifier: MIT
#pragma once

// Laws of bit positions.

#include "catch.hpp"

#include <spikingjet/fault/bit_position.hpp>

#include <cstdint>
#include <string>
#include <type_traits>

namespace laws {

/// The set is known at compile time, not empty and does not change; the policy is empty and has a name.
template <spikingjet::BitPosition B>
void bit_position_is_a_fixed_set() {
  constexpr std::uint32_t at_compile_time = B::mask();
  static_assert(at_compile_time != 0);
  static_assert(std::is_empty_v<B>);
  CHECK(B::mask() == at_compile_time);
  CHECK_FALSE(std::string(B::name()).empty());
}

}  // namespace laws
