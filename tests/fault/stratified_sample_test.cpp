// SPDX-License-Identifier: MIT
#include <spikingjet/fault/stratified_sample.hpp>

#include "catch.hpp"
#include "laws/every_policy.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <span>
#include <string>
#include <vector>

namespace sj = spikingjet;

namespace {

using Sizes = std::vector<std::uint64_t>;

sj::FaultSpace flips_of(std::span<const sj::Quantity> quantities) {
  std::vector<sj::Stratum> strata;
  for (std::uint32_t q = 0; q < quantities.size(); ++q) {
    strata.push_back({q, {}});
    for (std::int32_t bit = 0; bit < 32; ++bit)
      strata.back().choices.push_back({sj::describe_fault_type<sj::BitFlip>(), bit});
  }
  return {quantities, strata};
}

/// 16 values in two quantities of one layer.
sj::FaultSpace small_space() {
  static const std::vector<sj::Quantity> quantities{
      {.layer = "fc1", .field = "weight", .role = sj::Role::weight, .shape = {4, 3}},
      {.layer = "fc1", .field = "bias", .role = sj::Role::bias, .shape = {4}}};
  return flips_of(quantities);
}

std::vector<sj::DrawnFault> drawn(const sj::Stratification& strata, const Sizes& sizes, std::uint64_t seed) {
  const auto sample = sj::draw(strata, sizes, seed);
  return {sample.drawn().begin(), sample.drawn().end()};
}

}  // namespace

// Expected: Philox, Feistel permutation and FNV digest of the stratum's name, in Python integers.
TEST_CASE("a seed draws the same stratified sample on every platform") {
  const sj::Stratification strata = sj::by_layer_and_bit(small_space());
  Sizes sizes(32, 0);
  sizes[0] = 2;
  sizes[30] = 1;
  sizes[31] = 3;
  CHECK(drawn(strata, sizes, 2024) ==
        std::vector<sj::DrawnFault>{{127, 1, 31}, {223, 2, 31}, {224, 1, 0}, {351, 0, 31}, {352, 0, 0}, {382, 0, 30}});
}

// Expected: likewise.
TEST_CASE("a pilot changes the seed of the draw that it plans, the same way on every platform", "[law]") {
  CHECK(sj::draw_seed(7, "") == 7);
  CHECK(sj::draw_seed(7, "0123456789abcdef") == 5293154082434308807u);
  CHECK(sj::draw_seed(7, "0123456789abcdee") != 5293154082434308807u);
  CHECK(sj::draw_seed(8, "0123456789abcdef") != 5293154082434308807u);
}

TEST_CASE("a sample that is drawn beside a pilot shares faults with it by chance alone", "[law]") {
  const sj::Stratification strata = sj::by_layer(small_space());
  const std::uint64_t population = strata.strata()[0].size();
  REQUIRE(population == 512);
  const Sizes pilot_size{100};
  const Sizes size{200};
  double shared = 0;
  constexpr int pilots = 50;
  for (int p = 0; p < pilots; ++p) {
    const std::uint64_t seed = std::uint64_t(p) / 5;  // several pilots with one seed, too
    const auto pilot = sj::draw(strata, pilot_size, seed);
    const auto beside = sj::draw(strata, size, sj::draw_seed(seed, "pilot " + std::to_string(p)));
    const auto same_seed = sj::draw(strata, size, seed);
    std::uint64_t of_same_seed = 0;
    for (const sj::DrawnFault& fault : pilot.drawn()) {
      const auto has = [&](const sj::StratifiedSample& sample) {
        return std::any_of(sample.drawn().begin(), sample.drawn().end(),
                           [&](const sj::DrawnFault& other) { return other.index == fault.index; });
      };
      shared += has(beside);
      of_same_seed += has(same_seed);
    }
    CHECK(of_same_seed == 100);  // which is why
  }
  // hypergeometric: mean n m / N, variance n m (N - n) (N - m) / (N^2 (N - 1))
  const double mean = 100.0 * 200 / 512;
  const double variance = mean * 412 * 312 / (512.0 * 511);
  CHECK(shared / pilots == Approx(mean).margin(5 * std::sqrt(variance / pilots)));
}

