// SPDX-License-Identifier: MIT
#include "catch.hpp"

#include <spikingjet/analysis/betting.hpp>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <random>
#include <span>
#include <string>
#include <vector>

using namespace spikingjet;

namespace {

/// Values without a random generator, so that a program in another language makes the same.
std::vector<double> values(const std::string& kind, int count) {
  std::vector<double> made;
  for (std::int64_t i = 0; i < count; ++i) {
    double x = 0;
    if (kind == "rare") x = (i * i * 7 + i * 3) % 41 == 0 ? double(i * 13 % 540) / 540 : 0;
    if (kind == "usual") x = 525.0 / 540 - ((i * i * 7 + i * 3) % 23 == 0 ? double(i * 17 % 500) / 540 : 0);
    if (kind == "even") x = double(i * 7919 % 101) / 100;
    if (kind == "one") x = i == count / 2 ? 1 : 0;
    made.push_back(x);
  }
  return made;
}

Interval interval(const std::vector<double>& drawn, bool fixed, double confidence,
                  std::optional<std::uint64_t> population) {
  BettingSample sample = fixed ? BettingSample(FixedSize{drawn.size()}, confidence, population)
                               : BettingSample(AnyTime{}, confidence, population);
  for (const double x : drawn) sample.add(x);
  return sample.interval();
}

/// As faults do harm: most none, some a little, a few nearly all.
std::vector<double> skewed(std::mt19937_64& random, std::size_t count, double share_of_harmful) {
  std::vector<double> made(count, 0);
  for (std::size_t i = 0; i < count; ++i) {
    const double u = double(random() >> 11) * 0x1p-53;
    if (u < share_of_harmful)
      made[i] = 0.5 + 0.5 * u / share_of_harmful;
    else if (u < 10 * share_of_harmful)
      made[i] = 0.01 * u;
  }
  return made;
}

double mean(const std::vector<double>& of) {
  double sum = 0;
  for (const double x : of) sum += x;
  return sum / double(of.size());
}

/// Fisher and Yates: the same on every platform, where std::shuffle is not.
void shuffle(std::vector<double>& of, std::mt19937_64& random) {
  for (std::size_t i = of.size() - 1; i > 0; --i) std::swap(of[i], of[random() % (i + 1)]);
}

}  // namespace

