// SPDX-License-Identifier: MIT
#include <spikingjet/engine/device/times.hpp>

#include "catch.hpp"

#include <cstddef>
#include <set>
#include <string_view>

namespace sj = spikingjet;

TEST_CASE("each phase of a device has a time and a name of its own, and times of several devices add up") {
  sj::DeviceTimes one;
  sj::DeviceTimes other;
  std::set<std::string_view> names;
  double total = 0;
  for (std::size_t p = 0; p < sj::device_phase_count; ++p) {
    const auto phase = sj::DevicePhase(p);
    one.add(phase, 1.0 + double(p));
    one.add(phase, 0.5);
    other.add(phase, 10.0);
    CHECK(one[phase] == 1.5 + double(p));
    names.insert(sj::device_phase_name(phase));
    total += 1.5 + double(p);
  }
  CHECK(names.size() == sj::device_phase_count);
  CHECK(one.total() == total);
  one += other;
  CHECK(one.total() == total + 10.0 * double(sj::device_phase_count));
  CHECK(one[sj::DevicePhase::copies] == 12.5);
  CHECK(sj::DeviceTimes().total() == 0);
}
