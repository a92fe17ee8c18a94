// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/bits.hpp>

#include <xsimd/xsimd.hpp>

#include <cstddef>
#include <cstdint>

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
  static Word plus(Word word, Mask one) { return word + Word{one}; }
  static Word shifted(Word word, int bits) { return static_cast<Word>(static_cast<std::uint32_t>(word) << bits); }
  static Mask negative(Word word) { return word < 0; }
  static Mask equal(Word a, Word b) { return a == b; }
  static bool any(Mask mask) { return mask; }
  static float choose(Mask mask, float yes, float no) { return mask ? yes : no; }
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
    if constexpr (requires { xsimd::bitwise_cast<Word>(value); })
      return xsimd::bitwise_cast<Word>(value);
    else
      return xsimd::bitwise_cast<std::int32_t>(value);
  }
  static Register value(const Word& word) {
    if constexpr (requires { xsimd::bitwise_cast<Register>(word); })
      return xsimd::bitwise_cast<Register>(word);
    else
      return xsimd::bitwise_cast<float>(word);
  }
  static Word twice(const Word& word) { return word + word; }
  static Word plus(const Word& word, const Mask& one) {
    return xsimd::select(of_words(one), word + Word(1), word);
  }
  static Word shifted(const Word& word, int bits) { return word << bits; }
  static Mask negative(const Word& word) { return of_values(word < Word(0)); }
  static Mask equal(const Word& a, const Word& b) { return of_values(a == b); }
  static bool any(const Mask& mask) { return xsimd::any(mask); }
  static Register choose(const Mask& mask, const Register& yes, const Register& no) { return xsimd::select(mask, yes, no); }

 private:
  // A comparison of values as one of words, and back; version 9 of xsimd renamed it.
  static auto of_words(const Mask& mask) {
    if constexpr (requires { bool_cast(mask); })
      return bool_cast(mask);
    else
      return batch_bool_cast<std::int32_t>(mask);
  }
  static Mask of_values(const typename Word::batch_bool_type& mask) {
    if constexpr (requires { bool_cast(mask); })
      return bool_cast(mask);
    else
      return batch_bool_cast<float>(mask);
  }
};

}  // namespace detail

/// Where a comparison of packs holds.
template <class Register, std::size_t Count>
struct PackMask {
  typename detail::RegisterTraits<Register>::Mask at[Count];

  friend PackMask operator&(const PackMask& a, const PackMask& b) {
    PackMask c;
    for (std::size_t r = 0; r < Count; ++r) c.at[r] = a.at[r] & b.at[r];
    return c;
  }
  friend PackMask operator|(const PackMask& a, const PackMask& b) {
    PackMask c;
    for (std::size_t r = 0; r < Count; ++r) c.at[r] = a.at[r] | b.at[r];
    return c;
  }
  friend PackMask operator!(const PackMask& a) {
    PackMask c;
    for (std::size_t r = 0; r < Count; ++r) c.at[r] = !a.at[r];
    return c;
  }
  /// Whether it holds in any lane.
  friend bool any(const PackMask& a) {
    bool found = false;
    for (std::size_t r = 0; r < Count; ++r) found |= detail::RegisterTraits<Register>::any(a.at[r]);
    return found;
  }
};

/// `Count` registers side by side, so that the latency of one hides behind the others: the lanes of a work item. The
/// register is a float or a vector of any instruction set; neuron equations are written for either.
///
/// **Laws** every operation acts lane by lane with the bits of the scalar one.
template <class Register, std::size_t Count>
struct Pack {
  using Traits = detail::RegisterTraits<Register>;
  using Mask = PackMask<Register, Count>;

  static constexpr std::size_t register_lanes = Traits::lanes;
  static constexpr std::size_t lanes = Count * Traits::lanes;

  Register at[Count];

  Pack() = default;
  Pack(float value) {
    for (std::size_t r = 0; r < Count; ++r) at[r] = Register(value);
  }

