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

/// The shape of an array of at most four axes.
///
/// **Errors** `WrongShape`.
inline Shape to_shape(const Extents& extents, const Place& place) {
  Shape shape;
  if (extents.size() > Shape::max_rank) throw WrongShape(place, "one of at most 4 axes", to_string(extents));
  for (const std::size_t extent : extents) shape.extent[shape.rank++] = extent;
  return shape;
}

}  // namespace spikingjet
