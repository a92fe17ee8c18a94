// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/analysis/betting.hpp>
#include <spikingjet/analysis/portable_functions.hpp>
#include <spikingjet/analysis/statistics.hpp>
#include <spikingjet/core/error.hpp>
#include <spikingjet/fault/sample_size.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <map>
#include <vector>

namespace spikingjet {

namespace detail {

/// What was drawn from one stratum: sums, and how often each value came while one guess held.
class BettingStratum {
 public:
  BettingStratum(std::uint64_t population, double first_guess) : population_(population), first_guess_(first_guess) {}

  /// Draws between two guesses, which are made anew whenever their number has doubled.
  struct Stretch {
    double guess = 0;  // u, of the mean, from what came before
    std::uint64_t zeros = 0;
    std::uint64_t ones = 0;
    std::map<double, std::uint64_t> others{};

    double draws() const {
      double sum = double(zeros) + double(ones);
      for (const auto& [x, times] : others) sum += double(times);
      return sum;
    }
  };

  void add(double x) {
    const double before = double(drawn_);
    const double left = double(population_) - before;
    if ((drawn_ & (drawn_ - 1)) == 0) stretches_.push_back({(first_guess_ + sum_) / (before + 1)});
    ahead_ += double(population_) / left;
    seen_ += sum_ / left;
    sum_ += x;
    ++drawn_;
    Stretch& stretch = stretches_.back();
    if (x == 0)
      ++stretch.zeros;
    else if (x == 1)
      ++stretch.ones;
    else
      ++stretch.others[x];
  }

  std::uint64_t population() const { return population_; }  // N
  std::uint64_t drawn() const { return drawn_; }            // n
  double sum() const { return sum_; }                       // S = sum x_i
  double ahead() const { return ahead_; }                   // A = sum N / (N - i + 1)
  double seen(bool mirrored) const { return mirrored ? ahead_ - double(drawn_) - seen_ : seen_; }  // R
  bool is_whole() const { return drawn_ == population_; }
  bool is_open() const { return drawn_ > 0 && !is_whole(); }

  /// sum ln(1 + l (x_i - v_i)) + l v_i, with v_i the guess or, where that could lose more than all, what may be lost;
  /// mirrored: of 1 - x.
  double log_gain(double l, bool mirrored) const {
    constexpr double most_of_stake = 0.9;
    double gain = 0;
    for (const Stretch& stretch : stretches_) {
      const double guess = std::min(mirrored ? 1 - stretch.guess : stretch.guess, most_of_stake / l);
      const auto of = [&](double x) { return portable_log(1 + l * ((mirrored ? 1 - x : x) - guess)); };
      gain += l * guess * stretch.draws();
      if (stretch.zeros > 0) gain += double(stretch.zeros) * of(0);
      if (stretch.ones > 0) gain += double(stretch.ones) * of(1);
      for (const auto& [x, times] : stretch.others) gain += double(times) * of(x);
    }
    return gain;
  }

 private:
  std::uint64_t population_;
  double first_guess_;
  std::uint64_t drawn_ = 0;
  double sum_ = 0;
  double ahead_ = 0;
  double seen_ = 0;  // sum (x_1 + ... + x_(i-1)) / (N - i + 1)
  std::vector<Stretch> stretches_;
};

/// A bet on all strata at once: its wealth at a candidate m is e^(gain - c m), and it has a share of the stake.
struct SharedBet {
  double c = 0;
  double gain = 0;  // with ln of its share
};

/// The greatest m at which bets together have made `target` of 1; it is where one of them has, or above.
inline double greatest_disbelieved(const std::vector<SharedBet>& bets, double target) {
  const double log_target = portable_log(target);
  const double log_part = portable_log(target / double(bets.size()));
  double low = -std::numeric_limits<double>::infinity();
  double high = low;
  for (const SharedBet& bet : bets) {
    low = std::max(low, (bet.gain - log_target) / bet.c);
    high = std::max(high, (bet.gain - log_part) / bet.c);  // above, none has its part of the target
  }
  const auto wealth = [&](double m) {
    double sum = 0;
    for (const SharedBet& bet : bets) sum += portable_exp(bet.gain - bet.c * m);
    return sum;
  };
  for (double middle = low + (high - low) / 2; middle > low && middle < high; middle = low + (high - low) / 2)
    (wealth(middle) >= target ? low : high) = middle;
  return low;
}

}  // namespace detail

/// The mean of a whole population from a sample of each stratum, and its interval by betting.
///
/// In each stratum h, of weight W_h = N_h/N, a gambler bets the same l_h on each draw that its mean m_h is more than
/// believed. With any u_i that is known before the draw, 1 + l (x_i - u_i) is expected to be 1 + l (m_hi - u_i), where
/// m_hi, the expected draw, is as in `BettingSample`; as ln(1 + y) <= y, his wealth is at least
///
///   exp(sum_i ln(1 + l_h (x_i - u_i)) - l_h (m_hi - u_i)),   sum_i m_hi = A_h m_h - R_h
///
/// With l_h = c W_h/A_h the product over the strata holds their unknown means only as c sum W_h m_h, so that
///
///   K+(m) = sum over c of w_c exp(G_c - c m),   G_c = sum_h (l_h R_h + sum_i ln(1 + l_h (x_i - u_i)) + l_h u_i)
///
/// and m is believed while K+ and K- (of 1 - x and 1 - m) stay below 2/a, a = 1 - confidence. u_i is a guess of the
/// mean from the past alone, (g + x_1 + ... + x_j) / (j + 1) with j the greatest power of two below i and
/// g = (1/2 + sum) / (1 + number) of all draws of the strata before, and at most 0.9 / l_h. c runs through powers of
/// sqrt(2), from the greatest l_h being 64 down to what values that vary as much as they can would ask for; where it is
/// 2^(k/2), w_c is in proportion to (1 + |k|)^(-3/2). Strata that were drawn whole enter with their mean, those of
/// which nothing was drawn as 0 to 1.
///
/// It holds for sizes that were fixed before the draw, and once, when all is drawn. It is narrow where the strata were
/// sampled about in proportion to their size: the least sampled one, in proportion, limits all bets.
///
/// **Laws** misses the mean with a probability of at most a; the estimate sum W_h mean_h is inside; [mean, mean] where
/// all strata are whole; 1 - x gives its mirror. The same values give the same bits on every platform.
/// **Errors** `BadProportion` where the confidence is not inside (0, 1) or a value not in [0, 1]; `Misuse` for a value
/// before the first stratum, or more of them than a stratum has.
/// **Cost** memory and time for the different values of each stratum, not for its draws.
/// **Source** Waudby-Smith and Ramdas, JRSS B 2024, section 5, for draws without replacement; Ville's inequality.
class StratifiedBetting {
 public:
  /// The values that follow are those of a stratum of so many.
  void begin_stratum(std::uint64_t population) {
    strata_.emplace_back(population, (0.5 + sum_) / (double(drawn_) + 1));
  }

