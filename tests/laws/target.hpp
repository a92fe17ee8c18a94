// SPDX-License-Identifier: MIT
#pragma once

// Laws of targets.

#include "catch.hpp"

#include <spikingjet/fault/target.hpp>

#include <array>
#include <cstddef>
#include <string>
#include <type_traits>

namespace laws {

/// Whether a quantity is hit depends on the quantity alone, at compile time as at run time; the policy is empty and has
/// a name.
template <spikingjet::Target T, class Net>
void target_is_pure() {
  static constexpr auto at_compile_time = [] {
    std::array<bool, Net::quantities.size()> hit{};
    for (std::size_t q = 0; q < hit.size(); ++q) hit[q] = T::hits(Net::quantities[q]);
    return hit;
  }();
  static_assert(std::is_empty_v<T>);
  for (std::size_t q = Net::quantities.size(); q-- > 0;) {
    const spikingjet::Quantity copy = Net::quantities[q];
    INFO(copy.name());
    CHECK(T::hits(copy) == at_compile_time[q]);
  }
  CHECK_FALSE(std::string(T::name()).empty());
}

}  // namespace laws
