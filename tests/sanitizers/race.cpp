// SPDX-License-Identifier: MIT
// A mistake that the thread sanitizer must find in spite of its suppressions: all items write one counter.
#include <spikingjet/core/parallel.hpp>

#include <cstdio>

int main() {
  std::size_t sum = 0;
  spikingjet::for_each_index(100000, [&](std::size_t index) { sum += index; });
  std::printf("%zu\n", sum);
}
