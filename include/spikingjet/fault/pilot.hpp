// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/error.hpp>
#include <spikingjet/fault/fault.hpp>
#include <spikingjet/fault/fault_space.hpp>
#include <spikingjet/fault/sample_size.hpp>
#include <spikingjet/fault/stratification.hpp>
#include <spikingjet/model/quantity.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace spikingjet {

/// A pilot campaign of another fault space than the one that is to be sampled.
class ForeignPilot : public Misuse {
 public:
  explicit ForeignPilot(const std::string& difference)
      : Misuse("spikingjet: the pilot is of another fault space: " + difference +
               "; take a pilot of this network with the same targets, bits, fault types, persistence and steps") {}
};

/// What the faults of one stratum did in a pilot campaign: the mean and the deviation of a rate between them.
///
/// A few faults without harm do not promise that there is none. Two more faults are therefore counted, one without the
/// outcome and one with it in all samples; a stratum without pilot gets the worst case, 1/2 and 1/2.
///
/// **Laws** 0 < rate() < 1; 0 < deviation() <= 1/2.
/// **Source** Laplace's rule of succession; for intervals Agresti and Coull, "Approximate is better than 'exact' for
/// interval estimation of binomial proportions", The American Statistician 1998.
class PilotRate {
 public:
  /// Adds a fault that had the outcome in this share of its samples.
  ///
  /// **Errors** `BadProportion` where it is not in [0, 1].
  void add(double share) {
    if (!(share >= 0 && share <= 1)) throw BadProportion("rate of a pilot's fault", share, "lie in [0, 1]");
    faults_ += 1;
    sum_ += share;
    squares_ += share * share;
  }

  /// The pilot's faults in the stratum.
  std::uint64_t faults() const { return faults_; }

  double rate() const { return (sum_ + 1) / (double(faults_) + 2); }

  /// s_h, the standard deviation between faults.
  double deviation() const {
    const double mean = rate();
    const double square = mean * mean;
    return std::sqrt(std::max(0.0, (squares_ + 1) / (double(faults_) + 2) - square));
  }

 private:
  std::uint64_t faults_ = 0;
  double sum_ = 0;
  double squares_ = 0;
};

/// A pilot campaign, stratum by stratum: what `data-aware` and Neyman's allocation learn from.
class Pilot {
 public:
  /// A pilot without faults. The stratification must outlive it.
  explicit Pilot(const Stratification& strata) : strata_(&strata), rates_(strata.strata().size()) {}
  explicit Pilot(const Stratification&& gone) = delete;

  /// Adds a fault of the pilot, and the share of its samples in which it had the outcome of interest.
  ///
  /// **Errors** `ForeignPilot` where the fault is not in the space; `BadProportion` where the share is not in [0, 1].
  void add(const Fault& fault, double share) {
    const auto index = strata_->space().index_of(fault);
    if (!index) {
      const auto quantities = strata_->space().quantities();
      throw ForeignPilot("it has a fault in " +
                         (fault.site.quantity < quantities.size() ? "'" + quantities[fault.site.quantity].name() + "'"
                                                                  : std::string("a quantity")) +
                         " that is none of the faults here");
    }
    rates_[strata_->place_of(*index).stratum].add(share);
  }

  const Stratification& stratification() const { return *strata_; }

  /// **Shapes** (strata).
  std::span<const PilotRate> rates() const { return rates_; }

  /// The faults drawn in each stratum.
  std::vector<std::uint64_t> faults() const {
    std::vector<std::uint64_t> drawn;
    for (const PilotRate& rate : rates_) drawn.push_back(rate.faults());
    return drawn;
  }

 private:
  const Stratification* strata_;
  std::vector<PilotRate> rates_;  // (strata)
};

/// Refuses a pilot whose fault space had other numbers of faults in each quantity than this one.
///
/// **Shapes** population (quantities), as `ListOrigin` keeps it.
/// **Errors** `ForeignPilot`.
inline void require_pilot_of(const FaultSpace& space, std::span<const std::uint64_t> population) {
  const auto quantities = space.quantities();
  if (population.size() != quantities.size())
    throw ForeignPilot("its network has " + std::to_string(population.size()) + " quantities, this one " +
                       std::to_string(quantities.size()));
  for (std::size_t q = 0; q < quantities.size(); ++q)
    if (population[q] != space.size(q))
      throw ForeignPilot("it has " + std::to_string(population[q]) + " faults in '" + quantities[q].name() +
                         "', this one " + std::to_string(space.size(q)));
}

}  // namespace spikingjet
