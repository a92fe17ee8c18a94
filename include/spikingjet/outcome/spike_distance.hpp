// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/error.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace spikingjet {

/// A parameter of a distance between spike trains that makes no distance.
class BadSpikeDistance : public Misuse {
 public:
  BadSpikeDistance(const std::string& function, const std::string& parameter, double refused)
      : Misuse("spikingjet: '" + function + "' takes a " + parameter + " above 0 that is finite, and was given " +
               std::to_string(refused)),
        value(refused) {}

  double value;
};

namespace detail {

inline void require_above_0(const char* function, const char* parameter, double value) {
  if (!(value > 0) || !std::isfinite(value)) throw BadSpikeDistance(function, parameter, value);
}

}  // namespace detail

/// The distance of two spike trains whose spikes each leave an exponential trace exp(-t/tau): the root of the integral
/// of the squared difference of the traces, over tau.
///
/// Small tau count coincidences, large ones compare numbers of spikes. A spike more or less is sqrt(1/2).
///
/// **Shapes** one, other: (spikes), the steps in which each fires, ascending.
/// **Units** tau [step].
/// **Laws** a metric: 0 for equal trains alone, symmetric, no detour is shorter.
/// **Errors** `BadSpikeDistance` where tau is not above 0 and finite.
/// **Cost** one pass over both.
/// **Source** van Rossum, "A novel spike distance", Neural Computation 2001, equation 2.2.
inline double van_rossum_distance(std::span<const std::uint32_t> one, std::span<const std::uint32_t> other,
                                  double tau) {
  detail::require_above_0("van_rossum_distance", "time constant", tau);
  double squared = 0;
  double trace = 0;  // of the spikes before, those of `other` negative
  std::uint32_t now = 0;
  for (std::size_t i = 0, j = 0; i < one.size() || j < other.size();) {
    const bool is_one = j == other.size() || (i < one.size() && one[i] <= other[j]);
    const std::uint32_t step = is_one ? one[i++] : other[j++];
    const double sign = is_one ? 1 : -1;
    trace *= std::exp(-double(step - now) / tau);
    now = step;
    squared += sign * (sign / 2 + trace);
    trace += sign;
  }
  return std::sqrt(std::max(0.0, squared));
}

/// The least cost of making one spike train the other: 1 for each spike that goes or comes, `cost` for each step by
/// which one moves.
///
/// **Shapes** one, other: (spikes), the steps in which each fires, ascending.
/// **Units** cost [1/step].
/// **Laws** a metric: 0 for equal trains alone, symmetric, no detour is shorter; at most as many as there are spikes;
/// at least the difference of their numbers.
/// **Errors** `BadSpikeDistance` where the cost is not above 0 and finite.
/// **Cost** the product of the numbers of spikes.
/// **Source** Victor and Purpura, "Nature and precision of temporal coding in visual cortex: a metric-space analysis",
/// Journal of Neurophysiology 1996, D^spike.
inline double victor_purpura_distance(std::span<const std::uint32_t> one, std::span<const std::uint32_t> other,
                                      double cost) {
  detail::require_above_0("victor_purpura_distance", "cost", cost);
  std::vector<double> least(other.size() + 1);  // of the first spikes of `one` against the first of `other`
  for (std::size_t j = 0; j <= other.size(); ++j) least[j] = double(j);
  for (std::size_t i = 0; i < one.size(); ++i) {
    double diagonal = least[0];
    least[0] = double(i + 1);
    for (std::size_t j = 0; j < other.size(); ++j) {
      const double moved = diagonal + cost * std::abs(double(one[i]) - double(other[j]));
      diagonal = least[j + 1];
      least[j + 1] = std::min({moved, least[j] + 1, least[j + 1] + 1});
    }
  }
  return least.back();
}

}  // namespace spikingjet
