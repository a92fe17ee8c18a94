// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/error.hpp>
#include <spikingjet/fault/fault.hpp>
#include <spikingjet/store/errors.hpp>
#include <spikingjet/store/rows.hpp>
#include <spikingjet/store/schema.hpp>
#include <spikingjet/store/sqlite.hpp>
#include <spikingjet/store/stored_text.hpp>

#include <fmt/format.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace spikingjet::detail {

/// Refuses what does not fit to so many quantities.
inline void require_fitting(const StoredSpace& space, std::size_t quantities) {
  if (!space.population.empty() && space.population.size() != quantities)
    throw Misuse(
        fmt::format("spikingjet: 'Store::create' was given {} populations for {} quantities; give one for "
                    "each, or none",
                    space.population.size(), quantities));
  for (const StoredWay& way : space.ways)
    if (way.quantity >= quantities || (way.stratum && *way.stratum >= space.strata.size()))
      throw Misuse(
          fmt::format("spikingjet: 'Store::create' was given a way of quantity {} and stratum {}, but there are {} "
                      "quantities and {} strata",
                      way.quantity, way.stratum.value_or(0), quantities, space.strata.size()));
}

/// Fills the tables `strata` and `space`.
inline void insert_space(const sqlite::Database& database, const StoredSpace& space) {
  sqlite::Statement stratum(database, "INSERT INTO strata VALUES (?, ?, ?, ?, ?)");
  for (std::size_t h = 0; h < space.strata.size(); ++h) {
    const StoredStratum& s = space.strata[h];
    stratum.run(h, s.name, s.population, s.drawn, s.p);
  }
  sqlite::Statement way(database, "INSERT INTO space VALUES (?, ?, ?, ?, ?)");
  for (const StoredWay& w : space.ways)
    way.run(w.quantity, w.bit == Fault::no_bit ? std::nullopt : std::optional(std::uint64_t(w.bit)), w.type,
            w.population, w.stratum);
}

/// The rows of `strata`.
///
/// **Errors** `DamagedStore`.
inline std::vector<StoredStratum> read_strata(const sqlite::Database& database, const std::string& path) {
  std::vector<StoredStratum> strata;
  for (sqlite::Statement rows(database, "SELECT id, name, population, drawn, p FROM strata ORDER BY id");
       rows.next();) {
    StoredStratum stratum{std::string(rows.text(1)), std::uint64_t(rows.integer(2)), std::uint64_t(rows.integer(3)),
                          rows.real(4)};
    if (rows.integer(0) != std::int64_t(strata.size()) || !is_plain_text(stratum.name) || rows.integer(2) < 0 ||
        stratum.drawn > stratum.population || !(stratum.p >= 0 && stratum.p <= 1))
      throw DamagedStore(path, fmt::format("stratum {}", rows.integer(0)));
    if (strata.size() == most_entries)
      throw DamagedStore(path, fmt::format("it has more than {} strata", most_entries));
    strata.push_back(std::move(stratum));
  }
  return strata;
}

/// The rows of `space`: ways in which faults of so many strata strike so many quantities.
///
/// **Errors** `DamagedStore`.
inline std::vector<StoredWay> read_ways(const sqlite::Database& database, const std::string& path,
                                        std::size_t quantity_count, std::size_t strata_count) {
  std::vector<StoredWay> ways;
  for (sqlite::Statement rows(database, "SELECT quantity, bit, type, population, stratum FROM space ORDER BY rowid");
       rows.next();) {
    StoredWay way{std::uint32_t(rows.integer(0)), rows.null(1) ? Fault::no_bit : std::int32_t(rows.integer(1)),
                  std::string(rows.text(2)), std::uint64_t(rows.integer(3)),
                  rows.null(4) ? std::nullopt : std::optional(std::uint32_t(rows.integer(4)))};
    const bool sound = rows.integer(0) >= 0 && std::uint64_t(rows.integer(0)) < quantity_count &&
                       is_plain_text(way.type) && rows.integer(3) >= 0 &&
                       (!way.stratum || std::uint64_t(rows.integer(4)) < strata_count);
    if (!sound || ways.size() == 100 * most_entries)
      throw DamagedStore(path, fmt::format("its table 'space' in row {}", ways.size() + 1));
    ways.push_back(std::move(way));
  }
  return ways;
}

}  // namespace spikingjet::detail