TEST_CASE("intervals by betting are those of another program") {
  // tests/data/intervals.py: wealth as sums of logarithms, bounds by Brent's method.
  struct Expected {
    const char* kind;
    int drawn;
    double confidence;
    std::uint64_t population;  // 0: not known
    bool fixed;
    double low, high;
  };
  const Expected expected[] = {
      {"rare", 20, 0.95, 0, true, 0.0, 0.21263942894887375},
      {"rare", 20, 0.95, 0, false, 0.0, 0.21263942894887367},
      {"rare", 20, 0.95, 21, true, 0.0, 0.04761904761904767},
      {"rare", 20, 0.95, 21, false, 0.0, 0.04761904761904767},
      {"rare", 20, 0.95, 1344, true, 0.0, 0.21113181222305075},
      {"rare", 20, 0.95, 1344, false, 0.0, 0.2111318122230507},
      {"rare", 500, 0.99, 0, true, 0.015198522171181448, 0.06346013951131413},
      {"rare", 500, 0.99, 0, false, 0.010717764203656725, 0.06528107946271491},
      {"rare", 500, 0.99, 501, true, 0.03348857839875804, 0.03548458638278995},
      {"rare", 500, 0.99, 501, false, 0.03348857839875804, 0.03548458638278995},
      {"rare", 500, 0.99, 1344, true, 0.018806560453738394, 0.05749540047324958},
      {"rare", 500, 0.99, 1344, false, 0.013576907273284968, 0.05989937628995658},
      {"usual", 20, 0.95, 0, true, 0.7402444407776791, 1.0},
      {"usual", 20, 0.95, 0, false, 0.7402444407776789, 1.0},
      {"usual", 20, 0.95, 21, true, 0.9019400352733685, 0.9495590828924162},
      {"usual", 20, 0.95, 21, false, 0.9019400352733685, 0.9495590828924162},
      {"usual", 20, 0.95, 1344, true, 0.741821939915542, 0.999211860670194},
      {"usual", 20, 0.95, 1344, false, 0.741821939915542, 0.999211860670194},
      {"usual", 500, 0.99, 0, true, 0.9078404146356525, 0.9509624091920337},
      {"usual", 500, 0.99, 0, false, 0.9068941498675066, 0.9552799577561345},
      {"usual", 500, 0.99, 501, true, 0.9310046573519625, 0.9330006653359945},
      {"usual", 500, 0.99, 501, false, 0.9310046573519625, 0.9330006653359945},
      {"usual", 500, 0.99, 1344, true, 0.913168022657215, 0.9475841567199006},
      {"usual", 500, 0.99, 1344, false, 0.9116275344474333, 0.9524789558909286},
      {"even", 20, 0.95, 0, true, 0.2978950183786887, 0.6290820174972442},
      {"even", 20, 0.95, 0, false, 0.2556674560803615, 0.6259107584810417},
      {"even", 20, 0.95, 21, true, 0.4390476190476191, 0.4866666666666667},
      {"even", 20, 0.95, 21, false, 0.4390476190476191, 0.4866666666666667},
      {"even", 20, 0.95, 1344, true, 0.29878724456888717, 0.6276499952280478},
      {"even", 20, 0.95, 1344, false, 0.2565558411433347, 0.6247318827549891},
      {"even", 500, 0.99, 0, true, 0.45779855658627877, 0.5418180116710336},
      {"even", 500, 0.99, 0, false, 0.43855855050917036, 0.5497860671509913},
      {"even", 500, 0.99, 501, true, 0.49812375249501, 0.5001197604790419},
      {"even", 500, 0.99, 501, false, 0.49812375249501, 0.5001197604790419},
      {"even", 500, 0.99, 1344, true, 0.46583428853659703, 0.5331987723833346},
      {"even", 500, 0.99, 1344, false, 0.4466629790654053, 0.5426819306607297},
      {"none", 20, 0.95, 0, true, 0.0, 0.21263942894887375},
      {"none", 20, 0.95, 0, false, 0.0, 0.21263942894887367},
      {"none", 20, 0.95, 21, true, 0.0, 0.04761904761904767},
      {"none", 20, 0.95, 21, false, 0.0, 0.04761904761904767},
      {"none", 20, 0.95, 1344, true, 0.0, 0.21113181222305075},
      {"none", 20, 0.95, 1344, false, 0.0, 0.2111318122230507},
      {"none", 500, 0.99, 0, true, 0.0, 0.01408439887514962},
      {"none", 500, 0.99, 0, false, 0.0, 0.014005043319999405},
      {"none", 500, 0.99, 501, true, 0.0, 0.001996007984031989},
      {"none", 500, 0.99, 501, false, 0.0, 0.001996007984031989},
      {"none", 500, 0.99, 1344, true, 0.0, 0.011252547800883795},
      {"none", 500, 0.99, 1344, false, 0.0, 0.011202161960648101},
      {"one", 20, 0.95, 0, true, 0.0, 0.28990041118153576},
      {"one", 20, 0.95, 0, false, 0.0, 0.28990041118153614},
      {"one", 20, 0.95, 21, true, 0.047619047619047616, 0.09523809523809523},
      {"one", 20, 0.95, 21, false, 0.047619047619047616, 0.09523809523809523},
      {"one", 20, 0.95, 1344, true, 0.000744047619047619, 0.2882044067666968},
      {"one", 20, 0.95, 1344, false, 0.000744047619047619, 0.28820440676669734},
      {"one", 500, 0.99, 0, true, 0.0, 0.017764814070758566},
      {"one", 500, 0.99, 0, false, 0.0, 0.01766390157959343},
      {"one", 500, 0.99, 501, true, 0.001996007984031936, 0.003992015968063867},
      {"one", 500, 0.99, 501, false, 0.001996007984031936, 0.003992015968063867},
      {"one", 500, 0.99, 1344, true, 0.000744047619047619, 0.0146086533844332},
      {"one", 500, 0.99, 1344, false, 0.000744047619047619, 0.014542762420981287},
      {"rare", 20000, 0.95, 0, true, 0.022269391495562157, 0.026899597265359402},
      {"rare", 20000, 0.95, 0, false, 0.021856337870812037, 0.029730074253034082},
      {"rare", 20000, 0.95, 30000, true, 0.02318521624193706, 0.026041810007343257},
      {"rare", 20000, 0.95, 1000000, false, 0.02187528327313801, 0.0296981323150647},
      {"usual", 20000, 0.95, 0, true, 0.9290314350908473, 0.9348680794207549},
      {"usual", 20000, 0.95, 0, false, 0.9275159814962488, 0.9368697770904492},
      {"usual", 20000, 0.95, 30000, true, 0.9302254009184537, 0.9337826711756598},
      {"usual", 20000, 0.95, 1000000, false, 0.927545556831962, 0.9368407843606913},
      {"even", 20000, 0.95, 0, true, 0.49437207917613735, 0.5056080603697567},
      {"even", 20000, 0.95, 0, false, 0.48745737831239655, 0.5098455352091726},
      {"even", 20000, 0.95, 30000, true, 0.4965639576177388, 0.5033896894645035},
      {"even", 20000, 0.95, 1000000, false, 0.48753450309468455, 0.5097842972824344},
      {"none", 20000, 0.95, 0, true, 0, 0.0002484788490644607},
      {"none", 20000, 0.95, 0, false, 0, 0.0002458944514305755},
      {"none", 20000, 0.95, 30000, true, 0.0, 0.00015017693489302554},
      {"none", 20000, 0.95, 1000000, false, 0.0, 0.0002434274619955127},
      {"one", 20000, 0.95, 0, true, 0, 0.00034186058560191774},
      {"one", 20000, 0.95, 0, false, 0, 0.0003410336459321811},
      {"one", 20000, 0.95, 30000, true, 3.3333333333333335e-05, 0.0002277803138818788},
      {"one", 20000, 0.95, 1000000, false, 1e-06, 0.00033812931263568714},
  };
  for (const Expected& e : expected) {
    CAPTURE(e.kind, e.drawn, e.confidence, e.population, e.fixed);
    const auto population = e.population ? std::optional(e.population) : std::nullopt;
    const Interval found = interval(values(e.kind, e.drawn), e.fixed, e.confidence, population);
    CHECK(std::abs(found.low - e.low) < 1e-12);
    CHECK(std::abs(found.high - e.high) < 1e-12);
  }
}

