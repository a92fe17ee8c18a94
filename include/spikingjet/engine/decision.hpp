// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/config.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace spikingjet {

/// How an engine found what an injection leaves.
enum class Decision : std::uint8_t {
  rerun,       // the whole network ran again
  equivalent,  // the fault leaves the stored bits as they are
  silent,      // what the fault alters never takes part: an input that never fires, a value that is already there
  analytic,    // the weight moves less than any spike of its neuron can notice, by a bound with all roundings
  bracketed,   // the value lies between two whose spike trains are golden, and the neuron is monotone in it
  unchanged,   // its neuron ran again and left golden spikes or, in the last layer, its golden readout
  returned,    // as unchanged, and was stopped early: its states were back to golden bits, and nothing more was altered
  merged,      // its neuron ran again and left the same changed spikes as another fault, whose readout it shares
  carried,     // its neuron ran again, and its changed spikes were carried on to the readout
  replayed,    // the network ran again from the fault's layer or the one behind it on, as far as anything differed
};

/// How many ways of deciding there are.
inline constexpr std::size_t decision_count = 10;

/// The words that `run` prints and stores keep.
constexpr std::string_view decision_name(Decision decision) {
  constexpr std::string_view names[decision_count] = {"rerun",     "equivalent", "silent", "analytic", "bracketed",
                                                      "unchanged", "returned",   "merged", "carried",  "replayed"};
  return names[static_cast<std::size_t>(decision)];
}

/// How many injections were decided in each way.
///
/// **Laws** what `inject` returns adds up to faults x samples.
class Decisions {
 public:
  /// Counts injections that were decided in one way.
  void add(Decision decision, std::uint64_t injections = 1) {
    count_[static_cast<std::size_t>(decision)] += injections;
  }

  std::uint64_t operator[](Decision decision) const { return count_[static_cast<std::size_t>(decision)]; }

  /// Of all ways.
  std::uint64_t total() const {
    std::uint64_t sum = 0;
    for (const std::uint64_t count : count_) sum += count;
    return sum;
  }

  Decisions& operator+=(const Decisions& other) {
    for (std::size_t d = 0; d < decision_count; ++d) count_[d] += other.count_[d];
    return *this;
  }

  bool operator==(const Decisions&) const = default;

 private:
  std::array<std::uint64_t, decision_count> count_{};
};

}  // namespace spikingjet