  static Pack load(const float* from) {
    Pack p;
    for (std::size_t r = 0; r < Count; ++r) p.at[r] = Traits::load(from + r * register_lanes);
    return p;
  }
  void store(float* to) const {
    for (std::size_t r = 0; r < Count; ++r) Traits::store(to + r * register_lanes, at[r]);
  }

#define SPIKINGJET_PACK_ARITHMETIC(op)                                   \
  friend Pack operator op(const Pack& a, const Pack& b) {                \
    Pack c;                                                              \
    for (std::size_t r = 0; r < Count; ++r) c.at[r] = a.at[r] op b.at[r]; \
    return c;                                                            \
  }
  SPIKINGJET_PACK_ARITHMETIC(+)
  SPIKINGJET_PACK_ARITHMETIC(-)
  SPIKINGJET_PACK_ARITHMETIC(*)
  SPIKINGJET_PACK_ARITHMETIC(/)
#undef SPIKINGJET_PACK_ARITHMETIC

#define SPIKINGJET_PACK_COMPARISON(op)                                   \
  friend Mask operator op(const Pack& a, const Pack& b) {                \
    Mask c;                                                              \
    for (std::size_t r = 0; r < Count; ++r) c.at[r] = a.at[r] op b.at[r]; \
    return c;                                                            \
  }
  SPIKINGJET_PACK_COMPARISON(<)
  SPIKINGJET_PACK_COMPARISON(>)
  SPIKINGJET_PACK_COMPARISON(<=)
  SPIKINGJET_PACK_COMPARISON(>=)
  SPIKINGJET_PACK_COMPARISON(==)
#undef SPIKINGJET_PACK_COMPARISON

  friend Pack operator-(const Pack& a) {
    Pack c;
    for (std::size_t r = 0; r < Count; ++r) c.at[r] = -a.at[r];
    return c;
  }
  friend Pack select(const Mask& mask, const Pack& yes, const Pack& no) {
    Pack c;
    for (std::size_t r = 0; r < Count; ++r) c.at[r] = Traits::choose(mask.at[r], yes.at[r], no.at[r]);
    return c;
  }
};

/// A 32-bit word a lane: bits of values, or the spikes of up to 32 steps.
template <class Register, std::size_t Count>
struct PackWords {
  using Traits = detail::RegisterTraits<Register>;

  typename Traits::Word at[Count];

  PackWords() = default;
  explicit PackWords(std::int32_t word) {
    for (std::size_t r = 0; r < Count; ++r) at[r] = typename Traits::Word(word);
  }
  /// The bits of values.
  explicit PackWords(const Pack<Register, Count>& values) {
    for (std::size_t r = 0; r < Count; ++r) at[r] = Traits::word(values.at[r]);
  }

  static PackWords load(const std::int32_t* from) {
    PackWords p;
    for (std::size_t r = 0; r < Count; ++r) p.at[r] = Traits::load_word(from + r * Traits::lanes);
    return p;
  }
  void store(std::int32_t* to) const {
    for (std::size_t r = 0; r < Count; ++r) Traits::store_word(to + r * Traits::lanes, at[r]);
  }

  /// The values with these bits.
  Pack<Register, Count> values() const {
    Pack<Register, Count> p;
    for (std::size_t r = 0; r < Count; ++r) p.at[r] = Traits::value(at[r]);
    return p;
  }

  /// Appends a bit below the others; the uppermost is lost.
  void append(const PackMask<Register, Count>& bit) {
    for (std::size_t r = 0; r < Count; ++r) at[r] = Traits::plus(Traits::twice(at[r]), bit.at[r]);
  }

  /// The bits moved up, fewer than 32.
  PackWords shifted(int bits) const {
    PackWords p;
    for (std::size_t r = 0; r < Count; ++r) p.at[r] = Traits::shifted(at[r], bits);
    return p;
  }

  /// The uppermost bit, which is taken off.
  PackMask<Register, Count> take() {
    PackMask<Register, Count> bit;
    for (std::size_t r = 0; r < Count; ++r) {
      bit.at[r] = Traits::negative(at[r]);
      at[r] = Traits::twice(at[r]);
    }
    return bit;
  }

  friend PackMask<Register, Count> operator==(const PackWords& a, const PackWords& b) {
    PackMask<Register, Count> c;
    for (std::size_t r = 0; r < Count; ++r) c.at[r] = Traits::equal(a.at[r], b.at[r]);
    return c;
  }
  friend PackWords operator&(const PackWords& a, const PackWords& b) {
    PackWords c;
    for (std::size_t r = 0; r < Count; ++r) c.at[r] = a.at[r] & b.at[r];
    return c;
  }
  friend PackWords operator|(const PackWords& a, const PackWords& b) {
    PackWords c;
    for (std::size_t r = 0; r < Count; ++r) c.at[r] = a.at[r] | b.at[r];
    return c;
  }
  friend PackWords operator^(const PackWords& a, const PackWords& b) {
    PackWords c;
    for (std::size_t r = 0; r < Count; ++r) c.at[r] = a.at[r] ^ b.at[r];
    return c;
  }
};

/// The lanes of a work item on this machine: four of its widest registers.
using NativePack = Pack<xsimd::batch<float>, 4>;

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
