// SPDX-License-Identifier: MIT
#include "fuzz.hpp"

#include <spikingjet/io/aedat.hpp>
#include <spikingjet/io/gesture.hpp>

using namespace spikingjet;

SPIKINGJET_FUZZ(bytes) {
  read_or_refuse([&] {
    MemorySource source(bytes);
    const std::vector<Event> events = read_aedat(source, gesture_sensor);
    require(events.size() <= bytes.size() / 8);
    to_frames(denoise(events_between(events, 5, 1000000), 1000, gesture_sensor), gesture_sensor, 3, 4);
    to_frames(events, gesture_sensor, 3, 4);
  });
}
