// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/config.hpp>

#include <cstdint>

namespace spikingjet {

/// A spike that is not golden.
struct ChangedSpike {
  std::uint32_t step;
  std::uint32_t neuron;  // flat
  float value;
};

}  // namespace spikingjet
