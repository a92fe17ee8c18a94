// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/bits.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

namespace spikingjet {

/// How a file stores the elements of an array.
struct ElementType {
  enum class Kind { ieee, brain, uint, sint, boolean };  // brain: the upper half of a float32

  Kind kind = Kind::ieee;
  std::size_t width = 4;  // [byte]

  bool operator==(const ElementType&) const = default;
};

/// The float32 of a binary16 word: exact, NaN payload kept.
///
/// **Source** IEEE 754-2019, section 3.4.
constexpr float half_to_float(std::uint16_t word) {
  const std::uint32_t sign = std::uint32_t(word & 0x8000u) << 16;
  const std::uint32_t exponent = (word >> 10) & 0x1fu;
  const std::uint32_t mantissa = word & 0x3ffu;
  if (exponent == 0) {
    const float magnitude = static_cast<float>(mantissa) * 0x1p-24F;
    return to_float(sign | to_word(magnitude));
  }
  if (exponent == 0x1f) return to_float(sign | Binary32::exponent | (mantissa << 13));
  return to_float(sign | ((exponent + 112) << 23) | (mantissa << 13));
}

/// The float32 of a bfloat16 word: exact, NaN payload kept.
constexpr float brain_to_float(std::uint16_t word) { return to_float(std::uint32_t(word) << 16); }

namespace detail {

/// The value of T at `bytes`, in either byte order.
template <class T>
T load(const std::byte* bytes, bool swapped) {
  std::array<std::byte, sizeof(T)> raw;
  std::memcpy(raw.data(), bytes, sizeof(T));
  if (swapped) std::reverse(raw.begin(), raw.end());
  return __builtin_bit_cast(T, raw);
}

template <class T, class Out, class Convert>
void convert(std::span<const std::byte> bytes, bool swapped, std::span<Out> out, Convert to_out) {
  if (swapped) {
    for (std::size_t i = 0; i < out.size(); ++i) out[i] = to_out(load<T>(&bytes[i * sizeof(T)], true));
  } else {
    for (std::size_t i = 0; i < out.size(); ++i) out[i] = to_out(load<T>(&bytes[i * sizeof(T)], false));
  }
}

}  // namespace detail

/// The elements in `bytes` as float or double: exact where that has room for them, else rounded to the nearest; float32
/// to float keeps all bits; booleans become 0 and 1.
///
/// **Shapes** bytes (out.size() * type.width,); type is one of those that the readers allow.
template <class Out>
void convert_elements(ElementType type, std::span<const std::byte> bytes, bool swapped, std::span<Out> out) {
  using Kind = ElementType::Kind;
  const auto rounded = [](auto value) { return static_cast<Out>(value); };
  const auto run = [&]<class T>(T, auto to_out) { detail::convert<T>(bytes, swapped, out, to_out); };
  switch (type.kind) {
    case Kind::ieee:
      if (type.width == 2) run(std::uint16_t(), [](std::uint16_t word) { return Out(half_to_float(word)); });
      if (type.width == 4) run(std::uint32_t(), [](std::uint32_t word) { return Out(to_float(word)); });
      if (type.width == 8) run(double(), rounded);
      break;
    case Kind::brain:
      run(std::uint16_t(), [](std::uint16_t word) { return Out(brain_to_float(word)); });
      break;
    case Kind::uint:
      if (type.width == 1) run(std::uint8_t(), rounded);
      if (type.width == 2) run(std::uint16_t(), rounded);
      if (type.width == 4) run(std::uint32_t(), rounded);
      if (type.width == 8) run(std::uint64_t(), rounded);
      break;
    case Kind::sint:
      if (type.width == 1) run(std::int8_t(), rounded);
      if (type.width == 2) run(std::int16_t(), rounded);
      if (type.width == 4) run(std::int32_t(), rounded);
      if (type.width == 8) run(std::int64_t(), rounded);
      break;
    case Kind::boolean:
      run(std::uint8_t(), [](std::uint8_t value) { return value ? Out(1) : Out(0); });
      break;
  }
}

}  // namespace spikingjet
