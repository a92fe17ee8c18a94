// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/analysis/injections.hpp>
#include <spikingjet/analysis/keep_quantity.hpp>
#include <spikingjet/analysis/sparse_rows.hpp>
#include <spikingjet/outcome/injection_outcome.hpp>
#include <spikingjet/store/store.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <optional>
#include <span>
#include <string_view>
#include <unordered_set>
#include <vector>

namespace spikingjet {

/// Which outcome of an injection exposes the fault.
enum class Exposing {
  sdc_1,    // another top-1 class
  due,      // no usable readout
  failure,  // either of these
  change,   // whatever is not masked
};

/// The words of `Exposing`, in its order.
inline constexpr std::array<std::string_view, 4> exposing_names{"sdc-1", "due", "failure", "change"};

/// How a command line spells it.
constexpr std::string_view exposing_name(Exposing exposing) {
  return exposing_names[static_cast<std::size_t>(exposing)];
}

/// The one of a name, if there is one.
constexpr std::optional<Exposing> parse_exposing(std::string_view name) {
  for (std::size_t e = 0; e < exposing_names.size(); ++e)
    if (exposing_names[e] == name) return static_cast<Exposing>(e);
  return std::nullopt;
}

/// Whether an injection that ended so exposes its fault.
constexpr bool exposes(Outcome outcome, Exposing exposing) {
  switch (exposing) {
    case Exposing::sdc_1:
      return outcome == Outcome::sdc_critical;
    case Exposing::due:
      return outcome == Outcome::due;
    case Exposing::failure:
      return outcome == Outcome::sdc_critical || outcome == Outcome::due;
    case Exposing::change:
      break;
  }
  return outcome != Outcome::masked;
}

/// Which samples expose which faults. A fault is critical where a sample exposes it; faults that the same samples
/// expose are one set.
///
/// **Cost** 4 bytes for each sample of each set, however many faults share it.
class Exposure {
 public:
  explicit Exposure(std::size_t samples) : samples_(samples) {}
  Exposure(const Exposure&) = delete;
  Exposure& operator=(const Exposure&) = delete;

  /// Adds a fault by the samples that expose it, ascending, each once.
  void add(std::span<const std::uint32_t> samples) {
    ++faults_;
    if (samples.empty()) return;
    ++critical_;
    sets_.add(samples);
    const auto [found, is_new] = index_.insert(std::uint32_t(sets_.size() - 1));
    if (is_new) {
      weights_.push_back(1);
    } else {
      sets_.drop_last();
      ++weights_[*found];
    }
  }

  std::size_t samples() const { return samples_; }
  std::uint64_t faults() const { return faults_; }
  std::uint64_t critical() const { return critical_; }

  /// The sets of samples, and how many faults each of them exposes whole.
  const SparseRows& sets() const { return sets_; }
  std::span<const std::uint64_t> weights() const { return weights_; }

 private:
  struct Hash {
    const SparseRows* sets;

    std::size_t operator()(std::uint32_t set) const {
      std::uint64_t hash = 0;
      for (const std::uint32_t sample : (*sets)[set]) {
        hash = (hash ^ sample) * 0x9e3779b97f4a7c15u;
        hash ^= hash >> 29;
      }
      return std::size_t(hash);
    }
  };

  struct Same {
    const SparseRows* sets;

    bool operator()(std::uint32_t a, std::uint32_t b) const { return std::ranges::equal((*sets)[a], (*sets)[b]); }
  };

  std::size_t samples_;
  std::uint64_t faults_ = 0;
  std::uint64_t critical_ = 0;
  SparseRows sets_;
  std::vector<std::uint64_t> weights_;
  std::unordered_set<std::uint32_t, Hash, Same> index_{16, Hash{&sets_}, Same{&sets_}};
};

/// Adds the faults of a store, of the quantities that are kept; a sample that the campaign used several times is one.
///
/// **Errors** those of `for_each_fault_with_injections`.
inline void add_faults(Exposure& exposure, const Store& store, Exposing exposing = Exposing::sdc_1,
                       const KeepQuantity& keep = {}) {
  std::vector<std::uint32_t> samples;
  for_each_fault_with_injections(store, keep, [&](const StoredFault&, std::span<const InjectionOutcome> row) {
    samples.clear();
    for (const InjectionOutcome& injection : row)
      if (exposes(injection.outcome, exposing)) samples.push_back(injection.sample % std::uint32_t(exposure.samples()));
    if (!std::is_sorted(samples.begin(), samples.end())) std::sort(samples.begin(), samples.end());
    samples.erase(std::unique(samples.begin(), samples.end()), samples.end());
    exposure.add(samples);
  });
}

/// How many faults the first k samples of an order expose, for k from 0 to all of the order.
///
/// **Shapes** order: some of the samples, each once; returns (order + 1).
inline std::vector<std::uint64_t> exposed_by_first(const Exposure& exposure, std::span<const std::uint32_t> order) {
  std::vector<std::size_t> place(exposure.samples(), order.size());
  for (std::size_t k = 0; k < order.size(); ++k) place[order[k]] = k;
  std::vector<std::uint64_t> exposed(order.size() + 1);
  for (std::size_t set = 0; set < exposure.sets().size(); ++set) {
    std::size_t first = order.size();
    for (const std::uint32_t sample : exposure.sets()[set]) first = std::min(first, place[sample]);
    if (first < order.size()) exposed[first + 1] += exposure.weights()[set];
  }
  std::partial_sum(exposed.begin(), exposed.end(), exposed.begin());
  return exposed;
}

/// How many faults k samples expose that are drawn at random, in the mean: a fault that d of S samples expose stays
/// hidden with probability C(S - d, k)/C(S, k).
inline double exposed_by_random(const Exposure& exposure, std::size_t k) {
  std::vector<std::uint64_t> faults(exposure.samples() + 1);  // that so many samples expose
  for (std::size_t set = 0; set < exposure.sets().size(); ++set)
    faults[exposure.sets()[set].size()] += exposure.weights()[set];
  const auto all = double(exposure.samples());
  double exposed = 0;
  for (std::size_t d = 1; d < faults.size(); ++d) {
    if (faults[d] == 0) continue;
    double hidden = 1;  // prod (S - d - i)/(S - i)
    for (std::size_t i = 0; i < k && hidden > 0; ++i)
      hidden *= std::max(0.0, all - double(d) - double(i)) / (all - double(i));
    exposed += double(faults[d]) * (1 - hidden);
  }
  return exposed;
}

/// Samples by their golden margin, the smallest first, equal ones by number: those that a fault may tip most easily.
///
/// **Source** El-Sayed et al., IEEE Transactions on Computer-Aided Design, 2023.
inline std::vector<std::uint32_t> by_margin(std::span<const GoldenSample> samples) {
  std::vector<std::uint32_t> order(samples.size());
  std::iota(order.begin(), order.end(), 0u);
  std::vector<double> margin;
  for (const GoldenSample& sample : samples) margin.push_back(golden_margin(sample.readout));
  std::stable_sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) { return margin[a] < margin[b]; });
  return order;
}

}  // namespace spikingjet
