// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/fault/fault.hpp>
#include <spikingjet/model/quantity.hpp>
#include <spikingjet/outcome/injection_bytes.hpp>
#include <spikingjet/outcome/injection_outcome.hpp>
#include <spikingjet/outcome/record.hpp>
#include <spikingjet/store/block_rows.hpp>
#include <spikingjet/store/errors.hpp>
#include <spikingjet/store/fault_row.hpp>
#include <spikingjet/store/golden_row.hpp>
#include <spikingjet/store/injection_reader.hpp>
#include <spikingjet/store/manifest.hpp>
#include <spikingjet/store/quantity_row.hpp>
#include <spikingjet/store/rows.hpp>
#include <spikingjet/store/schema.hpp>
#include <spikingjet/store/space_rows.hpp>
#include <spikingjet/store/sqlite.hpp>
#include <spikingjet/store/store_file.hpp>
#include <spikingjet/store/stored_text.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
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

/// One campaign in one SQLite file: its manifest, its golden run, and one row for each fault that is finished.
///
/// A campaign writes fault block by fault block, each in one transaction: whatever ends the process, the blocks that
/// `append_block` returned from are there. Analysis opens the file and reads it as a stream, also while the campaign
/// still writes. Python, R and the sqlite3 shell read it as well: the view `results` has the names joined.
///
/// **Laws** an existing file that holds anything is never overwritten; what is read equals what was stored, bit by bit.
/// **Errors** `StoreExists`, `StoreOfAnotherCampaign`, `NotAStore`, `EmptyStore`, `ReservedStoreName`,
/// `StoreVersionMismatch`, `StoreMissing`, `DamagedStore`, and the failures of sqlite.hpp.
/// **Cost** about 2.5 us and 60 bytes a fault; memory for one page of rows.
class Store {
 public:
  /// Faults that are read at once.
  static constexpr std::int64_t page_rows = 4096;

  /// The mark of our files among all SQLite files: "SJET".
  static constexpr std::int64_t application_id = store_application_id;

  /// The layout that is written, and the last of those that are read.
  static constexpr std::int64_t schema_version = store_schema_version;

  /// The tables.
  static constexpr std::string_view schema = store_schema;

