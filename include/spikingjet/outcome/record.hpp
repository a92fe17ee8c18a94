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

/// What differs from a record in which every injection left its golden readout: 32 bytes a fault, of which engines that
/// hand on only changed readouts touch few.
///
/// **Laws** of fewer than 2^32 injections: `apply` to the record of the golden verdicts gives the record that adding
/// each verdict would have given.
struct ChangedInjections {
  std::array<std::uint32_t, 7> outcome{};  // [Outcome] injections with another readout
  std::int32_t correct = 0;                // more right predictions than with golden readouts

  /// Counts an injection that would have been `golden` without the fault.
  void add(const Verdict& golden, const Verdict& verdict) {
    if (verdict.unchanged) return;
    ++outcome[static_cast<std::size_t>(verdict.outcome)];
    correct += int{verdict.correct} - int{golden.correct};
  }

  ChangedInjections& operator+=(const ChangedInjections& other) {
    for (std::size_t o = 0; o < outcome.size(); ++o) outcome[o] += other.outcome[o];
    correct += other.correct;
    return *this;
  }

  /// Puts what changed in place of the golden verdicts that a record starts with.
  void apply(FaultRecord& record) const {
    const auto of = [this](Outcome o) { return std::uint64_t{outcome[static_cast<std::size_t>(o)]}; };
    std::uint64_t changed = 0;
    for (const std::uint32_t count : outcome) changed += count;
    record.unchanged -= changed;
    record.masked -= changed - of(Outcome::masked);
    for (std::size_t b = 0; b < record.band.size(); ++b)
      record.band[b] += of(Outcome(static_cast<std::size_t>(Outcome::sdc_0_5) + b));
    record.sdc_critical += of(Outcome::sdc_critical);
    record.due += of(Outcome::due);
    record.correct += static_cast<std::uint64_t>(std::int64_t{correct});
  }

  bool operator==(const ChangedInjections&) const = default;
};
static_assert(sizeof(ChangedInjections) == 32);

}  // namespace spikingjet
