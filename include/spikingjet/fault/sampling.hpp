// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/random.hpp>
#include <spikingjet/fault/fault_list.hpp>
#include <spikingjet/fault/fault_space.hpp>
#include <spikingjet/fault/sample_size.hpp>

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

namespace spikingjet {

/// More faults asked for than the space holds.
class SampleTooLarge : public Misuse {
 public:
  SampleTooLarge(std::uint64_t wanted_faults, std::uint64_t faults)
      : Misuse("spikingjet: a sample of " + std::to_string(wanted_faults) +
               " faults was asked for, but the fault space holds " + std::to_string(faults) +
               "; ask for at most as many"),
        wanted(wanted_faults),
        population(faults) {}

  std::uint64_t wanted;
  std::uint64_t population;
};

/// A simple random sample of `count` faults, without replacement, in the order of the space.
///
/// **Laws** no fault twice; the same for the same (space, count, seed) on every platform; a larger sample with the same
/// seed holds every fault of a smaller one.
/// **Errors** `SampleTooLarge`.
/// **Cost** memory for `count` indices; independent of the size of the space.
inline FaultList sample(const FaultSpace& space, std::uint64_t count, std::uint64_t seed) {
  if (count > space.size()) throw SampleTooLarge(count, space.size());
  const Permutation permutation(space.size(), seed);
  std::vector<std::uint64_t> indices(count);
  for (std::uint64_t i = 0; i < count; ++i) indices[i] = permutation(i);
  std::sort(indices.begin(), indices.end());
  return {space, std::move(indices)};
}

/// How precise a statistical campaign shall be.
struct Precision {
  double margin = 0.01;      // e, half-width of the interval
  double confidence = 0.99;  // probability that the true rate lies in it
  double p = 0.5;            // expected rate; 0.5 is the worst case
};

/// A network-wise sample: one simple random sample of the whole space, of the size that the precision needs.
///
/// **Errors** `BadProportion`.
/// **Source** Leveugle et al., DATE 2009; "network-wise" as in Ruospo et al., DATE 2023.
inline FaultList sample_network_wise(const FaultSpace& space, const Precision& precision, std::uint64_t seed) {
  return sample(space, sample_size(space.size(), precision.margin, precision.confidence, precision.p), seed);
}

}  // namespace spikingjet
