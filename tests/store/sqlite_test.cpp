// SPDX-License-Identifier: MIT
#include "catch.hpp"
#include "store/fixture.hpp"

#include <spikingjet/store/sqlite.hpp>

#include <array>
#include <chrono>
#include <cstddef>
#include <limits>
#include <optional>
#include <span>
#include <string>

#include <unistd.h>

using namespace spikingjet;
using namespace spikingjet::sqlite;
using namespace std::chrono_literals;

namespace {

std::string empty_file(const TemporaryFolder& folder) {
  write_bytes(folder / "a.sqlite", "");
  return folder / "a.sqlite";
}

std::int64_t rows_of(const Database& database) {
  Statement count(database, "SELECT count(*) FROM t");
  count.next();
  return count.integer(0);
}

}  // namespace

TEST_CASE("what is bound is what is read") {
  const TemporaryFolder folder;
  const Database database(empty_file(folder));
  database.execute("CREATE TABLE t (a, b, c, d, e, f)");
  const std::array bytes{std::byte{0}, std::byte{255}};
  constexpr auto largest = std::numeric_limits<std::uint64_t>::max();
  Statement insert(database, "INSERT INTO t VALUES (?, ?, ?, ?, ?, ?)");
  insert.run(largest, 0.1, std::string("it's"), std::span<const std::byte>(bytes), std::optional<int>(),
             std::string_view());
  insert.run(-1, 0.0, "", std::span<const std::byte>(), std::optional<int>(3), "x");

  Statement rows(database, "SELECT * FROM t");
  REQUIRE(rows.next());
  CHECK(std::uint64_t(rows.integer(0)) == largest);
  CHECK(rows.real(1) == 0.1);
  CHECK(rows.text(2) == "it's");
  REQUIRE(rows.bytes(3).size() == 2);
  CHECK(rows.bytes(3)[1] == std::byte{255});
  CHECK(rows.null(4));
  CHECK(!rows.null(5));
  CHECK(rows.text(5).empty());
  REQUIRE(rows.next());
  CHECK(rows.integer(0) == -1);
  CHECK(rows.bytes(3).empty());
  CHECK(rows.integer(4) == 3);
  CHECK(!rows.next());
}

TEST_CASE("a transaction is all or nothing", "[law]") {
  const TemporaryFolder folder;
  const Database database(empty_file(folder));
  database.execute("CREATE TABLE t (a)");
  {
    Transaction lost(database);
    database.execute("INSERT INTO t VALUES (1)");
  }
  CHECK(rows_of(database) == 0);
  {
    Transaction kept(database);
    database.execute("INSERT INTO t VALUES (1)");
    kept.commit();
  }
  CHECK(rows_of(database) == 1);
}

TEST_CASE("a path that cannot be opened says so in one sentence") {
  const TemporaryFolder folder;
  const std::string path = folder / "missing/a.sqlite";
  CHECK(sentence_of<NotWritable>([&] { Database database(path); }) ==
        "spikingjet: '" + path +
            "' cannot be opened or written (unable to open database file); check that its directory "
            "exists and that you may write there");
  CHECK_THROWS_AS(Database(folder / ""), NotWritable);  // a folder
}

TEST_CASE("a database that may only be read says so when it is written") {
  if (::geteuid() == 0) {
    WARN("root may write everywhere: not tested");
    return;
  }
  const TemporaryFolder folder;
  const std::string path = empty_file(folder);
  Database(path).execute("CREATE TABLE t (a)");
  std::filesystem::permissions(path, std::filesystem::perms::owner_read);
  const Database database(path);
  CHECK(contains(sentence_of<NotWritable>([&] { database.execute("INSERT INTO t VALUES (1)"); }), "readonly"));
}

TEST_CASE("a full disk says so, and what was committed before is kept") {
  const TemporaryFolder folder;
  const Database database(empty_file(folder));
  database.execute("CREATE TABLE t (a); INSERT INTO t VALUES (1); PRAGMA max_page_count = 4");
  const std::string sentence = sentence_of<DiskFull>([&] {
    Transaction block(database);
    Statement insert(database, "INSERT INTO t VALUES (?)");
    for (int i = 0; i < 100; ++i) insert.run(std::string(1000, 'x'));
    block.commit();
  });
  CHECK(sentence == "spikingjet: no space is left for '" + folder / "a.sqlite" +
                        "' (database or disk is full); free some "
                        "space, or give another path");
  CHECK(rows_of(database) == 1);
}

TEST_CASE("a locked file says so") {
  const TemporaryFolder folder;
  const std::string path = empty_file(folder);
  const Database holder(path);
  holder.execute("CREATE TABLE t (a)");
  const Transaction held(holder);
  const Database other(path, at_most(10ms));
  CHECK(sentence_of<FileLocked>([&] { Transaction refused(other); }) ==
        "spikingjet: '" + path +
            "' is locked by another process (database is locked); wait until it has finished or "
            "stop it");
}

TEST_CASE("a file that is no database says so") {
  const TemporaryFolder folder;
  write_bytes(folder / "a.csv", std::string(2000, 'x'));
  const Database database(folder / "a.csv");
  CHECK(sentence_of<NotADatabase>([&] { database.execute("CREATE TABLE t (a)"); }) ==
        "spikingjet: '" + folder / "a.csv" +
            "' is no SQLite database or a damaged one (file is not a database); check the "
            "path, or recover it with 'sqlite3 FILE .recover'");
}

TEST_CASE("any other refusal quotes SQLite") {
  const TemporaryFolder folder;
  const Database database(empty_file(folder));
  CHECK(sentence_of<DatabaseFailure>([&] { Statement(database, "SELECT * FROM nowhere"); }) ==
        "spikingjet: '" + folder / "a.sqlite" + "' cannot be used; SQLite says 'no such table: nowhere' (code 1)");
}
