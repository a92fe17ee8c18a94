// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/model/graph.hpp>
#include <spikingjet/model/quantity.hpp>

#include <cstddef>
#include <span>
#include <vector>

namespace spikingjet {

/// The weights of each fully connected layer with the inputs running fastest: what one neuron receives is one row.
class WeightRows {
 public:
  /// **Shapes** values: as `Parameters::values`.
  WeightRows(const Graph& graph, std::span<const float> values) : rows_(graph.layers.size()) {
    for (const Quantity& q : graph.quantities) {
      if (q.role != Role::weight || q.shape.rank < 2) continue;  // 4 axes: of 1x1 kernels on 1x1 planes, too
      std::vector<float>& rows = rows_[q.layer_index];
      rows.resize(q.size());
      for (std::size_t e = 0; e < rows.size(); ++e) rows[e] = values[q.offset + q.position(e)];
    }
  }

  /// **Shapes** returns (inputs).
  const float* of(std::size_t layer, std::size_t neuron, std::size_t inputs) const {
    return rows_[layer].data() + neuron * inputs;
  }

 private:
  std::vector<std::vector<float>> rows_;  // (layers) (outputs, inputs)
};

}  // namespace spikingjet
