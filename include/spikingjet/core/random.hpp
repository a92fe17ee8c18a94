// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/config.hpp>

#include <cstdint>

namespace spikingjet {

/// Four random words.
struct RandomBlock {
  std::uint32_t word[4];
};

/// Philox4x32-10: random words as a pure function of a counter and a key, the same on every machine and thread.
///
/// **Source** Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011, section 3.3.
SPIKINGJET_HD constexpr RandomBlock philox(RandomBlock counter, std::uint64_t key) {
  auto k0 = std::uint32_t(key);
  auto k1 = std::uint32_t(key >> 32);
  for (int round = 0; round < 10; ++round) {
    const std::uint64_t p0 = 0xD2511F53ull * counter.word[0];
    const std::uint64_t p1 = 0xCD9E8D57ull * counter.word[2];
    counter = {{std::uint32_t(p1 >> 32) ^ counter.word[1] ^ k0, std::uint32_t(p1),
                std::uint32_t(p0 >> 32) ^ counter.word[3] ^ k1, std::uint32_t(p0)}};
    k0 += 0x9E3779B9u;
    k1 += 0xBB67AE85u;
  }
  return counter;
}

/// 64 random bits keyed by what they are for: a seed and up to two identities (fault, step, sample).
SPIKINGJET_HD constexpr std::uint64_t random_bits(std::uint64_t seed, std::uint64_t first, std::uint64_t second = 0) {
  const RandomBlock block = philox(
      {{std::uint32_t(first), std::uint32_t(first >> 32), std::uint32_t(second), std::uint32_t(second >> 32)}}, seed);
  return (std::uint64_t(block.word[1]) << 32) | block.word[0];
}

/// A seeded permutation of 0 .. size-1 that costs no memory: the i-th draw of a sample without replacement.
///
/// A balanced Feistel network over the next even number of bits, walked until it lands inside. The first n values are
/// a simple random sample of n; enlarging n keeps those already drawn.
///
/// **Laws** a bijection on 0 .. size-1; the same for the same (size, seed) on every platform.
/// **Cost** fewer than four Feistel passes on average.
/// **Source** Black and Rogaway, "Ciphers with arbitrary finite domains", CT-RSA 2002 (cycle walking).
class Permutation {
 public:
  constexpr Permutation(std::uint64_t size, std::uint64_t seed) : size_(size), seed_(seed) {
    while (half_bits_ < 32 && (std::uint64_t(1) << (2 * half_bits_)) < size_) ++half_bits_;
  }

  constexpr std::uint64_t size() const { return size_; }

  constexpr std::uint64_t operator()(std::uint64_t index) const {
    do index = feistel(index);
    while (index >= size_);
    return index;
  }

 private:
  constexpr std::uint64_t feistel(std::uint64_t value) const {
    const std::uint64_t mask = (std::uint64_t(1) << half_bits_) - 1;
    std::uint64_t left = value >> half_bits_;
    std::uint64_t right = value & mask;
    for (std::uint64_t round = 0; round < 6; ++round) {
      const std::uint64_t next = left ^ (random_bits(seed_, right, round) & mask);
      left = right;
      right = next;
    }
    return (left << half_bits_) | right;
  }

  std::uint64_t size_;
  std::uint64_t seed_;
  unsigned half_bits_ = 1;
};

}  // namespace spikingjet
