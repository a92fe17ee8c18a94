// SPDX-License-Identifier: MIT
#include "catch.hpp"
#include "store/fixture.hpp"

#include <spikingjet/store/store.hpp>

#include <atomic>
#include <chrono>
#include <cstring>
#include <filesystem>
#include <limits>
#include <memory>
#include <numeric>
#include <random>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#include <csignal>

using namespace spikingjet;

namespace {

const std::vector<std::uint64_t> populations{192, 2};

Manifest a_manifest(const std::string& seed = "7") {
  return Manifest().identify("network", "fc1 lif1").identify("seed", seed).inform("threads", "2");
}

Store a_store(const std::string& path) { return Store::create(path, a_manifest(), two_quantities(), populations); }

std::vector<Fault> flips(std::uint64_t first, std::uint64_t count) {
  std::vector<Fault> faults;
  for (std::uint64_t i = first; i < first + count; ++i) faults.push_back(weight_flip(i / 32 % 6, unsigned(i % 32)));
  return faults;
}

/// Ten samples, spread over the classes in a way that differs from fault to fault.
std::vector<FaultRecord> records(std::uint64_t first, std::uint64_t count) {
  std::vector<FaultRecord> all;
  for (std::uint64_t i = first; i < first + count; ++i) {
    const std::uint64_t k = i % 5;
    all.push_back({.samples = 10,
                   .unchanged = 4 - k,
                   .masked = 5 - k,
                   .sdc_critical = k,
                   .band = {1, 1, 0, 2},
                   .due = 1,
                   .correct = k});
  }
  return all;
}

void append(Store& store, std::uint64_t first, std::uint64_t count) {
  store.append_block(first, flips(first, count), records(first, count), 0.5);
}

}  // namespace

TEST_CASE("a store gives back what it was created with") {
  const TemporaryFolder folder;
  const Store created = a_store(folder / "a.sqlite");
  const Store opened = Store::open(folder / "a.sqlite");
  for (const Store* store : {&created, &opened}) {
    CHECK(store->path() == folder / "a.sqlite");
    CHECK(store->manifest() == a_manifest());
    REQUIRE(store->quantities().size() == 2);
    CHECK(store->quantities()[0] ==
          StoredQuantity{"fc1", "weight", Role::weight, Storage::parameter, Shape{2, 3}, 1, 192});
    CHECK(store->quantities()[1] == StoredQuantity{"lif1", "spike", Role::spike, Storage::spike, Shape{2}, 2, 2});
    CHECK(store->faults() == 0);
    CHECK(store->blocks().empty());
  }
}

TEST_CASE("a store without populations knows none") {
  const TemporaryFolder folder;
  { const Store store = Store::create(folder / "a.sqlite", a_manifest(), two_quantities()); }
  CHECK(!Store::open(folder / "a.sqlite").quantities()[0].population);
  const std::vector<std::uint64_t> one{192};
  CHECK(contains(sentence_of<Misuse>([&] { Store::create(folder / "b.sqlite", {}, two_quantities(), one); }),
                 "1 populations for 2 quantities"));
}

TEST_CASE("faults of every kind come back bit by bit", "[law]") {
  const TemporaryFolder folder;
  constexpr auto seed = std::numeric_limits<std::uint64_t>::max();
  const float nan = to_float(0xffc12345u);
  const std::vector<Fault> faults{
      weight_flip(5, 31),
      dead_spike(1, 3, 4),
      {.site = {0, Storage::parameter, 0},
       .bit = 0,
       .type = "stuckat1",
       .alteration = Alteration::sticks_at_1(1),
       .window = {.begin = 2, .end = Window::whole_run, .duty = 0, .seed = seed}},
      {.site = {1, Storage::spike, 0},
       .bit = Fault::no_bit,
       .type = "set:-3/2",
       .alteration = Alteration::sets(-1.5F),
       .window = {.begin = 0, .end = 0, .duty = Window::always, .seed = 9}},
      {.site = {0, Storage::parameter, 2},
       .bit = Fault::no_bit,
       .type = "scale",
       .alteration = {.factor = nan, .keep = 0, .set = 0xffffffffu, .flip = 0xdeadbeefu},
       .window = {}},
      {.site = {0, Storage::parameter, 2},
       .bit = Fault::no_bit,
       .type = "of its own, 'quoted'",
       .alteration = {.factor = -0.0F},
       .window = {}},
  };
  std::vector<FaultRecord> outcomes = records(0, faults.size());
  outcomes[0].samples = outcomes[0].masked = (std::uint64_t(1) << 47);
  outcomes[0].unchanged = outcomes[0].sdc_critical = outcomes[0].due = 0;
  outcomes[0].band = {};
  {
    Store store = a_store(folder / "a.sqlite");
    store.append_block(1'000'000'000'000, faults, outcomes);
  }
  const Store store = Store::open(folder / "a.sqlite");
  const auto stored = all_faults(store);
  REQUIRE(stored.size() == faults.size());
  for (std::size_t i = 0; i < faults.size(); ++i) {
    CAPTURE(i);
    CHECK(stored[i].id == 1'000'000'000'000 + i);
    CHECK(stored[i].record == outcomes[i]);
    CHECK(stored[i].fault.site == faults[i].site);
    CHECK(stored[i].fault.bit == faults[i].bit);
    CHECK(stored[i].fault.type == faults[i].type);
    CHECK(stored[i].fault.window == faults[i].window);
    CHECK(std::memcmp(&stored[i].fault.alteration, &faults[i].alteration, sizeof(Alteration)) == 0);
  }
}

