// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/app/golden_text.hpp>
#include <spikingjet/campaign/golden_remarks.hpp>
#include <spikingjet/core/compiled.hpp>
#include <spikingjet/model/sample.hpp>
#include <spikingjet/outcome/outcome.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>

namespace spikingjet {

SPIKINGJET_INLINE std::string golden_text(std::span<const GoldenOutcome> golden, const SampleRange& samples,
                                          double seconds) {
  const GoldenOverview summary = summarise(golden);
  std::size_t least = samples[0].steps();
  std::size_t most = least;
  for (std::size_t s = 0; s < samples.distinct(); ++s) {
    least = std::min(least, samples[s].steps());
    most = std::max(most, samples[s].steps());
  }
  std::map<std::uint32_t, std::size_t> of_class;
  for (const GoldenOutcome& outcome : golden)
    if (outcome.label()) ++of_class[*outcome.label()];

  std::string text = fmt::format("samples    {} in {:.3g} s\n", summary.samples, seconds);
  text += least == most ? fmt::format("steps      {}\n", least) : fmt::format("steps      {} to {}\n", least, most);
  if (!of_class.empty()) {
    constexpr std::size_t shown = 16;
    text += "by class  ";
    std::size_t count = 0;
    for (const auto& [label, number] : of_class)
      if (++count <= shown) text += fmt::format("{} {}: {}", count > 1 ? "," : "", label, number);
    text += count > shown ? fmt::format(" and {} classes more\n", count - shown) : "\n";
  }
  if (summary.labelled > 0)
    text += fmt::format("accuracy   {:.2f} % ({} of {})\n", 100.0 * double(summary.correct) / double(summary.labelled),
                        summary.correct, summary.labelled);
  text +=
      fmt::format("ties       {}{}\n", summary.ties, summary.ties > 0 ? ", where the lowest class is predicted" : "");
  return text;
}

}  // namespace spikingjet
