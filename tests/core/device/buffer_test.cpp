// SPDX-License-Identifier: MIT
#include <spikingjet/core/device/buffer.hpp>
#include <spikingjet/core/device/host.hpp>

#include "catch.hpp"
#include "core/device/values_of.hpp"

#include <cstddef>
#include <cstdint>
#include <limits>
#include <utility>
#include <vector>

namespace sj = spikingjet;

TEST_CASE("a buffer that does not fit is empty, and holds nothing of the budget") {
  sj::HostDevice<sj::Sequential> device(sj::MemoryBudget(1000));
  sj::DeviceBuffer<std::uint64_t, sj::HostDevice<sj::Sequential>> buffer(device);
  buffer.resize(100);
  CHECK(device.memory().used() == 800);
  try {
    buffer.resize(126);
    FAIL("it should not fit");
  } catch (const sj::DeviceMemoryShort& error) {
    CHECK(error.wanted == 1008);
  }
  CHECK(buffer.size() == 0);
  CHECK(device.memory().used() == 0);
  CHECK_THROWS_AS(buffer.resize(std::numeric_limits<std::size_t>::max() / 2), sj::DeviceMemoryShort);
}

TEST_CASE("a buffer that shrinks keeps its memory and its first values") {
  sj::HostDevice<sj::Sequential> device;
  sj::DeviceBuffer<float, sj::HostDevice<sj::Sequential>> buffer(device);
  buffer.assign(std::vector<float>{1, 2, 3});
  buffer.shrink(2);
  CHECK(values_of(buffer) == std::vector<float>{1, 2});
  CHECK(device.memory().used() == 12);
  auto moved = std::move(buffer);
  CHECK(moved.at(1) == 2);
  moved.release();
  CHECK(device.memory().used() == 0);
}

TEST_CASE("a staging buffer keeps what was appended as it grows") {
  sj::HostDevice<sj::Sequential> device;
  sj::StagingBuffer<std::uint32_t, sj::HostDevice<sj::Sequential>> buffer(device);
  for (std::uint32_t i = 0; i < 5000; ++i) buffer.append(i);
  REQUIRE(buffer.size() == 5000);
  bool equal = true;
  for (std::uint32_t i = 0; i < 5000; ++i) equal = equal && buffer.data()[i] == i;
  CHECK(equal);
  buffer.clear();
  CHECK(buffer.size() == 0);
}