TEST_CASE("blocks come back by id, over many pages, in whatever order they were finished") {
  const TemporaryFolder folder;
  {
    Store store = a_store(folder / "a.sqlite");
    append(store, 9000, 1000);
    append(store, 0, 9000);
    append(store, 20000, 1);
  }
  const Store store = Store::open(folder / "a.sqlite");
  CHECK(store.faults() == 10001);
  CHECK(store.blocks() == std::vector<FinishedBlock>{{0, 9000, 0.5}, {9000, 1000, 0.5}, {20000, 1, 0.5}});
  std::uint64_t next = 0;
  store.for_each([&next](const StoredFault& stored) {
    if (next == 10000) next = 20000;
    if (stored.id != next || stored.fault != flips(next, 1)[0] || stored.record != records(next, 1)[0]) FAIL(next);
    ++next;
  });
  CHECK(next == 20001);
}

TEST_CASE("faults that are handled while the next ones are read come in the same order, and errors in theirs") {
  const TemporaryFolder folder;
  {
    Store store = a_store(folder / "a.sqlite");
    append(store, 0, 10000);
  }
  const auto ids_of = [](const Store& store, std::uint64_t most) {
    std::vector<std::uint64_t> ids;
    const auto read = [&] {
      store.for_each_beside([&](const StoredFault& stored) {
        if (ids.size() == most) throw Misuse("enough");
        ids.push_back(stored.id);
      });
    };
    std::string sentence;
    try {
      read();
    } catch (const std::runtime_error& error) {
      sentence = error.what();
    }
    return std::pair(ids, sentence);
  };
  std::vector<std::uint64_t> all(10000);
  std::iota(all.begin(), all.end(), 0);
  CHECK(ids_of(Store::open(folder / "a.sqlite"), 20000) == std::pair(all, std::string()));
  CHECK(ids_of(Store::open(folder / "a.sqlite"), 5000) ==
        std::pair(std::vector(all.begin(), all.begin() + 5000), std::string("enough")));

  sqlite::Database(folder / "a.sqlite").execute("UPDATE outcomes SET masked = masked + 1 WHERE fault = 9000");
  const auto [ids, sentence] = ids_of(Store::open(folder / "a.sqlite"), 20000);
  CHECK(ids == std::vector(all.begin(), all.begin() + 2 * Store::page_rows));
  CHECK(contains(sentence, "is damaged: the counts of fault 9000 contradict each other"));
  CHECK(ids_of(Store::open(folder / "a.sqlite"), 5000).second == "enough");  // in the page before
}

TEST_CASE("a moved store keeps the types of its faults") {
  const TemporaryFolder folder;
  Store first = a_store(folder / "a.sqlite");
  append(first, 0, 3);
  const auto faults = all_faults(first);
  const Store second = std::move(first);
  CHECK(faults[2].fault.type == "bitflip");
  CHECK(all_faults(second) == faults);
}

TEST_CASE("the golden run comes back bit by bit") {
  const TemporaryFolder folder;
  const std::vector<GoldenSample> golden{
      {0, 3, 1, {1.0F, -0.0F, to_float(1), 3.4e38F}}, {1, std::nullopt, 0, {0.1F, 0, 0, 0}}, {7, 0, 0, {}}};
  {
    Store store = a_store(folder / "a.sqlite");
    store.append_golden(std::span(golden).first(2));
    store.append_golden(std::span(golden).last(1));
  }
  std::vector<GoldenSample> read;
  Store::open(folder / "a.sqlite").for_each_golden([&read](const GoldenSample& sample) { read.push_back(sample); });
  CHECK(read == golden);
  CHECK(to_word(read[0].readout[1]) == 0x80000000u);
}

TEST_CASE("readouts are float32 in little endian") {
  const TemporaryFolder folder;
  Store store = a_store(folder / "a.sqlite");
  store.append_golden(std::vector<GoldenSample>{{0, 3, 1, {1.0F}}});
  const sqlite::Database database(folder / "a.sqlite");
  sqlite::Statement row(database, "SELECT hex(readout) FROM golden");
  row.next();
  CHECK(row.text(0) == "0000803F");
}

TEST_CASE("a finished fault is found by its id, and no other") {
  const TemporaryFolder folder;
  Store store = a_store(folder / "a.sqlite");
  CHECK(!store.find(0));
  append(store, 0, 5000);
  append(store, 9000, 2);
  for (const std::uint64_t id : {0u, 1u, 4999u, 9000u, 9001u}) {
    CAPTURE(id);
    CHECK(store.find(id) == StoredFault{id, flips(id, 1)[0], records(id, 1)[0]});
  }
  constexpr std::uint64_t last = std::numeric_limits<std::uint64_t>::max();
  for (const std::uint64_t id : std::vector<std::uint64_t>{5000, 8999, 9002, last / 2, last / 2 + 1, last})
    CHECK(!store.find(id));
}

