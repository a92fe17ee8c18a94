// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/fault/fault.hpp>
#include <spikingjet/model/quantity.hpp>
#include <spikingjet/outcome/injection_bytes.hpp>
#include <spikingjet/outcome/injection_outcome.hpp>
#include <spikingjet/outcome/record.hpp>
#include <spikingjet/store/errors.hpp>
#include <spikingjet/store/injection_reader.hpp>
#include <spikingjet/store/manifest.hpp>
#include <spikingjet/store/rows.hpp>
#include <spikingjet/store/schema.hpp>
#include <spikingjet/store/space_rows.hpp>
#include <spikingjet/store/sqlite.hpp>
#include <spikingjet/store/store_file.hpp>
#include <spikingjet/store/stored_text.hpp>

#include <fmt/format.h>

#include <chrono>
#include <cstdint>
#include <exception>
#include <future>
#include <optional>
#include <span>
#include <string>
#include <string_view>
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
                      const StoredSpace& space = {}, sqlite::Patience patience = without_end());

  /// The same where nothing but the faults that strike each quantity are known.
  static Store create(const std::string& path, const Manifest& manifest, std::span<const Quantity> quantities,
                      std::span<const std::uint64_t> population, sqlite::Patience patience = without_end());

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
  std::vector<StoredWay> ways() const;

  /// Notes what is known of the campaign only when it ends; a later value replaces an earlier one.
  ///
  /// A key of the campaign's identity stays as it is.
  void inform(const std::string& key, const std::string& value);

  /// Adds samples of the golden run, in one transaction.
  void append_golden(std::span<const GoldenSample> samples);

  /// Adds consecutive faults with what became of them, in one transaction.
  ///
  /// **Laws** when it returns, the block survives whatever happens to the process; when it throws, none of it is there
  /// and all earlier blocks are.
  /// **Errors** `FaultStoredTwice`; `DiskFull`, after which the call can be repeated; `Misuse` for lists of other
  /// lengths than `faults`.
  void append_block(const BlockRows& block);

  /// The same for faults of which nothing else is known.
  void append_block(std::uint64_t first, std::span<const Fault> faults, std::span<const FaultRecord> records,
                    double seconds = 0, std::span<const Tally> tallies = {});

  /// Number of finished faults.
  std::uint64_t faults() const;

  /// The finished fault with this id, if there is one.
  std::optional<StoredFault> find(std::uint64_t id) const;

  /// The finished blocks, by their first fault.
  std::vector<FinishedBlock> blocks() const;

  /// How the injections of all finished blocks were decided, by name; empty where nobody noted it.
  ///
  /// **Errors** `DamagedStore` where they are not the injections of the outcomes.
  std::vector<Tally> tallies() const;

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

  /// The same with the calls, one after another, on another thread, while the next faults are read: `callback` must not
  /// use the store.
  ///
  /// **Errors** what `callback` throws; those of reading.
  template <class Callback>
  void for_each_beside(Callback&& callback) const {
    std::vector<StoredFault> page;
    std::vector<StoredFault> next;
    for (bool more = read_page(-1, page); more; page.swap(next)) {
      std::future<void> called = std::async([&] {  // without a thread to be had, within `get`
        for (const StoredFault& fault : page) callback(fault);
      });
      std::exception_ptr unread;
      try {
        more = read_page(std::int64_t(page.back().id), next);
      } catch (...) {
        unread = std::current_exception();
      }
      called.get();  // what it throws comes first, as it tells of earlier faults
      if (unread) std::rethrow_exception(unread);
    }
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
        const StoredSpace& space, sqlite::Patience patience);

  Store(const std::string& path, sqlite::Patience patience);

  /// Whether a file has nothing in it: left by a campaign that never began, or by a shell that looked for it too early.
  static bool empty(const std::string& path, const sqlite::Patience& patience);

  /// Says what stands at the path already.
  [[noreturn]] static void refuse(const std::string& path, const Manifest& manifest, const sqlite::Patience& patience);

  /// Says of a full disk what is kept.
  [[noreturn]] void throw_full(const sqlite::DatabaseFailure& failure) const;

  bool read_page(std::int64_t after, std::vector<StoredFault>& page, std::int64_t most = page_rows) const;

  bool read_page(std::int64_t after, std::vector<GoldenSample>& page) const;

  /// The records of a chunk's faults.
  void read_records(const InjectionChunk& chunk, std::vector<FaultRecord>& records) const;

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

#if !defined(SPIKINGJET_COMPILED)
#include <spikingjet/store/definitions/store.hpp>
#endif
