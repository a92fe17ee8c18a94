// SPDX-License-Identifier: MIT
#include <spikingjet/outcome/outcome.hpp>
#include <spikingjet/outcome/record.hpp>

#include "catch.hpp"

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <random>
#include <string>
#include <vector>

namespace sj = spikingjet;
using sj::Outcome;

namespace {

constexpr float inf = std::numeric_limits<float>::infinity();
constexpr float not_a_number = std::numeric_limits<float>::quiet_NaN();

sj::GoldenOutcome golden(const std::vector<float>& readout, std::optional<std::uint32_t> label = std::nullopt) {
  return {readout, label, 0};
}

Outcome outcome(const std::vector<float>& fault_free, const std::vector<float>& faulty) {
  return golden(fault_free).classify(faulty);
}

/// A readout of two classes whose first one scores p / q: the logarithm of p / (q - p). Its float32 rounding moves the
/// score by less than a quarter of a float32 step, so that a score that float32 holds comes out exactly.
std::vector<float> scoring(double p, double q, float nudge = 0.0F) {
  return {static_cast<float>(std::log(p / (q - p))) + nudge, 0.0F};
}

/// |faulty - golden| / golden of the top scores, from long double softmax.
double difference(const std::vector<float>& fault_free, const std::vector<float>& faulty) {
  const auto score = [](const std::vector<float>& r) {
    return double(
        static_cast<float>(1 / (1 + std::exp(static_cast<long double>(r[1]) - static_cast<long double>(r[0])))));
  };
  return std::abs(score(faulty) - score(fault_free)) / score(fault_free);
}

Outcome band(double d) {
  if (d == 0) return Outcome::masked;
  if (d < 0.05) return Outcome::sdc_0_5;
  if (d < 0.10) return Outcome::sdc_5_10;
  return d < 0.20 ? Outcome::sdc_10_20 : Outcome::sdc_20;
}

}  // namespace

TEST_CASE("equal readouts are masked") { CHECK(outcome({3, 1, 2}, {3, 1, 2}) == Outcome::masked); }

TEST_CASE("an equal top score is masked even where the readout changed") {
  CHECK(outcome({3, 1, 2}, {3, 2, 1}) == Outcome::masked);
  CHECK(outcome({3, 1}, {4, 2}) == Outcome::masked);            // softmax knows differences only
  CHECK(outcome({500, 0, 0}, {500, 1, 2}) == Outcome::masked);  // both round to a score of 1
  CHECK(outcome({0.0F, -1}, {-0.0F, -1}) == Outcome::masked);
}

TEST_CASE("another top class is critical, however small the difference") {
  CHECK(outcome({3, 1, 2}, {1, 3, 2}) == Outcome::sdc_critical);
  CHECK(outcome({1, 1}, {1, std::nextafter(1.0F, 2.0F)}) == Outcome::sdc_critical);
}

TEST_CASE("of equal values the lowest index is the top class") {
  CHECK(golden({1, 2, 2}).top() == 1);
  CHECK(outcome({3, 2}, {2, 2}) == Outcome::sdc_20);        // still class 0, though at half
  CHECK(outcome({2, 3}, {2, 2}) == Outcome::sdc_critical);  // class 0 instead of 1
}

TEST_CASE("a readout value that is not finite is detected, whichever class it is in") {
  for (const float value : {inf, -inf, not_a_number, -not_a_number})
    for (std::size_t c = 0; c < 3; ++c) {
      std::vector<float> faulty{3, 1, 2};
      faulty[c] = value;
      CHECK(outcome({3, 1, 2}, faulty) == Outcome::due);
    }
  CHECK(outcome({3, 1, 2}, {std::numeric_limits<float>::max(), 1, 2}) != Outcome::due);
}

