// SPDX-License-Identifier: MIT
#include <spikingjet/core/device/algorithms.hpp>
#include <spikingjet/core/device/buffer.hpp>
#include <spikingjet/core/device/host.hpp>

#include "catch.hpp"
#include "core/device/values_of.hpp"

#include <cstddef>
#include <cstdint>
#include <random>
#include <vector>

namespace sj = spikingjet;

namespace {

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
