// SPDX-License-Identifier: MIT
#include "fuzz.hpp"

#include <spikingjet/io/gesture.hpp>

#include <memory>

using namespace spikingjet;

SPIKINGJET_FUZZ(bytes) {
  read_or_refuse([&] {
    NpyReader reader(std::make_unique<MemorySource>(bytes));
    const std::vector<Event> events = read_gesture_events(reader);
    require(!events.empty());
    to_frames(events, gesture_sensor, 3, 4);
  });
}
