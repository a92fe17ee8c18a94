// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/outcome/verdict.hpp>

#include <array>
#include <cstddef>
#include <cstdint>

namespace spikingjet {

/// What became of all injections of one fault: how many samples fell into each class.
///
/// **Laws** samples = due + masked + sdc_critical + the four bands; unchanged <= masked; correct <= samples - due.
struct FaultRecord {
  std::uint64_t samples = 0;
  std::uint64_t unchanged = 0;            // all readout bits equal to golden
  std::uint64_t masked = 0;               // same class, equal top-1 score
  std::uint64_t sdc_critical = 0;         // another top-1 class
  std::array<std::uint64_t, 4> band{};    // top-1 score off by (0, 5), [5, 10), [10, 20), [20, inf) percent
  std::uint64_t due = 0;                  // a readout value NaN or infinite
  std::uint64_t correct = 0;              // right predictions with the fault, of labelled samples

  /// Counts injections that ended alike.
  void add(const Verdict& verdict, std::uint64_t times = 1) {
    samples += times;
    unchanged += verdict.unchanged ? times : 0;
    masked += verdict.outcome == Outcome::masked ? times : 0;
    sdc_critical += verdict.outcome == Outcome::sdc_critical ? times : 0;
    due += verdict.outcome == Outcome::due ? times : 0;
    if (verdict.outcome >= Outcome::sdc_0_5 && verdict.outcome <= Outcome::sdc_20)
      band[static_cast<std::size_t>(verdict.outcome) - static_cast<std::size_t>(Outcome::sdc_0_5)] += times;
    correct += verdict.correct ? times : 0;
  }

  /// Counts an injection as `verdict` that was counted as `before`. Also of a record of differences, which may be kept
  /// apart and added later: counts are modulo 2^64.
  void recount(const Verdict& before, const Verdict& verdict) {
    add(before, ~std::uint64_t{0});
    add(verdict);
  }

  FaultRecord& operator+=(const FaultRecord& other) {
    samples += other.samples;
    unchanged += other.unchanged;
    masked += other.masked;
    sdc_critical += other.sdc_critical;
    for (std::size_t b = 0; b < band.size(); ++b) band[b] += other.band[b];
    due += other.due;
    correct += other.correct;
    return *this;
  }

  bool operator==(const FaultRecord&) const = default;
};

}  // namespace spikingjet