TEST_CASE("the interval by betting of values mirrored is its mirror", "[law]") {
  for (const char* kind : {"rare", "usual", "even", "none", "one"})
    for (const bool fixed : {false, true}) {
      const std::vector<double> drawn = values(kind, 300);
      std::vector<double> mirrored;
      for (const double x : drawn) mirrored.push_back(1 - x);
      for (const std::optional<std::uint64_t> population :
           {std::optional<std::uint64_t>(), std::optional<std::uint64_t>(400)}) {
        CAPTURE(kind, fixed);
        const Interval a = interval(drawn, fixed, 0.95, population);
        const Interval b = interval(mirrored, fixed, 0.95, population);
        CHECK(std::abs(a.low - (1 - b.high)) < 1e-12);
        CHECK(std::abs(a.high - (1 - b.low)) < 1e-12);
        CHECK(a.low <= mean(drawn));
        CHECK(a.high >= mean(drawn));
        CHECK(a.low >= 0);
        CHECK(a.high <= 1);
      }
    }
}

TEST_CASE("once all values are drawn, the mean alone is believed", "[law]") {
  for (const bool fixed : {false, true})
    for (const char* kind : {"rare", "even", "none", "one"}) {
      const std::vector<double> drawn = values(kind, 32);
      const Interval all = interval(drawn, fixed, 0.99, 32);
      CHECK(all.low == all.high);
      CHECK(std::abs(all.low - mean(drawn)) < 1e-15);
      const Interval but_one = interval({drawn.begin(), drawn.end() - 1}, fixed, 0.99, 32);
      CHECK(but_one.low <= mean(drawn) + 1e-15);
      CHECK(but_one.high >= mean(drawn) - 1e-15);
      CHECK(but_one.high - but_one.low <= 1.0 / 32 + 1e-14);
    }
}

TEST_CASE("more confidence and a larger population widen the interval", "[law]") {
  for (const char* kind : {"rare", "usual", "even"}) {
    const std::vector<double> drawn = values(kind, 500);
    CAPTURE(kind);
    double last = 0;
    for (const std::optional<std::uint64_t> population :
         {std::optional<std::uint64_t>(500), std::optional<std::uint64_t>(520), std::optional<std::uint64_t>(2000),
          std::optional<std::uint64_t>()}) {
      const Interval narrow = interval(drawn, true, 0.95, population);
      const Interval wide = interval(drawn, true, 0.99, population);
      CHECK(narrow.high - narrow.low >= last);
      CHECK(wide.low <= narrow.low);
      CHECK(wide.high >= narrow.high);
      last = narrow.high - narrow.low;
    }
  }
}

