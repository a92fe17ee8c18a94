// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/analysis/group_space.hpp>
#include <spikingjet/analysis/injections.hpp>
#include <spikingjet/analysis/outcome_groups.hpp>
#include <spikingjet/analysis/over_samples.hpp>
#include <spikingjet/analysis/rate_estimator.hpp>
#include <spikingjet/analysis/sample_hits.hpp>
#include <spikingjet/outcome/injection_outcome.hpp>
#include <spikingjet/store/store.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace spikingjet {

namespace detail {

/// The outcomes of a store's groups, and of all its faults, on each sample: by what these widen intervals over faults.
class GroupSampleHits {
 public:
  static constexpr std::uint32_t of_all = 0xffffffff;  // in the place of a group's number

  /// **Errors** `InjectionsMissing`; `Misuse` where groups and samples are too many.
  GroupSampleHits(const Store& store, std::span<const OutcomeGroups::Member> members) : hits_(golden_of(store)) {
    auto next = members.begin();
    store.for_each_injections([&](std::uint64_t fault, std::span<const InjectionOutcome> row) {
      while (next != members.end() && next->fault < fault) ++next;
      if (next == members.end() || next->fault != fault) return;
      hits_.add(part(next->group, next->stratum), row);
      hits_.add(part(of_all, next->stratum), row);
    });
  }

  /// Number of different samples.
  std::size_t samples() const { return hits_.samples(); }

  /// Widens intervals over the faults of a group by what samples add.
  void widen(std::span<EstimatedRate> estimates, std::uint32_t group, const std::vector<GroupCell>& strata,
             double confidence) const {
    double total = 0;
    for (const GroupCell& cell : strata) total += double(cell.population.value_or(1));
    for (std::size_t r = 0; r < estimates.size(); ++r) {
      if (!estimates[r].rate) estimates[r].interval.reset();
      if (!estimates[r].interval) continue;
      std::vector<double> on_samples(hits_.samples());
      for (const GroupCell& cell : strata)
        hits_.add_rates(part(group, cell.stratum), r, double(cell.population.value_or(1)) / total, on_samples);
      for (double& rate : on_samples) rate = std::clamp(rate, 0.0, 1.0);
      estimates[r].interval = over_samples_too(*estimates[r].rate, *estimates[r].interval, on_samples, confidence);
    }
  }

 private:
  static std::uint64_t part(std::uint32_t group, std::uint32_t stratum) { return std::uint64_t(group) << 32 | stratum; }

  static std::vector<SampleHits::Answer> golden_of(const Store& store) {
    if (!store.has_injections() && store.faults() > 0)
      throw InjectionsMissing(store.path(), "how rates differ between samples", ", or analyse it over faults alone");
    std::vector<SampleHits::Answer> golden;
    store.for_each_golden([&](const GoldenSample& sample) { golden.push_back({sample.label, sample.predicted}); });
    return golden;
  }

  SampleHits hits_;
};

}  // namespace detail

}  // namespace spikingjet
