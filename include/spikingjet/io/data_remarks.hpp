// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/remark.hpp>
#include <spikingjet/model/sample.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

namespace spikingjet {

/// What a program knows of its data before it reads any.
struct ExpectedData {
  std::string place = "the data";         // where they come from, as a sentence has it
  std::optional<std::size_t> steps{};     // of a sample, as the network was trained
  std::uint32_t denoise_time = 0;         // [us] what event recordings were filtered with; 0: nothing
  std::span<const std::uint32_t> all_labels{};  // of the whole dataset, where only a part of it was taken
  std::size_t samples = 0;                // number of samples that was asked for; 0: all
};

namespace detail {

/// "digit 3", or "3, 7 and 2 more": numbers for a sentence.
template <class Numbers>
std::string list_numbers(const Numbers& numbers) {
  constexpr std::size_t shown = 6;
  std::string text;
  std::size_t count = 0;
  for (const auto number : numbers)
    if (++count <= shown) text += (count > 1 ? ", " : "") + std::to_string(number);
  return count > shown ? text + " and " + std::to_string(count - shown) + " more" : text;
}

}  // namespace detail

/// What data say that a program does otherwise, and what can hardly be meant: samples without a single input, another number
/// of steps than the network was trained with, steps where samples should be, classes of which no sample was taken.
///
/// **Laws** empty for data in which everything agrees.
/// **Example** `sj::data_remarks(dataset, {.place = "'frames.npz'", .steps = 100})`
inline std::vector<Remark> data_remarks(const Dataset& dataset, const ExpectedData& expected = {}) {
  std::vector<Remark> remarks;
  const auto tell = [&](RemarkKind kind, const std::string& sentence) {
    remarks.push_back({kind, "spikingjet: " + sentence + "; see docs/checks.md"});
  };

  std::vector<std::size_t> silent;
  std::set<std::size_t> other_steps;
  for (std::size_t s = 0; s < dataset.size(); ++s) {
    if (dataset.samples[s].events() == 0) silent.push_back(s);
    if (expected.steps && dataset.samples[s].steps() != *expected.steps) other_steps.insert(dataset.samples[s].steps());
  }
  if (!silent.empty()) {
    const std::string cause = expected.denoise_time > 0
                                  ? "check whether '--denoise " + std::to_string(expected.denoise_time) + "' leaves an event, and"
                                  : std::string("check");
    tell(RemarkKind::silent_sample, std::to_string(silent.size()) + " of " + std::to_string(dataset.size()) + " samples of " + expected.place +
                                        " hold no input at all, in no step: sample " + detail::list_numbers(silent) + "; " + cause +
                                        " that a recording is not shorter than its bins and that the samples are the ones meant");
  }

  if (!other_steps.empty()) {
    const std::string found = detail::list_numbers(other_steps);
    const std::string wanted = std::to_string(*expected.steps);
    if (other_steps.size() == 1 && dataset.labels.empty() && dataset.size() == *expected.steps)
      tell(RemarkKind::swapped_axes, expected.place + " seems to have its steps first: it holds " + std::to_string(dataset.size()) + " samples of " +
                                         found + " steps, where the network was trained with " + wanted +
                                         " steps; allowed is (sample, step, ...): pass the array through numpy.swapaxes(x, 0, 1)");
    else
      tell(RemarkKind::steps, "the samples of " + expected.place + " have " + found + " steps, where the network was trained with " + wanted +
                                  ": predictions then mean something else; allowed is (sample, step, ...) with " + wanted + " steps");
  }

  if (expected.samples > 0 && !expected.all_labels.empty() && !dataset.labels.empty()) {
    const std::set<std::uint32_t> all(expected.all_labels.begin(), expected.all_labels.end());
    const std::set<std::uint32_t> taken(dataset.labels.begin(), dataset.labels.end());
    if (taken.size() < all.size())
      tell(RemarkKind::classes_left_out, "the first " + std::to_string(dataset.size()) + " samples of " + expected.place + " hold " +
                                             std::to_string(taken.size()) + " of its " + std::to_string(all.size()) + " classes: " +
                                             detail::list_numbers(taken) + "; '--samples spread:" + std::to_string(expected.samples) +
                                             "' takes them evenly over the classes");
  }
  return remarks;
}

}  // namespace spikingjet
