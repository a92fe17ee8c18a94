// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/config.hpp>

#include <cstdint>

namespace spikingjet {

/// A golden outcome as plain data: what judging an injection takes of it, on a device too.
struct GoldenScore {
  static constexpr std::uint32_t no_label = ~std::uint32_t{0};

  float score = 0;        // of the top class
  std::uint32_t top = 0;  // class
  std::uint32_t label = no_label;
};

}  // namespace spikingjet
