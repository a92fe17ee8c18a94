// SPDX-License-Identifier: MIT
#include <spikingjet/campaign/injection_counter.hpp>

#include <spikingjet/model/sample.hpp>
#include <spikingjet/outcome/injection_bytes.hpp>
#include <spikingjet/outcome/injection_outcome.hpp>
#include <spikingjet/outcome/own_outcome.hpp>
#include <spikingjet/outcome/record.hpp>

#include "catch.hpp"

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <thread>
#include <vector>

namespace sj = spikingjet;
using sj::detail::InjectionCounter;

namespace {

using Readout = std::array<float, 3>;

constexpr std::size_t distinct = 2;
constexpr std::size_t samples = 5;  // 0 1 0 1 0
constexpr std::size_t faults = 4;

/// Class 2 on the even samples, which is right, and class 0 on the odd ones, which is not.
const std::vector<sj::GoldenOutcome> golden = [] {
  std::vector<sj::GoldenOutcome> all;
  all.emplace_back(Readout{0, 1, 4}, std::uint32_t{2}, 0);
  all.emplace_back(Readout{3, 1, 0}, std::uint32_t{1}, 1);
  return all;
}();

constexpr Readout wrong = {0, 9, 0};   // class 1
constexpr Readout slight = {0, 1, 3};  // as the even samples, with another score
const Readout broken = {0, NAN, 4};

struct Injection {
  std::vector<std::uint32_t> faults;
  std::size_t sample;
  Readout readout;
};

const std::vector<Injection> injections = {{{3, 0}, 4, wrong}, {{1}, 1, broken},    {{0}, 0, slight},
                                           {{3}, 1, wrong},    {{2}, 2, {0, 1, 4}},  // golden bits
                                           {{0}, 2, broken}};

void hand_on(InjectionCounter& counter) {
  for (const Injection& injection : injections)
    counter.open(injection.sample)->take(injection.faults, injection.readout);
}

constexpr auto go_on = [] {};

}  // namespace

TEST_CASE("injections are counted by fault, and what left golden bits counts nothing") {
  InjectionCounter counter(100, faults, samples, golden, go_on);
  CHECK(counter.takes_counts());
  CHECK(counter.golden(3).top == 0);
  CHECK(counter.golden(4).top == 2);
  CHECK(counter.golden(4).score == golden[0].score());
  hand_on(counter);
  const std::vector<sj::ChangedInjections> changed = counter.changed();
  REQUIRE(changed.size() == faults);
  const auto of = [&](std::size_t f, sj::Outcome outcome) { return changed[f].outcome[std::size_t(outcome)]; };
  CHECK(of(0, sj::Outcome::sdc_critical) == 1);
  CHECK(of(0, sj::Outcome::due) == 1);
  std::uint32_t bands = 0;
  for (const sj::Outcome band :
       {sj::Outcome::sdc_0_5, sj::Outcome::sdc_5_10, sj::Outcome::sdc_10_20, sj::Outcome::sdc_20})
    bands += of(0, band);
  CHECK(bands == 1);
  CHECK(changed[0].correct == -2);
  CHECK(of(1, sj::Outcome::due) == 1);
  CHECK(changed[1].correct == 0);
  CHECK((changed[2] == sj::ChangedInjections{}));
  CHECK(of(3, sj::Outcome::sdc_critical) == 2);
  CHECK(changed[3].correct == 0);  // wrong where the golden run was right, and right where it was wrong
  CHECK(counter.own_hits().empty());
  CHECK(counter.outcomes().empty());
  CHECK(counter.held() == 0);
}

TEST_CASE("counts add to what readouts gave, whichever thread hands them on") {
  InjectionCounter counter(0, faults, samples, golden, go_on);
  InjectionCounter twice(0, faults, samples, golden, go_on);
  hand_on(counter);
  const std::vector<sj::ChangedInjections> once = counter.changed();
  for (std::uint32_t f = 0; f < faults; ++f) twice.count(f, once[f]);
  std::thread([&] { hand_on(twice); }).join();
  const std::vector<sj::ChangedInjections> found = twice.changed();
  for (std::size_t f = 0; f < faults; ++f) {
    sj::ChangedInjections doubled = once[f];
    doubled += once[f];
    CHECK((found[f] == doubled));
  }
}

TEST_CASE("whatever is kept besides counts needs readouts") {
  const std::vector<sj::OwnOutcome> own = {sj::top_k(1)};
  std::vector<float> readouts(faults * samples * 3);
  CHECK_FALSE(InjectionCounter(0, faults, samples, golden, go_on, {.readouts = readouts}).takes_counts());
  CHECK_FALSE(InjectionCounter(0, faults, samples, golden, go_on, {.own = own}).takes_counts());
  CHECK_FALSE(InjectionCounter(0, faults, samples, golden, go_on, {.outcomes = true}).takes_counts());
}

