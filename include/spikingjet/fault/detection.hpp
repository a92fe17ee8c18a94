// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/fault/sample_size.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace spikingjet {

namespace detail {

/// The logarithm of the probability that a draw without replacement takes none of the marked.
///
/// **Laws** symmetric in `marked` and `draws`; minus infinity where they add up to more than the population.
/// **Cost** the smaller of `marked` and `draws`.
/// **Source** the hypergeometric distribution at 0: C(N-K, n) / C(N, n).
inline double log_chance_of_none(std::uint64_t population, std::uint64_t marked, std::uint64_t draws) {
  if (marked > population - draws) return -INFINITY;
  const std::uint64_t fewer = std::min(marked, draws);
  const auto more = double(std::max(marked, draws));
  double sum = 0;
  for (std::uint64_t i = 0; i < fewer; ++i) sum += std::log1p(-more / double(population - i));
  return sum;
}

/// The logarithm that a chance of none is held to: that of 1 - confidence, where rounding shall not tell equal ones
/// apart.
inline double largest_log_chance(double confidence) { return std::log1p(-confidence) * (1 - 1e-10); }

/// The smallest number in 1 .. most for which `enough` holds, which holds from there on and holds for `most`.
template <class Enough>
std::uint64_t least(std::uint64_t most, const Enough& enough) {
  std::uint64_t high = 1;
  while (high < most && !enough(high)) high = high > most / 2 ? most : 2 * high;
  std::uint64_t low = high / 2;  // not enough
  while (high - low > 1) {
    const std::uint64_t middle = low + (high - low) / 2;
    (enough(middle) ? high : low) = middle;
  }
  return high;
}

}  // namespace detail

/// How many of `population` must be drawn, without replacement, to find one of the marked with this confidence, if a
/// `share` of them or more is marked.
///
/// **Laws** never more than the population; the share of 0.001 at 0.99 needs 4603 of a large one.
/// **Errors** `BadProportion` where share or confidence is not inside (0, 1).
/// **Source** the hypergeometric distribution, exactly; "discovery sampling" of auditors.
inline std::uint64_t draws_to_find(std::uint64_t population, double share, double confidence) {
  detail::require_inside_0_1("share", share);
  detail::require_inside_0_1("confidence", confidence);
  if (population == 0) return 0;
  const auto marked =
      std::clamp<std::uint64_t>(std::uint64_t(std::ceil(share * double(population) * (1 - 1e-12))), 1, population);
  const double missed = detail::largest_log_chance(confidence);
  return detail::least(
      population, [&](std::uint64_t draws) { return detail::log_chance_of_none(population, marked, draws) <= missed; });
}

/// The fewest marked of `population` of which `draws` without replacement would have found one with this confidence.
///
/// Where a draw found none, fewer than these are marked, at that confidence.
///
/// **Laws** 1 where all are drawn; never grows with `draws`.
/// **Errors** `BadProportion` where the confidence is not inside (0, 1); 1 to population draws are needed.
/// **Source** as `draws_to_find`.
inline std::uint64_t fewest_found(std::uint64_t population, std::uint64_t draws, double confidence) {
  detail::require_inside_0_1("confidence", confidence);
  const double missed = detail::largest_log_chance(confidence);
  return detail::least(population - draws + 1, [&](std::uint64_t marked) {
    return detail::log_chance_of_none(population, marked, draws) <= missed;
  });
}

}  // namespace spikingjet
