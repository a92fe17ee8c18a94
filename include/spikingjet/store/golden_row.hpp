// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/bits.hpp>
#include <spikingjet/store/errors.hpp>
#include <spikingjet/store/rows.hpp>
#include <spikingjet/store/sqlite.hpp>

#include <fmt/format.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace spikingjet::detail {

/// A readout as it is stored: float32, little endian.
inline void put_readout(std::span<const float> readout, std::vector<std::byte>& bytes) {
  bytes.clear();
  for (const float value : readout)
    for (unsigned shift = 0; shift < 32; shift += 8) bytes.push_back(std::byte(to_word(value) >> shift & 0xff));
}

/// The sample of a row of `sample, label, predicted, readout`.
///
/// **Errors** `DamagedStore`.
inline GoldenSample golden_of(const sqlite::Statement& rows, const std::string& path) {
  const std::span<const std::byte> bytes = rows.bytes(3);
  if (bytes.size() % 4 != 0) throw DamagedStore(path, fmt::format("golden sample {}", rows.integer(0)));
  GoldenSample golden{std::uint64_t(rows.integer(0)),
                      rows.null(1) ? std::nullopt : std::optional(std::uint32_t(rows.integer(1))),
                      std::uint32_t(rows.integer(2)),
                      {}};
  for (std::size_t i = 0; i < bytes.size(); i += 4)
    golden.readout.push_back(to_float(std::uint32_t(bytes[i]) | std::uint32_t(bytes[i + 1]) << 8 |
                                      std::uint32_t(bytes[i + 2]) << 16 | std::uint32_t(bytes[i + 3]) << 24));
  return golden;
}

}  // namespace spikingjet::detail
