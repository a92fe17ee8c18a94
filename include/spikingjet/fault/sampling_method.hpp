// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/text.hpp>
#include <spikingjet/fault/expected_rates.hpp>
#include <spikingjet/fault/iterative.hpp>
#include <spikingjet/fault/pilot.hpp>
#include <spikingjet/fault/sampling.hpp>
#include <spikingjet/fault/sampling_plan.hpp>
#include <spikingjet/fault/stratification.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace spikingjet {

/// A way to choose faults, as text spells it: 'layer-wise', 'count:2000'.
class SamplingMethod {
 public:
  enum class Kind { exhaustive, count, network_wise, layer_wise, data_unaware, data_aware, stratified, iterative };

  /// The spellings that `named` takes, for messages.
  static constexpr std::string_view allowed =
      "exhaustive, network-wise, layer-wise, data-unaware, data-aware, iterative, count:N or stratified:N with N at "
      "least "
      "1";

  /// The method of a name; absent where it is none.
  ///
  /// **Laws** `named(m.str()) == m`.
  static std::optional<SamplingMethod> named(std::string_view text) {
    const std::size_t colon = text.find(':');
    for (std::size_t k = 0; k < names.size(); ++k) {
      const auto kind = static_cast<Kind>(k);
      if (names[k] != text.substr(0, colon)) continue;
      if (!takes_count(kind)) return colon == text.npos ? std::optional(SamplingMethod(kind, 0)) : std::nullopt;
      if (colon == text.npos) return std::nullopt;
      const auto faults = parse_number<std::uint64_t>(text.substr(colon + 1));
      return faults && *faults > 0 ? std::optional(SamplingMethod(kind, *faults)) : std::nullopt;
    }
    return std::nullopt;
  }

  Kind kind() const { return kind_; }

  /// N of count:N and stratified:N; else 0.
  std::uint64_t faults() const { return faults_; }

  /// What its strata are: the name of a stratification. Those of `stratified` may be others.
  std::string_view by() const {
    switch (kind_) {
      case Kind::layer_wise:
      case Kind::stratified:
        return "layer";
      case Kind::data_unaware:
      case Kind::data_aware:
        return "layer and bit";
      default:
        return "nothing";
    }
  }

  /// Whether a margin and a confidence say how many faults it draws.
  bool takes_precision() const { return kind_ != Kind::exhaustive && !takes_count(kind_); }

  std::string str() const {
    const std::string name(names[static_cast<std::size_t>(kind_)]);
    return takes_count(kind_) ? name + ":" + std::to_string(faults_) : name;
  }

  bool operator==(const SamplingMethod&) const = default;

 private:
  static constexpr std::array<std::string_view, 8> names{"exhaustive",   "count",      "network-wise", "layer-wise",
                                                         "data-unaware", "data-aware", "stratified",   "iterative"};

  static constexpr bool takes_count(Kind kind) { return kind == Kind::count || kind == Kind::stratified; }

  SamplingMethod(Kind kind, std::uint64_t faults) : kind_(kind), faults_(faults) {}

  Kind kind_;
  std::uint64_t faults_;
};

/// What a plan may learn from.
struct SamplingKnowledge {
  ExpectedRates rates{};                      // of data-aware
  const Pilot* pilot = nullptr;               // of stratified: Neyman's allocation
  std::vector<std::uint64_t> drawn_before{};  // of stratified: (strata), faults of the sample that this one extends
};

/// The plan of a method for strata: those that `stratification_named(method.by(), space)` gives, or others for
/// `stratified`. That of `iterative` is its pilot.
///
/// **Errors** those of the method's own plan.
inline SamplingPlan plan_of(const SamplingMethod& method, const Stratification& strata, const Precision& precision = {},
                            const SamplingKnowledge& known = {}) {
  const auto of_all = [&](std::uint64_t faults, std::optional<Precision> wanted) {
    const std::uint64_t population = strata.space().size();
    if (faults > population) throw SampleTooLarge(faults, population);
    SamplingPlan plan{method.str(), strata.by(), wanted, {}};
    if (population > 0) plan.strata.push_back({"all", population, faults, precision.p});
    return plan;
  };
  using Kind = SamplingMethod::Kind;
  switch (method.kind()) {
    case Kind::exhaustive:
      return of_all(strata.space().size(), {});
    case Kind::count:
      return of_all(method.faults(), {});
    case Kind::network_wise:
      return plan_network_wise(strata, precision);
    case Kind::layer_wise:
      return plan_layer_wise(strata, precision);
    case Kind::data_unaware:
      return plan_data_unaware(strata, precision);
    case Kind::data_aware:
      return plan_data_aware(strata, precision, known.rates);
    case Kind::stratified:
      return plan_stratified(strata, method.faults(), known.pilot, known.drawn_before);
    case Kind::iterative:
      break;
  }
  const IterativeSampling sampling(strata.space().size(), precision);
  return of_all(sampling.faults(),
                Precision{.margin = sampling.target(), .confidence = precision.confidence, .p = precision.p});
}

}  // namespace spikingjet
