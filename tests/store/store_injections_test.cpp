// SPDX-License-Identifier: MIT

// The outcomes of single injections in a store.

#include "catch.hpp"
#include "store/fixture.hpp"

#include <spikingjet/outcome/injection_bytes.hpp>
#include <spikingjet/outcome/injection_outcome.hpp>
#include <spikingjet/outcome/injection_rows.hpp>
#include <spikingjet/store/store.hpp>

#include <cstdint>
#include <random>
#include <string>
#include <utility>
#include <vector>

using namespace spikingjet;

namespace {

constexpr std::uint32_t samples = 300;
constexpr std::uint32_t classes = 4;

std::uint32_t golden_class(std::uint32_t sample) { return sample % 3; }  // of 6 distinct samples

/// Random rows with the records that count them.
struct Outcomes {
  explicit Outcomes(std::uint64_t first, std::size_t count, std::uint64_t seed) : rows(first) {
    std::mt19937_64 random(seed);
    for (std::size_t f = 0; f < count; ++f) {
      faults.push_back(weight_flip(f / 32 % 6, unsigned(f % 32)));
      FaultRecord record{
          .samples = samples, .unchanged = 0, .masked = samples, .sdc_critical = 0, .band = {}, .due = 0, .correct = 0};
      std::vector<InjectionOutcome> row;
      for (std::uint32_t s = 0; s < samples; ++s) {
        if (random() % 20 != 0) continue;
        InjectionOutcome injection{s, Outcome(1 + random() % 6), 0};
        if (injection.outcome == Outcome::sdc_critical)
          injection.top = (golden_class(s % 6) + 1 + std::uint32_t(random() % 3)) % classes;
        row.push_back(injection);
        --record.masked;
        if (injection.outcome == Outcome::sdc_critical)
          ++record.sdc_critical;
        else if (injection.outcome == Outcome::due)
          ++record.due;
        else
          ++record.band[std::size_t(injection.outcome) - std::size_t(Outcome::sdc_0_5)];
      }
      rows.add(row);
      records.push_back(record);
    }
  }

  void store(Store& store, std::size_t most_faults = 4096) const {
    const std::vector<InjectionChunk> chunks = encode(rows, most_faults);
    store.append_block({.first = rows.first(), .faults = faults, .records = records, .injections = chunks});
  }

  std::vector<Fault> faults;
  std::vector<FaultRecord> records;
  InjectionRows rows;
};

Store empty_store(const std::string& path) {
  Store store = Store::create(path, Manifest(), two_quantities());
  std::vector<GoldenSample> golden;
  for (std::uint32_t s = 0; s < 6; ++s)
    golden.push_back({s, std::nullopt, golden_class(s), std::vector<float>(classes, 1.0F)});
  store.append_golden(golden);
  return store;
}

/// All rows of a store, faults one behind the other from the first on.
InjectionRows all_rows(const Store& store, std::uint64_t first = 0) {
  InjectionRows rows(first);
  store.for_each_injections([&rows](std::uint64_t fault, std::span<const InjectionOutcome> row) {
    REQUIRE(fault == rows.first() + rows.faults());
    rows.add(row);
  });
  return rows;
}

}  // namespace

TEST_CASE("injections come back one by one, over many chunks and blocks, in whatever order these were finished",
          "[law]") {
  const TemporaryFolder folder;
  const Outcomes before(0, 5000, 1);
  const Outcomes behind(5000, 300, 2);
  {
    Store store = empty_store(folder / "a.sqlite");
    CHECK_FALSE(store.has_injections());
    behind.store(store, 7);
    before.store(store);
  }
  const Store store = Store::open(folder / "a.sqlite");
  CHECK(store.has_injections());
  InjectionRows expected = before.rows;
  for (std::size_t f = 0; f < behind.rows.faults(); ++f) expected.add(behind.rows.row(f));
  CHECK(all_rows(store) == expected);
}

