// SPDX-License-Identifier: MIT
#include <spikingjet/core/device/device.hpp>
#include <spikingjet/core/device/host.hpp>

#include "catch.hpp"

#include <cstddef>
#include <cstdint>
#include <limits>
#include <random>
#include <vector>

namespace sj = spikingjet;

namespace {

template <class Device, class T>
std::vector<T> values_of(const sj::DeviceBuffer<T, Device>& buffer) {
  std::vector<T> values(buffer.size());
  buffer.fetch(values.data(), 0, values.size());
  return values;
}

struct IsChosen {
  const std::uint32_t* word;
  bool operator()(std::size_t i) const { return word[i] % 3 == 0; }
};

template <class Order>
void require_algorithms() {
  sj::HostDevice<Order> device;
  std::mt19937 random(7);
  for (const std::size_t size : {0, 1, 2, 33, 1000, 100'000}) {
    INFO(size << " values");
    std::vector<std::uint32_t> words(size);
    std::vector<std::uint64_t> counts(size);
    std::vector<std::uint64_t> chosen;
    for (std::size_t i = 0; i < size; ++i) {
      words[i] = static_cast<std::uint32_t>(random());
      counts[i] = random() % 5;
      if (words[i] % 3 == 0) chosen.push_back(i);
    }
    sj::DeviceBuffer<std::uint32_t, sj::HostDevice<Order>> on_device(device);
    on_device.assign(words);
    sj::DeviceSelection<sj::HostDevice<Order>> selection(device);
    sj::DeviceBuffer<std::uint64_t, sj::HostDevice<Order>> found(device);
    CHECK(selection.count(size, IsChosen{on_device.data()}) == chosen.size());
    selection.select(size, IsChosen{on_device.data()}, found);
    CHECK(values_of(found) == chosen);

    std::vector<std::uint64_t> offsets;
    std::uint64_t sum = 0;
    for (const std::uint64_t count : counts) {
      offsets.push_back(sum);
      sum += count;
    }
    sj::DeviceBuffer<std::uint64_t, sj::HostDevice<Order>> scanned(device);
    scanned.assign(counts);
    CHECK(sj::device_offsets(device, scanned) == sum);
    CHECK(values_of(scanned) == offsets);
  }
}

}  // namespace

TEST_CASE("indices are chosen, and offsets made, as by a loop") {
  require_algorithms<sj::Sequential>();
  require_algorithms<sj::Threaded>();
}

TEST_CASE("a budget of memory is never exceeded") {
  sj::MemoryBudget budget(100);
  budget.take(60);
  CHECK_THROWS_AS(budget.take(41), sj::DeviceMemoryShort);
  budget.take(40);
  CHECK(budget.left() == 0);
  budget.give_back(60);
  CHECK(budget.used() == 40);
  CHECK(budget.peak() == 100);
  CHECK_NOTHROW(sj::MemoryBudget().take(std::numeric_limits<std::size_t>::max()));
}

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
