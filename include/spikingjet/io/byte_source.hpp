// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/output_file.hpp>
#include <spikingjet/io/file_errors.hpp>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <limits>
#include <span>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

namespace spikingjet {

/// Bytes that are read once, from front to end: a file, memory, a member of an archive.
class ByteSource {
 public:
  virtual ~ByteSource() = default;

  ByteSource(const ByteSource&) = delete;
  ByteSource& operator=(const ByteSource&) = delete;

  const Place& place() const { return place_; }

  /// Number of bytes that the source claims to hold. A claim may be a lie: never allocate by it alone.
  std::uint64_t size() const { return size_; }

  /// Fills `out` from its front and returns how many bytes were there; fewer than asked for only at the end.
  virtual std::size_t read(std::span<std::byte> out) = 0;

  /// Fills all of `out`.
  ///
  /// **Errors** `FileTruncated` where the source ends before.
  void read_all(std::span<std::byte> out) {
    const std::size_t found = read(out);
    position_ += found;
    if (found < out.size()) throw FileTruncated(place_, std::max(size_, position_ - found + out.size()), position_);
  }

 protected:
  ByteSource(Place place, std::uint64_t size) : place_(std::move(place)), size_(size) {}

 private:
  Place place_;
  std::uint64_t size_;          // [byte]
  std::uint64_t position_ = 0;  // [byte]
};

/// All bytes that a source has left, or the first `most` of them; memory follows those that arrive, whatever it claims
/// to hold.
inline std::vector<std::byte> read_rest(ByteSource& source,
                                        std::size_t most = std::numeric_limits<std::size_t>::max()) {
  std::vector<std::byte> bytes;
  for (std::size_t piece = 4096;; piece = bytes.size()) {
    const std::size_t begin = bytes.size();
    piece = std::min(piece, most - begin);
    bytes.resize(begin + piece);
    const std::size_t found = source.read(std::span(bytes).subspan(begin));
    bytes.resize(begin + found);
    if (found < piece || bytes.size() == most) return bytes;
  }
}

/// The bytes of a span that outlives the source.
class MemorySource : public ByteSource {
 public:
  explicit MemorySource(std::span<const std::byte> bytes, Place place = {"memory"})
      : ByteSource(std::move(place), bytes.size()), rest_(bytes) {}

  std::size_t read(std::span<std::byte> out) override {
    const std::size_t count = std::min(out.size(), rest_.size());
    if (count > 0) std::memcpy(out.data(), rest_.data(), count);
    rest_ = rest_.subspan(count);
    return count;
  }

 private:
  std::span<const std::byte> rest_;
};

/// The bytes of a regular file.
///
/// **Errors** `FileMissing`, `UnsupportedFile` for a folder or a device, `ReadFailed`.
class FileSource : public ByteSource {
 public:
  explicit FileSource(const std::filesystem::path& path)
      : ByteSource({path.string()}, regular_file_size(path)), stream_(path, std::ios::binary) {
    if (!stream_) throw ReadFailed(path.string(), detail::system_reason());
  }

  std::size_t read(std::span<std::byte> out) override {
    stream_.read(reinterpret_cast<char*>(out.data()), static_cast<std::streamsize>(out.size()));
    if (stream_.bad()) throw ReadFailed(place().path, detail::system_reason());
    return static_cast<std::size_t>(stream_.gcount());
  }

  /// Fills all of `out` from a position on, whatever was read before.
  ///
  /// **Errors** `FileTruncated`, `ReadFailed`.
  void read_at(std::uint64_t position, std::span<std::byte> out) {
    stream_.clear();
    stream_.seekg(static_cast<std::streamoff>(position));
    const std::size_t found = out.empty() ? 0 : read(out);
    if (found < out.size()) throw FileTruncated(place(), std::max(size(), position + out.size()), position + found);
  }

 private:
  static std::uint64_t regular_file_size(const std::filesystem::path& path) {
    std::error_code error;
    const std::filesystem::file_status status = std::filesystem::status(path, error);
    if (status.type() == std::filesystem::file_type::not_found) throw FileMissing(path.string());
    if (error) throw ReadFailed(path.string(), error.message());
    if (!std::filesystem::is_regular_file(status))
      throw UnsupportedFile(path.string(), std::filesystem::is_directory(status) ? "a folder" : "a device", "a file");
    const std::uint64_t size = std::filesystem::file_size(path, error);
    if (error) throw ReadFailed(path.string(), error.message());
    return size;
  }

  std::ifstream stream_;
};

}  // namespace spikingjet
