// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/config.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace spikingjet {

/// Different things that a neuron can leave, each with the faults that make it leave them: trains of spikes, or a
/// readout value. Faults with the same train share everything behind their neuron.
///
/// **Laws** two faults share a case exactly where all words of their keys are equal.
class CaseTable {
 public:
  /// Empties the table; keys have `words` words from now on.
  void clear(std::size_t words) {
    words_ = words;
    keys_.clear();
    entries_.clear();
    newest_.clear();
    std::fill(slots_.begin(), slots_.end(), none);
  }

  /// Adds faults whose key is `key[0]`, `key[stride]`, ...; the faults must stay where they are.
  void add(const std::int32_t* key, std::size_t stride, std::span<const std::uint32_t> faults) {
    if (2 * (size() + 1) > slots_.size()) grow();
    const std::size_t mask = slots_.size() - 1;
    std::uint64_t hash = 0x9e3779b97f4a7c15u;
    for (std::size_t w = 0; w < words_; ++w) hash = mix(hash, static_cast<std::uint32_t>(key[w * stride]));
    std::size_t slot = hash & mask;
    while (slots_[slot] != none && !equals(slots_[slot], key, stride)) slot = (slot + 1) & mask;
    if (slots_[slot] == none) {
      slots_[slot] = static_cast<std::uint32_t>(size());
      for (std::size_t w = 0; w < words_; ++w) keys_.push_back(static_cast<std::uint32_t>(key[w * stride]));
      newest_.push_back(none);
    }
    std::uint32_t& newest = newest_[slots_[slot]];
    entries_.push_back({faults, newest});
    newest = static_cast<std::uint32_t>(entries_.size() - 1);
  }

  std::size_t size() const { return newest_.size(); }

  /// The key of a case.
  ///
  /// **Shapes** returns (words).
  std::span<const std::uint32_t> key(std::size_t index) const {
    return std::span(keys_).subspan(index * words_, words_);
  }

  /// All faults of a case.
  std::span<const std::uint32_t> faults(std::size_t index) {
    gathered_.clear();
    for (std::uint32_t e = newest_[index]; e != none; e = entries_[e].older)
      for (const std::uint32_t f : entries_[e].faults) gathered_.push_back(f);  // mostly one
    return gathered_;
  }

 private:
  static constexpr std::uint32_t none = 0xffffffffu;

  struct Entry {
    std::span<const std::uint32_t> faults;
    std::uint32_t older;
  };

  static std::uint64_t mix(std::uint64_t hash, std::uint32_t word) {
    hash = (hash ^ word) * 0xbf58476d1ce4e5b9u;
    return hash ^ (hash >> 29);
  }

  bool equals(std::size_t index, const std::int32_t* key, std::size_t stride) const {
    for (std::size_t w = 0; w < words_; ++w)
      if (keys_[index * words_ + w] != static_cast<std::uint32_t>(key[w * stride])) return false;
    return true;
  }

  void grow() {
    slots_.assign(std::max<std::size_t>(256, 2 * slots_.size()), none);
    for (std::size_t c = 0; c < size(); ++c) {
      std::uint64_t hash = 0x9e3779b97f4a7c15u;
      for (const std::uint32_t word : key(c)) hash = mix(hash, word);
      std::size_t slot = hash & (slots_.size() - 1);
      while (slots_[slot] != none) slot = (slot + 1) & (slots_.size() - 1);
      slots_[slot] = static_cast<std::uint32_t>(c);
    }
  }

  std::size_t words_ = 0;
  std::vector<std::uint32_t> keys_;      // (cases, words)
  std::vector<std::uint32_t> newest_;    // (cases) its last entry
  std::vector<Entry> entries_;
  std::vector<std::uint32_t> slots_;     // a power of two; numbers of cases
  std::vector<std::uint32_t> gathered_;  // faults of one case
};

}  // namespace spikingjet
