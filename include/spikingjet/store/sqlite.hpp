// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/error.hpp>

#include <fmt/format.h>
#include <sqlite3.h>

#include <algorithm>
#include <chrono>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <thread>
#include <utility>

/// SQLite with owners: what is opened is closed, what is begun and not committed is rolled back, and every refusal is
/// one sentence with the file's path and SQLite's own words.
namespace spikingjet::sqlite {

/// SQLite could not do what was asked of it.
class DatabaseFailure : public Failure {
 public:
  DatabaseFailure(const std::string& sentence, std::string file_path, int sqlite_code)
      : Failure(sentence), path(std::move(file_path)), code(sqlite_code) {}

  std::string path;
  int code;  // SQLite's, extended
};

/// No space is left where the file lies.
class DiskFull : public DatabaseFailure {
 public:
  using DatabaseFailure::DatabaseFailure;
};

/// The file or its directory cannot be opened or written.
class NotWritable : public DatabaseFailure {
 public:
  using DatabaseFailure::DatabaseFailure;
};

/// A write was cut short, and what the journal holds cannot be put back where the file lies.
class JournalLeft : public NotWritable {
 public:
  using NotWritable::NotWritable;
};

/// The file was moved, replaced or deleted while it was open.
class FileMoved : public DatabaseFailure {
 public:
  using DatabaseFailure::DatabaseFailure;
};

/// Another process holds the file for longer than one waits.
class FileLocked : public DatabaseFailure {
 public:
  using DatabaseFailure::DatabaseFailure;
};

/// The file is no SQLite database, or a damaged one.
class NotADatabase : public DatabaseFailure {
 public:
  using DatabaseFailure::DatabaseFailure;
};

/// The file beside a database that holds what a cut write must put back.
inline std::string journal_of(const std::string& path) { return path + "-journal"; }

/// Throws what a result code of SQLite stands for.
[[noreturn]] inline void fail(const std::string& path, int code, const std::string& said) {
  const auto journal_left = [&path] {
    std::error_code ignored;
    const auto bytes = std::filesystem::file_size(journal_of(path), ignored);
    return !ignored && bytes > 0;
  };
  const auto require_no_journal = [&] {
    if (!journal_left()) return;
    throw JournalLeft(
        fmt::format("spikingjet: a write to '{}' was cut short, and what its journal '{}' holds must be put back "
                    "first, which is not possible here ({}); copy both files into a folder where you may write",
                    path, journal_of(path), said),
        path, code);
  };
  if (code == SQLITE_READONLY_DBMOVED)
    throw FileMoved(
        fmt::format("spikingjet: '{}' was moved, replaced or deleted while it was open; what was committed before "
                    "is in the file that was opened, wherever it is now; give another path",
                    path),
        path, code);
  switch (code & 0xff) {  // the primary code
    case SQLITE_FULL:
      throw DiskFull(
          fmt::format("spikingjet: no space is left for '{}' ({}); free some space, or give another path", path, said),
          path, code);
    case SQLITE_READONLY:
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
      require_no_journal();
      throw NotWritable(fmt::format("spikingjet: '{}' cannot be opened or written ({}); check that its directory "
                                    "exists and that you may write there",
                                    path, said),
                        path, code);
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      throw FileLocked(fmt::format("spikingjet: '{}' is locked by another process ({}); wait until it has finished or "
                                   "stop it",
                                   path, said),
                       path, code);
    case SQLITE_CORRUPT:
      throw NotADatabase(
          fmt::format(
              "spikingjet: '{}' is a damaged SQLite database ({}); if it is a copy, copy it again, and '{}' "
              "with it where that stands beside the original; otherwise recover it with 'sqlite3 FILE .recover'",
              path, said, journal_of(std::filesystem::path(path).filename().string())),
          path, code);
    case SQLITE_NOTADB:
      throw NotADatabase(fmt::format("spikingjet: '{}' is no SQLite database or a damaged one ({}); check the path, or "
                                     "recover it with 'sqlite3 FILE .recover'",
                                     path, said),
                         path, code);
    default:
      if (code == SQLITE_IOERR_DELETE) require_no_journal();
      throw DatabaseFailure(
          fmt::format("spikingjet: '{}' cannot be used; SQLite says '{}' (code {})", path, said, code), path, code);
  }
}

/// The same for what a database said last.
[[noreturn]] inline void fail(sqlite3* handle) {
  const char* path = sqlite3_db_filename(handle, "main");
  const int code = sqlite3_extended_errcode(handle);
  std::string said = sqlite3_errmsg(handle);
  if (const int reason = sqlite3_system_errno(handle); (code & 0xff) == SQLITE_IOERR && reason != 0)
    said += ": " + std::generic_category().message(reason);
  fail(path ? path : "", code, said);
}

/// Asked again and again while another process holds a file, with the time waited so far: true waits on, false gives
/// up with `FileLocked`. It must not throw.
using Patience = std::function<bool(std::chrono::milliseconds waited)>;

/// Gives up after some time.
inline Patience at_most(std::chrono::milliseconds longest) {
  return [longest](std::chrono::milliseconds waited) { return waited < longest; };
}

/// One open database file, used by one thread at a time.
class Database {
 public:
  /// Opens an existing file, for writing where that is allowed. An empty file is an empty database.
  ///
  /// **Errors** `NotWritable` where the file cannot be opened. That it is no database shows with the first statement.
  explicit Database(const std::string& path, Patience patience = at_most(std::chrono::seconds(30)))
      : wait_(std::make_unique<Wait>(Wait{std::move(patience), {}})) {
    sqlite3* handle = nullptr;
    // No locks between threads: they cost a fifth of reading.
    constexpr int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX;
    const int code = sqlite3_open_v2(path.c_str(), &handle, flags, nullptr);
    handle_.reset(handle);
    if (code != SQLITE_OK) fail(path, code, handle ? sqlite3_errmsg(handle) : sqlite3_errstr(code));
    sqlite3_extended_result_codes(handle, 1);
    sqlite3_busy_handler(handle, &wait_longer, wait_.get());
  }

