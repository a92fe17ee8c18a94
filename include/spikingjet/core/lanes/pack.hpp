// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/bits.hpp>
#include <spikingjet/core/lanes/division.hpp>

#include <xsimd/xsimd.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <type_traits>

namespace spikingjet {

namespace detail {

/// What a pack needs to know of a register: its lanes, words and masks. A float is a register of one lane.
template <class Register>
struct RegisterTraits;

template <>
struct RegisterTraits<float> {
  using Word = std::int32_t;
  using Mask = bool;

  static constexpr std::size_t lanes = 1;

  static float load(const float* from) { return *from; }
  static void store(float* to, float value) { *to = value; }
  static Word load_word(const std::int32_t* from) { return *from; }
  static void store_word(std::int32_t* to, Word value) { *to = value; }
  static Word word(float value) { return static_cast<Word>(to_word(value)); }
  static float value(Word word) { return to_float(static_cast<std::uint32_t>(word)); }
  static Word twice(Word word) { return static_cast<Word>(static_cast<std::uint32_t>(word) << 1); }
  static Word spike(float value) { return word(value) >> 29; }
  static Word shifted(Word word, int bits) { return static_cast<Word>(static_cast<std::uint32_t>(word) << bits); }
  static Mask negative(Word word) { return word < 0; }
  static Mask equal(Word a, Word b) { return a == b; }
  static bool any(Mask mask) { return mask; }
  static Mask both(Mask a, Mask b) { return a && b; }
  static Mask either(Mask a, Mask b) { return a || b; }
  static std::uint32_t bits(Mask mask) { return mask; }
  static float choose(Mask mask, float yes, float no) { return mask ? yes : no; }
  static float negated(float a) { return -a; }
  static float larger(float a, float b) { return a > b ? a : b; }
  static float smaller(float a, float b) { return a < b ? a : b; }
};

template <class Arch>
struct RegisterTraits<xsimd::batch<float, Arch>> {
  using Register = xsimd::batch<float, Arch>;
  using Word = xsimd::batch<std::int32_t, Arch>;
  using Mask = xsimd::batch_bool<float, Arch>;

  static constexpr std::size_t lanes = Register::size;

  static Register load(const float* from) { return Register::load_unaligned(from); }
  static void store(float* to, const Register& value) { value.store_unaligned(to); }
  static Word load_word(const std::int32_t* from) { return Word::load_unaligned(from); }
  static void store_word(std::int32_t* to, const Word& value) { value.store_unaligned(to); }
  static Word word(const Register& value) {
    if constexpr (requires { { xsimd::bitwise_cast<Word>(value) } -> std::same_as<Word>; })
      return xsimd::bitwise_cast<Word>(value);
    else
      return xsimd::bitwise_cast<std::int32_t>(value);
  }
  static Register value(const Word& word) {
    if constexpr (requires { { xsimd::bitwise_cast<Register>(word) } -> std::same_as<Register>; })
      return xsimd::bitwise_cast<Register>(word);
    else
      return xsimd::bitwise_cast<float>(word);
  }
  static Word twice(const Word& word) { return word + word; }
  static Word spike(const Register& value) { return word(value) >> 29; }
  static Word shifted(const Word& word, int bits) { return word << bits; }
  static Mask negative(const Word& word) { return of_values(word < Word(0)); }
  static Mask equal(const Word& a, const Word& b) { return of_values(a == b); }
  static Mask both(const Mask& a, const Mask& b) { return a & b; }
  static Mask either(const Mask& a, const Mask& b) { return a | b; }
  static bool any(const Mask& mask) { return xsimd::any(mask); }
  static std::uint32_t bits(const Mask& mask) {
    if constexpr (requires { { mask.mask() } -> std::convertible_to<std::uint64_t>; }) {
      return static_cast<std::uint32_t>(mask.mask());
    } else if constexpr (sizeof(mask) < sizeof(Register)) {  // a bit a lane
      return static_cast<std::uint32_t>(mask.data);
    } else {
      alignas(64) bool lane[lanes];
      mask.store_aligned(lane);
      std::uint32_t all = 0;
      for (std::size_t l = 0; l < lanes; ++l) all |= std::uint32_t{lane[l]} << l;
      return all;
    }
  }
  static Register choose(const Mask& mask, const Register& yes, const Register& no) {
    // A mask is a register of floats, each lane all ones or all zeros; on ARM it is one of words, on AVX-512 of bits.
    if constexpr (sizeof(mask) == sizeof(yes) && !std::is_base_of_v<xsimd::neon, Arch>)
      return no ^ ((no ^ yes) & Register(mask.data));
    else
      return xsimd::select(mask, yes, no);
  }
  static Register negated(const Register& a) { return a ^ Register(-0.0F); }  // xsimd's is 0 - a on AVX-512: no -0
  static Register larger(const Register& a, const Register& b) { return xsimd::max(a, b); }
  static Register smaller(const Register& a, const Register& b) { return xsimd::min(a, b); }