TEST_CASE(
    "outcomes are a row a fault, ascending in sample, of what is not masked, and readouts and own hits stand beside") {
  const std::vector<sj::OwnOutcome> own = {sj::top_k(1),
                                           {"broken", [](auto, auto faulty) { return faulty[1] != faulty[1]; }}};
  std::vector<float> readouts(faults * samples * 3, -1.0F);
  InjectionCounter counter(100, faults, samples, golden, go_on, {.readouts = readouts, .own = own, .outcomes = true});
  hand_on(counter);
  CHECK(counter.held() == 6);
  std::vector<std::vector<sj::InjectionOutcome>> rows;
  for (const sj::InjectionChunk& chunk : counter.outcomes())
    sj::for_each_row(chunk, samples, 3, [&](std::uint64_t fault, std::span<const sj::InjectionOutcome> row) {
      CHECK(fault == 100 + rows.size());
      rows.emplace_back(row.begin(), row.end());
    });
  REQUIRE(rows.size() == faults);
  REQUIRE(rows[0].size() == 3);
  CHECK(rows[0][0].sample == 0);
  CHECK((rows[0][1] == sj::InjectionOutcome{2, sj::Outcome::due, 0}));
  CHECK((rows[0][2] == sj::InjectionOutcome{4, sj::Outcome::sdc_critical, 1}));
  CHECK((rows[1] == std::vector<sj::InjectionOutcome>{{1, sj::Outcome::due, 0}}));
  CHECK(rows[2].empty());
  CHECK((rows[3] ==
         std::vector<sj::InjectionOutcome>{{1, sj::Outcome::sdc_critical, 1}, {4, sj::Outcome::sdc_critical, 1}}));
  CHECK((counter.own_hits() == std::vector<std::uint32_t>{1, 0, 0, 2, 1, 1, 0, 0}));
  const auto row_of = [&](std::size_t f, std::size_t s) {
    const float* const row = &readouts[(f * samples + s) * 3];
    return Readout{row[0], row[1], row[2]};
  };
  CHECK(row_of(3, 4) == wrong);
  CHECK(row_of(0, 4) == wrong);
  CHECK(row_of(0, 0) == slight);
  CHECK(row_of(2, 2) == Readout{0, 1, 4});
  CHECK(row_of(2, 3) == Readout{-1, -1, -1});
}

TEST_CASE("a block is ended when it holds more than it may, and an engine that gathers holds what is masked, too") {
  const auto taken = [](bool gathered, std::uint64_t most) {
    InjectionCounter counter(0, faults, samples, golden, go_on,
                             {.outcomes = true, .gathered = gathered, .most_held = most});
    std::size_t count = 0;
    try {
      for (int again = 0; again < 4; ++again, ++count)
        counter.open(0)->take(std::vector<std::uint32_t>{0, 1}, again % 2 == 0 ? wrong : Readout{0, 1, 4});
      counter.go_on();
    } catch (const sj::detail::BlockCrowded&) {
      return count;
    }
    return std::size_t{99};
  };
  CHECK(taken(false, 4) == 99);
  CHECK(taken(false, 3) == 3);
  CHECK(taken(false, 1) == 1);
  CHECK(taken(true, 8) == 99);
  CHECK(taken(true, 7) == 4);
  CHECK(taken(true, 3) == 2);
}

TEST_CASE("what ends a block is asked with every batch and every count") {
  struct Enough {};
  int calls = 0;
  InjectionCounter counter(0, faults, samples, golden, [&] {
    if (++calls > 3) throw Enough{};
  });
  counter.open(0);
  counter.count(1, {});
  counter.go_on();
  CHECK_THROWS_AS(counter.open(0), Enough);
  CHECK_THROWS_AS(counter.count(1, {}), Enough);
  CHECK_THROWS_AS(counter.go_on(), Enough);
}

TEST_CASE("golden outcomes are those of the distinct samples") {
  sj::Dataset dataset;
  dataset.samples.resize(2);
  dataset.labels = {2, 1};
  const std::vector<float> readouts = {0, 1, 4, 3, 1, 0};
  const auto found = sj::detail::golden_outcomes(readouts, sj::SampleRange(dataset, 5));
  REQUIRE(found.size() == distinct);
  for (std::size_t s = 0; s < distinct; ++s) {
    CHECK(found[s].same_bits(golden[s].readout()));
    CHECK(found[s].label() == golden[s].label());
  }
}
