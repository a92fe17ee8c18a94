// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/fault/fault_space.hpp>
#include <spikingjet/fault/stratification.hpp>

#include <cstddef>
#include <cstdint>
#include <vector>

namespace spikingjet {

/// A way in which a fault space strikes a quantity: one fault type, on one bit if it takes one, on each element and in
/// each window.
struct Way {
  std::uint32_t quantity = 0;    // index into the network's quantities
  Choice choice;
  std::uint64_t population = 0;  // its faults: elements x windows
  std::uint32_t stratum = 0;     // number of the stratum that they belong to

  bool operator==(const Way&) const = default;
};

/// The ways of a fault space, in its order: what a group of its faults is counted from, such as a bit of a layer.
///
/// **Laws** each fault is of one way; the ways of a stratum have as many faults as it has.
/// **Cost** that of the quantities times their choices, however many faults there are.
inline std::vector<Way> ways_of(const Stratification& strata) {
  const FaultSpace& space = strata.space();
  std::vector<Way> ways;
  for (std::size_t s = 0; s < space.strata().size(); ++s) {
    const Stratum& piece = space.strata()[s];
    const std::uint64_t population = space.quantities()[piece.quantity].size() * space.windows();
    if (population == 0) continue;
    for (std::size_t c = 0; c < piece.choices.size(); ++c) {
      const std::size_t stratum = strata.place_of(space.begin_of(s) + c * space.windows()).stratum;
      ways.push_back({piece.quantity, piece.choices[c], population, static_cast<std::uint32_t>(stratum)});
    }
  }
  return ways;
}

}  // namespace spikingjet
