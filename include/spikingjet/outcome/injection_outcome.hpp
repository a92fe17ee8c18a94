// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/outcome/record.hpp>
#include <spikingjet/outcome/verdict.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace spikingjet {

/// One injection that is not masked: what became of the fault on one sample.
struct InjectionOutcome {
  std::uint32_t sample = 0;
  Outcome outcome = Outcome::due;
  std::uint32_t top = 0;  // the faulty top-1 class of `sdc_critical`; 0 elsewhere: the golden one is meant, or none

  bool operator==(const InjectionOutcome&) const = default;
};

/// How many of a fault's injections ended in each way that is not `masked`.
///
/// **Shapes** returns [Outcome].
inline std::array<std::uint64_t, 7> counts_of(std::span<const InjectionOutcome> row) {
  std::array<std::uint64_t, 7> counts{};
  for (const InjectionOutcome& injection : row) ++counts[static_cast<std::size_t>(injection.outcome)];
  return counts;
}

/// Whether a fault's injections, one by one, are those that its record counts.
inline bool agree(std::span<const InjectionOutcome> row, const FaultRecord& record) {
  const std::array<std::uint64_t, 7> counts = counts_of(row);
  const auto of = [&counts](Outcome outcome) { return counts[static_cast<std::size_t>(outcome)]; };
  return of(Outcome::masked) == 0 && row.size() == record.samples - record.masked && of(Outcome::due) == record.due &&
         of(Outcome::sdc_critical) == record.sdc_critical && of(Outcome::sdc_0_5) == record.band[0] &&
         of(Outcome::sdc_5_10) == record.band[1] && of(Outcome::sdc_10_20) == record.band[2] &&
         of(Outcome::sdc_20) == record.band[3];
}

}  // namespace spikingjet
