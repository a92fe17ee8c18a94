// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/shape.hpp>
#include <spikingjet/fault/fault.hpp>
#include <spikingjet/model/quantity.hpp>
#include <spikingjet/outcome/injection_bytes.hpp>
#include <spikingjet/outcome/record.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
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

/// One way in which the fault space strikes a quantity, and how many faults it has of it.
struct StoredWay {
  std::uint32_t quantity = 0;
  std::int32_t bit = Fault::no_bit;
  std::string type;                        // as in `Fault`, without an operand
  std::uint64_t population = 0;            // elements x windows
  std::optional<std::uint32_t> stratum{};  // to which these faults belong

  bool operator==(const StoredWay&) const = default;
};

/// One stratum of the fault space, and what was drawn of it.
struct StoredStratum {
  std::string name;
  std::uint64_t population = 0;  // N_h
  std::uint64_t drawn = 0;       // n_h, in the whole campaign
  double p = 0.5;                // the rate that n_h was found with

  bool operator==(const StoredStratum&) const = default;
};

/// What a store remembers of the fault space and of its strata; each part may be empty where it is not known.
struct StoredSpace {
  std::vector<std::uint64_t> population{};  // (quantities), faults that strike each
  std::vector<StoredWay> ways{};
  std::vector<StoredStratum> strata{};
};

/// Which draw of its stratum a fault was.
struct FaultDraw {
  std::uint32_t stratum = 0;
  std::uint64_t rank = 0;  // from 0

  bool operator==(const FaultDraw&) const = default;
};

/// One fault and what became of it.
struct StoredFault {
  std::uint64_t id = 0;  // its position in the fault list, of the whole campaign also in a shard
  Fault fault;           // its `type` is valid as long as the store
  FaultRecord record;
  std::optional<FaultDraw> draw{};  // absent where it was not drawn, and in stores of layout 1

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

/// How many injections of each fault had an outcome of a program's own.
struct OwnCounts {
  std::string name;
  std::span<const std::uint32_t> hits;  // (fault)
};

/// Consecutive faults that are finished: what a store takes in one transaction.
///
/// **Shapes** faults, records: (fault); draws: (fault) or empty; injections: of these faults, ascending, or empty;
/// own: an entry for each outcome.
struct BlockRows {
  std::uint64_t first = 0;
  std::span<const Fault> faults;
  std::span<const FaultRecord> records;
  double seconds = 0;
  std::span<const Tally> tallies{};
  std::span<const FaultDraw> draws{};
  std::span<const InjectionChunk> injections{};
  std::span<const OwnCounts> own{};
};

}  // namespace spikingjet
