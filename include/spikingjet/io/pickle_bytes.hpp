// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/io/element.hpp>
#include <spikingjet/io/file_errors.hpp>

#include <bit>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <system_error>

namespace spikingjet::detail {

/// The bytes of a pickle, from front to back.
///
/// **Errors** `FileTruncated` where they end too early; `WrongFormat` for a line that is no number.
class PickleBytes {
 public:
  PickleBytes(std::span<const std::byte> bytes, const Place& place) : bytes_(bytes), place_(place) {}

  const Place& place() const { return place_; }

  /// Refuses the pickle for what was read last.
  [[noreturn]] void fail(const std::string& reason) const {
    throw WrongFormat(place_, "a pickle", "before byte " + std::to_string(position_) + ", " + reason);
  }

  /// Refuses a pickle that ends before `length` bytes more.
  void require(std::uint64_t length) const {
    if (bytes_.size() - position_ < length) throw FileTruncated(place_, position_ + length, bytes_.size());
  }

  std::span<const std::byte> take(std::uint64_t count) {
    require(count);
    position_ += static_cast<std::size_t>(count);
    return bytes_.subspan(position_ - static_cast<std::size_t>(count), static_cast<std::size_t>(count));
  }

  std::uint8_t take() { return static_cast<std::uint8_t>(take(1)[0]); }

  /// A number of up to eight bytes, the lowest first.
  std::uint64_t number(std::size_t bytes) {
    std::uint64_t value = 0;
    const auto raw = take(bytes);
    for (std::size_t i = bytes; i-- > 0;) value = (value << 8) | static_cast<std::uint8_t>(raw[i]);
    return value;
  }

  std::string text(std::uint64_t length) {
    const auto raw = take(length);
    return {reinterpret_cast<const char*>(raw.data()), raw.size()};
  }

  /// What stands before the next end of a line, which goes with it.
  std::string line() {
    std::string found;
    while (true) {
      const char c = static_cast<char>(take());
      if (c == '\n') return found;
      found += c;
    }
  }

  /// A line that is a number without a sign.
  std::uint64_t unsigned_line() {
    const std::string found = line();
    std::uint64_t value = 0;
    if (std::from_chars(found.data(), found.data() + found.size(), value).ec != std::errc()) fail("a number is none");
    return value;
  }

  double big_endian_double() { return load<double>(take(8).data(), std::endian::native == std::endian::little); }

 private:
  std::span<const std::byte> bytes_;
  const Place& place_;
  std::size_t position_ = 0;
};

}  // namespace spikingjet::detail
