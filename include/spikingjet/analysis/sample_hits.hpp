// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/analysis/rates.hpp>
#include <spikingjet/core/error.hpp>
#include <spikingjet/outcome/injection_outcome.hpp>
#include <spikingjet/outcome/outcome.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace spikingjet {

/// How many faults of each part of a campaign had the outcome of each rate on each sample: what tells how a rate
/// differs between samples.
///
/// A part has a number of its own: a stratum's faults in a group. Samples that repeat those before count once.
///
/// **Cost** 32 bytes a part and sample.
class SampleHits {
 public:
  /// Label and golden top-1 class of a sample.
  struct Answer {
    std::optional<std::uint32_t> label;
    std::uint32_t predicted = 0;
  };

  /// Keeps no more than `most_counts`, of 4 bytes.
  ///
  /// **Shapes** golden: (sample), distinct ones.
  explicit SampleHits(std::vector<Answer> golden, std::size_t most_counts = std::size_t{1} << 27)
      : golden_(std::move(golden)), most_counts_(most_counts) {}

  std::size_t samples() const { return golden_.size(); }

  /// Adds a fault to a part: what became of the injections that are not masked.
  ///
  /// **Errors** `Misuse` where parts and samples are too many to be kept.
  void add(std::uint64_t part, std::span<const InjectionOutcome> row) {
    const auto [found, is_new] = places_.try_emplace(part, faults_.size());
    const std::size_t place = found->second;
    if (is_new) {
      if ((place + 1) * samples() * detail::rates.size() > most_counts_)
        throw Misuse("spikingjet: " + std::to_string(place + 1) + " groups on " + std::to_string(samples()) +
                     " samples are too many to tell how each rate differs "
                     "between samples; group by fewer keys, or "
                     "analyse over faults alone");
      faults_.push_back(0);
      changes_.resize(changes_.size() + samples());
    }
    ++faults_[place];
    for (const InjectionOutcome& injection : row) {
      if (injection.sample >= samples()) break;  // a repetition, as all that follow
      const Answer& golden = golden_[injection.sample];
      Changes& changes = changes_[place * samples() + injection.sample];
      const bool was_right = golden.label == golden.predicted;
      const bool is_right = injection.outcome == Outcome::due            ? false
                            : injection.outcome == Outcome::sdc_critical ? golden.label == injection.top
                                                                         : was_right;
      changes[rate_of(Outcome::masked)] -= 1;
      changes[rate_of(injection.outcome)] += 1;
      changes[facc] += int(is_right) - int(was_right);
    }
  }

  /// The share of a part's faults that had the outcome of a rate on each sample, times `weight`, is added to `rates`.
  ///
  /// **Shapes** rates: (sample).
  void add_rates(std::uint64_t part, std::size_t rate, double weight, std::span<double> rates) const {
    const auto found = places_.find(part);
    if (found == places_.end()) return;
    const double faults = double(faults_[found->second]);
    for (std::size_t s = 0; s < samples(); ++s) {
      const bool without =
          rate == rate_of(Outcome::masked) || (rate == facc && golden_[s].label == golden_[s].predicted);
      const double hits = (without ? faults : 0) + double(changes_[found->second * samples() + s][rate]);
      rates[s] += weight * (hits / faults);
    }
  }

 private:
  static constexpr std::size_t facc = 6;  // of `detail::rates`

  using Changes = std::array<std::int32_t, detail::rates.size()>;  // of hits, from a fault
                                                                   // that does nothing

  /// The rate that counts an outcome.
  static std::size_t rate_of(Outcome outcome) {
    switch (outcome) {
      case Outcome::masked:
        return 0;
      case Outcome::sdc_critical:
        return 1;
      case Outcome::sdc_0_5:
        return 2;
      case Outcome::sdc_5_10:
        return 3;
      case Outcome::sdc_10_20:
        return 4;
      case Outcome::sdc_20:
        return 5;
      case Outcome::due:
        return 7;
    }
    return 0;
  }

  std::vector<Answer> golden_;  // (sample)
  std::size_t most_counts_;
  std::unordered_map<std::uint64_t, std::size_t> places_;
  std::vector<std::uint64_t> faults_;  // (part)
  std::vector<Changes> changes_;       // (part, sample)
};

}  // namespace spikingjet
