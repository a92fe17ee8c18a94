// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/shape.hpp>
#include <spikingjet/io/extents.hpp>
#include <spikingjet/io/file_errors.hpp>

#include <cstddef>
#include <vector>

namespace spikingjet {

/// Float32 values with their shape, as a file hands them over.
struct Tensor {
  Shape shape;
  std::vector<float> values;  // [shape.size()], row-major
};

/// The shape of an array of at most four axes; of more axes those of one element are left out.
///
/// **Errors** `WrongShape`.
inline Shape to_shape(const Extents& extents, const Place& place) {
  const bool squeezed = extents.size() > Shape::max_rank;
  Shape shape;
  for (const std::size_t extent : extents) {
    if (squeezed && extent == 1) continue;
    if (shape.rank == Shape::max_rank) throw WrongShape(place, "one of at most 4 axes", to_string(extents));
    shape.extent[shape.rank++] = extent;
  }
  return shape;
}

/// Whether two shapes are the same but for axes of one element, so that their values stand in the same order.
constexpr bool same_but_ones(const Shape& a, const Shape& b) {
  const auto squeezed = [](const Shape& shape) {
    Shape kept;
    for (std::size_t axis = 0; axis < shape.rank; ++axis)
      if (shape[axis] != 1) kept.extent[kept.rank++] = shape[axis];
    return kept;
  };
  return squeezed(a) == squeezed(b);
}

}  // namespace spikingjet