  /// Makes the file of a new campaign.
  ///
  /// `space` is what is known of the fault space; empty where that is nothing.
  ///
  /// **Shapes** space.population: (quantities) or empty.
  /// **Errors** a file that exists and is not empty is refused by what it is; a path that cannot be written is a
  /// `NotWritable`, one that SQLite keeps for itself a `ReservedStoreName`.
  static Store create(const std::string& path, const Manifest& manifest, std::span<const Quantity> quantities,
                      const StoredSpace& space = {}, sqlite::Patience patience = without_end()) {
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

  /// The same where nothing but the faults that strike each quantity are known.
  static Store create(const std::string& path, const Manifest& manifest, std::span<const Quantity> quantities,
                      std::span<const std::uint64_t> population, sqlite::Patience patience = without_end()) {
    return create(path, manifest, quantities, StoredSpace{.population = {population.begin(), population.end()}},
                  std::move(patience));
  }

  /// Opens a campaign to read it.
  static Store open(const std::string& path, sqlite::Patience patience = sqlite::at_most(std::chrono::seconds(30))) {
    detail::require_free_name(path);
    return Store(path, std::move(patience));
  }

  /// Waits for other processes as long as it takes.
  static sqlite::Patience without_end() {
    return [](std::chrono::milliseconds) { return true; };
  }

  /// Whether SQLite takes a file of this name for a part of another database.
  static bool reserved_name(std::string_view path) { return detail::is_reserved_name(path); }

  const std::string& path() const { return path_; }
  const Manifest& manifest() const { return manifest_; }
  const std::vector<StoredQuantity>& quantities() const { return quantities_; }

  /// The layout of the file.
  std::int64_t layout() const { return layout_; }

  /// The strata that the faults were drawn from; empty where they were not drawn, or nobody noted it.
  std::vector<StoredStratum> strata() const {
    return layout_ < 2 ? std::vector<StoredStratum>{} : detail::read_strata(database_, path_);
  }

  /// In which ways the fault space strikes its quantities; empty where nobody noted it.
  std::vector<StoredWay> ways() const {
    if (layout_ < 2) return {};
    return detail::read_ways(database_, path_, quantities_.size(), strata().size());
  }

  /// Notes what is known of the campaign only when it ends; a later value replaces an earlier one.
  ///
  /// A key of the campaign's identity stays as it is.
  void inform(const std::string& key, const std::string& value) {
    for (const Manifest::Entry& entry : manifest_.entries())
      if (entry.key == key && entry.identity) return;
    sqlite::Statement(database_,
                      "INSERT INTO manifest (key, value, identity) VALUES (?, ?, 0) "
                      "ON CONFLICT (key) DO UPDATE SET value = excluded.value")
        .run(key, value);
    manifest_.inform(key, value);
  }

  /// Adds samples of the golden run, in one transaction.
  void append_golden(std::span<const GoldenSample> samples) {
    sqlite::Transaction transaction(database_);
    sqlite::Statement insert(database_, "INSERT INTO golden VALUES (?, ?, ?, ?)");
    std::vector<std::byte> readout;
    for (const GoldenSample& golden : samples) {
      detail::put_readout(golden.readout, readout);
      insert.run(golden.sample, golden.label, golden.predicted, std::span<const std::byte>(readout));
    }
    transaction.commit();
  }

  /// Adds consecutive faults with what became of them, in one transaction.
  ///
  /// **Laws** when it returns, the block survives whatever happens to the process; when it throws, none of it is there
  /// and all earlier blocks are.
  /// **Errors** `FaultStoredTwice`; `DiskFull`, after which the call can be repeated; `Misuse` for lists of other
  /// lengths than `faults`.
  void append_block(const BlockRows& block) {
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

  /// The same for faults of which nothing else is known.
  void append_block(std::uint64_t first, std::span<const Fault> faults, std::span<const FaultRecord> records,
                    double seconds = 0, std::span<const Tally> tallies = {}) {
    append_block({.first = first, .faults = faults, .records = records, .seconds = seconds, .tallies = tallies});
  }

  /// Number of finished faults.
  std::uint64_t faults() const {
    sqlite::Statement count(database_, "SELECT count(*) FROM outcomes");
    count.next();
    return std::uint64_t(count.integer(0));
  }

  /// The finished fault with this id, if there is one.
  std::optional<StoredFault> find(std::uint64_t id) const {
    std::vector<StoredFault> page;
    read_page(std::int64_t(id - 1), page, 1);
    return page.empty() || page.front().id != id ? std::nullopt : std::optional(page.front());
  }

  /// The finished blocks, by their first fault.
  std::vector<FinishedBlock> blocks() const {
    std::vector<FinishedBlock> blocks;
    for (sqlite::Statement rows(database_, "SELECT first, count, seconds FROM blocks ORDER BY first"); rows.next();)
      blocks.push_back({std::uint64_t(rows.integer(0)), std::uint64_t(rows.integer(1)), rows.real(2)});
    return blocks;
  }

  /// How the injections of all finished blocks were decided, by name; empty where nobody noted it.
  ///
  /// **Errors** `DamagedStore` where they are not the injections of the outcomes.
  std::vector<Tally> tallies() const {
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

  /// The finished faults with ids from `first` on, at most so many.
  std::vector<StoredFault> faults_from(std::uint64_t first, std::int64_t most = page_rows) const {
    std::vector<StoredFault> page;
    read_page(std::int64_t(first) - 1, page, most);
    return page;
  }

  /// Calls `callback(const StoredFault&)` for each finished fault, by id.
  ///
  /// No lock is held during the calls: a campaign that writes the same file is never held up.
  template <class Callback>
  void for_each(Callback&& callback) const {
    std::vector<StoredFault> page;
    for (std::int64_t after = -1; read_page(after, page); after = std::int64_t(page.back().id))
      for (const StoredFault& fault : page) callback(fault);
  }

  /// Whether the outcomes of single injections were kept, of some fault at least.
  bool has_injections() const {
    return layout_ >= 2 && sqlite::Statement(database_, "SELECT 1 FROM injections LIMIT 1").next();
  }

  /// Calls `callback(std::uint64_t fault, std::span<const InjectionOutcome> row)` for each finished fault, by id: `row`
  /// is the injections that are not masked, ascending in sample, valid during the call. Nothing is called where
  /// outcomes of injections were not kept. Samples count on where a campaign repeats those of the golden run.
  ///
  /// No lock is held during the calls.
  ///
  /// **Errors** `DamagedStore`, also where rows are not those that `outcomes` counts, or lack for a fault.
  /// **Cost** memory for the rows of a few thousand faults, encoded, and one decoded.
  template <class Callback>
  void for_each_injections(Callback&& callback) const {
    if (!has_injections()) return;
    const std::uint64_t finished = faults();
    const detail::InjectionReader injections(database_, path_);
    const std::vector<std::uint32_t> golden = injections.golden_classes();
    const std::uint64_t classes = injections.class_count();
    std::uint64_t told = 0;
    std::vector<FaultRecord> records;
    InjectionChunk chunk;
    for (std::int64_t after = -1; injections.read_chunk(after, chunk);
         after = std::int64_t(chunk.first + chunk.faults - 1)) {
      read_records(chunk, records);
      InjectionDecoder decoder(chunk.rows, classes);
      for (std::uint64_t f = 0; f < chunk.faults; ++f) {
        const std::uint64_t fault = chunk.first + f;
        const std::span<const InjectionOutcome> row = injections.next_row(decoder, fault, records[f].samples);
        injections.require_outcomes_of(fault, row, records[f], golden);
        callback(fault, row);
      }
      if (!decoder.at_end())
        throw DamagedStore(path_, fmt::format("the injections of faults {} to {} have bytes too many", chunk.first,
                                              chunk.first + chunk.faults - 1));
      told += chunk.faults;
    }
    if (told < finished)
      throw DamagedStore(path_,
                         fmt::format("the outcomes of single injections are kept for {} faults of {}", told, finished));
  }

  /// Calls `callback(fault, name, hits)` for each outcome of a program's own that injections of a fault had, by fault.
  ///
  /// **Errors** `DamagedStore`.
  template <class Callback>
  void for_each_own_outcome(Callback&& callback) const {
    if (layout_ < 2 || !sqlite::Statement(database_, "SELECT 1 FROM sqlite_master WHERE name = 'own_outcomes'").next())
      return;
    detail::require_tables(path_, database_, {"own_outcomes"});
    for (sqlite::Statement rows(database_, "SELECT fault, name, hits FROM own_outcomes ORDER BY fault, name");
         rows.next();) {
      if (rows.integer(0) < 0 || rows.integer(2) < 0 || !detail::is_plain_text(rows.text(1)))
        throw DamagedStore(path_, fmt::format("its own outcomes of fault {}", rows.integer(0)));
      callback(std::uint64_t(rows.integer(0)), rows.text(1), std::uint64_t(rows.integer(2)));
    }
  }

  /// Calls `callback(const GoldenSample&)` for each sample of the golden run, by sample.
  template <class Callback>
  void for_each_golden(Callback&& callback) const {
    std::vector<GoldenSample> page;
    for (std::int64_t after = -1; read_page(after, page); after = std::int64_t(page.back().sample))
      for (const GoldenSample& golden : page) callback(golden);
  }

 private:
  /// The file was empty when it was claimed, and another process was faster.
  struct Taken {};

  Store(const std::string& path, const Manifest& manifest, std::span<const Quantity> quantities,
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

  Store(const std::string& path, sqlite::Patience patience)
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

  /// Whether a file has nothing in it: left by a campaign that never began, or by a shell that looked for it too early.
  static bool empty(const std::string& path, const sqlite::Patience& patience) {
    try {
      Store(path, patience);
    } catch (const EmptyStore&) {
      return true;
    }
    return false;
  }

  /// Says what stands at the path already.
  [[noreturn]] static void refuse(const std::string& path, const Manifest& manifest, const sqlite::Patience& patience) {
    const Store existing = open(path, patience);
    if (const auto difference = manifest.difference(existing.manifest()))
      throw StoreOfAnotherCampaign(path, *difference);
    const auto told = [](const Manifest& of, std::string_view key) { return of.find(key).value_or(""); };
    std::string otherwise;
    if (const std::string rule(told(existing.manifest(), "until")); rule != told(manifest, "until"))
      otherwise = rule.empty() ? "without a rule that ends it" : "until '" + printable(rule) + "'";
    else if (told(existing.manifest(), "outcomes") != told(manifest, "outcomes"))
      otherwise = told(manifest, "outcomes").empty() ? "with '--outcomes'" : "without '--outcomes'";
    throw StoreExists(path, existing.faults(), otherwise);
  }

  /// Says of a full disk what is kept.
  [[noreturn]] void throw_full(const sqlite::DatabaseFailure& failure) const {
    const std::uint64_t kept = faults();
    if (kept == 0) throw sqlite::DiskFull(failure.what(), failure.path, failure.code);
    throw sqlite::DiskFull(
        fmt::format("spikingjet: no space is left for '{}'; the {} faults finished before are kept and can be "
                    "analysed; free some space and give another path",
                    path_, kept),
        failure.path, failure.code);
  }

  bool read_page(std::int64_t after, std::vector<StoredFault>& page, std::int64_t most = page_rows) const {
    page.clear();
    sqlite::Statement rows(database_, detail::select_faults(layout_));
    for (rows.bind(after, most); rows.next();) page.push_back(detail::fault_of(rows, path_, quantities_, texts_));
    return advances(after, page.empty() ? after : std::int64_t(page.back().id));
  }

  bool read_page(std::int64_t after, std::vector<GoldenSample>& page) const {
    page.clear();
    sqlite::Statement rows(database_,
                           "SELECT sample, label, predicted, readout FROM golden WHERE sample > ? ORDER BY sample "
                           "LIMIT ?");
    for (rows.bind(after, page_rows); rows.next();) page.push_back(detail::golden_of(rows, path_));
    return advances(after, page.empty() ? after : std::int64_t(page.back().sample));
  }

  /// The records of a chunk's faults.
  void read_records(const InjectionChunk& chunk, std::vector<FaultRecord>& records) const {
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

  /// Whether there was another page; a damaged tree must not lead in a circle.
  bool advances(std::int64_t after, std::int64_t last) const {
    if (last < after) throw DamagedStore(path_, "its rows are out of order");
    return last > after;
  }

  std::string path_;
  sqlite::Database database_;
  std::int64_t layout_ = schema_version;
  Manifest manifest_;
  std::vector<StoredQuantity> quantities_;
  mutable detail::TextPool texts_;  // that faults refer to
};

}  // namespace spikingjet
