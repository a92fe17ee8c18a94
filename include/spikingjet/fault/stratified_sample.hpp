// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/digest.hpp>
#include <spikingjet/core/random.hpp>
#include <spikingjet/fault/fault.hpp>
#include <spikingjet/fault/fault_list.hpp>
#include <spikingjet/fault/fault_space.hpp>
#include <spikingjet/fault/sampling.hpp>
#include <spikingjet/fault/sampling_plan.hpp>
#include <spikingjet/fault/stratification.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace spikingjet {

/// A fault of a stratified sample.
struct DrawnFault {
  std::uint64_t index = 0;    // in the fault space
  std::uint64_t rank = 0;     // which draw of its stratum it was, from 0
  std::uint32_t stratum = 0;  // number of its stratum

  bool operator==(const DrawnFault&) const = default;
};

/// The seed of the permutation that a stratum is drawn by.
///
/// **Laws** depends on the seed and the stratum's name alone; that of 'all' is the seed itself, so that one stratum is
/// drawn as `sample` draws.
inline std::uint64_t stratum_seed(std::string_view stratum, std::uint64_t seed) {
  return stratum == "all" ? seed : random_bits(seed, Digest().add(stratum).value());
}

/// The seed of a draw whose sizes were planned with a pilot that this key tells from others; the seed itself without
/// one.
///
/// The two share faults by chance alone, also where both were drawn with one seed: sizes that rest on what drawn faults
/// did must not be those of the same draws.
///
/// **Laws** the same for the same (seed, pilot) on every platform.
inline std::uint64_t draw_seed(std::uint64_t seed, std::string_view pilot) {
  return pilot.empty() ? seed : random_bits(seed, Digest().add("beside a pilot").add(pilot).value());
}

/// Simple random samples of the strata of a fault space, without replacement, in the order of the space.
class StratifiedSample {
 public:
  StratifiedSample(FaultSpace space, std::vector<DrawnFault> drawn, std::vector<std::uint64_t> sizes)
      : space_(std::move(space)), drawn_(std::move(drawn)), sizes_(std::move(sizes)) {}

  /// Its faults, in the order of the space.
  std::span<const DrawnFault> drawn() const { return drawn_; }

  /// Likewise, of a sample that is not needed any more.
  std::vector<DrawnFault> take_drawn() && { return std::move(drawn_); }

  /// n_h, the faults of each stratum.
  std::span<const std::uint64_t> sizes() const { return sizes_; }

  /// As a campaign takes it.
  FaultList faults() const {
    std::vector<std::uint64_t> indices;
    indices.reserve(drawn_.size());
    for (const DrawnFault& fault : drawn_) indices.push_back(fault.index);
    return {space_, std::move(indices)};
  }

  /// The draw that gave a fault: a list that was written, shuffled and read again gets its strata and ranks back.
  ///
  /// **Cost** that of `FaultSpace::index_of`.
  std::optional<DrawnFault> find(const Fault& fault) const {
    const auto index = space_.index_of(fault);
    if (!index) return std::nullopt;
    const auto found = std::lower_bound(drawn_.begin(), drawn_.end(), *index,
                                        [](const DrawnFault& drawn, std::uint64_t i) { return drawn.index < i; });
    return found != drawn_.end() && found->index == *index ? std::optional(*found) : std::nullopt;
  }

  /// Places in `drawn()` in an order that depends on chance alone: each stratum by rank, all of them in step, so that
  /// any first part holds about the same share of each.
  ///
  /// **Laws** a permutation; the first k of a stratum have the ranks 0 .. k-1.
  std::vector<std::uint64_t> order_of_drawing() const {
    std::vector<std::uint64_t> order(drawn_.size());
    std::iota(order.begin(), order.end(), std::uint64_t{0});
    const auto share = [&](const DrawnFault& fault) {
      return (double(fault.rank) + 0.5) / double(sizes_[fault.stratum]);
    };
    std::sort(order.begin(), order.end(), [&](std::uint64_t a, std::uint64_t b) {
      const double of_a = share(drawn_[a]);
      const double of_b = share(drawn_[b]);
      return of_a != of_b ? of_a < of_b : drawn_[a].stratum < drawn_[b].stratum;
    });
    return order;
  }

 private:
  FaultSpace space_;
  std::vector<DrawnFault> drawn_;
  std::vector<std::uint64_t> sizes_;  // (strata)
};

/// Draws so many faults of each stratum.
///
/// **Shapes** sizes (strata).
/// **Laws** no fault twice; the same for the same (stratum's name and faults, size, seed) on every platform, whatever
/// other strata there are; a sample with larger sizes holds every fault of a smaller one, with its rank.
/// **Errors** `SampleTooLarge` where a stratum holds fewer faults.
/// **Cost** 24 bytes a fault; independent of the size of the space.
inline StratifiedSample draw(const Stratification& stratification, std::span<const std::uint64_t> sizes,
                             std::uint64_t seed) {
  const auto strata = stratification.strata();
  std::uint64_t count = 0;
  for (std::size_t h = 0; h < strata.size(); ++h) {
    if (sizes[h] > strata[h].size()) throw SampleTooLarge(sizes[h], strata[h].size());
    count += sizes[h];
  }
  std::vector<DrawnFault> drawn;
  drawn.reserve(count);
  for (std::size_t h = 0; h < strata.size(); ++h) {
    const Permutation permutation(strata[h].size(), stratum_seed(strata[h].name(), seed));
    for (std::uint64_t rank = 0; rank < sizes[h]; ++rank)
      drawn.push_back({strata[h][permutation(rank)], rank, static_cast<std::uint32_t>(h)});
  }
  std::sort(drawn.begin(), drawn.end(), [](const DrawnFault& a, const DrawnFault& b) { return a.index < b.index; });
  return {stratification.space(), std::move(drawn), {sizes.begin(), sizes.end()}};
}

/// Draws what a plan for these strata says.
inline StratifiedSample draw(const Stratification& stratification, const SamplingPlan& plan, std::uint64_t seed) {
  return draw(stratification, plan.sizes(), seed);
}

}  // namespace spikingjet
