// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/config.hpp>

#include <cstddef>
#include <cstdint>

namespace spikingjet {

/// The first entry of an ascending list that is not below a key.
SPIKINGJET_HD inline std::size_t first_not_below(const std::uint64_t* key, std::size_t count, std::uint64_t wanted) {
  std::size_t first = 0;
  std::size_t last = count;
  while (first < last) {
    const std::size_t middle = (first + last) / 2;
    if (key[middle] < wanted)
      first = middle + 1;
    else
      last = middle;
  }
  return first;
}

}  // namespace spikingjet
