// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/model/parameters.hpp>
#include <spikingjet/model/quantity.hpp>

#include <array>
#include <cstddef>
#include <vector>

namespace spikingjet {

/// The weights of each fully connected layer with the inputs running fastest: what one neuron receives is one row.
template <class Net>
class WeightRows {
 public:
  explicit WeightRows(const Parameters<Net>& parameters) {
    for (const Quantity& q : Net::quantities)
      if (q.role == Role::weight && q.shape.rank >= 2)
        rows_[q.layer_index] = parameters.tensor(q.name());  // 4 axes: of 1x1 kernels on 1x1 planes, too
  }

  /// **Shapes** returns (inputs).
  const float* of(std::size_t layer, std::size_t neuron, std::size_t inputs) const {
    return rows_[layer].data() + neuron * inputs;
  }

 private:
  std::array<std::vector<float>, Net::layer_count> rows_;  // (outputs, inputs)
};

}  // namespace spikingjet