// Scores that float32 holds: 5/8 to 19/32, 9/16 and 1/2 are exactly 5 %, 10 % and 20 % off.
TEST_CASE("each band holds its lower border and not its upper one, on both sides of the golden score") {
  const std::vector<float> at = scoring(5, 8);
  REQUIRE(golden(at).score() == 0.625F);
  constexpr float nudge = 1e-6F;  // moves the score by four float32 steps
  CHECK(outcome(at, scoring(5, 8, nudge)) == Outcome::sdc_0_5);
  CHECK(outcome(at, scoring(5, 8, -nudge)) == Outcome::sdc_0_5);
  CHECK(outcome(at, scoring(19, 32, nudge)) == Outcome::sdc_0_5);
  CHECK(outcome(at, scoring(19, 32)) == Outcome::sdc_5_10);
  CHECK(outcome(at, scoring(9, 16, nudge)) == Outcome::sdc_5_10);
  CHECK(outcome(at, scoring(9, 16)) == Outcome::sdc_10_20);
  CHECK(outcome(at, {2 * nudge, 0}) == Outcome::sdc_10_20);
  CHECK(outcome(at, {0, 0}) == Outcome::sdc_20);
  CHECK(outcome(at, scoring(21, 32, -nudge)) == Outcome::sdc_0_5);
  CHECK(outcome(at, scoring(21, 32)) == Outcome::sdc_5_10);
  CHECK(outcome(at, scoring(11, 16)) == Outcome::sdc_10_20);
  CHECK(outcome(at, scoring(3, 4, -nudge)) == Outcome::sdc_10_20);
  CHECK(outcome(at, scoring(3, 4)) == Outcome::sdc_20);
  CHECK(outcome(at, {50, 0}) == Outcome::sdc_20);
}

TEST_CASE("bands are those of the formula for readouts of any size") {
  constexpr std::uint32_t seed = 111;
  INFO("seed " << seed);
  std::mt19937 random(seed);
  int met[7]{};
  for (int i = 0; i < 20000; ++i) {
    const auto value = [&] { return float(random() % 2048) / 512.0F; };
    const std::vector<float> fault_free{value(), 0}, faulty{value(), 0};
    const double d = difference(fault_free, faulty);
    // Within a rounding of a border the long double formula is no judge.
    if (std::abs(d - 0.05) < 1e-6 || std::abs(d - 0.10) < 1e-6 || std::abs(d - 0.20) < 1e-6 || (d > 0 && d < 1e-6))
      continue;
    const Outcome found = outcome(fault_free, faulty);
    ++met[std::size_t(found)];
    if (found != band(d)) FAIL("case " << i << ": " << fault_free[0] << " to " << faulty[0]);
  }
  for (const Outcome each : {Outcome::masked, Outcome::sdc_0_5, Outcome::sdc_5_10, Outcome::sdc_10_20, Outcome::sdc_20})
    CHECK(met[std::size_t(each)] > 0);
}

TEST_CASE("a golden readout that is not finite is refused with its sample") {
  for (const float value : {inf, -inf, not_a_number}) {
    try {
      const sj::GoldenOutcome refused_golden(std::vector<float>{1, value}, std::nullopt, 17);
      FAIL("not refused");
    } catch (const sj::GoldenNotFinite& refused) {
      CHECK(refused.sample == 17);
      CHECK(refused.exit_status() == 2);
      CHECK(std::string(refused.what()) ==
            "spikingjet: the golden readout of sample 17 is NaN or infinite, so no fault can be compared with it; "
            "check the "
            "weights and this sample");
    }
  }
}

TEST_CASE("a golden outcome is correct where its top class is the label") {
  CHECK(golden({1, 2}, 1).correct());
  CHECK_FALSE(golden({1, 2}, 0).correct());
  CHECK_FALSE(golden({1, 2}).correct());
}

TEST_CASE("only equal bits are unchanged") {
  CHECK(golden({1, 0}).same_bits(std::vector<float>{1, 0}));
  CHECK_FALSE(golden({1, 0}).same_bits(std::vector<float>{1, -0.0F}));
  CHECK_FALSE(golden({1, 0}).same_bits(std::vector<float>{1, std::numeric_limits<float>::denorm_min()}));
}

