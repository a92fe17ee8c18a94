// SPDX-License-Identifier: MIT
// What follows on the HDF5 library: times and units of a sample.
#include "fuzz.hpp"

#include <spikingjet/io/shd.hpp>

#include <vector>

using namespace spikingjet;

SPIKINGJET_FUZZ(bytes) {
  std::vector<double> times;
  std::vector<double> units;
  for (std::span<const std::byte> rest = bytes; rest.size() >= 4;
       rest = rest.subspan(std::min<std::size_t>(rest.size(), 6))) {
    float time = 0;
    std::memcpy(&time, rest.data(), 4);
    times.push_back(double(time));
    std::int16_t unit = 0;
    if (rest.size() >= 6) {
      std::memcpy(&unit, &rest[4], 2);
      units.push_back(double(unit) / 2);
    }
  }
  read_or_refuse([&] {
    const double us = bytes.size() % 2 == 0 ? 1e6 : 1.0;
    const std::vector<Event> events = shd_events(times, units, {"fuzz.h5", "sample[0]"}, us);
    require(events.size() == times.size());
    to_frames(events, {1, 1, shd_sensor[0]}, 10);
  });
}