TEST_CASE("what once was not believed never is again, and asking changes no answer", "[law]") {
  BettingSample asked(AnyTime{}, 0.95, 1000);
  BettingSample silent(AnyTime{}, 0.95, 1000);
  Interval last;
  for (const double x : values("usual", 300)) {
    asked.add(x);
    silent.add(x);
    const Interval now = asked.interval();
    REQUIRE(now.low <= now.high);
    REQUIRE(now.low >= std::min(last.low, asked.mean()) - 1e-13);
    REQUIRE(now.high <= std::max(last.high, asked.mean()) + 1e-13);
    last = now;
  }
  CHECK(asked.interval() == silent.interval());
  CHECK(asked.drawn() == 300);
}

TEST_CASE("a fault without the outcome in a thousand bounds the rate as exact limits do, nearly") {
  const Interval none = interval(std::vector<double>(1000, 0), true, 0.95, {});
  CHECK(none.low == 0);
  CHECK(none.high > 1 - std::pow(0.025, 0.001));  // Clopper and Pearson's
  CHECK(none.high < 1.5 * (1 - std::pow(0.025, 0.001)));
}

TEST_CASE("hits of samples are their quotient") {
  BettingSample hits(FixedSize{2}, 0.95);
  BettingSample quotients(FixedSize{2}, 0.95);
  hits.add(3, 540);
  hits.add(540, 540);
  quotients.add(3.0 / 540);
  quotients.add(1);
  CHECK(hits.interval() == quotients.interval());
  CHECK(hits.mean() == quotients.mean());
}

TEST_CASE("the interval by betting before the first value") {
  CHECK(BettingSample(AnyTime{}, 0.95).interval() == Interval{0, 1});
  CHECK(betting_interval({}, 0.95, 10) == Interval{0, 1});
}

TEST_CASE("the interval by betting has the same bits everywhere") {
  const std::vector<double> drawn = values("usual", 500);
  const Interval found = betting_interval(drawn, 0.99, 1344);
  CHECK(std::bit_cast<std::uint64_t>(found.low) == 0x3fed38ac25221a64u);
  CHECK(std::bit_cast<std::uint64_t>(found.high) == 0x3fee529c026a3b0cu);
}

TEST_CASE("bad values, confidences and populations of a betting sample are refused") {
  BettingSample sample(AnyTime{}, 0.95, 1);
  CHECK_THROWS_WITH(sample.add(1.5), "spikingjet: 'x' is 1.5, but must lie in [0, 1]");
  CHECK_THROWS_AS(sample.add(-0.1), BadProportion);
  CHECK_THROWS_AS(sample.add(std::nan("")), BadProportion);
  CHECK_THROWS_AS(sample.add(3, 2), BadProportion);
  CHECK_THROWS_AS(sample.add(0, 0), BadProportion);
  CHECK(sample.drawn() == 0);
  sample.add(0.5);
  CHECK_THROWS_WITH(
      sample.add(0.5),
      "spikingjet: a sample without replacement was given more than the 1 values of its population; check "
      "the population");
  CHECK(sample.interval() == Interval{0.5, 0.5});
  CHECK_THROWS_AS(BettingSample(AnyTime{}, 1), BadProportion);
  CHECK_THROWS_AS(BettingSample(FixedSize{3}, 0), BadProportion);
}

TEST_CASE("betting holds the mean where a few faults do most of the harm, as often as it says", "[law]") {
  const std::uint64_t seed = 15;
  CAPTURE(seed);
  std::mt19937_64 random(seed);
  constexpr int rounds = 300;
  for (const double share : {0.003, 0.02, 0.1})
    for (const std::size_t drawn : {40u, 300u}) {
      std::vector<double> population = skewed(random, 1344, share);
      const double truth = mean(population);
      int held_95 = 0, held_99 = 0;
      for (int round = 0; round < rounds; ++round) {
        shuffle(population, random);
        const std::vector<double> sample(population.begin(), population.begin() + std::ptrdiff_t(drawn));
        const Interval found_95 = betting_interval(sample, 0.95, population.size());
        const Interval found_99 = betting_interval(sample, 0.99, population.size());
        held_95 += found_95.low <= truth && truth <= found_95.high;
        held_99 += found_99.low <= truth && truth <= found_99.high;
      }
      CAPTURE(share, drawn, truth);
      CHECK(held_95 >= int(0.935 * rounds));
      CHECK(held_99 >= int(0.975 * rounds));
    }
}

