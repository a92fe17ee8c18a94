// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/analysis/interval_kind.hpp>
#include <spikingjet/analysis/sample_kind.hpp>
#include <spikingjet/analysis/store_sampling.hpp>

#include <fmt/format.h>

#include <limits>
#include <string>
#include <string_view>

namespace spikingjet::detail {

/// A confidence in percent, "99" or "99.99999", with as many digits as keep it below 100.
inline std::string confidence_percent(double confidence) {
  std::string text;
  for (int digits = 6; digits <= std::numeric_limits<double>::max_digits10; ++digits) {
    text = fmt::format("{:.{}g}", 100 * confidence, digits);
    if (text != "100") break;
  }
  return text;
}

/// What is said of faults of which nobody knows how they were drawn.
inline constexpr std::string_view given_list =
    "the faults of a list that is not known to be a random sample: rates of these faults";

/// How the faults of a store were drawn, or that it is INCOMPLETE, in a word.
inline std::string sampling_word(const StoreSampling& sampling) {
  if (sampling.completion == Completion::ended_in_list)
    return "INCOMPLETE: " + part_text(sampling.finished, sampling.listed);
  return sampling.draw == Draw::stratified ? "stratified" : std::string(sample_kind_name(sampling.kind));
}

/// How the faults of a store were drawn, and which rates and intervals a table so has of them; `over_both`: over faults
/// and samples.
inline std::string sampling_text(const StoreSampling& sampling, double confidence, bool over_both) {
  const std::string at =
      fmt::format("{} at {} % confidence", over_both ? " over faults and samples" : "", confidence_percent(confidence));
  const std::string strata =
      sampling.draw == Draw::stratified ? fmt::format(" weighted by {} strata", sampling.strata) : "";
  const std::string part = part_text(sampling.finished, sampling.listed);
  if (sampling.completion == Completion::ended_in_list)
    return "INCOMPLETE, " + part + "; rates of injections" + strata + ", no intervals";
  if (sampling.draw == Draw::unknown) return std::string(given_list) + " alone, no intervals";
  const bool at_will = sampling.completion == Completion::ended_at_will;
  const bool to_the_end = sampling.listed == sampling.finished;
  const std::string ended = !at_will ? ""
                            : to_the_end
                                ? fmt::format("all {} faults that were drawn, watched by a rule; ", sampling.finished)
                                : "ended after " + part + " in the order of the draw; ";
  switch (interval_kind(sampling.draw, sampling.completion, sampling.outcomes)) {
    case IntervalKind::exact:
      return "every fault of the fault space; rates of injections" + (over_both ? ", intervals" + at : "");
    case IntervalKind::hypergeometric:
      return "rates of injections, hypergeometric intervals" + at;
    case IntervalKind::betting:
      return "rates of injections, betting intervals" + at;
    case IntervalKind::betting_at_any_time:
      return ended + "rates of injections, betting intervals" + at + " that hold whenever a campaign is ended";
    case IntervalKind::stratified_betting:
      return "rates of injections" + strata + ", stratified betting intervals" + at;
    case IntervalKind::none:
      break;
  }
  return ended + "rates of injections" + strata + ", intervals" + at + " within one stratum alone";
}

}  // namespace spikingjet::detail
