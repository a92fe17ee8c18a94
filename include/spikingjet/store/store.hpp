// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/bits.hpp>
#include <spikingjet/core/error.hpp>
#include <spikingjet/fault/fault.hpp>
#include <spikingjet/fault/type_text.hpp>
#include <spikingjet/model/quantity.hpp>
#include <spikingjet/outcome/injection_bytes.hpp>
#include <spikingjet/outcome/injection_outcome.hpp>
#include <spikingjet/outcome/record.hpp>
#include <spikingjet/outcome/verdict.hpp>
#include <spikingjet/store/manifest.hpp>
#include <spikingjet/store/rows.hpp>
#include <spikingjet/store/sqlite.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <functional>
#include <initializer_list>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

namespace spikingjet {

/// There is no file at the path.
class StoreMissing : public Misuse {
 public:
  explicit StoreMissing(std::string file_path)
      : Misuse(fmt::format("spikingjet: there is no store '{}'; check the path, or make one with 'run'", file_path)),
        path(std::move(file_path)) {}

  std::string path;
};

/// The file at the path is something else.
class NotAStore : public Misuse {
 public:
  explicit NotAStore(std::string file_path)
      : Misuse(fmt::format("spikingjet: '{}' exists and is no store of a campaign; it is left as it is; give another "
                           "path",
                           file_path)),
        path(std::move(file_path)) {}

  std::string path;
};

/// The file at the path is empty: its campaign has not begun, or was ended before it could.
class EmptyStore : public Misuse {
 public:
  explicit EmptyStore(std::string file_path)
      : Misuse(fmt::format(
            "spikingjet: the store '{}' is empty: its campaign has not begun, or was ended before it could; "
            "run the campaign, which may take this path",
            file_path)),
        path(std::move(file_path)) {}

  std::string path;
};

/// A path that SQLite would take for a part of another store, and delete.
class ReservedStoreName : public Misuse {
 public:
  explicit ReservedStoreName(std::string file_path)
      : Misuse(fmt::format(
            "spikingjet: a store cannot be named '{}': what ends in '-journal', '-wal' or '-shm' belongs to the "
            "store that is named without that ending, and is deleted with it; give another name",
            file_path)),
        path(std::move(file_path)) {}

  std::string path;
};

/// The store has another layout than this library reads.
class StoreVersionMismatch : public Misuse {
 public:
  StoreVersionMismatch(std::string file_path, std::int64_t version_there, std::int64_t version_here)
      : Misuse(fmt::format("spikingjet: the store '{}' has layout {}, and this library reads layouts up to {}; use the "
                           "library that wrote it",
                           file_path, version_there, version_here)),
        path(std::move(file_path)),
        found(version_there),
        wanted(version_here) {}

  std::string path;
  std::int64_t found;
  std::int64_t wanted;
};

/// The very campaign has been started in this file before.
class StoreExists : public Misuse {
 public:
  StoreExists(std::string file_path, std::uint64_t finished_faults)
      : Misuse(fmt::format("spikingjet: the store '{}' holds this campaign already ({} faults finished) and is not "
                           "overwritten; analyse it, or give another path",
                           file_path, finished_faults)),
        path(std::move(file_path)),
        finished(finished_faults) {}

  std::string path;
  std::uint64_t finished;  // faults
};

/// The file holds a campaign with another identity.
class StoreOfAnotherCampaign : public Misuse {
 public:
  StoreOfAnotherCampaign(std::string file_path, Manifest::Difference found_difference)
      : Misuse(
            fmt::format("spikingjet: the store '{}' holds another campaign ({}) and is not overwritten; give another "
                        "path",
                        file_path, found_difference.str())),
        path(std::move(file_path)),
        difference(std::move(found_difference)) {}

  std::string path;
  Manifest::Difference difference;  // mine: of the campaign that was to be stored
};

/// A fault of the block has been stored before.
class FaultStoredTwice : public Misuse {
 public:
  FaultStoredTwice(std::string file_path, std::uint64_t first_fault, std::uint64_t fault_count)
      : Misuse(fmt::format("spikingjet: the store '{}' already has some of the faults {} to {}; a fault is stored once",
                           file_path, first_fault, first_fault + fault_count - 1)),
        path(std::move(file_path)),
        first(first_fault),
        count(fault_count) {}