TEST_CASE("16,000 of 10^12 faults are drawn from 32 strata in no time") {
  static const std::vector<sj::Quantity> quantities{
      {.layer = "fc1", .field = "weight", .role = sj::Role::weight, .shape = {100000, 312500}}};
  const auto begin = std::chrono::steady_clock::now();
  const auto sample = sj::draw(sj::by_layer_and_bit(flips_of(quantities)), Sizes(32, 500), 7);
  const sj::FaultList faults = sample.faults();
  const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - begin;
  CHECK(spent.count() < 1);  // 0.02 s; the rest is for a busy machine and sanitizers
  CHECK(faults.size() == 16000);
  CHECK(sample.drawn()[0] == sj::DrawnFault{18200844, 347, 12});
  CHECK(sample.drawn()[1] == sj::DrawnFault{87137283, 335, 3});
  CHECK(sample.drawn().back() == sj::DrawnFault{999994266136, 372, 24});
  std::uint64_t sum = 0;
  for (const sj::DrawnFault& fault : sample.drawn()) sum += fault.index;
  CHECK(sum == 8'000'255'362'116'800);
  CHECK(faults[0].bit == 12);
  CHECK(faults[0].site.element == 18200844 / 32);
}

TEST_CASE("a stratified sample holds so many faults of each stratum, each once, in the order of the space", "[law]") {
  const sj::FaultSpace space = flips_of(laws::NMnist::quantities);
  const sj::Stratification strata = sj::by_quantity(space);
  Sizes sizes;
  for (const std::uint64_t population : strata.populations()) sizes.push_back(std::min<std::uint64_t>(population, 700));
  const auto sample = sj::draw(strata, sizes, 3);
  std::vector<std::vector<std::uint64_t>> ranks(sizes.size());
  for (std::size_t i = 0; i < sample.drawn().size(); ++i) {
    const sj::DrawnFault& fault = sample.drawn()[i];
    if (i > 0 && sample.drawn()[i - 1].index >= fault.index) FAIL("place " << i);
    if (strata.place_of(fault.index).stratum != fault.stratum) FAIL("place " << i << " has the stratum of another");
    ranks[fault.stratum].push_back(fault.rank);
  }
  for (std::size_t h = 0; h < sizes.size(); ++h) {
    std::sort(ranks[h].begin(), ranks[h].end());
    std::vector<std::uint64_t> expected(sizes[h]);
    std::iota(expected.begin(), expected.end(), std::uint64_t{0});
    CHECK(ranks[h] == expected);
  }
  const sj::FaultList faults = sample.faults();
  for (std::uint64_t i = 0; i < faults.size(); i += 97) CHECK(faults[i] == space[sample.drawn()[i].index]);
}

TEST_CASE("a larger stratified sample holds every fault of a smaller one with its rank", "[law]") {
  const sj::Stratification strata = sj::by_layer(flips_of(laws::EveryRole::quantities));
  const std::size_t h = strata.strata().size();
  const auto smaller = drawn(strata, Sizes(h, 5), 9);
  Sizes sizes(h, 5);
  sizes[0] = 300;
  sizes[h - 1] = 6;
  const auto larger = drawn(strata, sizes, 9);
  CHECK(std::includes(larger.begin(), larger.end(), smaller.begin(), smaller.end(), [](const auto& a, const auto& b) {
    return a.index != b.index ? a.index < b.index : a.rank < b.rank;
  }));
}

TEST_CASE("what a stratum draws does not depend on the other strata") {
  const sj::FaultSpace space = flips_of(laws::NMnist::quantities);
  const auto every_choice = [](const sj::Choice&) { return true; };
  const sj::FaultSpace fc2 =
      space.restricted([](const sj::Quantity& q) { return q.layer == sj::Name("fc2"); }, every_choice);
  const sj::Stratification all = sj::by_layer(space);
  const std::size_t h = all.find("fc2").value();
  Sizes sizes(all.strata().size(), 1);
  sizes[h] = 40;
  std::vector<sj::Fault> of_all;
  for (const sj::DrawnFault& fault : drawn(all, sizes, 11))
    if (fault.stratum == h) of_all.push_back(space[fault.index]);
  const sj::FaultList alone = sj::draw(sj::by_layer(fc2), Sizes{40}, 11).faults();
  REQUIRE(alone.size() == 40);
  for (std::uint64_t i = 0; i < 40; ++i) CHECK(alone[i] == of_all[i]);
  // Strata of one size do not strike the same places.
  const sj::Stratification bits = sj::by_layer_and_bit(fc2);
  REQUIRE(bits.strata()[3].size() == bits.strata()[4].size());
  Sizes of_3(32, 0), of_4(32, 0);
  of_3[3] = of_4[4] = 8;
  const auto third = drawn(bits, of_3, 11);
  const auto fourth = drawn(bits, of_4, 11);
  CHECK_FALSE(std::equal(third.begin(), third.end(), fourth.begin(),
                         [](const auto& a, const auto& b) { return a.index / 32 == b.index / 32; }));
}

TEST_CASE("one stratum is drawn as a simple random sample is") {
  const sj::FaultSpace space = flips_of(laws::NMnist::quantities);
  const sj::FaultList simple = sj::sample(space, 500, 2024);
  const sj::FaultList same = sj::draw(sj::unstratified(space), Sizes{500}, 2024).faults();
  for (std::uint64_t i = 0; i < 500; ++i)
    if (!(same[i] == simple[i])) FAIL("fault " << i);
}

TEST_CASE("a fault is found again with its stratum and rank", "[law]") {
  const sj::FaultSpace space = flips_of(laws::EveryRole::quantities);
  const sj::Stratification strata = sj::by_layer(space);
  const auto sample = sj::draw(strata, Sizes(strata.strata().size(), 20), 5);
  std::size_t found = 0;
  for (std::uint64_t i = 0; i < space.size(); ++i) {
    const auto drawn = sample.find(space[i]);
    found += drawn.has_value();
    if (drawn && (drawn->index != i || drawn->stratum != strata.place_of(i).stratum)) FAIL("fault " << i);
  }
  CHECK(found == sample.drawn().size());
  for (const sj::DrawnFault& fault : sample.drawn())
    if (sample.find(space[fault.index]) != fault) FAIL("fault " << fault.index);
  sj::Fault other = space[0];
  other.bit = 40;
  CHECK_FALSE(sample.find(other).has_value());
}

TEST_CASE("the order of drawing takes each stratum by rank and all of them in step", "[law]") {
  const sj::Stratification strata = sj::by_layer(flips_of(laws::NMnist::quantities));
  Sizes sizes(strata.strata().size(), 10);
  sizes[0] = 1000;
  sizes[1] = 100;
  const auto sample = sj::draw(strata, sizes, 13);
  const auto order = sample.order_of_drawing();
  REQUIRE(order.size() == sample.drawn().size());
  Sizes seen(sizes.size(), 0);
  for (std::size_t k = 0; k < order.size(); ++k) {
    const sj::DrawnFault& fault = sample.drawn()[order[k]];
    if (fault.rank != seen[fault.stratum]) FAIL("place " << k << " is out of turn");
    ++seen[fault.stratum];
    const double share = (double(fault.rank) + 0.5) / double(sizes[fault.stratum]);
    for (std::size_t h = 0; h < sizes.size(); ++h)
      if (std::abs(double(seen[h]) - double(sizes[h]) * share) > 0.5 + 1e-9)
        FAIL("stratum " << h << " after " << k + 1 << " faults");
  }
  CHECK(seen == sizes);
}

TEST_CASE("a stratum drawn whole holds all its faults, and more are refused") {
  const sj::Stratification strata = sj::by_quantity(small_space());
  const auto sample = drawn(strata, {0, 128}, 1);
  REQUIRE(sample.size() == 128);
  for (std::size_t i = 0; i < 128; ++i) CHECK(sample[i].index == 12 * 32 + i);
  CHECK_THROWS_AS(drawn(strata, {0, 129}, 1), sj::SampleTooLarge);
  CHECK(drawn(strata, {0, 0}, 1).empty());
}
