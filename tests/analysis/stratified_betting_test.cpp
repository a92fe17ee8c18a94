// SPDX-License-Identifier: MIT
#include "catch.hpp"

#include <spikingjet/analysis/stratified_betting.hpp>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <utility>
#include <vector>

using namespace spikingjet;

namespace {

struct Stratum {
  std::uint64_t population;
  std::vector<double> drawn;
};

/// As in betting_test.cpp.
std::vector<double> values(const std::string& kind, int count) {
  std::vector<double> made;
  for (int i = 0; i < count; ++i) {
    double x = 0;
    if (kind == "rare") x = (i * i * 7 + i * 3) % 41 == 0 ? double(i * 13 % 540) / 540 : 0;
    if (kind == "usual") x = 525.0 / 540 - ((i * i * 7 + i * 3) % 23 == 0 ? double(i * 17 % 500) / 540 : 0);
    if (kind == "even") x = double(i * 7919 % 101) / 100;
    if (kind == "one") x = i == count / 2 ? 1 : 0;
    made.push_back(x);
  }
  return made;
}

std::vector<Stratum> strata(const std::string& name) {
  if (name == "a")
    return {{1344, values("rare", 30)}, {75776, values("usual", 400)}, {50, values("even", 50)}, {10, {}}};
  if (name == "b") return {{300, values("even", 299)}, {1000, values("one", 100)}};
  return {{1000, values("none", 100)}};
}

Interval interval(const std::vector<Stratum>& all, double confidence, bool mirrored = false) {
  StratifiedBetting bets;
  for (const Stratum& stratum : all) {
    bets.begin_stratum(stratum.population);
    for (const double x : stratum.drawn) bets.add(mirrored ? 1 - x : x);
  }
  return bets.interval(confidence);
}

}  // namespace

TEST_CASE("stratified intervals by betting are those of another program") {
  struct Expected {
    const char* strata;
    double confidence;
    double low, high;
  };
  const Expected expected[] = {
      // tests/data/intervals.py
      {"a", 0.95, 0.8894783683924276, 0.9396195698121563},
      {"b", 0.95, 0.1158, 0.16957046063523018},
      {"c", 0.95, 0.0, 0.04843935743953631},
      {"a", 0.99, 0.8845694198731637, 0.9428378424489717},
      {"b", 0.99, 0.1158, 0.18199994232965921},
      {"c", 0.99, 0.0, 0.06427078699315447},
  };
  for (const Expected& e : expected) {
    CAPTURE(e.strata, e.confidence);
    const Interval found = interval(strata(e.strata), e.confidence);
    CHECK(std::abs(found.low - e.low) < 1e-12);
    CHECK(std::abs(found.high - e.high) < 1e-12);
    const Interval mirrored = interval(strata(e.strata), e.confidence, true);
    CHECK(std::abs(mirrored.low - (1 - e.high)) < 1e-12);
    CHECK(std::abs(mirrored.high - (1 - e.low)) < 1e-12);
  }
}

TEST_CASE("the stratified interval by betting has the same bits everywhere") {
  const Interval found = interval(strata("a"), 0.95);
  CHECK(std::bit_cast<std::uint64_t>(found.low) == 0x3fec769b56d7d657u);
  CHECK(std::bit_cast<std::uint64_t>(found.high) == 0x3fee115d0f60cb28u);
}

TEST_CASE("whole strata are exact, strata without draws say nothing", "[law]") {
  const Interval whole = interval({{4, {0, 0, 1, 1}}, {12, std::vector<double>(12, 0.25)}}, 0.99);
  CHECK(whole == Interval{0.3125, 0.3125});
  const Interval half = interval({{4, {0, 0, 1, 1}}, {12, {}}}, 0.99);  // 0.5/4 and 0 to 3/4
  CHECK(half == Interval{0.125, 0.875});
  CHECK(interval({{4, {}}, {0, {}}}, 0.99) == Interval{0, 1});
  CHECK(interval({}, 0.99) == Interval{0, 1});
  const Interval mixed = interval({{900, std::vector<double>(900, 0.1)}, {100, std::vector<double>(50, 0.5)}}, 0.95);
  CHECK(mixed.low >= 0.09 + 0.025 - 1e-12);  // what is not known is 0, or 1
  CHECK(mixed.high <= 0.09 + 0.025 + 0.05 + 1e-12);
  CHECK(mixed.low <= 0.14);
  CHECK(mixed.high >= 0.14);
}

TEST_CASE("one stratum is a simple sample, and the interval wider than the simple one's", "[law]") {
  const std::vector<double> drawn = values("usual", 400);
  const Interval simple = betting_interval(drawn, 0.95, 75776);
  const Interval stratified = interval({{75776, drawn}}, 0.95);
  CHECK(stratified.low < simple.low);
  CHECK(stratified.high > simple.high);
  CHECK(stratified.high - stratified.low < 3 * (simple.high - simple.low));
}

TEST_CASE("more confidence widens the stratified interval", "[law]") {
  const Interval narrow = interval(strata("a"), 0.95);
  const Interval wide = interval(strata("a"), 0.99);
  CHECK(wide.low < narrow.low);
  CHECK(wide.high > narrow.high);
}

TEST_CASE("bad values of strata are refused") {
  StratifiedBetting bets;
  CHECK_THROWS_WITH(bets.add(0.5),
                    "spikingjet: 'StratifiedBetting' was given a value of no stratum; call 'begin_stratum' first");
  bets.begin_stratum(1);
  CHECK_THROWS_AS(bets.add(2.0), BadProportion);
  bets.add(1.0);
  CHECK_THROWS_AS(bets.add(1.0), Misuse);
  CHECK(bets.drawn() == 1);
  CHECK_THROWS_AS(bets.interval(1), BadProportion);
}

TEST_CASE("stratified betting holds the mean of skewed strata, as often as it says", "[law]") {
  const std::uint64_t seed = 17;
  CAPTURE(seed);
  std::mt19937_64 random(seed);
  std::vector<std::vector<double>> population;
  double sum = 0, count = 0;
  for (std::size_t h = 0; h < 40; ++h) {  // half of them harmless, the others worse and worse
    auto& stratum = population.emplace_back(h % 8 == 7 ? 6 : 100, 0.0);
    for (double& x : stratum) {
      x = double(random() % 1000) < 4.0 * double(h % 20) ? 1 - double(random() % 100) / 300 : 0;
      sum += x;
      ++count;
    }
  }
  constexpr int rounds = 300;
  int held_95 = 0, held_99 = 0;
  for (int round = 0; round < rounds; ++round) {
    StratifiedBetting bets;
    for (auto& stratum : population) {
      bets.begin_stratum(stratum.size());
      for (std::size_t i = 0; i < std::min<std::size_t>(10, stratum.size()); ++i) {
        std::swap(stratum[i], stratum[i + random() % (stratum.size() - i)]);
        bets.add(stratum[i]);
      }
    }
    const Interval found_95 = bets.interval(0.95);
    const Interval found_99 = bets.interval(0.99);
    held_95 += found_95.low <= sum / count && sum / count <= found_95.high;
    held_99 += found_99.low <= sum / count && sum / count <= found_99.high;
  }
  CHECK(held_95 >= int(0.935 * rounds));
  CHECK(held_99 >= int(0.975 * rounds));
}
