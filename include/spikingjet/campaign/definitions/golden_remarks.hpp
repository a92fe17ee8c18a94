// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/campaign/golden_remarks.hpp>
#include <spikingjet/core/compiled.hpp>
#include <spikingjet/core/remark.hpp>
#include <spikingjet/outcome/outcome.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace spikingjet {

SPIKINGJET_INLINE bool is_tie(std::span<const float> readout) {
  const float largest = *std::max_element(readout.begin(), readout.end());
  return std::count(readout.begin(), readout.end(), largest) > 1;
}

SPIKINGJET_INLINE GoldenOverview summarise(std::span<const GoldenOutcome> golden) {
  GoldenOverview summary{.samples = golden.size()};
  for (const GoldenOutcome& outcome : golden) {
    const auto readout = outcome.readout();
    const bool tie = is_tie(readout);
    summary.labelled += outcome.label().has_value();
    summary.correct += outcome.correct();
    summary.ties += tie;
    summary.silent += tie && std::all_of(readout.begin(), readout.end(), [](float value) { return value == 0.0F; });
  }
  return summary;
}

namespace detail {

SPIKINGJET_INLINE double at_most(std::size_t hits, std::size_t trials, double p) {
  double sum = 0;
  const auto n = double(trials);
  for (std::size_t k = 0; k <= std::min(hits, trials); ++k)
    sum += std::exp(std::lgamma(n + 1) - std::lgamma(double(k) + 1) - std::lgamma(n - double(k) + 1) +
                    double(k) * std::log(p) + (n - double(k)) * std::log1p(-p));
  return std::min(sum, 1.0);
}

}  // namespace detail

SPIKINGJET_INLINE bool no_better_than_guessing(std::size_t correct, std::size_t labelled, std::size_t classes) {
  if (classes < 2 || labelled == 0) return false;
  const double chance = 1 / double(classes);
  const double likely_by_guessing = correct == 0 ? 1 : 1 - detail::at_most(correct - 1, labelled, chance);
  return likely_by_guessing > 0.05 && detail::at_most(correct, labelled, (1 + chance) / 2) < 0.01;
}

SPIKINGJET_INLINE std::vector<Remark> golden_remarks(std::span<const GoldenOutcome> golden, std::string_view readout,
                                                     std::size_t classes) {
  std::vector<Remark> remarks;
  const auto tell = [&](RemarkKind kind, const std::string& sentence) {
    remarks.push_back({kind, "spikingjet: " + sentence + "; see docs/checks.md"});
  };
  const auto of = [](std::size_t some, std::size_t all) { return std::to_string(some) + " of " + std::to_string(all); };
  const GoldenOverview summary = summarise(golden);
  if (summary.samples == 0 || classes < 2) return remarks;

  const bool spikes = readout == "spike count";
  if (2 * summary.silent > summary.samples)
    tell(RemarkKind::silent_output, "in " + of(summary.silent, summary.samples) + " samples " +
                                        (spikes ? "the output layer does not spike once, so that all classes tie"
                                                : "every readout is 0, so that all classes tie") +
                                        " and class 0 is predicted: a campaign would call most faults masked; check "
                                        "thresholds, decays and the scale of weights and inputs");
  else if (constexpr std::size_t few = 3; summary.samples > few && 2 * summary.ties > summary.samples)
    tell(RemarkKind::ties,
         "in " + of(summary.ties, summary.samples) +
             " samples several classes share the largest readout, so that the lowest index decides; check thresholds, "
             "the number of steps and the scale of weights and inputs");

  std::set<std::uint32_t> labels;
  std::set<std::size_t> predicted;
  for (const GoldenOutcome& outcome : golden) {
    if (outcome.label()) labels.insert(*outcome.label());
    predicted.insert(outcome.top());
  }
  constexpr std::size_t enough = 10;  // samples
  const bool guessing = no_better_than_guessing(summary.correct, summary.labelled, classes);
  if (2 * summary.silent <= summary.samples && predicted.size() == 1 && labels.size() > 1 && summary.samples >= enough)
    tell(RemarkKind::one_class, "all " + std::to_string(summary.samples) + " samples, of " +
                                    std::to_string(labels.size()) + " classes, are predicted as class " +
                                    std::to_string(*predicted.begin()) +
                                    "; check that weights, data and network belong together");
  if (guessing) {
    char percent[16];
    std::snprintf(percent, sizeof(percent), "%.2f", 100.0 * double(summary.correct) / double(summary.labelled));
    tell(RemarkKind::accuracy, "the golden accuracy is " + std::string(percent) + " % (" +
                                   of(summary.correct, summary.labelled) + "), no better than guessing among " +
                                   std::to_string(classes) +
                                   " classes; check that weights, data, their labels and the network belong together");
  }
  return remarks;
}

}  // namespace spikingjet