TEST_CASE("tallies add up over blocks") {
  const TemporaryFolder folder;
  Store store = a_store(folder / "a.sqlite");
  store.append_block(0, flips(0, 2), records(0, 2), 0.1, std::vector<Tally>{{"silent input", 3}, {"simulated", 17}});
  store.append_block(2, flips(2, 2), records(2, 2), 0.1, std::vector<Tally>{{"simulated", 15}, {"simulated", 5}});
  CHECK(store.tallies() == std::vector<Tally>{{"silent input", 3}, {"simulated", 37}});
}

TEST_CASE("tallies that are not those of the stored injections are refused") {
  const TemporaryFolder folder;
  Store store = a_store(folder / "a.sqlite");
  store.append_block(0, flips(0, 2), records(0, 2), 0.1, std::vector<Tally>{{"silent input", 3}, {"simulated", 17}});
  const sqlite::Database database(folder / "a.sqlite");
  const auto sentence = [&] { return sentence_of<DamagedStore>([&] { store.tallies(); }); };
  database.execute("UPDATE tallies SET count = 18 WHERE name = 'simulated'");
  CHECK(contains(sentence(), "its tallies add up to 21 for 20 injections"));
  database.execute("UPDATE tallies SET count = -3 WHERE name = 'silent input'");
  CHECK(contains(sentence(), "the tally of 'silent input'"));
  database.execute("DELETE FROM tallies");
  CHECK(store.tallies().empty());
}

TEST_CASE("what is known only at the end of a campaign is noted then, and changes nothing of its identity") {
  const TemporaryFolder folder;
  Store store = a_store(folder / "a.sqlite");
  const Manifest before = store.manifest();
  store.inform("slow injections", "7");
  store.inform("slow injections", "9");
  for (const auto& entry : before.entries())
    if (entry.identity) store.inform(entry.key, "forged");
  const Store opened = Store::open(folder / "a.sqlite");
  CHECK(opened.manifest().find("slow injections") == "9");
  CHECK(opened.manifest().same_campaign(before));
}

TEST_CASE("a fault is stored once, and a block that repeats one leaves nothing") {
  const TemporaryFolder folder;
  Store store = a_store(folder / "a.sqlite");
  append(store, 10, 10);
  CHECK(sentence_of<FaultStoredTwice>([&] { append(store, 5, 6); }) ==
        "spikingjet: the store '" + folder / "a.sqlite" +
            "' already has some of the faults 5 to 10; a fault is stored "
            "once");
  CHECK_THROWS_AS(append(store, 10, 2), FaultStoredTwice);
  CHECK(store.faults() == 10);
  CHECK(store.blocks().size() == 1);
  append(store, 0, 10);
  CHECK(store.faults() == 20);
}

TEST_CASE("a block has one record for each fault, a block of none is nothing") {
  const TemporaryFolder folder;
  Store store = a_store(folder / "a.sqlite");
  CHECK(sentence_of<Misuse>([&] { store.append_block(0, flips(0, 2), records(0, 3)); }) ==
        "spikingjet: 'Store::append_block' was given 3 records for 2 faults; give one for each fault");
  store.append_block(0, {}, {});
  CHECK(store.blocks().empty());
}

TEST_CASE("the view joins the names") {
  const TemporaryFolder folder;
  Store store = a_store(folder / "a.sqlite");
  append(store, 33, 1);
  Fault set = dead_spike(0, 0, 1);
  set.type = "set";
  set.alteration = Alteration::sets(0.5F);
  store.append_block(0, std::vector{set}, records(0, 1));
  const sqlite::Database database(folder / "a.sqlite");
  sqlite::Statement row(
      database,
      "SELECT fault, quantity, target, element, shape, bit, type, sdc_critical FROM results WHERE fault = 33");
  REQUIRE(row.next());
  CHECK(row.integer(0) == 33);
  CHECK(row.text(1) == "fc1.weight");
  CHECK(row.text(2) == "weight");
  CHECK(row.integer(3) == 1);
  CHECK(row.text(4) == "(2, 3)");
  CHECK(row.integer(5) == 1);
  CHECK(row.text(6) == "bitflip");
  CHECK(row.integer(7) == 3);

  sqlite::Statement type(database, "SELECT type FROM results WHERE fault = 0");
  REQUIRE(type.next());
  CHECK(type.text(0) == "set:0.5");
}