 private:
  // A comparison of words as one of values; version 9 of xsimd renamed it.
  static Mask of_values(const typename Word::batch_bool_type& mask) {
    if constexpr (requires { { batch_bool_cast<float>(mask) } -> std::same_as<Mask>; })
      return batch_bool_cast<float>(mask);
    else
      return bool_cast(mask);
  }
};

}  // namespace detail

// Packs, their masks and words are built in halves, not arrays: so compilers keep every register of one in a register.

/// Where a comparison of packs holds.
template <class Register, std::size_t Count>
struct PackMask {
  using Half = PackMask<Register, Count / 2>;

  Half low;
  Half high;

  friend PackMask operator&(const PackMask& a, const PackMask& b) { return {a.low & b.low, a.high & b.high}; }
  friend PackMask operator|(const PackMask& a, const PackMask& b) { return {a.low | b.low, a.high | b.high}; }
  friend PackMask operator!(const PackMask& a) { return {!a.low, !a.high}; }
  /// Whether it holds in any lane.
  friend bool any(const PackMask& a) { return (int{any(a.low)} | int{any(a.high)}) != 0; }
};
template <class Register>
struct PackMask<Register, 1> {
  using Traits = detail::RegisterTraits<Register>;

  typename Traits::Mask lanes;

  friend PackMask operator&(const PackMask& a, const PackMask& b) { return {Traits::both(a.lanes, b.lanes)}; }
  friend PackMask operator|(const PackMask& a, const PackMask& b) { return {Traits::either(a.lanes, b.lanes)}; }
  friend PackMask operator!(const PackMask& a) { return {!a.lanes}; }
  friend bool any(const PackMask& a) { return Traits::any(a.lanes); }
  /// A bit a lane, lane 0 the lowest.
  friend std::uint32_t bits_of(const PackMask& a) { return Traits::bits(a.lanes); }
};

/// `Count` registers side by side, a power of two, so that the latency of one hides behind the others: the lanes of a
/// work item. The register is a float or a vector of any instruction set; neuron equations are written for either.
///
/// **Laws** every operation acts lane by lane with the bits of the scalar one.
template <class R, std::size_t Count>
struct Pack {
  static_assert(Count > 0 && (Count & (Count - 1)) == 0,
                "spikingjet: 'Pack' takes a number of registers that is a power of two; check its second argument");
  using Register = R;
  using Half = Pack<R, Count / 2>;
  using Traits = detail::RegisterTraits<R>;
  using Mask = PackMask<R, Count>;

  static constexpr std::size_t lanes = Count * Traits::lanes;

  Half low;
  Half high;

  Pack() = default;
  Pack(float value) : low(value), high(value) {}
  Pack(const Half& low_half, const Half& high_half) : low(low_half), high(high_half) {}

  static Pack load(const float* from) { return {Half::load(from), Half::load(from + Half::lanes)}; }
  void store(float* to) const {
    low.store(to);
    high.store(to + Half::lanes);
  }

