// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/error.hpp>
#include <spikingjet/outcome/injection_bytes.hpp>
#include <spikingjet/store/fault_row.hpp>
#include <spikingjet/store/rows.hpp>
#include <spikingjet/store/sqlite.hpp>

#include <fmt/format.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

namespace spikingjet::detail {

/// Refuses a list that is not one entry for each fault.
inline void require_as_many(const char* what, std::size_t given, std::size_t faults) {
  if (given == faults) return;
  throw Misuse(fmt::format("spikingjet: 'Store::append_block' was given {} {} for {} faults; give one for each fault",
                           given, what, faults));
}

/// Refuses encoded rows that are not of the block's faults, one chunk behind the other.
inline void require_chunks_of(const BlockRows& block) {
  std::uint64_t next = block.first;
  for (const InjectionChunk& chunk : block.injections) {
    if (chunk.first != next || chunk.faults == 0) break;
    next += chunk.faults;
  }
  if (next != block.first + block.faults.size())
    throw Misuse(fmt::format(
        "spikingjet: 'Store::append_block' was given injections of other faults than {} to {}; give chunks that "
        "follow each other, of all faults of the block",
        block.first, block.first + block.faults.size() - 1));
}

/// Refuses a block whose lists are not of its faults.
inline void require_complete(const BlockRows& block) {
  const std::size_t faults = block.faults.size();
  require_as_many("records", block.records.size(), faults);
  if (!block.draws.empty()) require_as_many("draws", block.draws.size(), faults);
  if (!block.injections.empty()) require_chunks_of(block);
  for (const OwnCounts& counts : block.own) require_as_many("hits", counts.hits.size(), faults);
}

/// Adds the rows of a block, which is complete, to the tables `blocks`, `tallies`, `outcomes`, `injections` and
/// `own_outcomes`.
inline void insert_block(const sqlite::Database& database, const BlockRows& block) {
  const std::size_t faults = block.faults.size();
  sqlite::Statement(database, "INSERT INTO blocks VALUES (?, ?, ?)").run(block.first, faults, block.seconds);
  sqlite::Statement tally(
      database, "INSERT INTO tallies VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET count = count + excluded.count");
  for (const Tally& t : block.tallies) tally.run(block.first, t.name, t.count);
  sqlite::Statement outcome(database, std::string(insert_into_outcomes));
  for (std::size_t i = 0; i < faults; ++i)
    insert_fault(outcome, block.first + i, block.faults[i], block.records[i],
                 block.draws.empty() ? std::nullopt : std::optional(block.draws[i]));
  sqlite::Statement injections(database, "INSERT INTO injections VALUES (?, ?, ?)");
  for (const InjectionChunk& chunk : block.injections)
    injections.run(chunk.first, chunk.faults, std::span<const std::byte>(chunk.rows));
  sqlite::Statement own(database, "INSERT INTO own_outcomes VALUES (?, ?, ?)");
  for (const OwnCounts& counts : block.own)
    for (std::size_t i = 0; i < faults; ++i)
      if (counts.hits[i] > 0) own.run(block.first + i, counts.name, counts.hits[i]);
}

}  // namespace spikingjet::detail
