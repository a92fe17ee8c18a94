// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/compiled.hpp>
#include <spikingjet/fault/fault.hpp>
#include <spikingjet/model/quantity.hpp>
#include <spikingjet/outcome/injection_bytes.hpp>
#include <spikingjet/outcome/record.hpp>
#include <spikingjet/store/block_rows.hpp>
#include <spikingjet/store/errors.hpp>
#include <spikingjet/store/fault_row.hpp>
#include <spikingjet/store/golden_row.hpp>
#include <spikingjet/store/manifest.hpp>
#include <spikingjet/store/quantity_row.hpp>
#include <spikingjet/store/rows.hpp>
#include <spikingjet/store/schema.hpp>
#include <spikingjet/store/space_rows.hpp>
#include <spikingjet/store/sqlite.hpp>
#include <spikingjet/store/store.hpp>
#include <spikingjet/store/store_file.hpp>
#include <spikingjet/store/stored_text.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

namespace spikingjet {

SPIKINGJET_INLINE Store Store::create(const std::string& path, const Manifest& manifest,
                                      std::span<const Quantity> quantities, const StoredSpace& space,
                                      sqlite::Patience patience) {
  detail::require_fitting(space, quantities.size());
  detail::require_free_name(path);
  const bool made = detail::make_file(path);
  if (!made && !empty(path, patience)) refuse(path, manifest, patience);
  try {
    return Store(path, manifest, quantities, space, patience);
  } catch (const Taken&) {
    refuse(path, manifest, patience);
  } catch (...) {
    std::error_code ignored;
    if (made) std::filesystem::remove(path, ignored);
    throw;
  }
}

SPIKINGJET_INLINE Store Store::create(const std::string& path, const Manifest& manifest,
                                      std::span<const Quantity> quantities, std::span<const std::uint64_t> population,
                                      sqlite::Patience patience) {
  return create(path, manifest, quantities, StoredSpace{.population = {population.begin(), population.end()}},
                std::move(patience));
}

SPIKINGJET_INLINE std::vector<StoredWay> Store::ways() const {
  if (layout_ < 2) return {};
  return detail::read_ways(database_, path_, quantities_.size(), strata().size());
}

SPIKINGJET_INLINE void Store::inform(const std::string& key, const std::string& value) {
  for (const Manifest::Entry& entry : manifest_.entries())
    if (entry.key == key && entry.identity) return;
  sqlite::Statement(database_,
                    "INSERT INTO manifest (key, value, identity) VALUES (?, ?, 0) "
                    "ON CONFLICT (key) DO UPDATE SET value = excluded.value")
      .run(key, value);
  manifest_.inform(key, value);
}

SPIKINGJET_INLINE void Store::append_golden(std::span<const GoldenSample> samples) {
  sqlite::Transaction transaction(database_);
  sqlite::Statement insert(database_, "INSERT INTO golden VALUES (?, ?, ?, ?)");
  std::vector<std::byte> readout;
  for (const GoldenSample& golden : samples) {
    detail::put_readout(golden.readout, readout);
    insert.run(golden.sample, golden.label, golden.predicted, std::span<const std::byte>(readout));
  }
  transaction.commit();
}

SPIKINGJET_INLINE void Store::append_block(const BlockRows& block) {
  detail::require_complete(block);
  const std::size_t faults = block.faults.size();
  if (faults == 0) return;
  try {
    sqlite::Transaction transaction(database_);
    detail::insert_block(database_, block);
    transaction.commit();
  } catch (const sqlite::DatabaseFailure& failure) {
    if (failure.code == SQLITE_CONSTRAINT_PRIMARYKEY || failure.code == SQLITE_CONSTRAINT_ROWID)
      throw FaultStoredTwice(path_, block.first, faults);
    if (dynamic_cast<const sqlite::DiskFull*>(&failure)) throw_full(failure);
    throw;
  }
}

SPIKINGJET_INLINE void Store::append_block(std::uint64_t first, std::span<const Fault> faults,
                                           std::span<const FaultRecord> records, double seconds,
                                           std::span<const Tally> tallies) {
  append_block({.first = first, .faults = faults, .records = records, .seconds = seconds, .tallies = tallies});
}

SPIKINGJET_INLINE std::uint64_t Store::faults() const {
  sqlite::Statement count(database_, "SELECT count(*) FROM outcomes");
  count.next();
  return std::uint64_t(count.integer(0));
}

SPIKINGJET_INLINE std::optional<StoredFault> Store::find(std::uint64_t id) const {
  std::vector<StoredFault> page;
  read_page(std::int64_t(id - 1), page, 1);
  return page.empty() || page.front().id != id ? std::nullopt : std::optional(page.front());
}

SPIKINGJET_INLINE std::vector<FinishedBlock> Store::blocks() const {
  std::vector<FinishedBlock> blocks;
  for (sqlite::Statement rows(database_, "SELECT first, count, seconds FROM blocks ORDER BY first"); rows.next();)
    blocks.push_back({std::uint64_t(rows.integer(0)), std::uint64_t(rows.integer(1)), rows.real(2)});
  return blocks;
}

SPIKINGJET_INLINE std::vector<Tally> Store::tallies() const {
  std::vector<Tally> tallies;
  double total = 0;
  double injections = 0;
  for (sqlite::Statement rows(
           database_,
           "SELECT name, sum(count), min(count), total(count), (SELECT total(samples) FROM outcomes) "
           "FROM tallies GROUP BY name ORDER BY name");  // one statement: a campaign may go on beside it
       rows.next();) {
    if (!detail::is_plain_text(rows.text(0))) throw DamagedStore(path_, "a tally has a name that no engine gives");
    if (rows.integer(2) < 0) throw DamagedStore(path_, fmt::format("the tally of '{}'", rows.text(0)));
    tallies.push_back({std::string(rows.text(0)), std::uint64_t(rows.integer(1))});
    total += rows.real(3);
    injections = rows.real(4);
  }
  if (total != injections)
    throw DamagedStore(path_, fmt::format("its tallies add up to {:.0f} for {:.0f} injections", total, injections));
  return tallies;
}

SPIKINGJET_INLINE Store::Store(const std::string& path, const Manifest& manifest, std::span<const Quantity> quantities,
                               const StoredSpace& space, sqlite::Patience patience)
    : path_(path), database_(detail::absolute_path(path), std::move(patience)), manifest_(manifest) {
  sqlite::Transaction transaction(database_);
  if (sqlite::Statement(database_, "SELECT 1 FROM sqlite_master").next()) throw Taken{};
  database_.execute(
      fmt::format("PRAGMA application_id = {}; PRAGMA user_version = {};", application_id, schema_version));
  database_.execute(std::string(schema));
  sqlite::Statement entry(database_, "INSERT INTO manifest (key, value, identity) VALUES (?, ?, ?)");
  for (const Manifest::Entry& e : manifest.entries()) entry.run(e.key, e.value, e.identity);
  sqlite::Statement row(database_, "INSERT INTO quantities VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
  for (std::size_t i = 0; i < quantities.size(); ++i) {
    quantities_.push_back(detail::stored_quantity(
        quantities[i], space.population.empty() ? std::nullopt : std::optional(space.population[i])));
    detail::insert_quantity(row, i, quantities_.back());
  }
  detail::insert_space(database_, space);
  transaction.commit();
}

SPIKINGJET_INLINE Store::Store(const std::string& path, sqlite::Patience patience)
    : path_(path), database_(detail::open_store(path, std::move(patience))) {
  layout_ = detail::pragma_value(database_, "user_version");
  std::size_t entries = 0;
  for (sqlite::Statement rows(database_, "SELECT key, value, identity FROM manifest ORDER BY id"); rows.next();) {
    if (++entries > detail::most_entries)
      throw DamagedStore(path_, fmt::format("its manifest has more than {} entries", detail::most_entries));
    std::string key(rows.text(0));
    std::string value(rows.text(1));
    if (rows.integer(2)) {
      manifest_.identify(std::move(key), std::move(value));
    } else {
      manifest_.inform(std::move(key), std::move(value));
    }
  }
  for (sqlite::Statement rows(database_,
                              "SELECT id, layer, field, role, storage, shape, layer_index, population "
                              "FROM quantities ORDER BY id");
       rows.next();)
    quantities_.push_back(detail::quantity_of(rows, quantities_.size(), path_));
}

SPIKINGJET_INLINE bool Store::empty(const std::string& path, const sqlite::Patience& patience) {
  try {
    Store(path, patience);
  } catch (const EmptyStore&) {
    return true;
  }
  return false;
}

SPIKINGJET_INLINE void Store::refuse(const std::string& path, const Manifest& manifest,
                                     const sqlite::Patience& patience) {
  const Store existing = open(path, patience);
  if (const auto difference = manifest.difference(existing.manifest())) throw StoreOfAnotherCampaign(path, *difference);
  const auto told = [](const Manifest& of, std::string_view key) { return of.find(key).value_or(""); };
  std::string otherwise;
  if (const std::string rule(told(existing.manifest(), "until")); rule != told(manifest, "until"))
    otherwise = rule.empty() ? "without a rule that ends it" : "until '" + printable(rule) + "'";
  else if (told(existing.manifest(), "outcomes") != told(manifest, "outcomes"))
    otherwise = told(manifest, "outcomes").empty() ? "with '--outcomes'" : "without '--outcomes'";
  throw StoreExists(path, existing.faults(), otherwise);
}

SPIKINGJET_INLINE void Store::throw_full(const sqlite::DatabaseFailure& failure) const {
  const std::uint64_t kept = faults();
  if (kept == 0) throw sqlite::DiskFull(failure.what(), failure.path, failure.code);
  throw sqlite::DiskFull(
      fmt::format("spikingjet: no space is left for '{}'; the {} faults finished before are kept and can be "
                  "analysed; free some space and give another path",
                  path_, kept),
      failure.path, failure.code);
}

SPIKINGJET_INLINE bool Store::read_page(std::int64_t after, std::vector<StoredFault>& page, std::int64_t most) const {
  page.clear();
  sqlite::Statement rows(database_, detail::select_faults(layout_));
  for (rows.bind(after, most); rows.next();) page.push_back(detail::fault_of(rows, path_, quantities_, texts_));
  return advances(after, page.empty() ? after : std::int64_t(page.back().id));
}

SPIKINGJET_INLINE bool Store::read_page(std::int64_t after, std::vector<GoldenSample>& page) const {
  page.clear();
  sqlite::Statement rows(database_,
                         "SELECT sample, label, predicted, readout FROM golden WHERE sample > ? ORDER BY sample "
                         "LIMIT ?");
  for (rows.bind(after, page_rows); rows.next();) page.push_back(detail::golden_of(rows, path_));
  return advances(after, page.empty() ? after : std::int64_t(page.back().sample));
}

SPIKINGJET_INLINE void Store::read_records(const InjectionChunk& chunk, std::vector<FaultRecord>& records) const {
  records.clear();
  std::vector<StoredFault> page;
  for (std::uint64_t next = chunk.first; records.size() < chunk.faults; next = page.back().id + 1) {
    const std::uint64_t wanted = std::min<std::uint64_t>(page_rows, chunk.faults - records.size());
    if (!read_page(std::int64_t(next) - 1, page, std::int64_t(wanted)) || page.size() < wanted ||
        page.back().id != next + wanted - 1)
      throw DamagedStore(path_, fmt::format("it has injections of faults {} to {}, but not all of these faults",
                                            chunk.first, chunk.first + chunk.faults - 1));
    for (const StoredFault& fault : page) records.push_back(fault.record);
  }
}

}  // namespace spikingjet
