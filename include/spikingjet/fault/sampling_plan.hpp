// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/error.hpp>
#include <spikingjet/fault/allocation.hpp>
#include <spikingjet/fault/expected_rates.hpp>
#include <spikingjet/fault/pilot.hpp>
#include <spikingjet/fault/sample_size.hpp>
#include <spikingjet/fault/sampling.hpp>
#include <spikingjet/fault/stratification.hpp>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace spikingjet {

/// How many faults of a stratum are drawn.
struct PlannedStratum {
  std::string name;
  std::uint64_t population = 0;  // N_h
  std::uint64_t faults = 0;      // n_h
  double p = 0.5;                // the rate that n_h was found with

  bool is_whole() const { return faults == population; }

  bool operator==(const PlannedStratum&) const = default;
};

/// How many faults of which population are drawn in which stratum: what a campaign says before it runs.
struct SamplingPlan {
  std::string method;                    // as '--method' spells it
  std::string by;                        // what the strata are: layer, layer and bit, quantity, nothing
  std::optional<Precision> precision{};  // what the sizes are for; none where the number of faults was given
  std::vector<PlannedStratum> strata;

  /// N, the faults of the space.
  std::uint64_t population() const {
    std::uint64_t sum = 0;
    for (const PlannedStratum& stratum : strata) sum += stratum.population;
    return sum;
  }

  /// n, the faults of the sample.
  std::uint64_t faults() const {
    std::uint64_t sum = 0;
    for (const PlannedStratum& stratum : strata) sum += stratum.faults;
    return sum;
  }

  /// Strata of which every fault is drawn.
  std::size_t whole_strata() const {
    return static_cast<std::size_t>(
        std::count_if(strata.begin(), strata.end(), [](const auto& s) { return s.is_whole(); }));
  }

  /// Whether its sizes reach their precision only where rates are no nearer to 1/2 than was expected.
  bool rests_on_rates() const {
    return precision && std::any_of(strata.begin(), strata.end(), [](const auto& s) { return s.p != 0.5; });
  }

  /// W_h = N_h / N, what the rate of a stratum counts in that of the space.
  double weight(std::size_t h) const { return double(strata[h].population) / double(population()); }

  /// n_h of each stratum.
  std::vector<std::uint64_t> sizes() const {
    std::vector<std::uint64_t> drawn;
    for (const PlannedStratum& stratum : strata) drawn.push_back(stratum.faults);
    return drawn;
  }
};

namespace detail {

inline std::string number_text(double number, int digits = 0) {
  char buffer[40];
  const auto end = digits > 0
                       ? std::to_chars(buffer, buffer + sizeof buffer, number, std::chars_format::general, digits)
                       : std::to_chars(buffer, buffer + sizeof buffer, number);
  return {buffer, end.ptr};
}

}  // namespace detail

/// A plan in a sentence: "layer-wise: 52 of 1024 faults, in 3 strata by layer, 1 of them whole; margin 0.1 in
/// each at confidence 0.95", and whether that rests on rates that were expected. The strata themselves are data, for a
/// table.
inline std::string plan_text(const SamplingPlan& plan) {
  std::string text =
      plan.method + ": " + std::to_string(plan.faults()) + " of " + std::to_string(plan.population()) + " faults";
  if (plan.strata.size() > 1) {
    text += ", in " + std::to_string(plan.strata.size()) + " strata by " + plan.by;
    if (plan.whole_strata() > 0) text += ", " + std::to_string(plan.whole_strata()) + " of them whole";
  }
  if (plan.precision)
    text += "; margin " + detail::number_text(plan.precision->margin) + (plan.strata.size() > 1 ? " in each" : "") +
            " at confidence " + detail::number_text(plan.precision->confidence) +
            (plan.rests_on_rates() ? " where the expected rates hold" : "");
  return text;
}

/// n(N, p): the faults of a stratum that a precision needs; at least one, and all where no more than one would be left.
///
/// **Laws** 1 <= n <= N for N > 0; n is N or at most N - 2; where neither matters, `sample_size`.
/// **Errors** `BadProportion` where margin, confidence or p is not inside (0, 1).
inline std::uint64_t stratum_sample_size(std::uint64_t population, const Precision& precision, double p) {
  detail::require_inside_0_1("p", p);
  const std::uint64_t faults =
      std::max<std::uint64_t>(1, sample_size(population, precision.margin, precision.confidence, p));
  return faults + 1 >= population ? population : faults;
}

namespace detail {

/// A plan whose strata are sampled with a precision each, with these expected rates.
inline SamplingPlan plan_by_precision(std::string method, const Stratification& stratification,
                                      const Precision& precision, const ExpectedRates& expected) {
  SamplingPlan plan{std::move(method), stratification.by(), precision, {}};
  for (const SubSpace& stratum : stratification.strata()) {
    const auto rate = expected.find(stratum.name());
    const double p = rate == expected.end() ? 0.5 : rate->second;
    plan.strata.push_back({stratum.name(), stratum.size(), stratum_sample_size(stratum.size(), precision, p), p});
  }
  return plan;
}

}  // namespace detail

/// `network-wise`: n(N, p) faults of the space.
///
/// **Errors** `BadProportion`.
/// **Source** Leveugle et al., DATE 2009; the names of the methods are those of Ruospo et al., DATE 2023.
inline SamplingPlan plan_network_wise(const Stratification& all, const Precision& precision) {
  return detail::plan_by_precision("network-wise", all, precision, {{"all", precision.p}});
}

