// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/error.hpp>
#include <spikingjet/fault/sample_size.hpp>
#include <spikingjet/fault/sampling.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace spikingjet {

/// A sample that is too small for what each stratum must have of it.
class SampleTooSmall : public Misuse {
 public:
  SampleTooSmall(std::uint64_t wanted_faults, std::uint64_t least_faults, std::size_t number_of_strata)
      : Misuse("spikingjet: a sample of " + std::to_string(wanted_faults) + " faults was asked for, but its " +
               std::to_string(number_of_strata) + " strata need " + std::to_string(least_faults) +
               (least_faults > number_of_strata ? ", with what was drawn before" : ", one each") +
               "; ask for as many, or name fewer targets or bits"),
        wanted(wanted_faults),
        least(least_faults),
        strata(number_of_strata) {}

  std::uint64_t wanted;
  std::uint64_t least;
  std::size_t strata;
};

/// Divides a sample of `total` faults among strata in proportion to their weights.
///
/// Stratum h gets round(lambda w_h), but at least one fault and `at_least[h]`, and at most its population; lambda is
/// such that the parts add up. Among equals that cannot all have one fault more, the earlier ones get it.
///
/// **Shapes** populations, weights (strata); at_least (strata) or empty.
/// **Laws** the parts add up to `total`; 1 <= n_h <= N_h; each part is the same or larger for a larger total, so that a
/// larger sample can extend a smaller one; multiplying all weights with a power of two changes nothing.
/// **Errors** `SampleTooSmall`, `SampleTooLarge`; `BadProportion` where a weight is not a positive, finite number.
/// **Source** Webster's (Sainte-Lague's) divisor method: Balinski and Young, "Fair representation", 1982; largest
/// remainders would take faults away from a stratum when the total grows.
inline std::vector<std::uint64_t> allocate(std::span<const std::uint64_t> populations, std::span<const double> weights,
                                           std::uint64_t total, std::span<const std::uint64_t> at_least = {}) {
  const std::size_t strata = populations.size();
  std::vector<std::uint64_t> least;
  std::uint64_t sum_of_least = 0;
  std::uint64_t population = 0;
  for (std::size_t h = 0; h < strata; ++h) {
    if (!(weights[h] > 0) || !std::isfinite(weights[h]))
      throw BadProportion("weight of stratum " + std::to_string(h), weights[h], "be positive and finite");
    const std::uint64_t asked = at_least.empty() ? 1 : std::max<std::uint64_t>(1, at_least[h]);
    least.push_back(std::min(populations[h], asked));
    sum_of_least += least.back();
    population += populations[h];
  }
  if (total > population) throw SampleTooLarge(total, population);
  if (total < sum_of_least) throw SampleTooSmall(total, sum_of_least, strata);

  const auto part = [&](double lambda, std::size_t h) {
    const std::uint64_t most = std::min(populations[h], total);
    const double share = std::floor(lambda * weights[h] + 0.5);
    return share >= double(most) ? most : std::max(least[h], static_cast<std::uint64_t>(share));
  };
  const auto sum = [&](double lambda) {
    std::uint64_t faults = 0;
    for (std::size_t h = 0; h < strata; ++h) faults += part(lambda, h);
    return faults;
  };
  double low = 0;  // the parts add up to `total` or less at `low`, to `total` or more at `high`
  double high = 1;
  while (sum(high) < total) high *= 2;
  for (;;) {
    const double middle = low + (high - low) / 2;
    if (middle <= low || middle >= high) break;
    (sum(middle) <= total ? low : high) = middle;
  }
  std::vector<std::uint64_t> parts;
  std::uint64_t left = total;
  for (std::size_t h = 0; h < strata; ++h) {
    parts.push_back(part(low, h));
    left -= parts.back();
  }
  for (std::size_t h = 0; h < strata; ++h) {
    const std::uint64_t more = std::min(left, part(high, h) - parts[h]);
    parts[h] += more;
    left -= more;
  }
  return parts;
}

}  // namespace spikingjet
