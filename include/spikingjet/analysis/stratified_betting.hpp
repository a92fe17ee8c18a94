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
#include <vector>

namespace spikingjet {

namespace detail {

/// The sums of what was drawn from one stratum.
struct BettingStratum {
  std::uint64_t population = 0;  // N
  std::uint64_t drawn = 0;       // n
  double sum = 0;                // S = sum x_i
  double ahead = 0;              // A = sum N / (N - i + 1)
  double seen = 0;               // R = sum (x_1 + ... + x_(i-1)) / (N - i + 1)
  double squares = 0;            // V = sum (x_i - u_i)^2

  bool is_whole() const { return drawn == population; }
};

}  // namespace detail

/// The mean of a whole population from a sample of each stratum, and its interval by betting.
///
/// In each stratum h, of weight W_h = N_h/N, a gambler bets the same l_h on each draw that its mean m_h is more than
/// believed; his wealth is at least
///
///   exp(sum_i l_h (x_i - m_hi) - V_h (-ln(1 - l_h) - l_h)),   sum_i m_hi = A_h m_h - R_h
///
/// with m_hi, the expected draw, as in `BettingSample`, and V_h = sum (x_i - u_i)^2 around guesses from the past alone,
/// u_i = (g + x_1 + ... + x_(i-1)) / i, where g = (1/2 + sum) / (1 + number) of all draws of the strata before. With
/// l_h = c W_h/A_h the product over the strata holds their unknown means only as c sum W_h m_h, so that
///
///   K+(m) = mean over c of exp(c (E - m) - sum_h V_h (-ln(1 - l_h) - l_h)),   E = sum_h W_h (S_h + R_h) / A_h
///
/// where S_h is the sum of the x_i, and m is believed while K+ and K- (of 1 - x and 1 - m) stay below 2/a. c runs
/// through powers of sqrt(2), from the greatest with l_h <= 0.9 down to what values that vary as much as they can would
/// ask for. Strata that were drawn whole enter with their mean, those of which nothing was drawn as 0 to 1.
///
/// It holds for sizes that were fixed before the draw, and once, when all is drawn. It is narrow where the strata were
/// sampled about in proportion to their size: the least sampled one, in proportion, limits all bets.
///
/// **Laws** misses the mean with a probability of at most a; the estimate sum W_h mean_h is inside; [mean, mean] where
/// all strata are whole; 1 - x gives its mirror. The same values give the same bits on every platform.
/// **Errors** `BadProportion` where the confidence is not inside (0, 1) or a value not in [0, 1]; `Misuse` for a value
/// before the first stratum, or more of them than a stratum has.
/// **Cost** 48 bytes a stratum, whatever was drawn.
/// **Source** Waudby-Smith and Ramdas, JRSS B 2024, theorem 2 and section 5 for the wealth in a stratum.
class StratifiedBetting {
 public:
  /// The values that follow are those of a stratum of so many.
  void begin_stratum(std::uint64_t population) {
    strata_.push_back({population, 0, 0, 0, 0, 0});
    guess_ = (0.5 + sum_) / (double(drawn_) + 1);
  }

  /// Adds the next value of the draw in the stratum that was begun last.
  void add(double x) {
    detail::require_value_in_0_1(x);
    if (strata_.empty())
      throw Misuse("spikingjet: 'StratifiedBetting' was given a value of no stratum; call 'begin_stratum' first");
    detail::BettingStratum& h = strata_.back();
    detail::require_left(h.drawn, h.population);
    const double before = double(h.drawn);
    const double left = double(h.population) - before;
    const double guess = (guess_ + h.sum) / (before + 1);
    h.ahead += double(h.population) / left;
    h.seen += h.sum / left;
    h.squares += (x - guess) * (x - guess);
    h.sum += x;
    ++h.drawn;
    sum_ += x;
    ++drawn_;
  }