TEST_CASE("of long samples, whose last draws are not kept, betting holds the mean as often as it says", "[law]") {
  const std::uint64_t seed = 17;
  CAPTURE(seed);
  std::mt19937_64 random(seed);
  constexpr int rounds = 60;
  for (const double share : {0.0002, 0.02}) {
    std::vector<double> population = skewed(random, 60'000, share);
    const double truth = mean(population);
    int held = 0;
    double width = 0;
    for (int round = 0; round < rounds; ++round) {
      shuffle(population, random);
      const Interval found = betting_interval({population.data(), 40'000}, 0.8, population.size());
      held += found.low <= truth && truth <= found.high;
      width += (found.high - found.low) / rounds;
    }
    double squares = 0;
    for (const double x : population) squares += (x - truth) * (x - truth);
    const double normal = 2 * 1.2816 * std::sqrt(squares / 60'000 / 40'000 / 3);
    CAPTURE(share, truth, held, width, normal);
    CHECK(held >= int(0.8 * rounds));
    CHECK(width < 2.5 * normal);
  }
}

TEST_CASE("the interval by betting goes on in its way from the draws that are kept to those that are not", "[law]") {
  BettingSample sample(AnyTime{}, 0.95, 100'000);
  Interval last;
  const std::vector<double> drawn = values("usual", 30'000);
  for (std::size_t i = 0; i < drawn.size(); ++i) {
    sample.add(drawn[i]);
    if (i % 1000 != 383) continue;  // also the 16,384th
    const Interval now = sample.interval();
    CAPTURE(i);
    REQUIRE(now.low >= last.low - 1e-13);
    REQUIRE(now.high <= last.high + 1e-13);
    REQUIRE(now.high - now.low < last.high - last.low);
    last = now;
  }
  CHECK(sample.drawn() == 30'000);
}

TEST_CASE("betting holds the mean when the interval itself ends the drawing", "[law]") {
  const std::uint64_t seed = 16;
  CAPTURE(seed);
  std::mt19937_64 random(seed);
  constexpr int rounds = 150;
  std::vector<double> population = skewed(random, 2000, 0.02);
  const double truth = mean(population);
  int held = 0, normal_held = 0;
  for (int round = 0; round < rounds; ++round) {
    shuffle(population, random);
    BettingSample bets(AnyTime{}, 0.95, population.size());
    ClusterSample normal;
    std::optional<Interval> ended, normal_ended;
    for (std::size_t i = 0; i < population.size() && !(ended && normal_ended); ++i) {
      bets.add(population[i]);
      normal.add(std::uint64_t(population[i] * 1000), 1000);
      if (i % 50 != 49) continue;
      const Interval now = bets.interval();
      if (!ended && now.high - now.low < 0.06) ended = now;
      const Interval other = normal.interval(0.95, population.size());
      if (!normal_ended && other.high - other.low < 0.06) normal_ended = other;
    }
    held += ended->low <= truth && truth <= ended->high;
    normal_held += normal_ended->low <= truth && truth <= normal_ended->high;
  }
  CAPTURE(truth, held, normal_held);
  CHECK(held >= int(0.935 * rounds));
}

TEST_CASE("values that are added at once give the bits of adding them one by one", "[law]") {
  const std::uint64_t seed = 12;
  CAPTURE(seed);
  std::mt19937_64 random(seed);
  const std::vector<double> drawn = skewed(random, 20'000, 0.01);
  for (const bool fixed : {true, false})
    for (const auto population : std::vector<std::optional<std::uint64_t>>{std::nullopt, 30'000}) {
      CAPTURE(fixed, population.has_value());
      BettingSample sample =
          fixed ? BettingSample(FixedSize{drawn.size()}, 0.95, population) : BettingSample(AnyTime{}, 0.95, population);
      for (std::span<const double> rest = drawn; !rest.empty();) {
        const std::size_t count = std::min<std::size_t>(random() % 300, rest.size());
        sample.add(rest.first(count));
        rest = rest.subspan(count);
      }
      const Interval at_once = sample.interval();
      const Interval one_by_one = interval(drawn, fixed, 0.95, population);
      CHECK(std::bit_cast<std::uint64_t>(at_once.low) == std::bit_cast<std::uint64_t>(one_by_one.low));
      CHECK(std::bit_cast<std::uint64_t>(at_once.high) == std::bit_cast<std::uint64_t>(one_by_one.high));
      CHECK(sample.drawn() == drawn.size());
      CHECK_THROWS_AS(sample.add(std::vector<double>{0.5, 1.5}), BadProportion);
      CHECK(sample.drawn() == drawn.size());
      if (population) CHECK_THROWS_AS(sample.add(std::vector<double>(10'001, 0.5)), Misuse);
      if (population) CHECK_NOTHROW(sample.add(std::vector<double>(10'000, 0.5)));
    }
}
