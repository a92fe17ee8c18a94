// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/config.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

namespace spikingjet {

/// What a compiled campaign brings along besides its network.
struct Example {
  std::string name{};                     // of the program
  std::string about{};                    // one line
  std::span<const std::byte> weights{};    // of a weights file, or empty: `--weights` is needed
  std::span<const std::byte> data{};       // an .npz file, or empty: `--data` is needed
  std::string where_from{};                // one sentence on where weights and data are to be had
  std::optional<std::size_t> steps{};      // bins of event recordings; default: what the dataset usually takes
};

}  // namespace spikingjet
