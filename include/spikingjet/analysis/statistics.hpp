// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/fault/sample_size.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>

namespace spikingjet {

/// Bounds of a rate.
struct Interval {
  double low = 0;
  double high = 1;

  bool operator==(const Interval&) const = default;
};

/// The share of a population that was not drawn, (N - n)/N, which scales the variance of an estimate; 1 where N is not
/// known.
inline double share_not_drawn(double drawn, std::optional<std::uint64_t> population) {
  return population ? std::max(0.0, 1 - drawn / double(*population)) : 1;
}

/// How far a rate p estimated from a simple random sample of `drawn` faults lies from the population's, at most.
///
/// **Laws** 0 for a census; e(sample_size(N, e, ...)) is just above e.
/// **Errors** `BadProportion` where the confidence is not inside (0, 1) or p not in [0, 1].
/// **Source** Leveugle et al., DATE 2009: e = t sqrt(p(1-p)/n (N-n)/(N-1)).
inline double margin_of_error(double p, double drawn, std::optional<std::uint64_t> population, double confidence) {
  if (!(p >= 0 && p <= 1)) throw BadProportion("p", p, "lie in [0, 1]");
  const double t = quantile(confidence);
  if (!population) return t * std::sqrt(p * (1 - p) / drawn);
  const auto n = double(*population);
  return drawn >= n ? 0 : t * std::sqrt(p * (1 - p) / drawn * (n - drawn) / (n - 1));
}

/// Wilson's interval for a rate p seen in n independent trials; n need not be whole.
///
/// **Laws** inside [0, 1] and around p; the mirror of the interval of 1 - p; [p, p] for infinite n, [0, 1] for n = 0.
/// **Errors** `BadProportion` where the confidence is not inside (0, 1) or p not in [0, 1].
/// **Source** Wilson, "Probable inference, the law of succession, and statistical inference", JASA 1927.
inline Interval wilson(double p, double n, double confidence) {
  if (!(p >= 0 && p <= 1)) throw BadProportion("p", p, "lie in [0, 1]");
  const double z = quantile(confidence);
  if (n == 0) return {};
  const double shrink = 1 / (1 + z * z / n);
  const double centre = (p + z * z / (2 * n)) * shrink;
  const double half = z * shrink * std::sqrt(p * (1 - p) / n + z * z / (4 * n * n));
  return {p == 0 ? 0 : std::clamp(centre - half, 0.0, p), p == 1 ? 1 : std::clamp(centre + half, p, 1.0)};
}

/// A rate over injections, estimated from faults of which each was injected into several samples.
///
/// The unit of sampling is the *fault*: its injections are alike, so that many samples of few faults say little. The
/// faults are taken as a simple random sample of the population, the samples as given.
///
/// **Source** Cochran, "Sampling techniques", 1977, sections 2.11 and 9A (clusters, ratio to size).
class ClusterSample {
 public:
  /// Adds a fault that had the outcome in `hits` of its `samples` injections.
  void add(std::uint64_t hits, std::uint64_t samples) {
    const auto k = double(hits);
    const auto m = double(samples);
    faults_ += 1;
    with_hit_ += hits > 0;
    with_miss_ += hits < samples;
    k_ += k;
    m_ += m;
    kk_ += k * k;
    km_ += k * m;
    mm_ += m * m;
  }

  double faults() const { return faults_; }

  /// Hits per injection.
  double rate() const { return k_ / m_; }

  /// The variance s^2 between the faults' rates; for equal numbers of samples sum (p_i - p)^2 / (n - 1).
  double between_faults() const {
    const double p = rate();
    const double mean = m_ / faults_;
    return std::max(0.0, (kk_ - 2 * p * km_ + p * p * mm_) / ((faults_ - 1) * mean * mean));
  }

  /// The variance of `rate` as an estimate: (1 - n/N) s^2/n.
  double variance(std::optional<std::uint64_t> population = {}) const {
    return share_not_drawn(faults_, population) * between_faults() / faults_;
  }

  /// How many independent trials would say as much: p(1-p)/var.
  ///
  /// Hits (or misses) in fewer than 30 faults do not tell how they vary between faults: each fault then counts as one
  /// trial, the worst case, as p(1-p) bounds s^2. At most the number of injections, without the correction for N.
  ///
  /// **Laws** infinite for a census; at p = 0 and p = 1 the number of faults, corrected for N.
  double effective_trials(std::optional<std::uint64_t> population = {}) const {
    constexpr double enough = 30;
    const double left = share_not_drawn(faults_, population);
    if (left == 0) return std::numeric_limits<double>::infinity();
    if (std::min(with_hit_, with_miss_) < enough) return faults_ / left;
    const double p = rate();
    return std::min(p * (1 - p) / variance(population), m_ / left);
  }

  /// Wilson's interval with the effective number of trials.
  Interval interval(double confidence, std::optional<std::uint64_t> population = {}) const {
    return m_ == 0 ? Interval{} : wilson(rate(), effective_trials(population), confidence);
  }

 private:
  double faults_ = 0;
  double with_hit_ = 0;
  double with_miss_ = 0;
  double k_ = 0;  // sums over faults of hits k and samples m: integers, exact up to 2^53
  double m_ = 0;
  double kk_ = 0;
  double km_ = 0;
  double mm_ = 0;
};

/// A rate and the variance of its estimate.
struct Estimate {
  double rate = 0;
  double variance = 0;
};

/// One stratum of a stratified sample: a simple random sample of its own.
struct SampledStratum {
  ClusterSample sample;
  std::uint64_t population = 0;
};

/// The rate of the whole population from a sample of each stratum: p = sum W_h p_h with W_h = N_h/N, and
/// var = sum W_h^2 (1 - n_h/N_h) s_h^2/n_h.
///
/// Where the strata were not sampled in proportion to their size, the plain rate over all injections is biased and this
/// one is not. A stratum of one drawn fault has no variance to show: s_h^2 counts as its bound p_h (1 - p_h).
///
/// **Errors** `Misuse` for a stratum with faults and none drawn.
/// **Source** Cochran, "Sampling techniques", 1977, sections 5.3 and 5.4.
inline Estimate stratified(std::span<const SampledStratum> strata) {
  double total = 0;
  for (const SampledStratum& stratum : strata) total += double(stratum.population);
  Estimate all;
  for (const SampledStratum& stratum : strata) {
    if (stratum.population == 0) continue;
    if (stratum.sample.faults() == 0)
      throw Misuse("spikingjet: 'stratified' needs a fault of each stratum, and one has none; draw at least one");
    const double weight = double(stratum.population) / total;
    const double p = stratum.sample.rate();
    all.rate += weight * p;
    all.variance += weight * weight *
                    (stratum.sample.faults() > 1 ? stratum.sample.variance(stratum.population)
                                                 : share_not_drawn(1, stratum.population) * p * (1 - p));
  }
  return all;
}

}  // namespace spikingjet
