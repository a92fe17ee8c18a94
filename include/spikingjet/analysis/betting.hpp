// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/analysis/portable_functions.hpp>
#include <spikingjet/analysis/statistics.hpp>
#include <spikingjet/core/error.hpp>
#include <spikingjet/fault/sample_size.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace spikingjet {

namespace detail {

inline void require_value_in_0_1(double x) {
  if (!(x >= 0 && x <= 1)) throw BadProportion("x", x, "lie in [0, 1]");
}

inline void require_left(std::uint64_t drawn, std::uint64_t population) {
  if (drawn >= population)
    throw Misuse("spikingjet: a sample without replacement was given more than the " + std::to_string(population) +
                 " values of its population; check the population");
}

/// An interval that chance drove away from the estimate, or beyond itself, is widened until it holds it.
inline Interval around(double estimate, double low, double high) {
  if (low > high) std::swap(low, high);
  return {std::min(low, estimate), std::max(high, estimate)};
}

}  // namespace detail

/// How many values will be drawn, fixed before the first of them is seen.
struct FixedSize {
  std::uint64_t values = 0;
};

/// Nobody knows yet how many values will be drawn: the interval is asked for again and again, and may end the drawing.
struct AnyTime {};

/// The mean of values in [0, 1] that are drawn in random order from a population, and its interval by betting.
///
/// For each candidate m a gambler bets that the mean is more than m, another that it is less; m is believed as long as
/// neither has made 2/a of 1, a = 1 - confidence. With N values of mean m the i-th draw is expected to be
///
///   m_i = m + ((i-1) m - x_1 - ... - x_(i-1)) / (N - i + 1)        (N infinite: m_i = m)
///   K+  = prod 1 + min(l_i, c/m_i) (x_i - m_i),   K- likewise for 1 - x_i and 1 - m,   c = 3/4
///   l_i = sqrt(2 ln(2/a) / (v_(i-1) n)),          for `AnyTime` with i ln(1+i) in the place of n
///   v_i = (1/4 + sum_(j<=i) (x_j - u_j)^2) / (i+1),   u_i = (1/2 + sum_(j<=i) x_j) / (i+1)
///
/// From the 16,385th draw on, each bet l <= c stands for 64 draws, and less than the wealth is counted: a factor
/// exp(l (x_i - m_i) - (x_i - u)^2 (-ln(1 - l) - l)), u the guess at the bet. Its logarithm is linear in m, so that
/// sums are all that is kept: intervals of 10^6 draws are some 2 % wider for it, 10 to 30 % where only some 20 are not
/// 0.
///
/// It asks for nothing but the random order, and so covers also where a few values make up most of the mean, which
/// intervals from a variance do not. Values must come in the order of the draw: sorted ones give a wrong interval. For
/// outcomes that are 0 or 1 and a fixed size `hypergeometric_interval` is narrower; for strata see
/// `StratifiedBetting`.
///
/// **Laws** at any time, and at all times together, the interval misses the mean with a probability of at most a, for
/// `FixedSize` too; none of the first 16,384 draws widens it by more than the estimate moves; the estimate is inside;
/// [mean, mean] once all N are drawn; [0, 1] before the first; 1 - x gives its mirror. The same values give the same
/// bits on every platform.
/// **Errors** `BadProportion` where the confidence is not inside (0, 1) or a value not in [0, 1]; `Misuse` for more
/// values than the population has.
/// **Cost** 16 bytes a value up to the 16,384th. `interval` passes some 30 times over these, 4 ms: who asks again and
/// again does so whenever a twentieth has been added, so that all answers cost as much as twenty of the last.
/// **Source** Waudby-Smith and Ramdas, "Estimating means of bounded random variables by betting", JRSS B 2024: theorem
/// 3 (two gamblers), theorem 2 (sums), section 5 (without replacement).
class BettingSample {
 public:
  BettingSample(FixedSize size, double confidence, std::optional<std::uint64_t> population = {})
      : BettingSample(confidence, population) {
    size_ = double(size.values);
  }

  BettingSample(AnyTime, double confidence, std::optional<std::uint64_t> population = {})
      : BettingSample(confidence, population) {}

  /// Adds the next value of the draw.
  void add(double x) { add(std::span(&x, 1)); }

  /// Adds the next values of the draw, with the bits of adding them one by one; none of them where it throws.
  void add(std::span<const double> values) {
    for (const double x : values) detail::require_value_in_0_1(x);
    if (population_ && !values.empty()) detail::require_left(drawn_ + values.size() - 1, *population_);
    while (!values.empty() && drawn_ < most_kept) {
      keep(values.front());
      values = values.subspan(1);
    }
    while (!values.empty()) {
      const std::uint64_t of_bet = (drawn_ - most_kept) % draws_of_a_bet;
      if (of_bet == 0) place_bet();
      const std::size_t count = std::min<std::size_t>(draws_of_a_bet - of_bet, values.size());
      bet_on(values.first(count));
      values = values.subspan(count);
    }
  }

