// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/config.hpp>

#include <string_view>

namespace spikingjet {

/// How faults come from their population.
enum class Draw {
  whole,       // all of it
  simple,      // each set of that size is as likely
  stratified,  // a simple sample of each stratum
  unknown,     // a list of which nobody knows
};

/// How far a campaign is with the faults that were to be injected.
enum class Completion {
  finished,       // all of them; how many was fixed before
  ended_at_will,  // as many as somebody wanted who saw the outcomes, or Ctrl-C: in the order of the draw
  ended_in_list,  // the first of a list that is in another order, such as that of sites
};

/// The values of a rate.
enum class Outcomes {
  zero_or_one,  // one sample a fault
  fractions,    // hits of several samples a fault
};

/// The intervals of a rate.
enum class IntervalKind {
  none,                 // nothing can be said of the population
  exact,                // the rate is the population's
  hypergeometric,       // `hypergeometric_interval`; `clopper_pearson` where the population is not known
  betting,              // `BettingSample` with `FixedSize`
  betting_at_any_time,  // `BettingSample` with `AnyTime`
  stratified_betting,   // `StratifiedBetting`
};

/// The interval that covers what it promises, and is the narrowest here that does, for faults that were drawn so.
///
/// | | finished | ended at will, in the order of the draw | ended in the list |
/// |---|---|---|---|
/// | whole | exact | betting at any time | none |
/// | simple | hypergeometric for 0 or 1, else betting | betting at any time | none |
/// | stratified | stratified betting | none | none |
/// | unknown | none | none | none |
///
/// A whole population in the order of a draw is, where it ends, a simple sample. The faults of a group (a layer, a bit)
/// of a simple sample are a simple sample of the group; of a stratified one they are stratified by the strata's parts.
constexpr IntervalKind interval_kind(Draw draw, Completion progress, Outcomes outcomes) {
  if (draw == Draw::unknown || progress == Completion::ended_in_list) return IntervalKind::none;
  if (progress == Completion::ended_at_will)
    return draw == Draw::stratified ? IntervalKind::none : IntervalKind::betting_at_any_time;
  if (draw == Draw::whole) return IntervalKind::exact;
  if (draw == Draw::stratified) return IntervalKind::stratified_betting;
  return outcomes == Outcomes::zero_or_one ? IntervalKind::hypergeometric : IntervalKind::betting;
}

/// The words of a kind in tables.
constexpr std::string_view interval_kind_name(IntervalKind kind) {
  switch (kind) {
    case IntervalKind::exact:
      return "exact";
    case IntervalKind::hypergeometric:
      return "hypergeometric";
    case IntervalKind::betting:
      return "betting";
    case IntervalKind::betting_at_any_time:
      return "betting at any time";
    case IntervalKind::stratified_betting:
      return "stratified betting";
    case IntervalKind::none:
      break;
  }
  return "none";
}

}  // namespace spikingjet