TEST_CASE("an existing file is refused by what it is, and never touched") {
  const TemporaryFolder folder;
  const std::string path = folder / "a.sqlite";
  const auto create = [&](const Manifest& manifest) { Store::create(path, manifest, two_quantities()); };

  SECTION("the same campaign") {
    {
      Store store = a_store(path);
      append(store, 0, 3);
    }
    const std::string before = read_bytes(path);
    CHECK(sentence_of<StoreExists>([&] { create(a_manifest().inform("threads", "9")); }) ==
          "spikingjet: the store '" + path +
              "' holds this campaign already (3 faults finished) and is not overwritten; "
              "analyse it, or give another path");
    CHECK(sentence_of<StoreExists>([&] { create(a_manifest().inform("until", "SDC_1 all <= 0.1")); }) ==
          "spikingjet: the store '" + path +
              "' holds this campaign already, run without a rule that ends it (3 faults finished) and is not "
              "overwritten; give another path");
    CHECK(sentence_of<StoreExists>([&] { create(a_manifest().inform("outcomes", "kept")); }) ==
          "spikingjet: the store '" + path +
              "' holds this campaign already, run without '--outcomes' (3 faults finished) and is not overwritten; "
              "give another path");
    CHECK(read_bytes(path) == before);
  }
  SECTION("another campaign") {
    { const Store store = a_store(path); }
    const std::string before = read_bytes(path);
    CHECK(sentence_of<StoreOfAnotherCampaign>([&] { create(a_manifest("8")); }) ==
          "spikingjet: the store '" + path +
              "' holds another campaign ('seed' is '7' there and '8' here) and is not "
              "overwritten; give another path");
    CHECK(contains(sentence_of<StoreOfAnotherCampaign>([&] { create(a_manifest().identify("samples", "9")); }),
                   "('samples' is absent there and '9' here)"));
    CHECK(read_bytes(path) == before);
  }
  SECTION("something else") {
    for (const std::string& content : {std::string("1,2\n"), std::string(5000, 'x')}) {
      write_bytes(path, content);
      CHECK(sentence_of<NotAStore>([&] { create(a_manifest()); }) ==
            "spikingjet: '" + path + "' exists and is no store of a campaign; it is left as it is; give another path");
      CHECK(read_bytes(path) == content);
    }
  }
  SECTION("a database of another program") {
    write_bytes(path, "");
    sqlite::Database(path).execute("CREATE TABLE t (a)");
    CHECK_THROWS_AS(create(a_manifest()), NotAStore);
  }
  SECTION("a folder") {
    std::filesystem::create_directory(path);
    CHECK_THROWS_AS(create(a_manifest()), NotAStore);
  }
}

TEST_CASE("a path that cannot be written is refused, and leaves nothing") {
  const TemporaryFolder folder;
  const std::string path = folder / "missing/a.sqlite";
  CHECK(sentence_of<sqlite::NotWritable>([&] { a_store(path); }) ==
        "spikingjet: the store '" + path +
            "' cannot be made (No such file or directory); check that its directory exists "
            "and that you may write there");
  CHECK_THROWS_AS(a_store(""), sqlite::NotWritable);
  CHECK(!std::filesystem::exists(path));
  if (::geteuid() == 0) {
    WARN("root may write everywhere: read-only folders are not tested");
    return;
  }
  std::filesystem::create_directory(folder / "closed");
  std::filesystem::permissions(folder / "closed",
                               std::filesystem::perms::owner_read | std::filesystem::perms::owner_exec);
  CHECK(contains(sentence_of<sqlite::NotWritable>([&] { a_store(folder / "closed/a.sqlite"); }), "Permission denied"));
}

TEST_CASE("names that SQLite keeps for itself are files like others") {
  const TemporaryFolder folder;
  const auto before = std::filesystem::current_path();
  std::filesystem::current_path(folder / "");
  { const Store store = a_store(":memory:"); }
  CHECK(Store::open(":memory:").manifest() == a_manifest());
  std::filesystem::current_path(before);
}

TEST_CASE("only a store of this layout is opened") {
  const TemporaryFolder folder;
  const std::string path = folder / "a.sqlite";
  CHECK(sentence_of<StoreMissing>([&] { Store::open(path); }) ==
        "spikingjet: there is no store '" + path + "'; check the path, or make one with 'run'");
  CHECK(!std::filesystem::exists(path));
  write_bytes(path, "no store");
  CHECK_THROWS_AS(Store::open(path), NotAStore);
  std::filesystem::remove(path);
  { const Store store = a_store(path); }
  sqlite::Database(path).execute("PRAGMA user_version = 99");
  CHECK(sentence_of<StoreVersionMismatch>([&] { Store::open(path); }) ==
        "spikingjet: the store '" + path +
            "' has layout 99, and this library reads layouts up to 2; use the library that wrote "
            "it");
  CHECK_THROWS_AS(a_store(path), StoreVersionMismatch);
}

TEST_CASE("an opened store cannot be written") {
  const TemporaryFolder folder;
  { const Store store = a_store(folder / "a.sqlite"); }
  Store opened = Store::open(folder / "a.sqlite");
  CHECK_THROWS_AS(append(opened, 0, 1), Failure);
}

TEST_CASE("a store is read while a campaign writes it") {
  const TemporaryFolder folder;
  Store writer = a_store(folder / "a.sqlite");
  append(writer, 0, 5000);
  const Store reader = Store::open(folder / "a.sqlite");
  std::uint64_t seen = 0;
  reader.for_each([&](const StoredFault& stored) {
    if (stored.id == 0) append(writer, 5000, 100);
    ++seen;
  });
  CHECK(seen == 5100);
}