  /// Adds a fault that had the outcome in `hits` of its `samples` injections.
  void add(std::uint64_t hits, std::uint64_t samples) { add(double(hits) / double(samples)); }

  std::uint64_t drawn() const { return drawn_; }

  /// The mean of the values so far; NaN before the first.
  double mean() const { return sum_ / double(drawn_); }

  /// The interval of the population's mean.
  ///
  /// Bounds are those of all earlier times, too: what once was not believed never will be. Where chance drove them away
  /// from the estimate, which is as rare as promised, they are widened until they hold it.
  Interval interval() const {
    if (drawn_ == 0) return {};
    const double estimate = std::min(1.0, mean());
    if (population_ && drawn_ == *population_) return {estimate, estimate};
    return detail::around(estimate, lower_bound(false), 1 - lower_bound(true));
  }

 private:
  static constexpr double most_of_stake = 0.75;  // c: what a gambler may lose at once
  static constexpr double enough = 1024;   // times 2/a: m is far from the bound, and its exact wealth is no matter
  static constexpr double narrow = 1e-14;  // a bound is this exact

  static constexpr std::uint64_t most_kept = 16'384;   // draws that are kept one by one
  static constexpr std::uint64_t draws_of_a_bet = 64;  // beyond these

  struct Drawn {
    double x;
    double bet;  // l_i
  };

  /// ln of what wealth grew by in the draws that are not kept: intercept - slope m.
  struct Growth {
    double intercept;
    double slope;
  };

  /// The draws that are not kept.
  struct Sums {
    double bet = 0;    // of the next draws
    double price = 0;  // -ln(1 - bet) - bet
    double guess = 0.5;
    double slope = 0;
    double more = 0;  // intercept of the growth of who bets on more than m
    double less = 0;  // likewise of 1 - x and 1 - m
  };

  BettingSample(double confidence, std::optional<std::uint64_t> population) : population_(population) {
    detail::require_inside_0_1("confidence", confidence);
    doubt_ = (1 - confidence) / 2;
    log_doubt_ = -detail::portable_log(doubt_);
  }

  /// l_i of the next draw, from those before.
  double next_bet() const {
    const double i = double(drawn_) + 1;
    const double rounds = size_ > 0 ? size_ : i * detail::portable_log(1 + i);
    const double variance = (0.25 + squares_) / i;
    return std::sqrt(2 * log_doubt_ / (variance * rounds));
  }

  /// Adds a value to those that are kept.
  void keep(double x) {
    draws_.push_back({x, next_bet()});
    ++drawn_;
    sum_ += x;
    const double guess = (0.5 + sum_) / (double(drawn_) + 1);
    squares_ += (x - guess) * (x - guess);
  }

  /// Adds values that one bet is placed on to the sums.
  void bet_on(std::span<const double> values) {
    const Sums placed = sums_;
    Sums sums = sums_;  // copies, which values cannot alias
    double sum = sum_;
    double squares = squares_;
    double before = double(drawn_);  // whole numbers up to 2^53
    for (const double x : values) {
      const double share_left = population_ ? 1 / (double(*population_) - before) : 0;  // of one draw
      const double risen = placed.bet * (1 + before * share_left);
      const double won = placed.bet * (x + sum * share_left);
      const double square = (x - placed.guess) * (x - placed.guess);
      sums.slope += risen;
      sums.more += won - square * placed.price;
      sums.less += risen - won - square * placed.price;
      squares += square;
      sum += x;
      before += 1;
    }
    sums_ = sums;
    sum_ = sum;
    squares_ = squares;
    drawn_ += values.size();
  }

  /// Begins the draws of another bet.
  void place_bet() {
    keep_growth();
    sums_.bet = std::min(most_of_stake, next_bet());
    sums_.price = -detail::portable_log(1 - sums_.bet) - sums_.bet;
    sums_.guess = (0.5 + sum_) / (double(drawn_) + 1);
  }

  /// Keeps the growth so far where it may be the greatest of all times for some m in [0, 1]: the upper hull of lines.
  void keep_growth() {
    for (const bool mirrored : {false, true}) {
      std::vector<Growth>& hull = grown_[mirrored];
      const Growth last{mirrored ? sums_.less : sums_.more, sums_.slope};
      const auto crossing = [](const Growth& a, const Growth& b) {  // below this m, b is the greater
        return (b.intercept - a.intercept) / (b.slope - a.slope);
      };
      if (!hull.empty() && last.intercept <= hull.back().intercept) continue;
      while (hull.size() > 1 && crossing(hull.back(), last) >= crossing(hull[hull.size() - 2], hull.back()))
        hull.pop_back();
      hull.push_back(last);
    }
  }

