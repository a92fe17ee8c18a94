// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/error.hpp>
#include <spikingjet/core/output_file.hpp>

#include <filesystem>
#include <string>
#include <utility>

namespace spikingjet {

/// ".csv" of 'a/Table.CSV': what a name ends in, in small letters of ASCII; empty where it has no suffix.
inline std::string suffix_of(const std::string& path) {
  std::string suffix = std::filesystem::path(path).extension().string();
  for (char& c : suffix) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return suffix;
}

/// What an output file may replace.
enum class OutputKind { text, npy, npz };

/// An output path where something stands that the output would destroy: a store, weights, data.
class OutputRefused : public Misuse {
 public:
  OutputRefused(std::string output_path, OutputKind kind)
      : Misuse("spikingjet: '" + output_path + "' exists and is no " +
               (kind == OutputKind::text  ? "text"
                : kind == OutputKind::npy ? ".npy"
                                          : ".npz") +
               " file, so it is not overwritten; give another path"),
        path(std::move(output_path)) {}

  std::string path;
};

/// Two outputs with one path.
class SameOutput : public Misuse {
 public:
  explicit SameOutput(std::string output_path)
      : Misuse("spikingjet: '" + output_path +
               "' stands for two outputs, and one would destroy the other; give each a path of its own"),
        path(std::move(output_path)) {}

  std::string path;
};

/// Where a path leads, through links that lead to nothing as well.
std::filesystem::path led_to(const std::string& path);

/// Refuses two paths of one file, whether it is there already or not.
///
/// **Errors** `SameOutput`.
void require_different(const std::string& one, const std::string& other);

/// Refuses an output that is the store, or one of the files that SQLite keeps beside it.
///
/// **Errors** `SameOutput`.
void require_beside_store(const std::string& store, const std::string& output);

/// A file that the command line was told to write and that cannot be written.
class OutputFailure : public Failure {
 public:
  explicit OutputFailure(std::string output_path)
      : Failure("spikingjet: cannot write '" + output_path +
                "'; check that its folder exists, that you may write there and that the disk is not full"),
        path(std::move(output_path)) {}

  std::string path;
};

/// Refuses to replace a file of another kind by an output; new, empty and special files (a terminal) are welcome.
///
/// **Errors** `OutputRefused`; `OutputFailure` where the folder does not exist.
void require_replaceable(const std::string& path, OutputKind kind);

/// Writes a text file.
///
/// **Errors** `OutputFailure`.
void write_text(const std::string& path, const std::string& text);

}  // namespace spikingjet

#if !defined(SPIKINGJET_COMPILED)
#include <spikingjet/app/definitions/output_path.hpp>
#endif