TEST_CASE("a record counts each injection in its class") {
  const sj::GoldenOutcome fault_free = golden(scoring(5, 8), 0);
  const auto counted = [&](const std::vector<float>& faulty) {
    sj::FaultRecord record;
    record.add(fault_free.judge(faulty));
    return record;
  };
  CHECK(counted(scoring(5, 8)) == sj::FaultRecord{.samples = 1, .unchanged = 1, .masked = 1, .correct = 1});
  CHECK(counted({scoring(5, 8)[0], -0.0F}) == sj::FaultRecord{.samples = 1, .masked = 1, .correct = 1});
  CHECK(counted(scoring(19, 32, 1e-6F)) == sj::FaultRecord{.samples = 1, .band = {1, 0, 0, 0}, .correct = 1});
  CHECK(counted(scoring(19, 32)) == sj::FaultRecord{.samples = 1, .band = {0, 1, 0, 0}, .correct = 1});
  CHECK(counted(scoring(9, 16)) == sj::FaultRecord{.samples = 1, .band = {0, 0, 1, 0}, .correct = 1});
  CHECK(counted({0, 0}) == sj::FaultRecord{.samples = 1, .band = {0, 0, 0, 1}, .correct = 1});
  CHECK(counted({0, 1}) == sj::FaultRecord{.samples = 1, .sdc_critical = 1});
  CHECK(counted({not_a_number, 0}) == sj::FaultRecord{.samples = 1, .due = 1});
  CHECK(counted({inf, 0}) ==
        sj::FaultRecord{.samples = 1, .due = 1});  // infinite is wrong, though class 0 is the largest
}

TEST_CASE("changed injections, applied to a record of golden readouts, give the record of the injections") {
  const sj::GoldenOutcome labelled = golden(scoring(5, 8), 0);
  const sj::GoldenOutcome wrong = golden(scoring(5, 8), 1);
  sj::FaultRecord golden_record;
  golden_record.add(labelled.unharmed(), 2);
  golden_record.add(wrong.unharmed());
  sj::ChangedInjections changed;
  changed.add(labelled.unharmed(), labelled.judge(std::vector<float>{0, 1}));
  changed.add(wrong.unharmed(), wrong.judge(std::vector<float>{0, 1}));
  changed.add(labelled.unharmed(), labelled.unharmed());
  changed.apply(golden_record);
  CHECK(golden_record ==
        sj::FaultRecord{.samples = 3, .unchanged = 1, .masked = 1, .sdc_critical = 2, .correct = 2});
}

TEST_CASE("a fault may make a wrong prediction right, and without a label nothing is correct") {
  sj::FaultRecord record;
  record.add(golden({1, 0}, 1).judge(std::vector<float>{0, 1}));
  CHECK(record == sj::FaultRecord{.samples = 1, .sdc_critical = 1, .correct = 1});
  record = {};
  record.add(golden({1, 0}).judge(std::vector<float>{1, 0}));
  CHECK(record == sj::FaultRecord{.samples = 1, .unchanged = 1, .masked = 1});
}

TEST_CASE("the classes of a record add up to its samples", "[law]") {
  constexpr std::uint32_t seed = 112;
  INFO("seed " << seed);
  std::mt19937 random(seed);
  sj::FaultRecord record;
  for (int i = 0; i < 5000; ++i) {
    const auto value = [&] { return float(random() % 5); };
    const auto fault_free = golden({value(), value(), value()}, random() % 3);
    record.add(fault_free.judge(std::vector<float>{value(), random() % 50 == 0 ? not_a_number : value(), value()}));
    CHECK(record.samples == std::uint64_t(i) + 1);
    const std::uint64_t sum = record.due + record.masked + record.sdc_critical + record.band[0] + record.band[1] +
                              record.band[2] + record.band[3];
    if (sum != record.samples) FAIL("after " << i << " the classes hold " << sum);
    if (record.unchanged > record.masked || record.correct > record.samples - record.due) FAIL("after " << i);
  }
  CHECK(record.due > 0);
  CHECK(record.unchanged < record.masked);
}
