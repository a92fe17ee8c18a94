// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace spikingjet {

/// What a compiled campaign brings along besides its network.
struct Example {
  std::string name{};                     // of the program
  std::string about{};                    // one line
  std::span<const std::byte> weights{};    // an .npz file, or empty: `--weights` is needed
  std::span<const std::byte> data{};       // an .npz file, or empty: `--data` is needed
  std::string where_from{};                // one sentence on where weights and data are to be had
  std::size_t steps = 100;                // bins of event recordings
};

}  // namespace spikingjet
