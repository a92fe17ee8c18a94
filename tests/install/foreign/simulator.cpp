// SPDX-License-Identifier: MIT
#include <spikingjet/core/parallel.hpp>
#include <spikingjet/core/version.hpp>

#include <atomic>
#include <cstdio>

int main() {
  std::atomic<int> items{0};
  spikingjet::for_each_index(1000, [&](std::size_t) { ++items; });
  std::printf("spikingjet %s: %d items\n", spikingjet::version, items.load());
  return items == 1000 ? 0 : 1;
}