  std::string path;
  std::uint64_t first;
  std::uint64_t count;
};

/// What stands in the store contradicts itself.
class DamagedStore : public Failure {
 public:
  DamagedStore(std::string file_path, std::string found_reason)
      : Failure(fmt::format(
            "spikingjet: the store '{}' is damaged: {}; if it is a copy, copy it again, and '{}' with it where that "
            "stands beside the original; otherwise run the campaign again",
            file_path, found_reason, sqlite::journal_of(std::filesystem::path(file_path).filename().string()))),
        path(std::move(file_path)),
        reason(std::move(found_reason)) {}

  std::string path;
  std::string reason;
};

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
  static constexpr std::int64_t application_id = 0x534a4554;

  /// The layout below. Resuming reads `blocks` and runs what is missing; the shards of one campaign have the same
  /// identity entries and share no fault, as ids count through the whole fault list, so that merging them copies rows;
  /// reports read what analysis reads. A table that is added needs no other version: readers leave alone what they do
  /// not know. The columns of a fault are NULL where a row stands for several faults at once, which no version so far
  /// writes and this one refuses to read.
  ///
  /// Layout 1 had neither `strata`, `space` and `injections` nor the last two columns of `outcomes`; it is read as a
  /// store that does not know them.
  static constexpr std::int64_t schema_version = 2;

