// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/lanes/pack.hpp>

#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>

namespace spikingjet {

/// Spikes are kept as bits, 32 steps a word: the first step of a word is its uppermost bit.
inline constexpr std::size_t steps_per_word = 32;

/// Words that so many steps take.
constexpr std::size_t words_of(std::size_t steps) { return (steps + steps_per_word - 1) / steps_per_word; }

/// The bit of a step in its word.
constexpr std::uint32_t step_bit(std::size_t step) { return 0x80000000u >> (step % steps_per_word); }

/// The first step in which two trains differ, as they must.
///
/// **Shapes** a, b (words).
constexpr std::size_t first_difference(std::span<const std::uint32_t> a, std::span<const std::uint32_t> b) {
  std::size_t w = 0;
  while (a[w] == b[w]) ++w;
  return w * steps_per_word + static_cast<std::size_t>(std::countl_zero(a[w] ^ b[w]));
}

/// Spikes of lanes, written 32 steps a word; golden before the first step written and behind the last.
///
/// **Shapes** golden (words); train (words, lanes), of which words before that of the first step are not written.
template <class V>
class TrainWriter {
 public:
  using Words = typename WordsOf<V>::type;

  TrainWriter(const std::uint32_t* golden, std::int32_t* train, std::size_t steps)
      : golden_(golden), train_(train), steps_(steps) {}

  /// The spikes of the word of `step` that come before it.
  Words start(std::size_t step) const {
    const std::size_t before = step % steps_per_word;
    return Words(before == 0 ? 0
                             : static_cast<std::int32_t>(golden_[step / steps_per_word] >> (steps_per_word - before)));
  }

  /// Takes the spikes of a word up to before `step`; gives those to append to.
  Words put(const Words& spikes, std::size_t step) {
    const std::size_t count = step % steps_per_word;
    if (count != 0 && step != steps_) return spikes;
    (count == 0 ? spikes : spikes.shifted(int(steps_per_word - count)))
        .store(train_ + (step - 1) / steps_per_word * V::lanes);
    return Words(0);
  }

  /// Golden spikes from `step` on, behind those of its word.
  void finish(const Words& spikes, std::size_t step) {
    std::size_t w = step / steps_per_word;
    if (const std::size_t count = step % steps_per_word; count != 0) {
      const Words rest(static_cast<std::int32_t>(golden_[w] & (0xffffffffu >> count)));
      (spikes.shifted(int(steps_per_word - count)) | rest).store(train_ + w * V::lanes);
      ++w;
    }
    for (; w < words_of(steps_); ++w) Words(static_cast<std::int32_t>(golden_[w])).store(train_ + w * V::lanes);
  }

 private:
  const std::uint32_t* golden_;
  std::int32_t* train_;
  std::size_t steps_;
};

}  // namespace spikingjet
