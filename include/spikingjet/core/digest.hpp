// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/bits.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace spikingjet {

/// A 64-bit digest of a stream of bytes, FNV-1a: tells two campaigns or two weight files apart, not two adversaries.
///
/// Numbers enter as little-endian words of fixed width, so that a digest is the same on every machine.
///
/// **Laws** depends on the bytes and their order only, not on how calls divide them.
/// **Source** Fowler, Noll, Vo, Eastlake, "The FNV non-cryptographic hash algorithm", IETF draft-eastlake-fnv.
class Digest {
 public:
  constexpr Digest& add(std::uint8_t byte) {
    value_ = (value_ ^ byte) * 0x00000100000001b3ull;
    return *this;
  }

  constexpr Digest& add(std::span<const std::byte> bytes) {
    for (const std::byte byte : bytes) add(static_cast<std::uint8_t>(byte));
    return *this;
  }

  constexpr Digest& add(std::string_view text) {
    for (const char c : text) add(static_cast<std::uint8_t>(c));
    return *this;
  }

  /// A word as four bytes, the lowest first.
  constexpr Digest& add(std::uint32_t word) { return add_little_endian(word, 4); }
  /// A word as eight bytes, likewise.
  constexpr Digest& add(std::uint64_t word) { return add_little_endian(word, 8); }

  /// The bits of a float32, NaN payload included.
  constexpr Digest& add(float value) { return add(to_word(value)); }

  constexpr Digest& add(std::span<const float> values) {
    for (const float value : values) add(value);
    return *this;
  }

  /// The digest of all that was added.
  constexpr std::uint64_t value() const { return value_; }

  /// Sixteen lower-case hexadecimal digits.
  std::string hex() const {
    std::string text(16, '0');
    for (std::size_t i = 0; i < 16; ++i) text[i] = "0123456789abcdef"[(value_ >> (60 - 4 * i)) & 15];
    return text;
  }

 private:
  constexpr Digest& add_little_endian(std::uint64_t word, int bytes) {
    for (int i = 0; i < bytes; ++i) add(static_cast<std::uint8_t>(word >> (8 * i)));
    return *this;
  }

  std::uint64_t value_ = 0xcbf29ce484222325ull;
};

}  // namespace spikingjet
