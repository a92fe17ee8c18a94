// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/shape.hpp>
#include <spikingjet/fault/list_errors.hpp>
#include <spikingjet/fault/python_numbers.hpp>
#include <spikingjet/model/quantity.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace spikingjet::detail {

[[noreturn]] inline void fail_index(std::string_view text, const Quantity& quantity) {
  const Shape& shape = quantity.shape;
  throw RecordFlaw(
      "TensorIndex " + shown(text) + " is no element of " + quantity.name() + ", whose shape is " + shape.str() +
      (shape.rank == 0 ? "; it must be ()" : "; allowed are indices from 0 to " + shape.index_str(shape.size() - 1)));
}

[[noreturn]] inline void fail_negative(std::string_view text, std::span<const PythonInteger> indices,
                                       const Quantity& quantity) {
  std::string meant;
  for (std::size_t axis = 0; axis < indices.size(); ++axis) {
    const PythonInteger& index = indices[axis];
    meant +=
        (axis ? ", " : "") + std::to_string(index.negative ? quantity.shape[axis] - index.magnitude : index.magnitude);
  }
  throw RecordFlaw("TensorIndex " + shown(text) +
                   " counts from the end, as Python does; indices of a fault list count from 0: for the shape " +
                   quantity.shape.str() + " of " + quantity.name() + " write (" + meant +
                   (indices.size() == 1 ? ",)" : ")"));
}

/// The element of a `TensorIndex` field, row-major in the quantity's shape.
///
/// **Errors** `RecordFlaw` for an index of another rank or out of range, with what is allowed.
inline std::uint64_t parse_index(std::string_view text, const Quantity& quantity) {
  const Shape& shape = quantity.shape;
  const auto indices = parse_whole_numbers(text);
  const bool scalar = shape.rank == 0 && indices && (indices->empty() || *indices == std::vector<PythonInteger>{{}});
  if (!scalar && (!indices || indices->size() != shape.rank)) fail_index(text, quantity);
  std::uint64_t flat = 0;
  for (std::size_t axis = 0; axis < shape.rank; ++axis) {
    const PythonInteger& index = (*indices)[axis];
    if (index.negative && index.magnitude <= shape[axis]) fail_negative(text, *indices, quantity);
    if (index.negative || index.magnitude >= shape[axis]) fail_index(text, quantity);
    flat = flat * shape[axis] + index.magnitude;
  }
  return flat;
}

}  // namespace spikingjet::detail