TEST_CASE("a killed process keeps all finished blocks") {
  const TemporaryFolder folder;
  const std::string path = folder / "a.sqlite";
  const ::pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    Store store = a_store(path);
    append(store, 0, 100);
    append(store, 100, 100);
    const sqlite::Database database(path);  // a third block, half written to the file
    database.execute("PRAGMA cache_size = 1");
    const sqlite::Transaction transaction(database);
    sqlite::Statement insert(database, "INSERT INTO manifest (key, value, identity) VALUES (?, ?, 0)");
    for (int i = 0; i < 1000; ++i) insert.run(i, std::string(200, 'x'));
    ::raise(SIGKILL);
    ::_exit(1);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  REQUIRE(WIFSIGNALED(status));
  REQUIRE(std::filesystem::file_size(path + "-journal") > 0);

  const Store store = Store::open(path);
  CHECK(store.manifest() == a_manifest());
  CHECK(store.blocks() == std::vector<FinishedBlock>{{0, 100, 0.5}, {100, 100, 0.5}});
  const auto stored = all_faults(store);
  REQUIRE(stored.size() == 200);
  CHECK(stored[199].fault == flips(199, 1)[0]);
  CHECK(!std::filesystem::exists(path + "-journal"));
}

TEST_CASE("a process that ends without a word keeps all finished blocks") {
  const TemporaryFolder folder;
  const ::pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    Store store = a_store(folder / "a.sqlite");
    append(store, 0, 100);
    ::_exit(0);
  }
  ::waitpid(child, nullptr, 0);
  CHECK(Store::open(folder / "a.sqlite").faults() == 100);
}

TEST_CASE("a disk that refuses a block keeps the blocks before it") {
  const TemporaryFolder folder;
  const std::string path = folder / "a.sqlite";
  const ::pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    Store store = a_store(path);
    append(store, 0, 100);
    std::signal(SIGXFSZ, SIG_IGN);
    const ::rlim_t bytes = std::filesystem::file_size(path) + 20000;
    const ::rlimit limit{bytes, bytes};
    ::setrlimit(RLIMIT_FSIZE, &limit);
    bool refused = false;
    try {
      append(store, 100, 100000);
    } catch (const Failure&) {
      refused = true;
    }
    ::_exit(refused && store.faults() == 100 ? 0 : 1);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  CHECK(status == 0);
  CHECK(all_faults(Store::open(path)).size() == 100);
}

TEST_CASE("a store that contradicts itself is called damaged", "[validation]") {
  const TemporaryFolder folder;
  const std::string path = folder / "a.sqlite";
  {
    Store store = a_store(path);
    append(store, 0, 3);
    store.append_golden(std::vector<GoldenSample>{{0, 3, 1, {1.0F}}});
  }
  const auto damage = [&path](const std::string& sql) { sqlite::Database(path).execute(sql); };
  const auto read = [&path] {
    const Store store = Store::open(path);
    all_faults(store);
    store.for_each_golden([](const GoldenSample&) {});
  };
  SECTION("counts") {
    damage("UPDATE outcomes SET masked = masked + 1 WHERE fault = 2");
    CHECK(sentence_of<DamagedStore>(read) == "spikingjet: the store '" + path +
                                                 "' is damaged: the counts of fault 2 "
                                                 "contradict each other; if it is a copy, copy it again, and "
                                                 "'a.sqlite-journal' with it where that stands beside the original; "
                                                 "otherwise run the campaign again");
  }
  SECTION("an element") {
    damage("UPDATE outcomes SET element = 6 WHERE fault = 1");
    CHECK(contains(sentence_of<DamagedStore>(read), "fault 1 strikes no site of the network"));
  }
  SECTION("a quantity of a fault") {
    damage("UPDATE outcomes SET quantity = -1 WHERE fault = 1");
    CHECK_THROWS_AS(read(), DamagedStore);
  }
  SECTION("a role, a storage, a shape, an id") {
    damage(GENERATE("UPDATE quantities SET role = 'wait' WHERE id = 1", "UPDATE quantities SET storage = 'cellar'",
                    "UPDATE quantities SET shape = '(2, 3, 4, 5, 6)' WHERE id = 0",
                    "UPDATE quantities SET shape = '(2, 0)' WHERE id = 0", "UPDATE quantities SET shape = '3'",
                    "UPDATE quantities SET id = 5 WHERE id = 1"));
    CHECK(contains(sentence_of<DamagedStore>(read), "quantity"));
  }
  SECTION("a readout") {
    damage("UPDATE golden SET readout = x'010203'");
    CHECK(contains(sentence_of<DamagedStore>(read), "golden sample 0"));
  }
  SECTION("a table that is not there") {
    damage("DROP TABLE golden");
    CHECK(contains(sentence_of<DamagedStore>(read), "it has no table 'golden'"));
  }
  SECTION("an endless view in a table's place") {
    damage(
        "DROP VIEW results; ALTER TABLE outcomes RENAME TO kept; CREATE VIEW outcomes AS WITH RECURSIVE r (x) AS "
        "(SELECT 1 UNION ALL SELECT x + 1 FROM r) SELECT k.* FROM kept k, r");
    CHECK(contains(sentence_of<DamagedStore>(read), "its 'outcomes' is no plain table"));
  }
  SECTION("a computed column") {
    damage("ALTER TABLE outcomes ADD COLUMN costly AS (hex(zeroblob(100000000)))");
    CHECK(contains(sentence_of<DamagedStore>(read), "its table 'outcomes' has computed columns"));
  }
  SECTION("a manifest without end") {
    damage(
        "WITH RECURSIVE r (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM r LIMIT 10001) "
        "INSERT INTO manifest (key, value, identity) SELECT x, '', 0 FROM r");
    CHECK(contains(sentence_of<DamagedStore>(read), "more than 10000 entries"));
  }
  SECTION("names that a terminal would obey") {
    damage(GENERATE("UPDATE quantities SET layer = char(27) || '[2J' WHERE id = 1",
                    "UPDATE quantities SET field = 'a' || char(10) || 'b' WHERE id = 0",
                    "UPDATE outcomes SET type = char(27) || ']0;x' || char(7) WHERE fault = 1"));
    CHECK(sentence_of<DamagedStore>(read).find_first_of("\033\n\007") == std::string::npos);
    CHECK_THROWS_AS(read(), DamagedStore);
  }
  SECTION("a tally with a name that a terminal would obey") {
    damage("INSERT INTO tallies VALUES (0, char(27) || '[2J', 0)");
    CHECK_THROWS_AS(Store::open(path).tallies(), DamagedStore);
  }
}

