// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/error.hpp>
#include <spikingjet/core/output_file.hpp>
#include <spikingjet/core/text.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace spikingjet {

/// Where in a user's files something stands.
struct Place {
  std::string path;
  std::string array = {};  // in the file; empty for the file itself

  /// "'weights.npz'", or "'fc1.weight' in 'weights.npz'".
  std::string str() const {
    const std::string file = "'" + path + "'";
    return array.empty() ? file : "'" + printable(array) + "' in " + file;
  }

  /// Names out of a file, made fit for a message: "'a', 'b' and 3 more".
  static std::string list(std::span<const std::string> names) {
    constexpr std::size_t shown = 12;
    std::string line;
    for (std::size_t i = 0; i < std::min(names.size(), shown); ++i)
      line += (i ? ", '" : "'") + printable(names[i]) + "'";
    return names.size() > shown ? line + " and " + std::to_string(names.size() - shown) + " more" : line;
  }
};

/// The first of some names that is the one asked for, by its place; their number where none is.
inline std::size_t find_name(std::span<const std::string> names, std::string_view name) {
  return static_cast<std::size_t>(std::find(names.begin(), names.end(), name) - names.begin());
}

/// A path at which there is neither a file nor a folder.
class FileMissing : public Misuse {
 public:
  explicit FileMissing(std::string missing_path)
      : Misuse("spikingjet: there is no file or folder '" + missing_path + "'; check the path; see docs/formats.md"),
        path(std::move(missing_path)) {}

  std::string path;
};

/// A file of a kind that is not read.
class UnsupportedFile : public Misuse {
 public:
  UnsupportedFile(std::string file_path, std::string found_kind, std::string allowed_kinds,
                  const std::string& cure = "convert the file")
      : Misuse("spikingjet: '" + file_path + "' is " + found_kind + ", allowed is " + allowed_kinds + "; " + cure +
               "; see docs/formats.md"),
        path(std::move(file_path)), found(std::move(found_kind)), allowed(std::move(allowed_kinds)) {}

  std::string path;
  std::string found;
  std::string allowed;
};

/// Bytes that do not follow the format they should have.
class WrongFormat : public Misuse {
 public:
  WrongFormat(Place where, std::string wanted_format, std::string found_reason)
      : Misuse("spikingjet: " + where.str() + " is not " + wanted_format + ": " + found_reason +
               "; check what wrote the file; see docs/formats.md"),
        place(std::move(where)), format(std::move(wanted_format)), reason(std::move(found_reason)) {}

  Place place;
  std::string format;
  std::string reason;
};

/// Fewer bytes than the file itself announces.
class FileTruncated : public Misuse {
 public:
  FileTruncated(Place where, std::uint64_t wanted_bytes, std::uint64_t found_bytes)
      : Misuse("spikingjet: " + where.str() + " is cut short: " + std::to_string(found_bytes) + " of " +
               std::to_string(wanted_bytes) + " bytes are there; copy or write the file again; see docs/formats.md"),
        place(std::move(where)), wanted(wanted_bytes), found(found_bytes) {}

  Place place;
  std::uint64_t wanted;  // [byte]
  std::uint64_t found;   // [byte]
};

/// Bytes that contradict each other: a wrong checksum, an archive that cannot be unpacked.
class FileDamaged : public Misuse {
 public:
  FileDamaged(Place where, std::string found_reason)
      : Misuse("spikingjet: " + where.str() + " is damaged: " + found_reason +
               "; copy or write the file again; see docs/formats.md"),
        place(std::move(where)), reason(std::move(found_reason)) {}

  Place place;
  std::string reason;
};

/// An array that a file lacks.
class ArrayMissing : public Misuse {
 public:
  ArrayMissing(std::string file_path, std::string missing_name, std::vector<std::string> names_there,
               const std::string& cure = "check that the file belongs to this network")
      : Misuse(sentence(file_path, missing_name, names_there, cure)),
        path(std::move(file_path)), name(std::move(missing_name)), available(std::move(names_there)) {}

  std::string path;
  std::string name;
  std::vector<std::string> available;

 private:
  static std::string sentence(const std::string& path, const std::string& name, const std::vector<std::string>& names,
                              const std::string& cure) {
    return "spikingjet: '" + path + "' has no array '" + printable(name) + "', it has " +
           (names.empty() ? "no arrays" : Place::list(names)) + "; " + cure + "; see docs/formats.md";
  }
};

/// An array whose element type is not read.
class WrongType : public Misuse {
 public:
  WrongType(Place where, std::string found_type, std::string allowed_types)
      : Misuse("spikingjet: " + where.str() + " holds elements of type '" + printable(found_type) +
               "', allowed is " + allowed_types + "; convert the array; see docs/formats.md"),
        place(std::move(where)), found(std::move(found_type)), allowed(std::move(allowed_types)) {}

  Place place;
  std::string found;
  std::string allowed;
};

/// An array whose shape is not the one wanted.
class WrongShape : public Misuse {
 public:
  WrongShape(Place where, std::string wanted_shape, std::string found_shape,
             const std::string& cure = "check that the file belongs to this network")
      : Misuse("spikingjet: " + where.str() + " has shape " + printable(found_shape) + ", wanted is " + wanted_shape +
               "; " + cure + "; see docs/formats.md"),
        place(std::move(where)), wanted(std::move(wanted_shape)), found(std::move(found_shape)) {}

  Place place;
  std::string wanted;
  std::string found;
};

/// An array in column-major order that is too large to be reordered in memory.
class ColumnMajor : public Misuse {
 public:
  ColumnMajor(Place where, std::uint64_t found_bytes, std::uint64_t most_bytes)
      : Misuse("spikingjet: " + where.str() + " is stored in column-major order and takes " +
               std::to_string(found_bytes) + " bytes, allowed are " + std::to_string(most_bytes) +
               "; pass the array through 'numpy.ascontiguousarray' before saving it; see docs/formats.md"),
        place(std::move(where)),
        found(found_bytes),
        allowed(most_bytes) {}

  Place place;
  std::uint64_t found;    // [byte]
  std::uint64_t allowed;  // [byte]
};

/// A label that is not a class index.
class BadLabel : public Misuse {
 public:
  BadLabel(Place where, std::size_t of_sample, float found_value)
      : Misuse("spikingjet: the label of sample " + std::to_string(of_sample) + ", " + where.str() + ", is " +
               float_text(found_value) + "; allowed are whole numbers from 0 on; see docs/formats.md"),
        place(std::move(where)), sample(of_sample), value(found_value) {}

  Place place;
  std::size_t sample;
  float value;
};

/// The operating system would not let a file be read.
class ReadFailed : public Failure {
 public:
  ReadFailed(std::string file_path, std::string system_reason)
      : Failure("spikingjet: '" + file_path + "' cannot be read: " + system_reason +
                "; check the permissions and the disk; see docs/formats.md"),
        path(std::move(file_path)), reason(std::move(system_reason)) {}

  std::string path;
  std::string reason;
};

}  // namespace spikingjet