  /// The greatest growth of all times.
  double growth(double m, bool mirrored) const {
    double most = (mirrored ? sums_.less : sums_.more) - sums_.slope * m;
    for (const Growth& grown : grown_[mirrored]) most = std::max(most, grown.intercept - grown.slope * m);
    return most;
  }

  /// ln of the greatest wealth that was made from betting on more than m, over 2/a. It falls with m.
  ///
  /// Mirrored: of 1 - x.
  double log_wealth(double m, bool mirrored) const {
    constexpr double tiny = 0x1p-512;
    constexpr double log_tiny = -512 * (detail::ln2_high + detail::ln2_low);
    const double target = 1 / doubt_;
    double left = population_ ? double(*population_) : std::numeric_limits<double>::infinity();
    double owed = 0;  // (i-1) m - sum of x
    double wealth = 1;
    double most = 1;
    int scale = 0;  // wealth * tiny^scale
    for (const Drawn& drawn : draws_) {
      const double x = mirrored ? 1 - drawn.x : drawn.x;
      const double expected = std::min(1.0, std::max(0.0, m + owed / left));
      wealth *= drawn.bet * expected <= most_of_stake ? 1 + drawn.bet * (x - expected)
                                                      : (1 - most_of_stake) + most_of_stake * x / expected;
      owed += m - x;
      left -= 1;
      if (scale == 0 && wealth > most) {
        most = wealth;
        if (most > enough * target) break;
      } else if (wealth < tiny) {
        wealth /= tiny;
        ++scale;
      } else if (scale > 0 && wealth > 1) {
        wealth *= tiny;
        --scale;
      }
    }
    const double kept = detail::portable_log(std::min(most, enough * target) / target);
    if (drawn_ <= most_kept || most > enough * target) return kept;
    const double last = detail::portable_log(wealth) + scale * log_tiny + growth(m, mirrored) - log_doubt_;
    return std::max(kept, std::min(last, detail::portable_log(enough)));
  }

  /// The least mean that is believed; rounded down.
  double lower_bound(bool mirrored) const {
    const double n = double(drawn_);
    const double sum = mirrored ? n - sum_ : sum_;
    double low = population_ ? sum / double(*population_) : 0;  // all others are 0
    double high = population_ ? 1 - (n - sum) / double(*population_) : 1;
    double above = log_wealth(low, mirrored);
    if (above < 0) return low;
    double below = log_wealth(high, mirrored);
    if (below >= 0) return high;
    // `low` is not believed, `high` is. Regula falsi with Illinois' remedy; where that hardly helps, halves.
    const double estimate = std::min(high, std::max(low, sum / n));
    double width = high - low;
    int side = 0;  // of the last step
    for (int step = 0; high - low > narrow; ++step) {
      double m = step == 0 ? estimate : low + (high - low) * (above / (above - below));
      if (step % 3 == 2) {
        if (high - low > width / 2) m = low + (high - low) / 2;
        width = high - low;
      }
      m = std::min(high - narrow / 2, std::max(low + narrow / 2, m));
      const double value = log_wealth(m, mirrored);
      if (value >= 0) {
        low = m;
        above = value;
        if (side > 0) below /= 2;
        side = 1;
      } else {
        high = m;
        below = value;
        if (side < 0) above /= 2;
        side = -1;
      }
    }
    return low;
  }

  std::optional<std::uint64_t> population_;
  double doubt_ = 0;      // a/2
  double log_doubt_ = 0;  // ln(2/a)
  double size_ = 0;       // n; 0 where nobody knows
  double sum_ = 0;        // of x
  double squares_ = 0;    // of x_i - u_i
  std::uint64_t drawn_ = 0;
  std::vector<Drawn> draws_;                  // the first
  Sums sums_;                                 // of the others
  std::array<std::vector<Growth>, 2> grown_;  // of more and of less, by slope
};

/// The interval by betting of a finished sample; its size was fixed before it was drawn.
///
/// **Shapes** values: (draw), in the order of the draw.
/// **Errors** and **Cost** as `BettingSample`.
inline Interval betting_interval(std::span<const double> values, double confidence,
                                 std::optional<std::uint64_t> population = {}) {
  BettingSample sample(FixedSize{values.size()}, confidence, population);
  for (const double x : values) sample.add(x);
  return sample.interval();
}

}  // namespace spikingjet
