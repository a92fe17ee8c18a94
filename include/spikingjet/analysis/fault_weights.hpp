// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/store/store.hpp>

#include <fmt/format.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace spikingjet {

/// How many faults of the population each finished fault stands for: N_h/n_h of its stratum, of which n_h are finished.
/// One stratum, or none, weighs all faults alike: 1.
///
/// **Errors** `DamagedStore` for a fault of no stratum where there are several.
/// **Source** Cochran, "Sampling techniques", 1977, section 5.3.
class FaultWeights {
 public:
  explicit FaultWeights(const Store& store) : path_(store.path()) {
    const std::vector<StoredStratum> strata = store.strata();
    if (strata.size() < 2) return;
    std::vector<std::uint64_t> finished(strata.size());
    store.for_each([&](const StoredFault& stored) { ++finished[stratum_of(stored, strata.size())]; });
    for (std::size_t h = 0; h < strata.size(); ++h)
      weights_.push_back(finished[h] == 0 ? 0 : double(strata[h].population) / double(finished[h]));
  }

  /// Whether every fault stands for as many.
  bool are_equal() const { return weights_.empty(); }

  double operator()(const StoredFault& stored) const {
    return are_equal() ? 1 : weights_[stratum_of(stored, weights_.size())];
  }

 private:
  std::size_t stratum_of(const StoredFault& stored, std::size_t strata) const {
    if (!stored.draw || stored.draw->stratum >= strata)
      throw DamagedStore(path_, fmt::format("fault {} belongs to none of its strata", stored.id));
    return stored.draw->stratum;
  }

  std::string path_;
  std::vector<double> weights_;  // (strata)
};

}  // namespace spikingjet