  sqlite3* handle() const { return handle_.get(); }

  /// Runs statements that give no rows.
  void execute(const std::string& sql) const {
    if (sqlite3_exec(handle(), sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) fail(handle());
  }

 private:
  struct Close {
    void operator()(sqlite3* handle) const { sqlite3_close_v2(handle); }
  };

  using Clock = std::chrono::steady_clock;
  struct Wait {
    Patience patience;
    Clock::time_point begin;
  };

  /// What SQLite calls while the file is locked, with the number of calls before in this wait.
  static int wait_longer(void* data, int calls) {
    Wait& wait = *static_cast<Wait*>(data);
    if (calls == 0) wait.begin = Clock::now();
    if (!wait.patience(std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - wait.begin))) return 0;
    std::this_thread::sleep_for(std::chrono::milliseconds(std::min(1 + calls, 50)));
    return 1;
  }

  std::unique_ptr<Wait> wait_;  // its address is SQLite's
  std::unique_ptr<sqlite3, Close> handle_;
};

/// One prepared statement. Must not outlive its database.
///
/// **Example** `for (Statement rows(db, "SELECT a FROM t WHERE b = ?"); rows.bind(3); rows.next()) ...`
class Statement {
 public:
  Statement(const Database& database, std::string_view sql) {
    sqlite3_stmt* handle = nullptr;
    const int code = sqlite3_prepare_v2(database.handle(), sql.data(), int(sql.size()), &handle, nullptr);
    handle_.reset(handle);
    if (code != SQLITE_OK) fail(database.handle());
  }

  /// Gives each parameter its value, from the first on: integers, doubles, text, bytes, or an optional of one.
  ///
  /// Text and bytes are not copied: they must live until the statement has run.
  template <class... Values>
  Statement& bind(const Values&... values) {
    int parameter = 0;
    (check(bind_one(++parameter, values)), ...);
    return *this;
  }

  /// Moves to the next row; false behind the last.
  bool next() {
    const int code = sqlite3_step(handle_.get());
    if (code != SQLITE_ROW && code != SQLITE_DONE) fail(sqlite3_db_handle(handle_.get()));
    return code == SQLITE_ROW;
  }

  /// Runs a statement that gives no rows and makes it ready to run again.
  template <class... Values>
  void run(const Values&... values) {
    bind(values...).next();
    sqlite3_reset(handle_.get());
  }

  bool null(int column) const { return sqlite3_column_type(handle_.get(), column) == SQLITE_NULL; }
  std::int64_t integer(int column) const { return sqlite3_column_int64(handle_.get(), column); }
  double real(int column) const { return sqlite3_column_double(handle_.get(), column); }

  /// Valid until the next row.
  std::string_view text(int column) const {
    const auto* data = reinterpret_cast<const char*>(sqlite3_column_text(handle_.get(), column));
    return data ? std::string_view(data, std::size_t(sqlite3_column_bytes(handle_.get(), column))) : std::string_view();
  }

  /// Valid until the next row.
  std::span<const std::byte> bytes(int column) const {
    const auto* data = static_cast<const std::byte*>(sqlite3_column_blob(handle_.get(), column));
    return {data, data ? std::size_t(sqlite3_column_bytes(handle_.get(), column)) : 0};
  }

 private:
  struct Finalize {
    void operator()(sqlite3_stmt* handle) const { sqlite3_finalize(handle); }
  };

  void check(int code) const {
    if (code != SQLITE_OK) fail(sqlite3_db_handle(handle_.get()));
  }

  int bind_one(int parameter, std::integral auto value) {
    return sqlite3_bind_int64(handle_.get(), parameter, std::int64_t(value));
  }
  int bind_one(int parameter, double value) { return sqlite3_bind_double(handle_.get(), parameter, value); }
  int bind_one(int parameter, std::string_view value) {
    return sqlite3_bind_text64(handle_.get(), parameter, value.data() ? value.data() : "", value.size(), SQLITE_STATIC,
                               SQLITE_UTF8);
  }
  int bind_one(int parameter, std::span<const std::byte> value) {
    return sqlite3_bind_blob64(handle_.get(), parameter, value.empty() ? "" : static_cast<const void*>(value.data()),
                               value.size(), SQLITE_STATIC);  // a null pointer would bind NULL
  }
  template <class T>
  int bind_one(int parameter, const std::optional<T>& value) {
    return value ? bind_one(parameter, *value) : sqlite3_bind_null(handle_.get(), parameter);
  }

  std::unique_ptr<sqlite3_stmt, Finalize> handle_;
};

/// All or nothing: what is not committed when it ends is rolled back.
class Transaction {
 public:
  explicit Transaction(const Database& database) : database_(database) { database_.execute("BEGIN IMMEDIATE"); }
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;

  ~Transaction() {  // SQLite has rolled back already where the disk is full
    if (!committed_ && !sqlite3_get_autocommit(database_.handle()))
      sqlite3_exec(database_.handle(), "ROLLBACK", nullptr, nullptr, nullptr);
  }

  /// When this returns, the transaction is on the disk.
  void commit() {
    database_.execute("COMMIT");
    committed_ = true;
  }

 private:
  const Database& database_;
  bool committed_ = false;
};

}  // namespace spikingjet::sqlite
