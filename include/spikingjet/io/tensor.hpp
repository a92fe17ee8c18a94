// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/shape.hpp>

#include <vector>

namespace spikingjet {

/// Float32 values with their shape, as a file hands them over.
struct Tensor {
  Shape shape;
  std::vector<float> values;  // [shape.size()], row-major
};

}  // namespace spikingjet
