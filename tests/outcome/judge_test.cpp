// SPDX-License-Identifier: MIT
#include <spikingjet/outcome/judge.hpp>
#include <spikingjet/outcome/outcome.hpp>

#include "catch.hpp"
#include "laws/random_values.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace sj = spikingjet;

namespace {

struct Score {
  float score;
  std::uint32_t top;
  std::uint32_t label;
};

}  // namespace

TEST_CASE("counts by code are those of verdicts one by one") {
  laws::RandomValues random(11);
  std::vector<std::size_t> met(7);
  for (std::size_t round = 0; round < 20'000; ++round) {
    const std::size_t classes = 1 + random.word() % 6;
    std::vector<float> golden_readout(classes);
    for (float& value : golden_readout) value = random.everyday() * 4;
    std::optional<std::uint32_t> label;
    if (random.word() % 3 != 0) label = random.word() % static_cast<std::uint32_t>(classes);
    const sj::GoldenOutcome golden(golden_readout, label, 0);
    std::vector<float> faulty = golden_readout;
    faulty[random.word() % classes] = random.word() % 2 ? random() : random.everyday() * 4;
    if (random.word() % 4 == 0) faulty[0] += random.everyday() * 0.1F;

    const sj::Verdict verdict = golden.judge(faulty);
    sj::ChangedInjections expected;
    expected.add(golden.unharmed(), verdict);
    sj::ChangedInjections found;
    const Score score{golden.score(), static_cast<std::uint32_t>(golden.top()), label.value_or(~0u)};
    const std::uint32_t code = sj::OutcomeJudge::code(score, faulty.data(), classes);
    REQUIRE(code < sj::OutcomeJudge::codes);
    if (!golden.same_bits(faulty)) sj::OutcomeJudge::add(found, code, 1);
    REQUIRE(found == expected);
    ++met[static_cast<std::size_t>(verdict.outcome)];
  }
  for (const std::size_t times : met) CHECK(times > 50);
}

TEST_CASE("many injections of one code count as often") {
  sj::ChangedInjections record;
  sj::OutcomeJudge::add(record, 5 * 3 + 0, 7);  // another class, and the prediction was right
  sj::OutcomeJudge::add(record, 5 * 3 + 2, 2);
  sj::OutcomeJudge::add(record, 0 * 3 + 1, 4);
  CHECK(record.outcome[5] == 9);
  CHECK(record.outcome[0] == 4);
  CHECK(record.correct == -5);
}
