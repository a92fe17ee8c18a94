// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/io/byte_source.hpp>
#include <spikingjet/io/element.hpp>
#include <spikingjet/io/extents.hpp>
#include <spikingjet/io/npy_header.hpp>
#include <spikingjet/io/tensor.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace spikingjet {

/// Reads a .npy array as float32, in pieces of any size: an array need not fit in memory.
///
/// float32 keeps its bits, NaN payload included; float16 is exact; float64 and integers are rounded to the nearest
/// float32; booleans become 0 and 1. Memory follows the bytes that arrive, never what a header claims; an array in
/// column-major order is held as a whole.
///
/// **Errors** those of `read_npy_header` when made.
/// **Example** NpyReader reader = open_npy("x.npy"); std::vector<float> row(64); reader.read(row);
class NpyReader {
 public:
  explicit NpyReader(std::unique_ptr<ByteSource> source)
      : source_(std::move(source)),
        header_(read_npy_header(*source_)),
        remaining_(static_cast<std::size_t>(*byte_count(header_.extents, header_.element.width)) /
                   header_.element.width) {
    buffer_.resize(std::min(most_buffered, remaining_) * header_.element.width);
    if (remaining_ == 0) check_end();
  }

  const Place& place() const { return source_->place(); }
  const Extents& extents() const { return header_.extents; }

  /// Element type as the file states it: "<f4".
  const std::string& type() const { return header_.type; }
  ElementType element() const { return header_.element; }

  /// Number of values not yet read.
  std::size_t remaining() const { return remaining_; }

  /// The shape of an array of at most four axes.
  ///
  /// **Errors** `WrongShape`.
  Shape shape() const { return to_shape(extents(), place()); }

  /// The next `out.size()` values in row-major order, whatever the file's order; at most `remaining()`.
  ///
  /// **Errors** `FileTruncated`; `FileDamaged` where the last value leaves a wrong checksum; `ColumnMajor` for more
  /// values in column-major order than are held in memory.
  void read(std::span<float> out) { read_values(out); }

  /// Likewise as float64, which has room for float64 and for integers of 32 bits.
  void read(std::span<double> out) { read_values(out); }

  /// All values that remain, likewise.
  ///
  /// **Errors** those of `read`.
  std::vector<float> read_rest() {
    std::vector<float> values;
    while (remaining_ > 0) {
      const std::size_t begin = values.size();
      values.resize(begin + std::min(remaining_, buffer_.size()));
      read_values(std::span(values).subspan(begin));
    }
    return values;
  }

 private:
  static constexpr std::size_t most_buffered = std::size_t(1) << 13;      // [value]
  static constexpr std::uint64_t most_reordered = std::uint64_t(1) << 30;  // [byte]

  template <class Out>
  void read_values(std::span<Out> out) {
    if (out.size() > remaining_) {
      const std::uint64_t read_before = *byte_count(extents(), 1) - remaining_;
      throw FileTruncated(place(), (read_before + out.size()) * header_.element.width,
                          (read_before + remaining_) * header_.element.width);
    }
    while (!out.empty()) {
      const std::size_t count = std::min(out.size(), buffer_.size() / header_.element.width);
      const std::span<std::byte> bytes = std::span(buffer_).first(count * header_.element.width);
      if (header_.column_major) {
        take_reordered(bytes);
      } else {
        source_->read_all(bytes);
      }
      convert_elements(header_.element, bytes, header_.swapped, out.first(count));
      out = out.subspan(count);
      remaining_ -= count;
      if (remaining_ == 0 && !header_.column_major) check_end();
    }
  }

  /// The next values in row-major order, out of all the array's bytes.
  void take_reordered(std::span<std::byte> out) {
    const std::size_t width = header_.element.width;
    if (stored_.empty()) hold_all();
    for (std::size_t begin = 0; begin < out.size(); begin += width) {
      std::copy_n(&stored_[position_], width, &out[begin]);
      for (std::size_t axis = index_.size(); axis-- > 0;) {
        position_ += strides_[axis];
        if (++index_[axis] < extents()[axis]) break;
        position_ -= strides_[axis] * extents()[axis];
        index_[axis] = 0;
      }
    }
  }

