// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/io/byte_source.hpp>
#include <spikingjet/io/file_errors.hpp>

#include <array>
#include <cstddef>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

namespace spikingjet {

/// A file that is compressed, or an archive of files.
class PackedFile : public Misuse {
 public:
  PackedFile(std::string file_path, std::string packed_by, const std::string& cure)
      : Misuse("spikingjet: '" + file_path + "' is packed by " + packed_by + "; unpack it first, with '" + cure +
               "', and pass what comes out; see docs/formats.md"),
        path(std::move(file_path)),
        packer(std::move(packed_by)) {}

  std::string path;
  std::string packer;
};

/// An AEDAT recording of a version that is not read.
class AedatVersion : public Misuse {
 public:
  AedatVersion(std::string file_path, std::string found_version)
      : Misuse("spikingjet: '" + file_path + "' is a recording of AEDAT " + found_version +
               ", allowed is AEDAT 3.1; read it with " + reader(found_version) +
               " and save frames as .npz, 'x' (sample, step, channel, y, x) and labels 'y' (sample,); see "
               "docs/formats.md"),
        path(std::move(file_path)),
        version(std::move(found_version)) {}

  std::string path;
  std::string version;

 private:
  static std::string reader(const std::string& of_version) {
    return of_version.starts_with('4') ? "the package 'aedat' or 'dv-processing'" : "tonic or jAER";
  }
};

namespace detail {

/// What a file is by its first bytes, and the command that unpacks it where it is packed.
struct FileKind {
  std::string_view name;
  std::string_view unpack = {};  // without the file's name
};

/// The kind of a file that no reader of data takes, where its first bytes say so.
inline std::optional<FileKind> kind_of(std::string_view start) {
  constexpr std::pair<std::string_view, FileKind> kinds[] = {
      {"\x1f\x8b", {"gzip", "gunzip"}},
      {"\xfd\x37zXZ", {"xz", "unxz"}},
      {"\x28\xb5\x2f\xfd", {"zstd", "unzstd"}},
      {"\x5d\x00\x00\x80\x00", {"lzma", "unlzma"}},
      {"\x04\x22\x4d\x18", {"lz4", "unlz4"}},
      {"\x1f\x9d", {"compress", "uncompress"}},
      {"7z\xbc\xaf\x27\x1c", {"7-Zip", "7z x"}},
      {"Rar!\x1a\x07", {"RAR", "unrar x"}},
      {"MATLAB 5.0 MAT-file", {"a MATLAB file"}},
      {"MATLAB 7.3 MAT-file", {"a MATLAB file"}},
      {"#ROSBAG", {"a ROS bag"}},
      {"SQLite format 3", {"an SQLite file"}},
      {"PAR1", {"a Parquet file"}},
      {"ARROW1", {"an Arrow file"}},
      {"Event Stream", {"an Event Stream recording"}},
      {"\x93NUMPY", {"a single .npy array"}},
      {"\x89PNG", {"a PNG image"}},
      {"\xff\xd8\xff", {"a JPEG image"}},
      {"GIF8", {"a GIF image"}},
      {"%PDF", {"a PDF file"}},
  };
  for (const auto& [bytes, kind] : kinds)
    if (start.starts_with(bytes)) return kind;
  if (start.starts_with("BZh") && start.size() > 9 && start.substr(4, 3) == "1AY") return FileKind{"bzip2", "bunzip2"};
  if (start.size() > 262 && start.substr(257, 5) == "ustar") return FileKind{"tar", "tar xf"};
  if (start.starts_with("% ") &&
      (start.find("evt") < 400 || start.find("geometry") < 400 || start.find("Prophesee") < 400))
    return FileKind{"a Prophesee recording"};
  if (start.size() > 3 && start.substr(0, 2) == std::string_view("\0\0", 2) && start[2] >= 8 && start[2] <= 14 &&
      start[3] >= 1 && start[3] <= 4)
    return FileKind{"an IDX array, as those of MNIST"};
  if (start.size() > 1 && start[0] == '\x80' && start[1] >= 2 && start[1] <= 5) return FileKind{"a Python pickle"};
  if (start.size() > 8 && start[8] == '{' && start.substr(4, 4) == std::string_view("\0\0\0\0", 4))
    return FileKind{"a .safetensors file"};
  return std::nullopt;
}

/// The first bytes of a file, as many as tell its kind; none where it cannot be read.
inline std::string first_bytes(const std::filesystem::path& path) {
  std::error_code error;
  std::string start;
  if (!std::filesystem::is_regular_file(path, error)) return start;
  start.resize(512);
  FileSource file(path);
  start.resize(file.read(std::as_writable_bytes(std::span(start))));
  return start;
}

/// The version in the first line of an AEDAT recording: "3.1"; nothing where it is none.
inline std::optional<std::string> aedat_version(std::string_view start) {
  constexpr std::string_view mark = "#!AER-DAT";
  if (!start.starts_with(mark)) return std::nullopt;
  start.remove_prefix(mark.size());
  std::string version;
  for (const char c : start.substr(0, 8)) {
    if ((c < '0' || c > '9') && c != '.') break;
    version += c;
  }
  return version.empty() ? "of no version" : version;
}

/// Refuses a file that is packed, or a recording of another AEDAT than 3.1.
///
/// **Errors** `PackedFile`, `AedatVersion`.
inline void refuse_packed(const std::string& path, std::string_view start) {
  if (const auto kind = kind_of(start); kind && !kind->unpack.empty())
    throw PackedFile(path, std::string(kind->name), std::string(kind->unpack) + " " + path);
  if (const auto version = aedat_version(start); version && *version != "3.1") throw AedatVersion(path, *version);
}

/// What a reader of a file gives; where it refuses a file that is packed, that is what is said.
template <class Read>
auto named_if_packed(const std::filesystem::path& path, Read read) {
  try {
    return read();
  } catch (const Misuse&) {
    refuse_packed(path.string(), first_bytes(path));
    throw;
  }
}

}  // namespace detail

}  // namespace spikingjet
