// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/shape.hpp>
#include <spikingjet/fault/fault.hpp>
#include <spikingjet/model/quantity.hpp>
#include <spikingjet/outcome/record.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace spikingjet {

/// A quantity as a store remembers it, without the network's types.
struct StoredQuantity {
  std::string layer;
  std::string field;
  Role role = Role::other;
  Storage storage = Storage::parameter;
  Shape shape;
  std::size_t layer_index = 0;
  std::optional<std::uint64_t> population;  // faults of the fault space that strike it; absent where not known

  /// "fc1.weight".
  std::string name() const { return layer + "." + field; }

  bool operator==(const StoredQuantity&) const = default;
};

/// One fault and what became of it.
struct StoredFault {
  std::uint64_t id = 0;  // its position in the fault list, of the whole campaign also in a shard
  Fault fault;           // its `type` is valid as long as the store
  FaultRecord record;

  bool operator==(const StoredFault&) const = default;
};

/// The golden run of one sample.
struct GoldenSample {
  std::uint64_t sample = 0;
  std::optional<std::uint32_t> label;
  std::uint32_t predicted = 0;  // top-1 class
  std::vector<float> readout;   // (class)

  bool operator==(const GoldenSample&) const = default;
};

/// Consecutive faults that were finished together.
struct FinishedBlock {
  std::uint64_t first = 0;
  std::uint64_t count = 0;
  double seconds = 0;  // [s]

  bool operator==(const FinishedBlock&) const = default;
};

/// How many injections an engine decided in one way: "silent input", "early stop".
struct Tally {
  std::string name;
  std::uint64_t count = 0;

  bool operator==(const Tally&) const = default;
};

}  // namespace spikingjet