  void hold_all() {
    const std::uint64_t bytes = *byte_count(extents(), header_.element.width);
    if (bytes > most_reordered) throw ColumnMajor(place(), bytes, most_reordered);
    while (stored_.size() < bytes) {
      const std::size_t begin = stored_.size();
      stored_.resize(static_cast<std::size_t>(std::min<std::uint64_t>(bytes, begin + std::max(begin, most_buffered))));
      source_->read_all(std::span(stored_).subspan(begin));
    }
    check_end();
    index_.assign(extents().size(), 0);
    std::size_t stride = header_.element.width;
    for (const std::size_t extent : extents()) {
      strides_.push_back(stride);
      stride *= extent;
    }
  }

  /// Reading on past the last value is what makes an archive check its sum.
  void check_end() {
    std::byte next{};
    if (source_->read(std::span(&next, 1)) != 0)
      throw FileDamaged(place(), "more bytes follow its last value than its size allows");
  }

  std::unique_ptr<ByteSource> source_;
  NpyHeader header_;
  std::size_t remaining_;
  std::vector<std::byte> buffer_;

  // Of an array in column-major order:
  std::vector<std::byte> stored_;      // all of it
  std::vector<std::size_t> strides_;   // [byte]
  std::vector<std::size_t> index_;     // of the next value
  std::size_t position_ = 0;           // [byte]
};

/// Opens a .npy file.
///
/// **Errors** `FileMissing`, `UnsupportedFile`, `ReadFailed`, those of `NpyReader`.
inline NpyReader open_npy(const std::filesystem::path& path) { return NpyReader(std::make_unique<FileSource>(path)); }

/// All of an array of at most four axes.
///
/// **Errors** those of `NpyReader::shape` and `NpyReader::read`.
inline Tensor read_tensor(NpyReader reader) {
  const Shape shape = reader.shape();
  return {shape, reader.read_rest()};
}

/// Values handed to a writer that has no place for them, or a writer closed before it had all values.
class WrongValueCount : public Misuse {
 public:
  WrongValueCount(std::string file_path, std::uint64_t wanted_values, std::uint64_t found_values)
      : Misuse("spikingjet: '" + file_path + "' takes " + std::to_string(wanted_values) + " values and was given " +
               std::to_string(found_values) + "; check the shape; see docs/formats.md"),
        path(std::move(file_path)), wanted(wanted_values), found(found_values) {}

  std::string path;
  std::uint64_t wanted;
  std::uint64_t found;
};

/// Writes a row-major .npy array of float32 whose shape is known before its values: larger than memory, in any order.
///
/// An existing file is replaced. Call `close`, which says whether all went well; without it the file may be incomplete.
///
/// **Laws** what is read back has the bits that were written, NaN payloads included.
/// **Errors** `WrongValueCount`; `WriteFailed` as soon as the system reports it, at the latest in `close`.
/// **Example** NpyWriter writer("scores.npy", {faults, samples, classes}); writer.write(row); writer.close();
class NpyWriter {
 public:
  NpyWriter(const std::filesystem::path& path, const Extents& extents)
      : path_(path.string()), stream_(path, std::ios::binary | std::ios::trunc), start_(npy_header(extents)) {
    const auto bytes = byte_count(extents, sizeof(float));
    if (!bytes) throw WriteFailed(path_, "the shape " + to_string(extents) + " is too large");
    size_ = *bytes / sizeof(float);
    check();
    stream_.write(start_.data(), static_cast<std::streamsize>(start_.size()));
    check();
  }

  /// Appends values behind those written last.
  void write(std::span<const float> values) {
    if (values.size() > size_ - position_) throw WrongValueCount(path_, size_, position_ + values.size());
    stream_.write(reinterpret_cast<const char*>(values.data()), static_cast<std::streamsize>(values.size_bytes()));
    check();
    position_ += values.size();
    written_ += values.size();
  }

  /// Writes values from a flat index on; each value of the array is to be written once, in whatever order.
  void write_at(std::uint64_t first, std::span<const float> values) {
    if (first > size_ || values.size() > size_ - first) throw WrongValueCount(path_, size_, first + values.size());
    stream_.seekp(static_cast<std::streamoff>(start_.size() + first * sizeof(float)));
    check();
    position_ = first;
    write(values);
  }

  /// Ends the file.
  void close() {
    if (written_ != size_) throw WrongValueCount(path_, size_, written_);
    stream_.close();
    check();
  }

 private:
  void check() const {
    if (!stream_) throw WriteFailed(path_, detail::system_reason());
  }

  std::string path_;
  std::ofstream stream_;
  std::string start_;
  std::uint64_t size_ = 0;      // [value]
  std::uint64_t position_ = 0;  // [value]
  std::uint64_t written_ = 0;   // [value]
};

}  // namespace spikingjet
