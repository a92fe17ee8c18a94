// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/bits.hpp>
#include <spikingjet/core/digest.hpp>
#include <spikingjet/core/random.hpp>
#include <spikingjet/fault/counting_numbers.hpp>
#include <spikingjet/fault/fault.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <utility>
#include <vector>

namespace spikingjet::detail {

/// Faults of a list that are like an earlier one.
struct Repeats {
  std::uint64_t count = 0;
  std::uint64_t first = 0;    // place of the first such fault
  std::uint64_t earlier = 0;  // place of the one that it is like
};

/// A number that is the same for faults that do the same.
inline std::uint64_t alike_digest(const Fault& f) {
  Digest digest;
  digest.add(f.site.quantity).add(f.site.element).add(f.alteration.factor).add(f.alteration.keep).add(f.alteration.set);
  digest.add(f.alteration.flip).add(f.window.begin).add(f.window.end).add(f.window.duty).add(f.window.seed);
  return digest.value();
}

/// Whether two faults do the same, however they are spelled.
inline bool are_alike(const Fault& a, const Fault& b) {
  return a.site.quantity == b.site.quantity && a.site.element == b.site.element && a.window == b.window &&
         to_word(a.alteration.factor) == to_word(b.alteration.factor) && a.alteration.keep == b.alteration.keep &&
         a.alteration.set == b.alteration.set && a.alteration.flip == b.alteration.flip;
}

/// The faults that do the same as an earlier one.
///
/// **Cost** 6 to 12 bytes a fault, while it runs.
inline Repeats repeats_in(std::span<const Fault> faults) {
  constexpr std::uint32_t empty = std::numeric_limits<std::uint32_t>::max();
  std::size_t slots = 16;
  while (slots * 2 < faults.size() * 3) slots *= 2;
  std::vector<std::uint32_t> table(slots, empty);
  Repeats repeats;
  for (std::size_t f = 0; f < faults.size(); ++f) {
    std::size_t slot = random_bits(0, alike_digest(faults[f])) & (slots - 1);
    while (table[slot] != empty && !are_alike(faults[table[slot]], faults[f])) slot = (slot + 1) & (slots - 1);
    if (table[slot] == empty)
      table[slot] = static_cast<std::uint32_t>(f);
    else if (repeats.count++ == 0)
      repeats = {1, f, table[slot]};
  }
  return repeats;
}

/// The numbers that stand further ahead already.
inline Repeats repeats_in(const CountingNumbers& numbers) {
  if (numbers.ascend()) return {};
  std::vector<std::pair<std::uint64_t, std::uint64_t>> sorted;  // number, place
  for (std::uint64_t i = 0; i < numbers.size(); ++i) sorted.emplace_back(numbers[i], i);
  std::sort(sorted.begin(), sorted.end());
  Repeats repeats;
  std::uint64_t earliest = 0;
  for (std::size_t i = 1; i < sorted.size(); ++i) {
    if (sorted[i].first != sorted[i - 1].first) {
      earliest = i;
      continue;
    }
    const bool is_first = repeats.count == 0 || sorted[i].second < repeats.first;
    ++repeats.count;
    if (is_first) repeats = {repeats.count, sorted[i].second, sorted[earliest].second};
  }
  return repeats;
}

}  // namespace spikingjet::detail
