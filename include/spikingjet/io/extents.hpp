// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/config.hpp>

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

namespace spikingjet {

/// Extents as a file states them: any number of axes, where `Shape` has at most four.
using Extents = std::vector<std::size_t>;

/// As Python writes a tuple: "(20, 578)", "(20,)", "()".
inline std::string to_string(const Extents& extents) {
  std::string text = "(";
  for (std::size_t axis = 0; axis < extents.size(); ++axis) text += (axis ? ", " : "") + std::to_string(extents[axis]);
  return text + (extents.size() == 1 ? ",)" : ")");
}

/// Number of bytes that an array takes; nothing where no address space could hold it, whatever other extents are 0.
inline std::optional<std::uint64_t> byte_count(const Extents& extents, std::size_t element_bytes) {
  constexpr std::uint64_t limit = std::numeric_limits<std::int64_t>::max();
  std::uint64_t bytes = element_bytes;
  bool empty = false;
  for (const std::size_t extent : extents) {
    if (extent == 0) {
      empty = true;
    } else if (bytes > limit / extent) {
      return std::nullopt;
    } else {
      bytes *= extent;
    }
  }
  return empty ? 0 : bytes;
}

}  // namespace spikingjet