  friend Pack operator+(const Pack& a, const Pack& b) { return {a.low + b.low, a.high + b.high}; }
  friend Pack operator-(const Pack& a, const Pack& b) { return {a.low - b.low, a.high - b.high}; }
  friend Pack operator*(const Pack& a, const Pack& b) { return {a.low * b.low, a.high * b.high}; }
  friend Pack operator/(const Pack& a, const Pack& b) { return {a.low / b.low, a.high / b.high}; }
  friend Pack operator-(const Pack& a) { return {-a.low, -a.high}; }
  friend Mask operator<(const Pack& a, const Pack& b) { return {a.low < b.low, a.high < b.high}; }
  friend Mask operator>(const Pack& a, const Pack& b) { return {a.low > b.low, a.high > b.high}; }
  friend Mask operator<=(const Pack& a, const Pack& b) { return {a.low <= b.low, a.high <= b.high}; }
  friend Mask operator>=(const Pack& a, const Pack& b) { return {a.low >= b.low, a.high >= b.high}; }
  friend Mask operator==(const Pack& a, const Pack& b) { return {a.low == b.low, a.high == b.high}; }
  friend Pack select(const Mask& mask, const Pack& yes, const Pack& no) {
    return {select(mask.low, yes.low, no.low), select(mask.high, yes.high, no.high)};
  }
  /// The larger of two values, neither of them NaN; of two zeros, either.
  friend Pack larger(const Pack& a, const Pack& b) { return {larger(a.low, b.low), larger(a.high, b.high)}; }
  friend Pack smaller(const Pack& a, const Pack& b) { return {smaller(a.low, b.low), smaller(a.high, b.high)}; }
};
template <class R>
struct Pack<R, 1> {
  using Register = R;
  using Traits = detail::RegisterTraits<R>;
  using Mask = PackMask<R, 1>;

  static constexpr std::size_t lanes = Traits::lanes;

  R value;

  Pack() = default;
  Pack(float all) : value(all) {}
  Pack(const Pack& other) : value(other.value) {}  // not trivial, or packs would be copied through memory
  Pack& operator=(const Pack& other) {
    value = other.value;
    return *this;
  }
  static Pack of(const R& value) {
    Pack p;
    p.value = value;
    return p;
  }

  static Pack load(const float* from) { return of(Traits::load(from)); }
  void store(float* to) const { Traits::store(to, value); }

  friend Pack operator+(const Pack& a, const Pack& b) { return of(a.value + b.value); }
  friend Pack operator-(const Pack& a, const Pack& b) { return of(a.value - b.value); }
  friend Pack operator*(const Pack& a, const Pack& b) { return of(a.value * b.value); }
  friend Pack operator/(const Pack& a, const Pack& b) { return of(a.value / b.value); }
  friend Pack operator-(const Pack& a) { return of(Traits::negated(a.value)); }
  friend Mask operator<(const Pack& a, const Pack& b) { return {a.value < b.value}; }
  friend Mask operator>(const Pack& a, const Pack& b) { return {a.value > b.value}; }
  friend Mask operator<=(const Pack& a, const Pack& b) { return {a.value <= b.value}; }
  friend Mask operator>=(const Pack& a, const Pack& b) { return {a.value >= b.value}; }
  friend Mask operator==(const Pack& a, const Pack& b) { return {a.value == b.value}; }
  friend Pack select(const Mask& mask, const Pack& yes, const Pack& no) {
    return of(Traits::choose(mask.lanes, yes.value, no.value));
  }
  friend Pack larger(const Pack& a, const Pack& b) { return of(Traits::larger(a.value, b.value)); }
  friend Pack smaller(const Pack& a, const Pack& b) { return of(Traits::smaller(a.value, b.value)); }
};

/// A 32-bit word a lane: bits of values, or the spikes of up to 32 steps.
template <class Register, std::size_t Count>
struct PackWords {
  using Half = PackWords<Register, Count / 2>;

  Half low;
  Half high;

  PackWords() = default;
  explicit PackWords(std::int32_t word) : low(word), high(word) {}
  /// The bits of values.
  explicit PackWords(const Pack<Register, Count>& values) : low(values.low), high(values.high) {}
  PackWords(const Half& low_half, const Half& high_half) : low(low_half), high(high_half) {}