  static constexpr std::string_view schema = R"sql(
    CREATE TABLE manifest (
      id INTEGER PRIMARY KEY,
      key TEXT NOT NULL UNIQUE,
      value TEXT NOT NULL,
      identity INTEGER NOT NULL);     -- 1: part of what makes it this campaign
    CREATE TABLE quantities (
      id INTEGER PRIMARY KEY,         -- as in the network, from 0
      layer TEXT NOT NULL,
      field TEXT NOT NULL,
      role TEXT NOT NULL,
      storage TEXT NOT NULL,          -- parameter, state, spike
      shape TEXT NOT NULL,            -- (20, 578)
      layer_index INTEGER NOT NULL,
      population INTEGER);            -- faults of the fault space that strike it; NULL: not known
    CREATE TABLE strata (
      id INTEGER PRIMARY KEY,         -- from 0
      name TEXT NOT NULL UNIQUE,      -- fc1 bit 30; all
      population INTEGER NOT NULL,    -- N_h: its faults in the fault space
      drawn INTEGER NOT NULL,         -- n_h: faults of the campaign
      p REAL NOT NULL);               -- the rate that n_h was found with
    CREATE TABLE space (              -- in which ways the fault space strikes a quantity
      quantity INTEGER NOT NULL REFERENCES quantities (id),
      bit INTEGER,                    -- NULL: the fault is not of one bit
      type TEXT NOT NULL,             -- bitflip, stuckat1, set
      population INTEGER NOT NULL,    -- its faults: elements x windows
      stratum INTEGER REFERENCES strata (id));
    CREATE TABLE golden (
      sample INTEGER PRIMARY KEY,
      label INTEGER,
      predicted INTEGER NOT NULL,     -- top-1 class
      readout BLOB NOT NULL);         -- float32, little endian, one a class
    CREATE TABLE outcomes (
      fault INTEGER PRIMARY KEY,      -- position in the fault list of the whole campaign
      quantity INTEGER REFERENCES quantities (id),
      element INTEGER,                -- row-major in the quantity's shape
      bit INTEGER,                    -- 0: least significant; NULL: the fault is not of one bit
      type TEXT,                      -- bitflip, stuckat1, set
      operand TEXT,                   -- of flip, set, scale, for people; what counts are the factor and the masks
      factor_bits INTEGER,            -- float32 bits of the factor; NULL: 1
      keep_mask INTEGER,              -- ((word & keep) | set) ^ flip; NULL: all bits kept
      set_mask INTEGER,
      flip_mask INTEGER,
      begin_step INTEGER,
      end_step INTEGER,               -- NULL: to the end of the run
      duty INTEGER,                   -- present in this share of the steps, in 2^-32; NULL: always
      seed INTEGER,                   -- of the steps in which it is present
      samples INTEGER NOT NULL,       -- = due + masked + the five classes of SDC
      unchanged INTEGER NOT NULL,
      masked INTEGER NOT NULL,
      sdc_critical INTEGER NOT NULL,
      sdc_0_5 INTEGER NOT NULL,
      sdc_5_10 INTEGER NOT NULL,
      sdc_10_20 INTEGER NOT NULL,
      sdc_20 INTEGER NOT NULL,
      due INTEGER NOT NULL,
      correct INTEGER NOT NULL,
      stratum INTEGER REFERENCES strata (id),  -- NULL: not drawn
      rank INTEGER);                  -- which draw of its stratum it was, from 0
    CREATE TABLE injections (         -- where outcomes of injections are kept: those that are not masked
      first INTEGER PRIMARY KEY,      -- of the faults first .. first + faults - 1
      faults INTEGER NOT NULL,
      rows BLOB NOT NULL);            -- docs/formats.md, "One outcome for each injection"
    CREATE TABLE own_outcomes (       -- outcomes of a program's own: injections of a fault that had one, if any
      fault INTEGER NOT NULL,
      name TEXT NOT NULL,
      hits INTEGER NOT NULL,
      PRIMARY KEY (fault, name)) WITHOUT ROWID;
    CREATE TABLE blocks (
      first INTEGER PRIMARY KEY,      -- its faults are first .. first + count - 1, and all of them are in outcomes
      count INTEGER NOT NULL,
      seconds REAL NOT NULL);
    CREATE TABLE tallies (            -- how an engine decided the injections of a block
      block INTEGER NOT NULL REFERENCES blocks (first),
      name TEXT NOT NULL,
      count INTEGER NOT NULL,
      PRIMARY KEY (block, name)) WITHOUT ROWID;
    CREATE VIEW results AS
      SELECT o.fault, q.layer || '.' || q.field AS quantity, q.role AS target, o.element, q.shape, o.bit,
             o.type || coalesce(':' || o.operand, '') AS type, o.begin_step, o.end_step, o.samples, o.unchanged,
             o.masked, o.sdc_critical, o.sdc_0_5, o.sdc_5_10, o.sdc_10_20, o.sdc_20, o.due, o.correct,
             s.name AS stratum, o.rank
      FROM outcomes o JOIN quantities q ON q.id = o.quantity LEFT JOIN strata s ON s.id = o.stratum;
  )sql";

  /// Makes the file of a new campaign.
  ///
  /// `space` is what is known of the fault space; empty where that is nothing.
  ///
  /// **Shapes** space.population: (quantities) or empty.
  /// **Errors** a file that exists and is not empty is refused by what it is; a path that cannot be written is a
  /// `NotWritable`, one that SQLite keeps for itself a `ReservedStoreName`.
  static Store create(const std::string& path, const Manifest& manifest, std::span<const Quantity> quantities,
                      const StoredSpace& space = {}, sqlite::Patience patience = without_end()) {
    require_fitting(space, quantities.size());
    require_free_name(path);
    const bool made = make_file(path);
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
    require_free_name(path);
    return Store(path, std::move(patience));
  }

  /// Waits for other processes as long as it takes.
  static sqlite::Patience without_end() {
    return [](std::chrono::milliseconds) { return true; };
  }

  /// Whether SQLite takes a file of this name for a part of another database.
  static bool reserved_name(std::string_view path) {
    return path.ends_with("-journal") || path.ends_with("-wal") || path.ends_with("-shm");
  }

  const std::string& path() const { return path_; }
  const Manifest& manifest() const { return manifest_; }
  const std::vector<StoredQuantity>& quantities() const { return quantities_; }

  /// The layout of the file.
  std::int64_t layout() const { return layout_; }

  /// The strata that the faults were drawn from; empty where they were not drawn, or nobody noted it.
  std::vector<StoredStratum> strata() const {
    std::vector<StoredStratum> strata;
    if (layout_ < 2) return strata;
    for (sqlite::Statement rows(database_, "SELECT id, name, population, drawn, p FROM strata ORDER BY id");
         rows.next();) {
      StoredStratum stratum{std::string(rows.text(1)), std::uint64_t(rows.integer(2)), std::uint64_t(rows.integer(3)),
                            rows.real(4)};
      if (rows.integer(0) != std::int64_t(strata.size()) || !plain(stratum.name) || rows.integer(2) < 0 ||
          stratum.drawn > stratum.population || !(stratum.p >= 0 && stratum.p <= 1))
        throw DamagedStore(path_, fmt::format("stratum {}", rows.integer(0)));
      if (strata.size() == most_entries)
        throw DamagedStore(path_, fmt::format("it has more than {} strata", most_entries));
      strata.push_back(std::move(stratum));
    }
    return strata;
  }

  /// In which ways the fault space strikes its quantities; empty where nobody noted it.
  std::vector<StoredWay> ways() const {
    std::vector<StoredWay> ways;
    if (layout_ < 2) return ways;
    const std::size_t strata_count = strata().size();
    for (sqlite::Statement rows(database_,
                                "SELECT quantity, bit, type, population, stratum FROM space ORDER BY rowid");
         rows.next();) {
      StoredWay way{std::uint32_t(rows.integer(0)), rows.null(1) ? Fault::no_bit : std::int32_t(rows.integer(1)),
                    std::string(rows.text(2)), std::uint64_t(rows.integer(3)),
                    rows.null(4) ? std::nullopt : std::optional(std::uint32_t(rows.integer(4)))};
      const bool sound = rows.integer(0) >= 0 && std::uint64_t(rows.integer(0)) < quantities_.size() &&
                         plain(way.type) && rows.integer(3) >= 0 &&
                         (!way.stratum || std::uint64_t(rows.integer(4)) < strata_count);
      if (!sound || ways.size() == 100 * most_entries)
        throw DamagedStore(path_, fmt::format("its table 'space' in row {}", ways.size() + 1));
      ways.push_back(std::move(way));
    }
    return ways;
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
      readout.clear();
      for (const float value : golden.readout)
        for (unsigned shift = 0; shift < 32; shift += 8) readout.push_back(std::byte(to_word(value) >> shift & 0xff));
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
    const std::size_t faults = block.faults.size();
    require_as_many("records", block.records.size(), faults);
    if (!block.draws.empty()) require_as_many("draws", block.draws.size(), faults);
    if (!block.injections.empty()) require_chunks_of(block);
    for (const OwnCounts& counts : block.own) require_as_many("hits", counts.hits.size(), faults);
    if (faults == 0) return;
    try {
      sqlite::Transaction transaction(database_);
      sqlite::Statement(database_, "INSERT INTO blocks VALUES (?, ?, ?)").run(block.first, faults, block.seconds);
      sqlite::Statement tally(
          database_, "INSERT INTO tallies VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET count = count + excluded.count");
      for (const Tally& t : block.tallies) tally.run(block.first, t.name, t.count);
      sqlite::Statement outcome(database_,
                                "INSERT INTO outcomes VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, "
                                "?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
      for (std::size_t i = 0; i < faults; ++i)
        insert(outcome, block.first + i, block.faults[i], block.records[i],
               block.draws.empty() ? std::nullopt : std::optional(block.draws[i]));
      sqlite::Statement injections(database_, "INSERT INTO injections VALUES (?, ?, ?)");
      for (const InjectionChunk& chunk : block.injections)
        injections.run(chunk.first, chunk.faults, std::span<const std::byte>(chunk.rows));
      sqlite::Statement own(database_, "INSERT INTO own_outcomes VALUES (?, ?, ?)");
      for (const OwnCounts& counts : block.own)
        for (std::size_t i = 0; i < faults; ++i)
          if (counts.hits[i] > 0) own.run(block.first + i, counts.name, counts.hits[i]);
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
      if (!plain(rows.text(0))) throw DamagedStore(path_, "a tally has a name that no engine gives");
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
    const std::vector<std::uint32_t> golden = golden_classes();
    const std::uint64_t classes = class_count();
    std::uint64_t told = 0;
    std::vector<FaultRecord> records;
    InjectionChunk chunk;
    for (std::int64_t after = -1; read_chunk(after, chunk); after = std::int64_t(chunk.first + chunk.faults - 1)) {
      read_records(chunk, records);
      InjectionDecoder decoder(chunk.rows, classes);
      for (std::uint64_t f = 0; f < chunk.faults; ++f) {
        const std::uint64_t fault = chunk.first + f;
        const std::span<const InjectionOutcome> row = next_row(decoder, fault, records[f].samples);
        require_outcomes_of(fault, row, records[f], golden);
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
    require_tables(path_, database_, {"own_outcomes"});
    for (sqlite::Statement rows(database_, "SELECT fault, name, hits FROM own_outcomes ORDER BY fault, name");
         rows.next();) {
      if (rows.integer(0) < 0 || rows.integer(2) < 0 || !plain(rows.text(1)))
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
      : path_(path), database_(absolute(path), std::move(patience)), manifest_(manifest) {
    sqlite::Transaction transaction(database_);
    if (sqlite::Statement(database_, "SELECT 1 FROM sqlite_master").next()) throw Taken{};
    database_.execute(
        fmt::format("PRAGMA application_id = {}; PRAGMA user_version = {};", application_id, schema_version));
    database_.execute(std::string(schema));
    sqlite::Statement entry(database_, "INSERT INTO manifest (key, value, identity) VALUES (?, ?, ?)");
    for (const Manifest::Entry& e : manifest.entries()) entry.run(e.key, e.value, e.identity);
    sqlite::Statement row(database_, "INSERT INTO quantities VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
    for (std::size_t i = 0; i < quantities.size(); ++i) {
      const Quantity& q = quantities[i];
      quantities_.push_back({q.layer.str(), q.field.str(), q.role, q.storage, q.shape, q.layer_index,
                             space.population.empty() ? std::nullopt : std::optional(space.population[i])});
      const StoredQuantity& stored = quantities_.back();
      row.run(i, stored.layer, stored.field, role_name(q.role), storage_names[std::size_t(q.storage)], q.shape.str(),
              q.layer_index, stored.population);
    }
    sqlite::Statement stratum(database_, "INSERT INTO strata VALUES (?, ?, ?, ?, ?)");
    for (std::size_t h = 0; h < space.strata.size(); ++h) {
      const StoredStratum& s = space.strata[h];
      stratum.run(h, s.name, s.population, s.drawn, s.p);
    }
    sqlite::Statement way(database_, "INSERT INTO space VALUES (?, ?, ?, ?, ?)");
    for (const StoredWay& w : space.ways)
      way.run(w.quantity, w.bit == Fault::no_bit ? std::nullopt : std::optional(std::uint64_t(w.bit)), w.type,
              w.population, w.stratum);
    transaction.commit();
  }

  Store(const std::string& path, sqlite::Patience patience)
      : path_(path), database_(open_store(path, std::move(patience))) {
    layout_ = pragma(database_, "user_version");
    std::size_t entries = 0;
    for (sqlite::Statement rows(database_, "SELECT key, value, identity FROM manifest ORDER BY id"); rows.next();) {
      if (++entries > most_entries)
        throw DamagedStore(path_, fmt::format("its manifest has more than {} entries", most_entries));
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
      quantities_.push_back(quantity(rows));
  }

  static void require_as_many(const char* what, std::size_t given, std::size_t faults) {
    if (given == faults) return;
    throw Misuse(fmt::format("spikingjet: 'Store::append_block' was given {} {} for {} faults; give one for each fault",
                             given, what, faults));
  }

  /// Refuses encoded rows that are not of the block's faults, one chunk behind the other.
  static void require_chunks_of(const BlockRows& block) {
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

  static void require_fitting(const StoredSpace& space, std::size_t quantities) {
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

  static void require_free_name(const std::string& path) {
    if (reserved_name(path)) throw ReservedStoreName(path);
  }

  /// Claims the path by a new and empty file; false where a file is there already.
  static bool make_file(const std::string& path) {
    if (std::FILE* file = std::fopen(path.c_str(), "wbx")) {
      std::fclose(file);
      return true;
    }
    const int reason = errno;
    std::error_code ignored;
    if (std::filesystem::exists(path, ignored)) return false;
    throw sqlite::NotWritable(fmt::format("spikingjet: the store '{}' cannot be made ({}); check that its directory "
                                          "exists and that you may write there",
                                          path, std::generic_category().message(reason)),
                              path, SQLITE_CANTOPEN);
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
    throw StoreExists(path, existing.faults());
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

  /// Opened for writing where allowed, as only then what a killed process left half-done can be rolled back; nothing
  /// is written.
  static sqlite::Database open_store(const std::string& path, sqlite::Patience patience) {
    std::error_code ignored;
    if (!std::filesystem::exists(path, ignored)) throw StoreMissing(path);
    if (!std::filesystem::is_regular_file(path, ignored)) throw NotAStore(path);
    sqlite::Database database(absolute(path), std::move(patience));
    try {
      if (pragma(database, "page_count") == 0) throw EmptyStore(path);
      if (pragma(database, "application_id") != application_id) throw NotAStore(path);
    } catch (const sqlite::NotADatabase& failure) {
      if ((failure.code & 0xff) == SQLITE_CORRUPT) throw DamagedStore(path, "SQLite cannot read it");
      throw NotAStore(path);
    }
    const std::int64_t layout = pragma(database, "user_version");
    if (layout < 1 || layout > schema_version) throw StoreVersionMismatch(path, layout, schema_version);
    database.execute("PRAGMA query_only = 1; PRAGMA trusted_schema = 0");
    require_tables(path, database, {"manifest", "quantities", "golden", "outcomes", "blocks", "tallies"});
    if (layout >= 2) require_tables(path, database, {"strata", "space", "injections"});
    return database;
  }

  /// Refuses a view in a table's place, and columns that are computed: reading them could take any time.
  static void require_tables(const std::string& path, const sqlite::Database& database,
                             std::initializer_list<std::string_view> tables) {
    for (const std::string_view table : tables) {
      sqlite::Statement kind(database, "SELECT type, sql FROM sqlite_master WHERE name = ?");
      if (!kind.bind(table).next()) throw DamagedStore(path, fmt::format("it has no table '{}'", table));
      if (kind.text(0) != "table" || !kind.text(1).starts_with("CREATE TABLE"))
        throw DamagedStore(path, fmt::format("its '{}' is no plain table", table));
      sqlite::Statement computed(database, "SELECT name FROM pragma_table_xinfo(?) WHERE hidden <> 0");
      if (computed.bind(table).next())
        throw DamagedStore(path, fmt::format("its table '{}' has computed columns", table));
    }
  }

  /// SQLite takes some relative names for something else than a file.
  static std::string absolute(const std::string& path) { return std::filesystem::absolute(path).string(); }

  static std::int64_t pragma(const sqlite::Database& database, const char* name) {
    sqlite::Statement statement(database, fmt::format("PRAGMA {}", name));
    return statement.next() ? statement.integer(0) : 0;
  }

  static void insert(sqlite::Statement& outcome, std::uint64_t id, const Fault& fault, const FaultRecord& record,
                     const std::optional<FaultDraw>& draw) {
    using Optional = std::optional<std::uint64_t>;
    const auto unless = [](std::uint64_t value, std::uint64_t usual) {
      return value == usual ? std::nullopt : Optional(value);
    };
    const Alteration& a = fault.alteration;
    const Window& w = fault.window;
    const bool always = w.duty == Window::always;
    const std::string text = fault_type_text(fault);  // "set:0.5" of a "set"
    const auto operand =
        text.size() > fault.type.size() ? std::optional(text.substr(fault.type.size() + 1)) : std::nullopt;
    outcome.run(id, fault.site.quantity, fault.site.element,
                fault.bit == Fault::no_bit ? std::nullopt : Optional(std::uint64_t(fault.bit)), fault.type, operand,
                unless(to_word(a.factor), to_word(1.0F)), unless(a.keep, all_bits), a.set, a.flip, w.begin,
                unless(w.end, Window::whole_run), unless(w.duty, Window::always),
                always && w.seed == 0 ? std::nullopt : Optional(w.seed), record.samples, record.unchanged,
                record.masked, record.sdc_critical, record.band[0], record.band[1], record.band[2], record.band[3],
                record.due, record.correct, draw ? Optional(draw->stratum) : std::nullopt,
                draw ? Optional(draw->rank) : std::nullopt);
  }

  bool read_page(std::int64_t after, std::vector<StoredFault>& page, std::int64_t most = page_rows) const {
    page.clear();
    sqlite::Statement rows(
        database_,
        fmt::format("SELECT fault, quantity, element, bit, type, factor_bits, keep_mask, set_mask, flip_mask, "
                    "begin_step, end_step, duty, seed, samples, unchanged, masked, sdc_critical, sdc_0_5, "
                    "sdc_5_10, sdc_10_20, sdc_20, due, correct, {} FROM outcomes WHERE fault > ? "
                    "ORDER BY fault LIMIT ?",
                    layout_ < 2 ? "NULL, NULL" : "stratum, rank"));
    for (rows.bind(after, most); rows.next();) page.push_back(stored_fault(rows));
    return advances(after, page.empty() ? after : std::int64_t(page.back().id));
  }

  bool read_page(std::int64_t after, std::vector<GoldenSample>& page) const {
    page.clear();
    sqlite::Statement rows(database_,
                           "SELECT sample, label, predicted, readout FROM golden WHERE sample > ? ORDER BY sample "
                           "LIMIT ?");
    for (rows.bind(after, page_rows); rows.next();) {
      const std::span<const std::byte> bytes = rows.bytes(3);
      if (bytes.size() % 4 != 0) throw DamagedStore(path_, fmt::format("golden sample {}", rows.integer(0)));
      GoldenSample golden{std::uint64_t(rows.integer(0)),
                          rows.null(1) ? std::nullopt : std::optional(std::uint32_t(rows.integer(1))),
                          std::uint32_t(rows.integer(2)),
                          {}};
      for (std::size_t i = 0; i < bytes.size(); i += 4)
        golden.readout.push_back(to_float(std::uint32_t(bytes[i]) | std::uint32_t(bytes[i + 1]) << 8 |
                                          std::uint32_t(bytes[i + 2]) << 16 | std::uint32_t(bytes[i + 3]) << 24));
      page.push_back(std::move(golden));
    }
    return advances(after, page.empty() ? after : std::int64_t(page.back().sample));
  }

  /// The next encoded rows behind a fault; false where there are no more.
  bool read_chunk(std::int64_t after, InjectionChunk& chunk) const {
    sqlite::Statement rows(database_,
                           "SELECT first, faults, rows FROM injections WHERE first > ? ORDER BY first LIMIT 1");
    if (!rows.bind(after).next()) return false;
    const std::span<const std::byte> bytes = rows.bytes(2);
    chunk = {std::uint64_t(rows.integer(0)), std::uint64_t(rows.integer(1)), {bytes.begin(), bytes.end()}};
    if (rows.integer(0) <= after) throw DamagedStore(path_, "its rows are out of order");
    constexpr std::int64_t most = std::int64_t{1} << 32;  // faults of a list
    if (rows.integer(0) >= most || rows.integer(1) < 1 || chunk.faults > bytes.size())  // a fault takes a byte at least
      throw DamagedStore(path_, fmt::format("the injections from fault {} on are of {} faults in {} bytes",
                                            rows.integer(0), rows.integer(1), bytes.size()));
    return true;
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

  /// The top-1 class of each sample of the golden run.
  std::vector<std::uint32_t> golden_classes() const {
    std::vector<std::uint32_t> golden;
    for (sqlite::Statement rows(database_, "SELECT predicted FROM golden ORDER BY sample"); rows.next();)
      golden.push_back(std::uint32_t(rows.integer(0)));
    if (golden.empty()) throw DamagedStore(path_, "it has injections, but no golden run");
    return golden;
  }

  /// The values of a readout.
  std::uint64_t class_count() const {
    sqlite::Statement longest(database_, "SELECT max(length(readout)) FROM golden");
    return longest.next() ? std::uint64_t(longest.integer(0)) / sizeof(float) : 0;
  }

  std::span<const InjectionOutcome> next_row(InjectionDecoder& decoder, std::uint64_t fault,
                                             std::uint64_t samples) const {
    if (samples > most_kept_samples)
      throw DamagedStore(path_, fmt::format("it has injections of fault {} on {} samples", fault, samples));
    try {
      return decoder.next(samples);
    } catch (const DamagedInjections& damaged) {
      throw DamagedStore(path_, fmt::format("the injections of fault {}: {}", fault, damaged.reason));
    }
  }

  void require_outcomes_of(std::uint64_t fault, std::span<const InjectionOutcome> row, const FaultRecord& record,
                           std::span<const std::uint32_t> golden) const {
    if (!agree(row, record))
      throw DamagedStore(path_, fmt::format("the injections of fault {} are not those that its outcomes count", fault));
    for (const InjectionOutcome& injection : row)
      if (injection.outcome == Outcome::sdc_critical && injection.top == golden[injection.sample % golden.size()])
        throw DamagedStore(path_, fmt::format("fault {} changes class {} of sample {} into the same class", fault,
                                              injection.top, injection.sample));
  }

  /// Whether there was another page; a damaged tree must not lead in a circle.
  bool advances(std::int64_t after, std::int64_t last) const {
    if (last < after) throw DamagedStore(path_, "its rows are out of order");
    return last > after;
  }

  StoredFault stored_fault(const sqlite::Statement& row) const {
    const auto unsigned64 = [&row](int column) { return std::uint64_t(row.integer(column)); };
    const auto word = [&row](int column, std::uint32_t usual) {
      return row.null(column) ? usual : std::uint32_t(row.integer(column));
    };
    StoredFault stored;
    stored.id = unsigned64(0);
    if (row.null(1))
      throw Misuse(fmt::format(
          "spikingjet: the store '{}' holds injections of several faults at once (row {}), which this version "
          "does not read; use the library that wrote it",
          path_, stored.id));
    const std::uint64_t q = unsigned64(1);
    if (q >= quantities_.size() || unsigned64(2) >= quantities_[q].shape.size())
      throw DamagedStore(path_, fmt::format("fault {} strikes no site of the network", stored.id));
    Fault& fault = stored.fault;
    fault.site = {std::uint32_t(q), quantities_[q].storage, unsigned64(2)};
    fault.bit = row.null(3) ? Fault::no_bit : std::int32_t(row.integer(3));
    if (!plain(row.text(4))) throw DamagedStore(path_, fmt::format("the type of fault {} is no name", stored.id));
    fault.type = kept(row.text(4));
    fault.alteration = {to_float(word(5, to_word(1.0F))), word(6, all_bits), word(7, 0), word(8, 0)};
    fault.window = {word(9, 0), word(10, Window::whole_run), word(11, Window::always), unsigned64(12)};
    FaultRecord& r = stored.record;
    r = {unsigned64(13),
         unsigned64(14),
         unsigned64(15),
         unsigned64(16),
         {unsigned64(17), unsigned64(18), unsigned64(19), unsigned64(20)},
         unsigned64(21),
         unsigned64(22)};
    const bool sound = r.samples == r.due + r.masked + r.sdc_critical + r.band[0] + r.band[1] + r.band[2] + r.band[3] &&
                       r.samples < (std::uint64_t(1) << 48) && r.masked <= r.samples && r.sdc_critical <= r.samples &&
                       r.due <= r.samples && r.unchanged <= r.masked && r.correct <= r.samples - r.due;
    if (!sound) throw DamagedStore(path_, fmt::format("the counts of fault {} contradict each other", stored.id));
    if (!row.null(23) && !row.null(24)) {
      stored.draw = FaultDraw{std::uint32_t(row.integer(23)), unsigned64(24)};
      if (row.integer(23) < 0 || row.integer(23) > std::int64_t(most_entries) || row.integer(24) < 0)
        throw DamagedStore(path_, fmt::format("the draw of fault {}", stored.id));
    }
    return stored;
  }

  /// Whether a text from the file may go into tables and messages as it is.
  static bool plain(std::string_view text) {
    constexpr std::size_t longest = 256;
    return text.size() <= longest && std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; });
  }

  StoredQuantity quantity(const sqlite::Statement& row) const {
    const auto damaged = [this, &row] { return DamagedStore(path_, fmt::format("quantity {}", row.integer(0))); };
    StoredQuantity q{.layer = std::string(row.text(1)),
                     .field = std::string(row.text(2)),
                     .shape = shape(row.text(5)),
                     .layer_index = std::size_t(row.integer(6)),
                     .population = row.null(7) ? std::nullopt : std::optional(std::uint64_t(row.integer(7)))};
    std::size_t role = 0;
    while (role <= std::size_t(Role::other) && role_name(Role(role)) != row.text(3)) ++role;
    std::size_t storage = 0;
    while (storage < std::size(storage_names) && storage_names[storage] != row.text(4)) ++storage;
    if (row.integer(0) != std::int64_t(quantities_.size()) || role > std::size_t(Role::other) ||
        storage == std::size(storage_names) || !plain(q.layer) || !plain(q.field) || q.shape.str() != row.text(5) ||
        q.shape.size() == 0)
      throw damaged();
    q.role = Role(role);
    q.storage = Storage(storage);
    return q;
  }

  /// Reads what `Shape::str` writes; anything else gives a shape that is written in another way.
  static Shape shape(std::string_view text) {
    Shape shape;
    bool inside = false;
    for (const char c : text) {
      const bool digit = c >= '0' && c <= '9';
      if (digit && !inside && shape.rank < Shape::max_rank) ++shape.rank;
      if (digit && shape.rank > 0) {
        std::size_t& extent = shape.extent[shape.rank - 1];
        extent = 10 * extent + std::size_t(c - '0');
      }
      inside = digit;
    }
    return shape;
  }

  /// The text, kept as long as the store.
  std::string_view kept(std::string_view text) const {
    const auto found = texts_.find(text);
    return found != texts_.end() ? *found : *texts_.emplace(text).first;
  }

  static constexpr std::size_t most_entries = 10'000;  // of a manifest; strata
  static constexpr std::uint32_t all_bits = 0xffffffffu;
  static constexpr std::string_view storage_names[] = {"parameter", "state", "spike"};

  std::string path_;
  sqlite::Database database_;
  std::int64_t layout_ = schema_version;
  Manifest manifest_;
  std::vector<StoredQuantity> quantities_;
  mutable std::set<std::string, std::less<>> texts_;
};

}  // namespace spikingjet
