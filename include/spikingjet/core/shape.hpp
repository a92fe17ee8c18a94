// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/config.hpp>

#include <cstddef>
#include <initializer_list>
#include <string>

namespace spikingjet {

/// Extents of a tensor, at most four, usable as a template argument. Row-major: the last extent runs fastest.
struct Shape {
  static constexpr std::size_t max_rank = 4;

  std::size_t rank = 0;
  std::size_t extent[max_rank]{};

  constexpr Shape() = default;
  constexpr Shape(std::initializer_list<std::size_t> extents) {
    for (const std::size_t e : extents) extent[rank++] = e;
  }

  constexpr std::size_t operator[](std::size_t axis) const { return extent[axis]; }

  /// Number of elements; 1 for a scalar.
  constexpr std::size_t size() const {
    std::size_t n = 1;
    for (std::size_t axis = 0; axis < rank; ++axis) n *= extent[axis];
    return n;
  }

  constexpr bool operator==(const Shape&) const = default;

  /// As Python writes a tuple: "(20, 578)", "(20,)", "()".
  std::string str() const { return tuple(extent, rank); }

  /// The index tuple of a flat index, likewise: "(3, 17)".
  std::string index_str(std::size_t flat) const {
    std::size_t index[max_rank]{};
    for (std::size_t axis = rank; axis-- > 0;) {
      index[axis] = flat % extent[axis];
      flat /= extent[axis];
    }
    return tuple(index, rank);
  }

 private:
  static std::string tuple(const std::size_t* values, std::size_t count) {
    std::string text = "(";
    for (std::size_t i = 0; i < count; ++i) text += (i ? ", " : "") + std::to_string(values[i]);
    return text + (count == 1 ? ",)" : ")");
  }
};

}  // namespace spikingjet