  static PackWords load(const std::int32_t* from) {
    return {Half::load(from), Half::load(from + Pack<Register, Count / 2>::lanes)};
  }
  void store(std::int32_t* to) const {
    low.store(to);
    high.store(to + Pack<Register, Count / 2>::lanes);
  }

  /// The values with these bits.
  Pack<Register, Count> values() const { return {low.values(), high.values()}; }

  /// Appends a bit below the others: spikes that are 0 or 1. The uppermost bit is lost.
  void append(const Pack<Register, Count>& spikes) {
    low.append(spikes.low);
    high.append(spikes.high);
  }

  /// The bits moved up, fewer than 32.
  PackWords shifted(int bits) const { return {low.shifted(bits), high.shifted(bits)}; }

  /// The uppermost bit, which is taken off.
  PackMask<Register, Count> take() { return {low.take(), high.take()}; }

  friend PackMask<Register, Count> operator==(const PackWords& a, const PackWords& b) {
    return {a.low == b.low, a.high == b.high};
  }
  friend PackWords operator&(const PackWords& a, const PackWords& b) { return {a.low & b.low, a.high & b.high}; }
  friend PackWords operator|(const PackWords& a, const PackWords& b) { return {a.low | b.low, a.high | b.high}; }
  friend PackWords operator^(const PackWords& a, const PackWords& b) { return {a.low ^ b.low, a.high ^ b.high}; }
};
template <class Register>
struct PackWords<Register, 1> {
  using Traits = detail::RegisterTraits<Register>;

  typename Traits::Word words;

  PackWords() = default;
  explicit PackWords(std::int32_t word) : words(word) {}
  explicit PackWords(const Pack<Register, 1>& values) : words(Traits::word(values.value)) {}
  static PackWords of(const typename Traits::Word& words) {
    PackWords p;
    p.words = words;
    return p;
  }

  static PackWords load(const std::int32_t* from) { return of(Traits::load_word(from)); }
  void store(std::int32_t* to) const { Traits::store_word(to, words); }

  Pack<Register, 1> values() const { return Pack<Register, 1>::of(Traits::value(words)); }
  void append(const Pack<Register, 1>& spikes) { words = Traits::twice(words) + Traits::spike(spikes.value); }
  PackWords shifted(int bits) const { return of(Traits::shifted(words, bits)); }
  PackMask<Register, 1> take() {
    const PackMask<Register, 1> bit{Traits::negative(words)};
    words = Traits::twice(words);
    return bit;
  }

  friend PackMask<Register, 1> operator==(const PackWords& a, const PackWords& b) {
    return {Traits::equal(a.words, b.words)};
  }
  friend PackWords operator&(const PackWords& a, const PackWords& b) { return of(a.words & b.words); }
  friend PackWords operator|(const PackWords& a, const PackWords& b) { return of(a.words | b.words); }
  friend PackWords operator^(const PackWords& a, const PackWords& b) { return of(a.words ^ b.words); }
};

/// Magnitudes, lane by lane; NaN stays NaN.
template <class Register, std::size_t Count>
inline Pack<Register, Count> magnitude_of(const Pack<Register, Count>& a) {
  return larger(a, -a);
}

/// The lanes of a work item on this machine: 32 where four of its registers are enough, as with AVX2 and AVX-512, else
/// four registers. More lanes hide no more latency, and faults fill them less well.
using NativePack = Pack<xsimd::batch<float>, xsimd::batch<float>::size >= 16 ? 2 : 4>;

/// The same with any number of registers.
template <class Pack, std::size_t Count>
struct Resized;
template <class Register, std::size_t Old, std::size_t Count>
struct Resized<Pack<Register, Old>, Count> {
  using type = Pack<Register, Count>;
};

/// The words of a pack's lanes.
template <class Pack>
struct WordsOf;
template <class Register, std::size_t Count>
struct WordsOf<Pack<Register, Count>> {
  using type = PackWords<Register, Count>;
};

}  // namespace spikingjet