TEST_CASE("a copy without its journal is called damaged and its journal is named", "[validation]") {
  const TemporaryFolder folder;
  const std::string path = folder / "a.sqlite";
  const ::pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    Store store = a_store(path);
    store.append_block(0, flips(0, 3000), records(0, 3000), 0.5, std::vector<Tally>{{"rerun", 30000}});
    const sqlite::Database database(path);  // a second block, half written to the file
    database.execute("PRAGMA cache_size = 1");
    const sqlite::Transaction transaction(database);
    database.execute(
        "UPDATE tallies SET count = count + 1; UPDATE manifest SET value = value || printf('%.*c', 200000, 'x')");
    ::raise(SIGKILL);
    ::_exit(1);
  }
  ::waitpid(child, nullptr, 0);
  REQUIRE(std::filesystem::file_size(path + "-journal") > 0);
  std::filesystem::copy(path, folder / "copy.sqlite");
  const std::string sentence = sentence_of<Failure>([&] {
    const Store copy = Store::open(folder / "copy.sqlite");
    all_faults(copy);
    copy.tallies();
  });
  CHECK(contains(sentence, "'copy.sqlite-journal'"));
  std::filesystem::copy(path, folder / "both.sqlite");
  std::filesystem::copy(path + "-journal", folder / "both.sqlite-journal");
  CHECK(all_faults(Store::open(folder / "both.sqlite")).size() == 3000);
}

TEST_CASE("a store that was cut short on a medium that may only be read says what to copy", "[validation]") {
  const TemporaryFolder folder;
  const std::string path = folder / "a.sqlite";
  {
    Store store = a_store(path);
    append(store, 0, 3);
  }
  write_bytes(path + "-journal", "not put back");
  CHECK(sentence_of<sqlite::JournalLeft>([&] { sqlite::fail(path, SQLITE_READONLY_ROLLBACK, "readonly"); }) ==
        "spikingjet: a write to '" + path + "' was cut short, and what its journal '" + path +
            "-journal' holds must be put back first, which is not possible here (readonly); copy both files into a "
            "folder where you may write");
}

TEST_CASE("names that SQLite takes for parts of another store are refused, to be made or to be read") {
  const TemporaryFolder folder;
  { const Store store = a_store(folder / "x.sqlite"); }
  for (const std::string name : {"x.sqlite-journal", "x.sqlite-wal", "x.sqlite-shm", "-journal"}) {
    CHECK_THROWS_AS(a_store(folder / name), ReservedStoreName);
    CHECK_THROWS_AS(Store::open(folder / name), ReservedStoreName);
    CHECK(!std::filesystem::exists(folder / name));
  }
  CHECK_NOTHROW(a_store(folder / "journal.sqlite"));
}

TEST_CASE("an empty file is room for a store, and says that it is empty where one is read") {
  const TemporaryFolder folder;
  const std::string path = folder / "a.sqlite";
  write_bytes(path, "");
  CHECK(contains(sentence_of<EmptyStore>([&] { Store::open(path); }), "'" + path + "' is empty"));
  {
    Store store = a_store(path);
    append(store, 0, 3);
  }
  CHECK(all_faults(Store::open(path)).size() == 3);
  CHECK_THROWS_AS(a_store(path), StoreExists);
}

TEST_CASE("of two processes that find one empty file, one makes its store and the other is refused") {
  const TemporaryFolder folder;
  const std::string path = folder / "a.sqlite";
  write_bytes(path, "");
  std::atomic<int> made = 0;
  std::atomic<int> refused = 0;
  std::vector<std::thread> processes;
  for (int p = 0; p < 4; ++p)
    processes.emplace_back([&] {
      try {
        Store store = a_store(path);
        append(store, 0, 3);
        ++made;
      } catch (const StoreExists&) {
        ++refused;
      }
    });
  for (std::thread& process : processes) process.join();
  CHECK(made == 1);
  CHECK(refused == 3);
  CHECK(all_faults(Store::open(path)).size() == 3);
}

