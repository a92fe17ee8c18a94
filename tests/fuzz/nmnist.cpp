// SPDX-License-Identifier: MIT
#include "fuzz.hpp"

#include <spikingjet/io/nmnist.hpp>

using namespace spikingjet;

SPIKINGJET_FUZZ(bytes) {
  read_or_refuse([&] {
    MemorySource source(bytes);
    const std::vector<Event> events = read_nmnist(source);
    to_frames(denoise(events, 10000, nmnist_sensor), nmnist_sensor, 10, 2);
  });
}
