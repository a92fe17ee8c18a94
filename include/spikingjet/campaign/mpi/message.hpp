// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/fault/alteration.hpp>
#include <spikingjet/fault/fault.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

namespace spikingjet {

/// What ranks say to each other: plain values one behind the other, taken in the order in which they were put.
///
/// **Laws** what is taken has the bits of what was put; ranks run one program on machines of one kind.
class MpiMessage {
 public:
  template <class T>
    requires std::is_trivially_copyable_v<T>
  void put(const T& value) {
    append(std::as_bytes(std::span(&value, 1)));
  }

  /// The values alone: how many there are is for the receiver to know.
  template <class T>
    requires std::is_trivially_copyable_v<T>
  void put(std::span<const T> values) {
    append(std::as_bytes(values));
  }

  void append(std::span<const std::byte> bytes) { bytes_.insert(bytes_.end(), bytes.begin(), bytes.end()); }

  /// The next value; there is one.
  template <class T>
    requires std::is_trivially_copyable_v<T>
  T next() const {
    T value;
    std::memcpy(&value, bytes_.data() + taken_, sizeof value);
    return value;
  }

  template <class T>
    requires std::is_trivially_copyable_v<T>
  T take() {
    const T value = next<T>();
    taken_ += sizeof value;
    return value;
  }

  template <class T>
    requires std::is_trivially_copyable_v<T>
  std::vector<T> take(std::size_t count) {
    std::vector<T> values(count);
    if (count > 0) std::memcpy(values.data(), bytes_.data() + taken_, count * sizeof(T));
    taken_ += count * sizeof(T);
    return values;
  }

  /// The rest, as text.
  std::string take_text() {
    const std::vector<char> text = take<char>(left());
    return {text.begin(), text.end()};
  }

  std::size_t left() const { return bytes_.size() - taken_; }  // [byte]

  std::span<const std::byte> bytes() const { return bytes_; }
  std::span<std::byte> room(std::size_t size) {
    bytes_.resize(size);
    return bytes_;
  }

 private:
  std::vector<std::byte> bytes_;
  std::size_t taken_ = 0;
};

/// A fault on its way to another rank. How a fault list spells its type stays behind: it is a view of memory of the
/// process, and no engine reads it.
struct SentFault {
  Site site;
  std::int32_t bit;
  Alteration alteration;
  Window window;

  static SentFault of(const Fault& fault) { return {fault.site, fault.bit, fault.alteration, fault.window}; }
  Fault fault() const { return {.site = site, .bit = bit, .alteration = alteration, .window = window}; }
};

}  // namespace spikingjet
