// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/config.hpp>
#include <spikingjet/outcome/own_outcome.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace spikingjet {

/// What a compiled campaign brings along besides its network.
struct Example {
  std::string name{};                     // of the program
  std::string about{};                    // one line
  std::span<const std::byte> weights{};    // of a weights file, or empty: `--weights` is needed
  std::span<const std::byte> data{};       // an .npz file, or empty: `--data` is needed
  std::string where_from{};                // one sentence on where weights and data are to be had
  std::optional<std::size_t> steps{};      // bins of event recordings; default: what the dataset usually takes
  std::vector<OwnOutcome> own_outcomes{};  // that `run` counts and stores besides the seven classes
};

}  // namespace spikingjet
