// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/analysis/statistics.hpp>
#include <spikingjet/core/error.hpp>
#include <spikingjet/fault/sample_size.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>

namespace spikingjet {

namespace detail {

/// P(X <= k) where n of N are drawn without replacement and K of the N are hits.
///
/// Probabilities are relative to that of the likeliest value, from which they are summed outwards until they no longer
/// count: their sum is 1.
///
/// **Source** P(X = j+1)/P(X = j) = (K-j)(n-j) / ((j+1)(N-K-n+j+1)).
inline double hypergeometric_at_most(std::uint64_t k, std::uint64_t n, std::uint64_t all_hits,
                                     std::uint64_t population) {
  constexpr double nothing = 1e-20;
  const std::uint64_t misses = population - all_hits;
  const std::uint64_t least = n > misses ? n - misses : 0;
  const std::uint64_t most = std::min(n, all_hits);
  if (k >= most) return 1;
  if (k < least) return 0;
  const double mode = std::floor((double(n) + 1) / (double(population) + 2) * (double(all_hits) + 1));
  const std::uint64_t likeliest = std::clamp(std::uint64_t(mode), least, most);
  const auto ratio = [&](std::uint64_t j) {  // of j+1 to j
    return double(all_hits - j) * double(n - j) / (double(j + 1) * double(misses + j + 1 - n));
  };
  double sum = 0;
  double at_most = 0;
  double term = 1;
  for (std::uint64_t j = likeliest;; ++j) {
    sum += term;
    if (j <= k) at_most += term;
    if (j == most || term < nothing) break;
    term *= ratio(j);
  }
  term = 1;
  for (std::uint64_t j = likeliest; j > least;) {
    --j;
    term /= ratio(j);
    sum += term;
    if (j <= k) at_most += term;
    if (term < nothing) break;
  }
  return at_most / sum;
}

}  // namespace detail

/// The interval of a rate, `hits` of `trials` that were drawn without replacement from a population that is known:
/// Clopper and Pearson's for a finite population.
///
/// For outcomes that are 0 or 1: one sample a fault. It never covers less than it promises. For rates of faults that
/// were injected into several samples see `BettingSample`, for a population that is not known `clopper_pearson`.
///
/// **Laws** bounds are numbers K of hits in the population, over N: the least with P(X >= hits | K) > a/2 and the
/// greatest with P(X <= hits | K) > a/2, a = 1 - confidence; around hits/trials; the mirror of that of the misses;
/// [rate, rate] once all are drawn; [0, 1] without a trial. The same bits on every platform.
/// **Errors** `BadProportion` where the confidence is not inside (0, 1); `Misuse` where hits exceed trials or trials
/// the population.
/// **Cost** some 100 sums of 20 standard deviations of X: 10 ms for 10^6 trials.
/// **Source** Buonaccorsi, "A note on confidence intervals for proportions in finite populations", The American
/// Statistician 1987.
inline Interval hypergeometric_interval(std::uint64_t hits, std::uint64_t trials, std::uint64_t population,
                                        double confidence) {
  detail::require_inside_0_1("confidence", confidence);
  if (hits > trials || trials > population)
    throw Misuse("spikingjet: 'hypergeometric_interval' was given " + std::to_string(hits) + " hits in " +
                 std::to_string(trials) + " trials of " + std::to_string(population) +
                 "; there must be no more hits than trials, and no more trials than the population has");
  if (trials == 0) return {};
  const double tail = (1 - confidence) / 2;
  const auto most_hits = [&](std::uint64_t seen) {          // the greatest K with P(X <= seen | K) > a/2
    std::uint64_t low = seen;                               // holds, as P = 1
    std::uint64_t high = population - (trials - seen) + 1;  // P = 0: fewer misses than were seen
    while (high - low > 1) {
      const std::uint64_t middle = low + (high - low) / 2;
      (detail::hypergeometric_at_most(seen, trials, middle, population) > tail ? low : high) = middle;
    }
    return low;
  };
  const double n = double(population);
  const double rate = double(hits) / double(trials);
  const double low = double(population - most_hits(trials - hits)) / n;
  const double high = double(most_hits(hits)) / n;
  return {std::min(low, rate), std::max(high, rate)};
}

}  // namespace spikingjet
