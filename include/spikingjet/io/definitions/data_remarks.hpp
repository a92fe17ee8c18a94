// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/compiled.hpp>
#include <spikingjet/core/remark.hpp>
#include <spikingjet/io/data_remarks.hpp>
#include <spikingjet/model/sample.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <vector>

namespace spikingjet {

namespace detail {

/// "3", or "0, 1, 2, 3, 4, 5 and 2 more": numbers for a sentence.
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

SPIKINGJET_INLINE std::vector<Remark> data_remarks(const Dataset& dataset, const ExpectedData& expected) {
  std::vector<Remark> remarks;
  const auto tell = [&](RemarkKind kind, const std::string& sentence) {
    remarks.push_back({kind, "spikingjet: " + sentence + "; see docs/checks.md"});
  };

  std::set<std::size_t> other_steps;
  for (const Sample& sample : dataset.samples)
    if (expected.steps && sample.steps() != *expected.steps) other_steps.insert(sample.steps());
  if (!other_steps.empty()) {
    const std::string found = detail::list_numbers(other_steps);
    const std::string wanted = std::to_string(*expected.steps);
    if (other_steps.size() == 1 && dataset.labels.empty() && dataset.size() == *expected.steps)
      tell(RemarkKind::swapped_axes,
           expected.place + " seems to have its steps first: it holds " + std::to_string(dataset.size()) +
               " samples of " + found + " steps, where the network was trained with " + wanted +
               " steps; allowed is (sample, step, ...): pass the array through numpy.swapaxes(x, 0, 1)");
    else
      tell(RemarkKind::steps, "the samples of " + expected.place + " have " + found +
                                  " steps, where the network was trained with " + wanted +
                                  ": predictions then mean something else; allowed is (sample, step, ...) with " +
                                  wanted + " steps");
  }

  const std::set<std::uint32_t> taken(dataset.labels.begin(), dataset.labels.end());
  if (!taken.empty() && taken.size() < dataset.classes.size())
    tell(RemarkKind::classes_left_out,
         (dataset.size() == 1 ? "the sample taken from "
                              : "the " + std::to_string(dataset.size()) + " samples taken from ") +
             expected.place + (dataset.size() == 1 ? " is of " : " are of ") + std::to_string(taken.size()) +
             " of its " + std::to_string(dataset.classes.size()) + " classes (" + detail::list_numbers(taken) +
             "); '--samples spread:" + std::to_string(std::max(dataset.size(), dataset.classes.size())) +
             "' takes samples evenly over the classes");
  return remarks;
}

}  // namespace spikingjet
