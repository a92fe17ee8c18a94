// SPDX-License-Identifier: MIT
#include <spikingjet/engine/device/programs.hpp>

#include "catch.hpp"

#include <cstddef>
#include <vector>

namespace sj = spikingjet;

TEST_CASE("processes of a machine take its GPUs in turn, and share the memory of one that several take") {
  for (int gpus = 1; gpus <= 4; ++gpus)
    for (int processes = 1; processes <= 9; ++processes) {
      std::vector<int> takers(static_cast<std::size_t>(gpus));
      for (int place = 0; place < processes; ++place)
        ++takers[static_cast<std::size_t>(sj::GpuTurn{place, processes}.device(gpus))];
      for (int place = 0; place < processes; ++place) {
        sj::GpuOptions options;
        options.memory_share = 0.6;
        options.turn = sj::GpuTurn{place, processes};
        const sj::GpuOptions resolved = options.resolved(gpus);
        REQUIRE(resolved.devices == std::vector<int>{place % gpus});
        CHECK(resolved.memory_share == 0.6 / takers[static_cast<std::size_t>(place % gpus)]);
      }
    }
}

TEST_CASE("without turns, GPUs are those that are named") {
  sj::GpuOptions options;
  options.devices = {2, 0};
  CHECK(options.resolved(1).devices == std::vector<int>{2, 0});
  CHECK(options.resolved(1).memory_share == options.memory_share);
}
