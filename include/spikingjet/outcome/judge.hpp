// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/bits.hpp>
#include <spikingjet/core/config.hpp>
#include <spikingjet/outcome/record.hpp>
#include <spikingjet/outcome/score.hpp>
#include <spikingjet/outcome/verdict.hpp>

#include <cstddef>
#include <cstdint>

namespace spikingjet {

/// The class of an injection that left a readout, where the golden one has this top class and score.
///
/// **Shapes** readout (classes).
SPIKINGJET_HD constexpr Outcome classify(const float* readout, std::size_t classes, std::size_t golden_top,
                                         float golden_score) {
  for (std::size_t c = 0; c < classes; ++c)
    if (!is_finite(readout[c])) return Outcome::due;
  if (top_class(readout, classes) != golden_top) return Outcome::sdc_critical;
  return outcome_of_scores(top_score(readout, classes), golden_score);
}

/// Verdicts as small numbers, for engines that count injections where they run: what `GoldenOutcome::judge` says.
struct OutcomeJudge {
  static constexpr std::uint32_t codes = 7 * 3;  // outcome, and one right prediction less, as many or more

  /// `golden` has `score`, `top` and `label`; a label that is no class stands for none.
  template <class Golden>
  SPIKINGJET_HD static constexpr std::uint32_t code(const Golden& golden, const float* readout, std::size_t classes) {
    const Outcome outcome = classify(readout, classes, golden.top, golden.score);
    const bool was_right = golden.label == golden.top;
    const bool is_right = outcome != Outcome::due && golden.label == top_class(readout, classes);
    return static_cast<std::uint32_t>(outcome) * 3 + 1 + is_right - was_right;
  }

  /// Counts injections of a code.
  static void add(ChangedInjections& record, std::uint32_t code, std::uint64_t injections) {
    record.outcome[code / 3] += static_cast<std::uint32_t>(injections);
    record.correct += (static_cast<std::int32_t>(code % 3) - 1) * static_cast<std::int32_t>(injections);
  }
};

}  // namespace spikingjet