  /// Adds the next value of the draw in the stratum that was begun last.
  void add(double x) {
    detail::require_value_in_0_1(x);
    if (strata_.empty())
      throw Misuse("spikingjet: 'StratifiedBetting' was given a value of no stratum; call 'begin_stratum' first");
    detail::require_left(strata_.back().drawn(), strata_.back().population());
    strata_.back().add(x);
    sum_ += x;
    ++drawn_;
  }

  /// Adds a fault that had the outcome in `hits` of its `samples` injections.
  void add(std::uint64_t hits, std::uint64_t samples) { add(double(hits) / double(samples)); }

  std::uint64_t drawn() const { return drawn_; }

  /// sum W_h mean_h, strata without draws left out; NaN before the first.
  double mean() const {
    double sum = 0;
    double told = 0;
    for (const detail::BettingStratum& h : strata_) {
      if (h.drawn() == 0) continue;
      told += double(h.population());
      sum += double(h.population()) * (h.sum() / double(h.drawn()));
    }
    return sum / told;
  }

  /// The interval of the population's mean.
  Interval interval(double confidence) const;

 private:
  /// The greatest mean of the open strata, in shares of all, that is not believed; mirrored: of 1 - x.
  double lower_edge(double total, double target, bool mirrored) const {
    constexpr double most_bet = 64;
    constexpr int one = 12;  // sqrt(2)^12 = 64: the place of the bet 1
    double greatest_share = 0;
    double varied = 0;  // sum n_h (W_h/A_h)^2: 4 times the variance at most
    for (const detail::BettingStratum& h : strata_) {
      if (!h.is_open()) continue;
      const double share = double(h.population()) / total / h.ahead();
      greatest_share = std::max(greatest_share, share);
      varied += double(h.drawn()) * share * share;
    }
    std::vector<detail::SharedBet> bets;
    const double greatest = most_bet / greatest_share;
    const double least = std::min(greatest, std::sqrt(8 * detail::portable_log(target) / varied));
    for (double c = greatest; bets.empty() || c > least * std::sqrt(0.5); c *= std::sqrt(0.5)) {
      detail::SharedBet bet{c, 0};
      for (const detail::BettingStratum& h : strata_) {
        if (!h.is_open()) continue;
        const double l = c * (double(h.population()) / total / h.ahead());
        bet.gain += h.log_gain(l, mirrored) + l * h.seen(mirrored);
      }
      bets.push_back(bet);
    }
    double parts = 0;
    const auto part = [](std::size_t k) {
      const double away = 1 + std::abs(double(k) - one);
      return 1 / (away * std::sqrt(away));
    };
    for (std::size_t k = 0; k < bets.size(); ++k) parts += part(k);
    for (std::size_t k = 0; k < bets.size(); ++k) bets[k].gain += detail::portable_log(part(k) / parts);
    return detail::greatest_disbelieved(bets, target);
  }

  std::vector<detail::BettingStratum> strata_;
  double sum_ = 0;
  std::uint64_t drawn_ = 0;
};

inline Interval StratifiedBetting::interval(double confidence) const {
  detail::require_inside_0_1("confidence", confidence);
  double total = 0;
  for (const detail::BettingStratum& h : strata_) total += double(h.population());
  if (total == 0 || drawn_ == 0) return {};

  double least = 0;    // the mean if all that was not drawn were 0
  double missing = 0;  // the share that was not drawn
  double whole = 0;    // sum W_h m_h of the strata that are whole
  double unknown = 0;  // the weight of the strata of which nothing was drawn
  double open = 0;     // the weight of the others, which are to be estimated
  for (const detail::BettingStratum& h : strata_) {
    const double weight = double(h.population()) / total;
    least += h.sum() / total;
    missing += double(h.population() - h.drawn()) / total;
    if (h.is_open())
      open += weight;
    else if (h.drawn() == 0)
      unknown += weight;
    else
      whole += h.sum() / total;
  }
  const double estimate = mean();
  if (missing == 0) return {estimate, estimate};
  const double target = 2 / (1 - confidence);
  double low = least;
  double high = least + missing;
  if (open > 0) {
    low = std::max(low, whole + lower_edge(total, target, false));
    high = std::min(high, whole + unknown + open - lower_edge(total, target, true));
  }
  return detail::around(estimate, low, high);
}

}  // namespace spikingjet