TEST_CASE("a store that is moved or deleted under a campaign is said to be so, and the blocks before it are kept") {
  const TemporaryFolder folder;
  const std::string path = folder / "a.sqlite";
  Store store = a_store(path);
  append(store, 0, 3);
  std::filesystem::rename(path, folder / "b.sqlite");
  CHECK(contains(sentence_of<sqlite::FileMoved>([&] { append(store, 3, 3); }), "moved, replaced or deleted"));
  CHECK(all_faults(Store::open(folder / "b.sqlite")).size() == 3);
  write_bytes(path, "");  // replaced
  CHECK_THROWS_AS(append(store, 3, 3), sqlite::FileMoved);
  std::filesystem::remove(path);
  std::filesystem::remove(folder / "b.sqlite");
  CHECK_THROWS_AS(append(store, 3, 3), sqlite::FileMoved);
}

TEST_CASE("a reader that holds the file keeps a campaign waiting, and never ends it") {
  const TemporaryFolder folder;
  const std::string path = folder / "a.sqlite";
  std::atomic<long> longest = 0;  // [ms]
  std::atomic<bool> stopped = false;
  const sqlite::Patience patience = [&](std::chrono::milliseconds waited) {
    longest = waited.count();
    return !stopped;
  };
  Store store = Store::create(path, a_manifest(), two_quantities(), StoredSpace{}, patience);
  append(store, 0, 3);
  const sqlite::Database other(path);
  auto held = std::make_unique<sqlite::Statement>(other, "SELECT * FROM outcomes");
  REQUIRE(held->next());  // and not read to its end

  SECTION("until it has read to the end") {
    std::thread campaign([&] { append(store, 3, 3); });
    while (longest < 300) std::this_thread::sleep_for(std::chrono::milliseconds(5));
    held.reset();
    campaign.join();
    CHECK(store.faults() == 6);
  }
  SECTION("until one gives up, which leaves the blocks before") {
    std::thread stop([&] {
      while (longest < 100) std::this_thread::sleep_for(std::chrono::milliseconds(5));
      stopped = true;
    });
    CHECK_THROWS_AS(append(store, 3, 3), sqlite::FileLocked);
    stop.join();
    held.reset();
    CHECK(store.faults() == 3);
    stopped = false;
    append(store, 3, 3);
    CHECK(store.faults() == 6);
  }
  SECTION("also where it holds the whole file, and readers wait as well") {
    held.reset();
    other.execute("BEGIN EXCLUSIVE");
    std::thread campaign([&] { append(store, 3, 3); });
    std::atomic<std::uint64_t> seen = 0;  // 3 where the reader comes first
    std::thread reader([&] { seen = Store::open(path, patience).faults(); });
    while (longest < 300) std::this_thread::sleep_for(std::chrono::milliseconds(5));
    other.execute("COMMIT");
    campaign.join();
    reader.join();
    CHECK((seen == 3 || seen == 6));
    CHECK(store.faults() == 6);
  }
}

TEST_CASE("a store with damaged bytes is read or refused, never worse", "[validation]") {
  const TemporaryFolder folder;
  {
    Store store = a_store(folder / "a.sqlite");
    append(store, 0, 200);
    store.append_golden(std::vector<GoldenSample>{{0, 3, 1, {1.0F, 2.0F}}});
  }
  const std::string sound = read_bytes(folder / "a.sqlite");
  const unsigned seed = 20240404;
  CAPTURE(seed);
  std::mt19937 random(seed);
  int refused = 0;
  constexpr int rounds = 400;
  for (int round = 0; round < rounds; ++round) {
    std::string bytes = sound;
    for (auto n = 1 + random() % 20; n > 0; --n) bytes[random() % bytes.size()] = char(random());
    if (round % 4 == 0) bytes.resize(random() % bytes.size());
    write_bytes(folder / "b.sqlite", bytes);
    try {
      const Store store = Store::open(folder / "b.sqlite");
      all_faults(store);
      store.for_each_golden([](const GoldenSample&) {});
      store.blocks();
      store.tallies();
    } catch (const Error&) {
      ++refused;
    }
  }
  CHECK(refused > 0);
}

namespace {

StoredSpace a_space() {
  return {.population = populations,
          .ways = {{0, 30, "bitflip", 6, 1}, {0, 31, "bitflip", 6, 0}, {1, Fault::no_bit, "dead", 2, std::nullopt}},
          .strata = {{"fc1 bit 31", 6, 3, 0.5}, {"fc1 bit 30", 6, 6, 0.25}}};
}

}  // namespace

