// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/remark.hpp>
#include <spikingjet/outcome/outcome.hpp>

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

namespace spikingjet {

/// What a golden run shows at a glance.
struct GoldenOverview {
  std::size_t samples = 0;
  std::size_t labelled = 0;
  std::size_t correct = 0;
  std::size_t ties = 0;    // samples in which several classes share the largest readout
  std::size_t silent = 0;  // of these, samples in which every readout is 0
};

/// Whether the largest of these readouts stands there more than once, so that the lowest index decides.
bool is_tie(std::span<const float> readout);

/// Counts what `golden` prints.
GoldenOverview summarise(std::span<const GoldenOutcome> golden);

namespace detail {

/// Probability of at most `hits` of `trials`, each of them a hit with probability p inside (0, 1).
double at_most(std::size_t hits, std::size_t trials, double p);

}  // namespace detail

/// Whether so few correct predictions are what guessing gives, and so many samples that a network worth the name, one
/// half-way between guessing and perfection, would have shown.
///
/// **Laws** false for fewer than three samples; true for none correct of a hundred.
bool no_better_than_guessing(std::size_t correct, std::size_t labelled, std::size_t classes);

/// What a golden run shows to be unlikely: an output layer without a spike, predictions that ties decide, one class for
/// all samples, an accuracy no better than guessing.
///
/// `readout` is the readout's name, `classes` the number of its values.
///
/// **Laws** empty where most samples have one largest readout, and, of labelled samples, few are too few for a
/// judgement; a silent output layer is told of any number.
/// **Example** `sj::golden_remarks(campaign.golden(), Net::Readout::name(), Net::classes)`
std::vector<Remark> golden_remarks(std::span<const GoldenOutcome> golden, std::string_view readout,
                                   std::size_t classes);

}  // namespace spikingjet

#if !defined(SPIKINGJET_COMPILED)
#include <spikingjet/campaign/definitions/golden_remarks.hpp>
#endif
