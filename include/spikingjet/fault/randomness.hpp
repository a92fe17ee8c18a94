// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/fault/fault_list.hpp>
#include <spikingjet/model/quantity.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace spikingjet {

namespace detail {

/// The logarithm of a bound on the probability that `n` elements, drawn at random, lie within a share of all.
///
/// **Source** the range R of n uniform numbers has P(R <= r) = n r^(n-1) - (n-1) r^n.
inline double log_chance_of_range(double n, double share) { return std::log(n) + (n - 1) * std::log(share); }

/// The logarithm of a bound on the probability that a share of `n` draws is as far from its expectation.
///
/// **Source** Hoeffding, "Probability inequalities for sums of bounded random variables", JASA 1963, theorem 1; section
/// 6: it holds for draws without replacement.
inline double log_chance_of_share(double n, double found, double expected) {
  const auto term = [](double a, double b) { return a > 0 ? a * std::log(a / b) : 0.0; };
  return -n * (term(found, expected) + term(1 - found, 1 - expected));
}

}  // namespace detail

/// Why a list is plainly no simple random sample of the quantities that it strikes, in a clause: the faults of a
/// quantity lie in one part of it, or one quantity has more or fewer than its elements make likely. Chance says so of
/// one random list in a million. Nothing is no proof that a list is random.
inline std::optional<std::string> why_not_random(const FaultList& faults, std::span<const Quantity> quantities) {
  constexpr std::uint64_t least_faults = 8;  // fewer say too little
  struct Struck {
    std::uint64_t count = 0;
    std::uint64_t lowest = 0;
    std::uint64_t highest = 0;
  };
  std::map<std::string_view, std::map<std::size_t, Struck>>
      by_type;  // a value fault may not be drawn on all quantities
  for (std::uint64_t i = 0; i < faults.size(); ++i) {
    const Fault fault = faults[i];
    Struck& struck = by_type[fault.type][fault.site.quantity];
    struck.lowest = struck.count == 0 ? fault.site.element : std::min(struck.lowest, fault.site.element);
    struck.highest = std::max(struck.highest, fault.site.element);
    ++struck.count;
  }
  std::size_t tests = 0;
  for (const auto& [type, struck] : by_type) tests += 2 * struck.size();
  const double unlikely = std::log(1e-6 / double(std::max<std::size_t>(1, tests)));
  for (const auto& [type, struck] : by_type) {
    double count = 0, elements = 0;
    for (const auto& [q, here] : struck) {
      count += double(here.count);
      elements += double(quantities[q].size());
    }
    for (const auto& [q, here] : struck) {
      const std::uint64_t size = quantities[q].size();
      const double share = double(here.highest - here.lowest + 1) / double(size);
      if (here.count >= least_faults && detail::log_chance_of_range(double(here.count), share) < unlikely)
        return "all of its " + std::to_string(here.count) + " faults in '" + quantities[q].name() +
               "' strike elements " + std::to_string(here.lowest) + " to " + std::to_string(here.highest) + " of " +
               std::to_string(size);
      if (count >= double(least_faults) && struck.size() > 1 &&
          detail::log_chance_of_share(count, double(here.count) / count, double(size) / elements) < unlikely)
        return std::to_string(here.count) + " of " + std::to_string(std::uint64_t(count)) + " faults strike '" +
               quantities[q].name() + "', which has " + std::to_string(size) + " of " +
               std::to_string(std::uint64_t(elements)) + " elements";
    }
  }
  return std::nullopt;
}

}  // namespace spikingjet
