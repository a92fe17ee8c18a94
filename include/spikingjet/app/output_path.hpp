// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/error.hpp>
#include <spikingjet/core/output_file.hpp>

#include <cstddef>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <system_error>
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
inline std::filesystem::path led_to(const std::string& path) {
  std::error_code ignored;
  std::filesystem::path end = std::filesystem::absolute(path, ignored);
  for (int links = 0; links < 40 && std::filesystem::is_symlink(end, ignored); ++links)
    end = end.parent_path() / std::filesystem::read_symlink(end, ignored);
  return std::filesystem::weakly_canonical(end, ignored);
}

/// Refuses two paths of one file, whether it is there already or not.
///
/// **Errors** `SameOutput`.
inline void require_different(const std::string& one, const std::string& other) {
  std::error_code ignored;
  if (led_to(one) == led_to(other) || std::filesystem::equivalent(one, other, ignored)) throw SameOutput(other);
}

/// Refuses an output that is the store, or one of the files that SQLite keeps beside it.
///
/// **Errors** `SameOutput`.
inline void require_beside_store(const std::string& store, const std::string& output) {
  require_different(store, output);
  const std::string database = led_to(store).string();
  for (const char* part : {"-journal", "-wal", "-shm"}) require_different(database + part, output);
}

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
inline void require_replaceable(const std::string& path, OutputKind kind) {
  if (names_open_stream(path)) return;
  std::error_code ignored;
  const std::filesystem::path folder = std::filesystem::path(path).parent_path();
  if (!folder.empty() && !std::filesystem::is_directory(folder, ignored)) throw OutputFailure(path);
  if (std::filesystem::is_directory(path, ignored)) throw OutputFailure(path);
  if (!std::filesystem::is_regular_file(path, ignored)) return;
  std::ifstream in(path, std::ios::binary);
  char start[512];
  in.read(start, sizeof start);
  const std::string_view text(start, static_cast<std::size_t>(in.gcount()));
  if (text.empty()) return;
  const bool npy = text.starts_with("\x93NUMPY");
  const bool binary = text.find('\0') != std::string_view::npos || text.starts_with("PK") || npy;
  const bool fits = kind == OutputKind::npy ? npy : kind == OutputKind::npz ? text.starts_with("PK") : !binary;
  if (!fits) throw OutputRefused(path, kind);
}

/// Writes a text file.
///
/// **Errors** `OutputFailure`.
inline void write_text(const std::string& path, const std::string& text) {
  std::ofstream out(path, std::ios::binary);
  out << text;
  out.flush();
  if (!out) throw OutputFailure(path);
}

}  // namespace spikingjet