/// `layer-wise`: n(N_l, 0.5) faults in each layer.
///
/// **Errors** `BadProportion`.
/// **Source** Ruospo et al., "Assessing convolutional neural networks reliability through statistical fault
/// injections", DATE 2023.
inline SamplingPlan plan_layer_wise(const Stratification& by_layer, const Precision& precision) {
  return detail::plan_by_precision("layer-wise", by_layer, precision, {});
}

/// `data-unaware`: n(N_l,i, 0.5) faults in each bit of each layer.
///
/// **Errors** `BadProportion`.
/// **Source** as `plan_layer_wise`.
inline SamplingPlan plan_data_unaware(const Stratification& by_layer_and_bit, const Precision& precision) {
  return detail::plan_by_precision("data-unaware", by_layer_and_bit, precision, {});
}

/// `data-aware`: n(N_l,i, p(l, i)) faults in each bit of each layer, the rates being those of `rates_from_weights`,
/// `read_expected_rates` or `rates_from_pilot`.
///
/// **Errors** `BadProportion`, also where a rate is not inside (0, 1).
/// **Source** as `plan_layer_wise`.
inline SamplingPlan plan_data_aware(const Stratification& by_layer_and_bit, const Precision& precision,
                                    const ExpectedRates& expected) {
  return detail::plan_by_precision("data-aware", by_layer_and_bit, precision, expected);
}

/// `stratified:N`: N faults, divided in proportion to N_h, or with a pilot to N_h s_h (Neyman).
///
/// At least one fault in each stratum; a stratum with at most N / (2 H) faults is taken whole, H being the number of
/// strata, so that whole strata take at most half of the sample. `drawn_before` are faults of each stratum that are in
/// the sample anyway: those of a sample that this one extends, of which nothing was learned. With a pilot draw with
/// `draw_seed`, so that the sizes do not rest on what the sample's own faults did.
///
/// **Shapes** drawn_before (strata) or empty.
/// **Laws** the sizes add up to N.
/// **Errors** `SampleTooSmall` where N is below the number of strata, or below what was drawn before; `SampleTooLarge`;
/// `ForeignPilot` where the pilot has other strata.
/// **Source** Neyman, "On the two different aspects of the representative method", JRSS 1934; Cochran, "Sampling
/// techniques", 1977, sections 5.5 and 5.8.
inline SamplingPlan plan_stratified(const Stratification& stratification, std::uint64_t faults,
                                    const Pilot* pilot = nullptr, std::span<const std::uint64_t> drawn_before = {}) {
  const std::vector<std::uint64_t> populations = stratification.populations();
  const std::size_t strata = populations.size();
  if (pilot != nullptr) {
    const Stratification& other = pilot->stratification();
    for (std::size_t h = 0; h < std::max(strata, other.strata().size()); ++h)
      if (h >= strata || h >= other.strata().size() || other.strata()[h].name() != stratification.strata()[h].name() ||
          other.strata()[h].size() != populations[h])
        throw ForeignPilot("its strata by " + other.by() + " are not those by " + stratification.by() + " here");
  }
  std::vector<double> weights;
  std::vector<std::uint64_t> least;
  for (std::size_t h = 0; h < strata; ++h) {
    weights.push_back(double(populations[h]) * (pilot == nullptr ? 1 : pilot->rates()[h].deviation()));
    const bool whole = populations[h] <= faults / (2 * strata);
    least.push_back(std::max(whole ? populations[h] : 1, drawn_before.empty() ? 0 : drawn_before[h]));
  }
  const std::vector<std::uint64_t> parts = allocate(populations, weights, faults, least);
  SamplingPlan plan{"stratified:" + std::to_string(faults), stratification.by(), {}, {}};
  for (std::size_t h = 0; h < strata; ++h)
    plan.strata.push_back({stratification.strata()[h].name(), populations[h], parts[h],
                           pilot == nullptr ? 0.5 : pilot->rates()[h].rate()});
  return plan;
}

/// A margin of error that only the whole fault space reaches.
class UnreachableMargin : public Misuse {
 public:
  UnreachableMargin(double asked, double reachable, std::uint64_t faults)
      : Misuse("spikingjet: a margin of " + detail::number_text(asked) + " takes all " + std::to_string(faults) +
               " faults, no sample reaches it; " +
               (reachable < 1 ? "take a margin of at least " + detail::number_text(reachable, 3) + " or " : "take ") +
               "the method exhaustive"),
        margin(asked),
        least(reachable),
        population(faults) {}

  double margin;
  double least;  // margin of a sample; 1 where none has one
  std::uint64_t population;
};

/// Refuses a plan for a precision that takes every fault of the space.
///
/// **Errors** `UnreachableMargin`.
inline void require_sample(const SamplingPlan& plan) {
  if (!plan.precision || plan.strata.empty() || plan.whole_strata() < plan.strata.size()) return;
  double least = 1;
  for (const PlannedStratum& stratum : plan.strata) {
    if (stratum.population < 3) continue;
    // n(N, e) = N - 1 at e = t sqrt(p (1-p)) / (N-1); a little above it one more fault may be left out.
    const double e =
        quantile(plan.precision->confidence) * std::sqrt(stratum.p * (1 - stratum.p)) / double(stratum.population - 1);
    least = std::min(least, e * 1.01);
  }
  throw UnreachableMargin(plan.precision->margin, least, plan.population());
}

}  // namespace spikingjet
