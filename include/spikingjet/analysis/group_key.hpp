// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/fault/fault.hpp>

#include <compare>
#include <cstddef>
#include <cstdint>
#include <string>

namespace spikingjet::detail {

/// Where a fault stands among the keys; what is no key is 0.
struct GroupKey {
  std::uint32_t store = 0;
  std::uint32_t state = 0;  // of no parameter
  std::uint32_t target = 0;
  std::uint32_t layer = 0;
  std::uint32_t kind = 0;
  std::uint32_t frame = 0;  // the shape in which `index` counts: of a quantity, or of a layer's neurons
  std::int32_t bit = 0;
  std::uint32_t type = 0;
  std::uint32_t step = 0;
  std::uint64_t index = 0;  // of element or neuron

  bool operator==(const GroupKey&) const = default;

  std::size_t hash_value() const {
    std::uint64_t hash = index;
    for (const std::uint64_t word :
         {std::uint64_t(store) << 32 | state, std::uint64_t(target) << 32 | layer, std::uint64_t(kind) << 32 | frame,
          std::uint64_t(std::uint32_t(bit)) << 32 | type, std::uint64_t(step)}) {
      hash = (hash ^ word) * 0x9e3779b97f4a7c15u;
      hash ^= hash >> 29;
    }
    return std::size_t(hash);
  }
};

/// In which steps a fault is there, as a key; ascending, the whole run last.
struct FaultSteps {
  bool whole_run = false;
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
  bool flickers = false;

  auto operator<=>(const FaultSteps&) const = default;

  /// "4-7", "10-", "12", "whole run flickering".
  std::string str() const {
    std::string label = "whole run";
    if (!whole_run) {
      label = std::to_string(begin);
      if (end == Window::whole_run) {
        label += "-";
      } else if (end != begin + 1) {
        label += "-" + std::to_string(end - 1);
      }
    }
    return label + (flickers ? " flickering" : "");
  }
};

}  // namespace spikingjet::detail
