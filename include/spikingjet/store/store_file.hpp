// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/store/errors.hpp>
#include <spikingjet/store/schema.hpp>
#include <spikingjet/store/sqlite.hpp>

#include <fmt/format.h>

#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <initializer_list>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

namespace spikingjet::detail {

/// Whether SQLite takes a file of this name for a part of another database.
inline bool is_reserved_name(std::string_view path) {
  return path.ends_with("-journal") || path.ends_with("-wal") || path.ends_with("-shm");
}

/// Refuses a name that SQLite keeps for itself.
inline void require_free_name(const std::string& path) {
  if (is_reserved_name(path)) throw ReservedStoreName(path);
}

/// Claims the path by a new and empty file; false where a file is there already.
inline bool make_file(const std::string& path) {
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

/// The path from the root, as SQLite takes some relative names for something else than a file.
inline std::string absolute_path(const std::string& path) { return std::filesystem::absolute(path).string(); }

/// The number that SQLite answers to a PRAGMA.
inline std::int64_t pragma_value(const sqlite::Database& database, const char* name) {
  sqlite::Statement statement(database, fmt::format("PRAGMA {}", name));
  return statement.next() ? statement.integer(0) : 0;
}

/// Refuses a view in a table's place, and columns that are computed: reading them could take any time.
inline void require_tables(const std::string& path, const sqlite::Database& database,
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

/// The database of a store that is there, for reading.
///
/// Opened for writing where allowed, as only then what a killed process left half-done can be rolled back; nothing
/// is written.
inline sqlite::Database open_store(const std::string& path, sqlite::Patience patience) {
  std::error_code ignored;
  if (!std::filesystem::exists(path, ignored)) throw StoreMissing(path);
  if (!std::filesystem::is_regular_file(path, ignored)) throw NotAStore(path);
  sqlite::Database database(absolute_path(path), std::move(patience));
  try {
    if (pragma_value(database, "page_count") == 0) throw EmptyStore(path);
    if (pragma_value(database, "application_id") != store_application_id) throw NotAStore(path);
  } catch (const sqlite::NotADatabase& failure) {
    if ((failure.code & 0xff) == SQLITE_CORRUPT) throw DamagedStore(path, "SQLite cannot read it");
    throw NotAStore(path);
  }
  const std::int64_t layout = pragma_value(database, "user_version");
  if (layout < 1 || layout > store_schema_version) throw StoreVersionMismatch(path, layout, store_schema_version);
  database.execute("PRAGMA query_only = 1; PRAGMA trusted_schema = 0");
  require_tables(path, database, {"manifest", "quantities", "golden", "outcomes", "blocks", "tallies"});
  if (layout >= 2) require_tables(path, database, {"strata", "space", "injections"});
  return database;
}

}  // namespace spikingjet::detail
