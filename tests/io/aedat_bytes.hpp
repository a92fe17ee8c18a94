// SPDX-License-Identifier: MIT
#pragma once

#include "io/fixture.hpp"

#include <spikingjet/io/events.hpp>

inline const std::string aedat_text = "#!AER-DAT3.1\r\n#Format: RAW\r\n#Source 1: DVS128\r\n#!END-HEADER\r\n";

inline std::string packet_header(std::uint32_t type, std::uint32_t size, std::uint32_t ts_offset,
                                 std::uint32_t overflow, std::uint32_t capacity, std::uint32_t number,
                                 std::uint32_t valid) {
  return little_endian(type, 2) + little_endian(1, 2) + little_endian(size, 4) + little_endian(ts_offset, 4) +
         little_endian(overflow, 4) + little_endian(capacity, 4) + little_endian(number, 4) + little_endian(valid, 4);
}

/// A packet of valid polarity events of AEDAT 3.1; times modulo 2^31.
inline std::string aedat_packet(const std::vector<spikingjet::Event>& events, std::uint32_t overflow = 0) {
  const auto count = static_cast<std::uint32_t>(events.size());
  std::string bytes = packet_header(1, 8, 4, overflow, count, count, count);
  for (const spikingjet::Event& event : events) {
    const std::uint32_t data =
        std::uint32_t(event.x) << 17 | std::uint32_t(event.y) << 2 | std::uint32_t(event.polarity) << 1 | 1u;
    bytes += little_endian(data, 4) + little_endian(static_cast<std::uint64_t>(event.time) & 0x7fffffffu, 4);
  }
  return bytes;
}