TEST_CASE("a store gives back the space, its strata, and which draw each fault was") {
  const TemporaryFolder folder;
  const std::string path = folder / "a.sqlite";
  const std::vector<FaultDraw> draws{{0, 2}, {1, 0}, {0, std::uint64_t(1) << 40}};
  Store store = Store::create(path, a_manifest(), two_quantities(), a_space());
  const std::vector<Fault> faults = flips(0, 3);
  const std::vector<FaultRecord> outcomes = records(0, 3);
  const std::vector<InjectionChunk> chunks{{0, 2, {std::byte(0), std::byte(0)}}, {2, 1, {std::byte(0)}}};
  store.append_block({.first = 0, .faults = faults, .records = outcomes, .draws = draws, .injections = chunks});
  append(store, 3, 2);
  const Store opened = Store::open(path);
  CHECK(opened.layout() == 2);
  CHECK(opened.strata() == a_space().strata);
  CHECK(opened.ways() == a_space().ways);
  const std::vector<StoredFault> all = all_faults(opened);
  REQUIRE(all.size() == 5);
  for (std::size_t f = 0; f < draws.size(); ++f) CHECK(all[f].draw == draws[f]);
  CHECK(!all[3].draw);
  sqlite::Statement rows(sqlite::Database(path), "SELECT count(*), sum(faults), sum(length(rows)) FROM injections");
  REQUIRE(rows.next());
  CHECK(rows.integer(0) == 2);
  CHECK(rows.integer(1) == 3);
  CHECK(rows.integer(2) == 3);
  sqlite::Statement view(sqlite::Database(path), "SELECT stratum, rank FROM results WHERE fault = 1");
  REQUIRE(view.next());
  CHECK(view.text(0) == "fc1 bit 30");
  CHECK(view.integer(1) == 0);
}

TEST_CASE("a block with too few draws, and ways of strata or quantities that are not there, are refused") {
  const TemporaryFolder folder;
  Store store = Store::create(folder / "a.sqlite", a_manifest(), two_quantities(), a_space());
  const std::vector<Fault> faults = flips(0, 3);
  const std::vector<FaultRecord> outcomes = records(0, 3);
  const std::vector<FaultDraw> draws(2);
  CHECK(contains(sentence_of<Misuse>(
                     [&] { store.append_block({.first = 0, .faults = faults, .records = outcomes, .draws = draws}); }),
                 "2 draws for 3 faults"));
  CHECK(store.faults() == 0);
  StoredSpace space = a_space();
  space.ways[0].stratum = 2;
  CHECK(contains(sentence_of<Misuse>([&] { Store::create(folder / "b.sqlite", {}, two_quantities(), space); }),
                 "stratum 2"));
  space = a_space();
  space.ways[2].quantity = 2;
  CHECK(contains(sentence_of<Misuse>([&] { Store::create(folder / "b.sqlite", {}, two_quantities(), space); }),
                 "quantity 2"));
}

TEST_CASE("a store of layout 1 is read as one that knows neither strata nor draws") {
  const TemporaryFolder folder;
  const std::string path = folder / "a.sqlite";
  {
    Store store = a_store(path);
    append(store, 0, 4);
  }
  std::filesystem::copy_file(path, folder / "b.sqlite");
  const Store as_it_was = Store::open(folder / "b.sqlite");
  sqlite::Database(path).execute(
      "DROP VIEW results; DROP TABLE strata; DROP TABLE space; DROP TABLE injections;"
      "ALTER TABLE outcomes DROP COLUMN stratum; ALTER TABLE outcomes DROP COLUMN rank; PRAGMA user_version = 1");
  const Store store = Store::open(path);
  CHECK(store.layout() == 1);
  CHECK(store.strata().empty());
  CHECK(store.ways().empty());
  CHECK(all_faults(store) == all_faults(as_it_was));
}

TEST_CASE(
    "strata, ways and draws that contradict themselves are damage, and several faults in a row are refused as newer") {
  const TemporaryFolder folder;
  const std::string path = folder / "a.sqlite";
  {
    Store store = Store::create(path, a_manifest(), two_quantities(), a_space());
    append(store, 0, 2);
  }
  const auto change = [&](const std::string& sql) { sqlite::Database(path).execute(sql); };
  const auto read = [&] {
    const Store store = Store::open(path);
    store.ways();
    all_faults(store);
  };
  CHECK_NOTHROW(read());
  SECTION("more drawn than there are") { change("UPDATE strata SET drawn = 7 WHERE id = 0"); }
  SECTION("numbers that leave one out") { change("UPDATE strata SET id = 5 WHERE id = 1"); }
  SECTION("a rate that is none") { change("UPDATE strata SET p = 1.5"); }
  SECTION("a name with an escape") { change("UPDATE strata SET name = 'a' || char(27) WHERE id = 0"); }
  SECTION("a way of no stratum") { change("UPDATE space SET stratum = 2"); }
  SECTION("a way of no quantity") { change("UPDATE space SET quantity = -1"); }
  SECTION("a draw before the first") { change("UPDATE outcomes SET stratum = 0, rank = -1"); }
  SECTION("several faults") {
    change("UPDATE outcomes SET quantity = NULL WHERE fault = 1");
    CHECK(contains(sentence_of<Misuse>(read), "several faults at once (row 1)"));
    return;
  }
  CHECK_THROWS_AS(read(), DamagedStore);
}
