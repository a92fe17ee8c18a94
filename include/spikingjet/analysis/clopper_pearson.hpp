// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/analysis/statistics.hpp>

#include <boost/math/special_functions/beta.hpp>

#include <cstdint>
#include <string>

namespace spikingjet {

/// Clopper and Pearson's interval for a rate: `hits` of `trials` independent trials.
///
/// Never covers less than it promises, and is therefore wider than Wilson's; for independent trials (one sample a
/// fault), not for the injections of a campaign with many samples.
///
/// **Laws** inside [0, 1] and around hits/trials; no hit gives the upper bound 1 - (a/2)^(1/n), a = 1 - confidence.
/// **Errors** `BadProportion` where the confidence is not inside (0, 1); `Misuse` where hits exceed trials.
/// **Source** Clopper and Pearson, "The use of confidence or fiducial limits", Biometrika 1934.
inline Interval clopper_pearson(std::uint64_t hits, std::uint64_t trials, double confidence) {
  detail::require_inside_0_1("confidence", confidence);
  if (hits > trials)
    throw Misuse("spikingjet: 'clopper_pearson' was given " + std::to_string(hits) + " hits in " +
                 std::to_string(trials) + " trials; there must be no more hits than trials");
  const auto k = double(hits);
  const auto n = double(trials);
  const double tail = (1 - confidence) / 2;
  return {hits == 0 ? 0 : boost::math::ibeta_inv(k, n - k + 1, tail),
          hits == trials ? 1 : boost::math::ibeta_inv(k + 1, n - k, 1 - tail)};
}

}  // namespace spikingjet
