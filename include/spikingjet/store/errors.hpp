// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/error.hpp>
#include <spikingjet/store/manifest.hpp>
#include <spikingjet/store/sqlite.hpp>

#include <fmt/format.h>

#include <cstdint>
#include <filesystem>
#include <string>
#include <utility>

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
  /// `otherwise` says how it was run, where that is not how it is to be run now: "until 'SDC_1 all <= 0.01'".
  StoreExists(std::string file_path, std::uint64_t finished_faults, const std::string& otherwise = "")
      : Misuse(fmt::format("spikingjet: the store '{}' holds this campaign already{} ({} faults finished) and is not "
                           "overwritten; {}give another path",
                           file_path, otherwise.empty() ? "" : ", run " + otherwise, finished_faults,
                           otherwise.empty() ? "analyse it, or " : "")),
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

}  // namespace spikingjet
