// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/shape.hpp>
#include <spikingjet/core/text.hpp>
#include <spikingjet/io/byte_source.hpp>
#include <spikingjet/io/element.hpp>
#include <spikingjet/io/events.hpp>
#include <spikingjet/io/file_kind.hpp>

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace spikingjet {

namespace detail {

/// A reader of the packets of an AEDAT 3.1 recording.
class AedatParser {
 public:
  AedatParser(ByteSource& source, const Shape& sensor)
      : source_(source),
        sensor_(sensor),
        buffer_(static_cast<std::size_t>(std::min(source.size() + 8, most_buffered)) & ~std::size_t(7)) {}

  std::vector<Event> parse() {
    skip_text();
    while (has_next_) read_packet();
    require_inside(events_, sensor_, source_.place().path);
    sort_by_time(events_);
    return std::move(events_);
  }

 private:
  static constexpr std::uint64_t most_buffered = std::uint64_t(1) << 16;  // [byte]
  static constexpr std::size_t header_bytes = 28;
  static constexpr std::uint16_t polarity_events = 1;

  [[noreturn]] void fail(const std::string& reason) const {
    throw WrongFormat(source_.place(), "an AEDAT 3.1 recording", reason);
  }

  static std::uint32_t word(std::span<const std::byte> bytes, std::size_t at) {
    return load<std::uint32_t>(&bytes[at], std::endian::native != std::endian::little);
  }

  /// Takes the lines that start with '#', up to '#!END-HEADER' or the first byte of a packet.
  void skip_text() {
    constexpr std::string_view version = "#!AER-DAT3.1";
    std::string line;
    for (bool first = true; advance(); first = false) {
      if (next_ != std::byte('#')) break;
      line.clear();
      do {
        if (line.size() < 80) line += static_cast<char>(next_);
      } while (next_ != std::byte('\n') && advance());
      if (const auto found = aedat_version(line); first && found && *found != "3.1")
        throw AedatVersion(source_.place().path, *found);
      if (first && !std::string_view(line).starts_with(version))
        fail("it starts with '" + printable(std::string_view(line).substr(0, version.size())) + "', not with '" +
             std::string(version) + "'");
      has_text_ = true;
      if (std::string_view(line).starts_with("#!END-HEADER")) {
        advance();
        break;
      }
    }
    if (!has_text_) fail("it does not start with '" + std::string(version) + "'");
  }

  bool advance() {
    has_next_ = source_.read(std::span(&next_, 1)) == 1;
    position_ += has_next_;
    return has_next_;
  }

  void read_all(std::span<std::byte> out, std::uint64_t wanted) {
    const std::size_t found = source_.read(out);
    if (found < out.size()) throw FileTruncated(source_.place(), wanted, position_ + found);
    position_ += found;
  }

  void read_packet() {
    std::array<std::byte, header_bytes> header{next_};
    read_all(std::span(header).subspan(1), position_ - 1 + header_bytes);
    const std::uint32_t type = word(header, 0) & 0xffffu;
    const std::uint32_t size = word(header, 4);       // of an event [byte]
    const std::uint32_t ts_offset = word(header, 8);  // [byte]
    const std::uint32_t overflow = word(header, 12);
    const std::uint32_t capacity = word(header, 16);
    const std::uint32_t count = word(header, 20);
    const std::uint32_t valid = word(header, 24);
    if (count > capacity || valid > count)
      fail("a packet before byte " + std::to_string(position_) + " has room for " + std::to_string(capacity) +
           " events, holds " + std::to_string(count) + " and calls " + std::to_string(valid) + " of them valid");
    if (type == polarity_events && (size != 8 || ts_offset != 4))
      fail("a packet before byte " + std::to_string(position_) + " has polarity events of " + std::to_string(size) +
           " bytes with the time at byte " + std::to_string(ts_offset) + ", allowed are 8 and 4");
    if (overflow > 0x7fffffffu)
      fail("a packet before byte " + std::to_string(position_) + " has a time overflow of " + std::to_string(overflow));

    const std::uint64_t end = position_ + std::uint64_t(capacity) * size;  // [byte]
    const std::uint64_t events_end = type == polarity_events ? position_ + std::uint64_t(count) * size : position_;
    while (position_ < end) {
      const bool in_events = position_ < events_end;
      const std::uint64_t left = (in_events ? events_end : end) - position_;
      const std::span<std::byte> bytes =
          std::span(buffer_).first(static_cast<std::size_t>(std::min<std::uint64_t>(buffer_.size(), left)));
      read_all(bytes, end);
      for (std::size_t at = 0; in_events && at < bytes.size(); at += 8)
        add(word(bytes, at), word(bytes, at + 4), overflow);
    }
    advance();
  }

  void add(std::uint32_t data, std::uint32_t time, std::uint32_t overflow) {
    if ((data & 1u) == 0) return;
    if (time > 0x7fffffffu) fail("an event before byte " + std::to_string(position_) + " has a negative time");
    events_.push_back({.time = (std::int64_t(overflow) << 31) | std::int64_t(time),
                       .x = static_cast<std::uint16_t>((data >> 17) & 0x7fffu),
                       .y = static_cast<std::uint16_t>((data >> 2) & 0x7fffu),
                       .polarity = static_cast<std::uint8_t>((data >> 1) & 1u)});
  }

  ByteSource& source_;
  const Shape& sensor_;
  std::byte next_{};
  bool has_next_ = false;  // whether next_ was read and not used
  bool has_text_ = false;
  std::uint64_t position_ = 0;     // [byte]
  std::vector<std::byte> buffer_;  // whole events
  std::vector<Event> events_;
};

}  // namespace detail

/// Reads the polarity events of an AEDAT 3.1 recording in the order of their times.
///
/// Packets of other kinds and events that are marked invalid are passed over.
///
/// **Shapes** sensor (polarity, y, x).
/// **Errors** `AedatVersion`; `WrongFormat`; `FileTruncated` within a packet; `EventOutside`.
/// **Source** iniVation, "AEDAT file formats", version 3.1; tonic, `io.read_dvs_ibm`.
inline std::vector<Event> read_aedat(ByteSource& source, const Shape& sensor) {
  return detail::AedatParser(source, sensor).parse();
}

/// Reads an AEDAT 3.1 file.
///
/// **Errors** `FileMissing`, `UnsupportedFile`, `PackedFile`, `ReadFailed`, those of the other overload.
inline std::vector<Event> read_aedat(const std::filesystem::path& path, const Shape& sensor) {
  return detail::named_if_packed(path, [&] {
    FileSource file(path);
    return read_aedat(file, sensor);
  });
}

}  // namespace spikingjet