TEST_CASE("injections of a store that begins behind the first fault come back under their numbers") {
  const TemporaryFolder folder;
  const Outcomes outcomes(70'000, 50, 3);
  Store store = empty_store(folder / "a.sqlite");
  outcomes.store(store);
  CHECK(all_rows(store, 70'000) == outcomes.rows);
}

TEST_CASE("a store that keeps no outcomes of injections gives none") {
  const TemporaryFolder folder;
  const Outcomes outcomes(0, 50, 4);
  Store store = empty_store(folder / "a.sqlite");
  store.append_block(0, outcomes.faults, outcomes.records);
  CHECK_FALSE(store.has_injections());
  CHECK(all_rows(store).faults() == 0);
}

TEST_CASE("chunks of other faults than the block's are refused, and nothing is stored") {
  const TemporaryFolder folder;
  const Outcomes outcomes(10, 20, 5);
  Store store = empty_store(folder / "a.sqlite");
  const auto refused = [&](std::vector<InjectionChunk> chunks) {
    CHECK(contains(sentence_of<Misuse>([&] {
                     store.append_block(
                         {.first = 10, .faults = outcomes.faults, .records = outcomes.records, .injections = chunks});
                   }),
                   "injections of other faults than 10 to 29"));
  };
  const std::vector<InjectionChunk> sound = encode(outcomes.rows, 7);
  REQUIRE(sound.size() == 3);
  refused({sound[0], sound[1]});
  refused({sound[1], sound[2]});
  refused({sound[0], sound[2], sound[1]});
  refused({sound[0], sound[1], sound[2], {30, 1, {std::byte(0)}}});
  refused(encode(Outcomes(9, 20, 5).rows));
  CHECK(store.faults() == 0);
  CHECK_FALSE(store.has_injections());
}

TEST_CASE("injections that contradict themselves or the counts are damage, with the fault", "[validation]") {
  const TemporaryFolder folder;
  const std::string path = folder / "a.sqlite";
  const Outcomes outcomes(0, 40, 6);
  {
    Store store = empty_store(path);
    outcomes.store(store, 10);
  }
  const auto damage = [&path](const std::string& sql) { sqlite::Database(path).execute(sql); };
  const auto reason = [&path] {
    try {
      Store::open(path).for_each_injections([](std::uint64_t, std::span<const InjectionOutcome>) {});
    } catch (const DamagedStore& damaged) {
      return damaged.reason;
    }
    return std::string("none");
  };
  REQUIRE(reason() == "none");
  const InjectionOutcome changed = {7, Outcome::sdc_critical, golden_class(7 % 6)};
  SECTION("counts") {
    damage("UPDATE outcomes SET masked = masked - 1, due = due + 1 WHERE fault = 17");
    CHECK(reason() == "the injections of fault 17 are not those that its outcomes count");
  }
  SECTION("bytes cut off") {
    damage("UPDATE injections SET rows = substr(rows, 1, length(rows) - 1) WHERE first = 20");
    CHECK(contains(reason(), "the injections of fault 29: "));
  }
  SECTION("bytes too many") {
    damage("UPDATE injections SET rows = rows || x'00' WHERE first = 20");
    CHECK(reason() == "the injections of faults 20 to 29 have bytes too many");
  }
  SECTION("text in place of bytes") {
    damage("UPDATE injections SET rows = 'what is this' WHERE first = 20");
    CHECK(reason() != "none");
  }
  SECTION("a chunk that is not there") {
    damage(GENERATE("DELETE FROM injections WHERE first = 10", "DELETE FROM injections WHERE first = 0",
                    "DELETE FROM injections WHERE first = 30"));
    CHECK(reason() == "the outcomes of single injections are kept for 30 faults of 40");
  }
  SECTION("faults that are not there") {
    damage("DELETE FROM outcomes WHERE fault = 12");
    CHECK(reason() == "it has injections of faults 10 to 19, but not all of these faults");
  }
  SECTION("numbers of faults beyond bounds") {
    damage(GENERATE("UPDATE injections SET faults = 0 WHERE first = 20",
                    "UPDATE injections SET faults = -1 WHERE first = 20",
                    "UPDATE injections SET faults = 9223372036854775807 WHERE first = 20",
                    "UPDATE injections SET first = 9223372036854775807 WHERE first = 30"));
    CHECK(contains(reason(), "the injections from fault "));
  }
  SECTION("a number of samples that nobody keeps") {
    damage("UPDATE outcomes SET samples = samples + 1099511627776, masked = masked + 1099511627776 WHERE fault = 3");
    CHECK(reason() == "it has injections of fault 3 on 1099511628076 samples");
  }
  SECTION("no golden run") {
    damage("DELETE FROM golden");
    CHECK(reason() == "it has injections, but no golden run");
  }
  SECTION("a class that becomes itself") {
    damage("DELETE FROM outcomes; DELETE FROM injections; DELETE FROM blocks");
    InjectionRows rows;
    rows.add(std::vector<InjectionOutcome>{changed});
    const std::vector<InjectionChunk> chunks = encode(rows);
    const FaultRecord record{.samples = samples,
                             .unchanged = 0,
                             .masked = samples - 1,
                             .sdc_critical = 1,
                             .band = {},
                             .due = 0,
                             .correct = 0};
    sqlite::Database database(path);
    sqlite::Statement(database, "INSERT INTO injections VALUES (0, 1, ?)")
        .run(std::span<const std::byte>(chunks[0].rows));
    damage(
        "INSERT INTO outcomes (fault, quantity, element, type, set_mask, flip_mask, begin_step, samples, unchanged, "
        "masked, sdc_critical, "
        "sdc_0_5, sdc_5_10, sdc_10_20, sdc_20, due, correct) VALUES (0, 0, 0, 'bitflip', 0, 1, 0, " +
        std::to_string(record.samples) + ", 0, " + std::to_string(record.masked) + ", 1, 0, 0, 0, 0, 0, 0)");
    CHECK(reason() == "fault 0 changes class 1 of sample 7 into the same class");
  }
}

TEST_CASE("a store of layout 1 has no outcomes of injections") {
  const TemporaryFolder folder;
  const std::string path = folder / "a.sqlite";
  {
    const Outcomes outcomes(0, 10, 7);
    Store store = empty_store(path);
    store.append_block(0, outcomes.faults, outcomes.records);
  }
  sqlite::Database(path).execute(
      "DROP VIEW results; DROP TABLE strata; DROP TABLE space; DROP TABLE injections;"
      "ALTER TABLE outcomes DROP COLUMN stratum; ALTER TABLE outcomes DROP COLUMN rank; PRAGMA user_version = 1");
  const Store store = Store::open(path);
  CHECK_FALSE(store.has_injections());
  CHECK(all_rows(store).faults() == 0);
}

TEST_CASE("injections with damaged bytes are read or refused, never worse", "[validation]") {
  const TemporaryFolder folder;
  {
    const Outcomes outcomes(0, 300, 8);
    Store store = empty_store(folder / "a.sqlite");
    outcomes.store(store, 20);
  }
  const std::string sound = read_bytes(folder / "a.sqlite");
  const unsigned seed = 20240405;
  CAPTURE(seed);
  std::mt19937 random(seed);
  int refused = 0;
  for (int round = 0; round < 300; ++round) {
    std::string bytes = sound;
    for (auto n = 1 + random() % 20; n > 0; --n) bytes[random() % bytes.size()] = char(random());
    write_bytes(folder / "b.sqlite", bytes);
    try {
      Store::open(folder / "b.sqlite").for_each_injections([](std::uint64_t, std::span<const InjectionOutcome>) {});
    } catch (const Error&) {
      ++refused;
    }
  }
  CHECK(refused > 0);
}