  /// Adds a fault that had the outcome in `hits` of its `samples` injections.
  void add(std::uint64_t hits, std::uint64_t samples) { add(double(hits) / double(samples)); }

  std::uint64_t drawn() const { return drawn_; }

  /// The interval of the population's mean.
  Interval interval(double confidence) const;

 private:
  std::vector<detail::BettingStratum> strata_;
  double guess_ = 0;
  double sum_ = 0;
  std::uint64_t drawn_ = 0;
};

inline Interval StratifiedBetting::interval(double confidence) const {
  detail::require_inside_0_1("confidence", confidence);
  constexpr double most_bet = 0.9;
  double total = 0;
  for (const detail::BettingStratum& stratum : strata_) total += double(stratum.population);
  if (total == 0) return {};

  double least = 0;     // the mean if all that was not drawn were 0
  double missing = 0;   // the share that was not drawn
  double estimate = 0;  // sum W_h mean_h, a stratum without draws left out
  double told = 0;      // the weight of the others
  double whole = 0;     // sum W_h m_h of the strata that are whole
  double unknown = 0;   // the weight of the strata of which nothing was drawn
  double open = 0;      // the weight of the others, which are to be estimated
  double centre = 0;    // E
  double varied = 0;    // sum n_h (W_h/A_h)^2: 4 times the variance at most
  double most_c = std::numeric_limits<double>::infinity();
  for (const detail::BettingStratum& h : strata_) {
    if (h.population == 0) continue;
    const double weight = double(h.population) / total;
    least += h.sum / total;
    missing += double(h.population - h.drawn) / total;
    if (h.drawn == 0) {
      unknown += weight;
      continue;
    }
    told += weight;
    estimate += weight * (h.sum / double(h.drawn));
    if (h.is_whole()) {
      whole += h.sum / total;
      continue;
    }
    const double share = weight / h.ahead;
    open += weight;
    centre += share * (h.sum + h.seen);
    varied += double(h.drawn) * share * share;
    most_c = std::min(most_c, most_bet / share);
  }
  if (told == 0) return {};
  estimate /= told;
  if (missing == 0) return {estimate, estimate};

  const double target = 2 / (1 - confidence);
  const double log_target = detail::portable_log(target);
  struct Bet {
    double c;
    double cost;  // sum V_h (-ln(1 - l_h) - l_h)
  };
  std::vector<Bet> bets;
  if (open > 0) {
    const double least_c = std::min(most_c, std::sqrt(8 * log_target / varied));
    for (double c = most_c; bets.empty() || c > least_c * std::sqrt(0.5); c *= std::sqrt(0.5)) {
      Bet bet{c, 0};
      for (const detail::BettingStratum& h : strata_) {
        if (h.drawn == 0 || h.is_whole()) continue;
        const double l = c * (double(h.population) / total / h.ahead);
        bet.cost += h.squares * (-detail::portable_log(1 - l) - l);
      }
      bets.push_back(bet);
    }
  }
  // How far below E the mean of the open strata is believed to be: the same on both sides, as V is that of 1 - x.
  const auto wealth = [&](double distance) {
    double sum = 0;
    for (const Bet& bet : bets) sum += detail::portable_exp(bet.c * distance - bet.cost);
    return sum / double(bets.size());
  };
  double far = open > 0 ? 1 : 0;
  if (open > 0) {
    // Any single bet must make its own share of the target: the least distance of these is beyond the bound.
    far = std::numeric_limits<double>::infinity();
    for (const Bet& bet : bets)
      far = std::min(far, (bet.cost + detail::portable_log(target * double(bets.size()))) / bet.c);
    double near = 0;
    for (double middle = far / 2; middle > near && middle < far; middle = near + (far - near) / 2)
      (wealth(middle) < target ? near : far) = middle;
  }
  const double low = std::max(least, whole + centre - far);
  const double high = std::min(least + missing, whole + centre + unknown + far);
  return detail::around(estimate, low, high);
}

}  // namespace spikingjet
