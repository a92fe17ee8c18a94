// SPDX-License-Identifier: MIT
#include <spikingjet/fault/apply.hpp>

#include "catch.hpp"
#include "laws/random_values.hpp"

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace sj = spikingjet;

namespace {

sj::Fault flip_sign_of(std::uint64_t element, sj::Window window = {}) {
  return {.site = {0, sj::Storage::state, element},
          .bit = 31,
          .type = "bitflip",
          .alteration = sj::Alteration::flips(0x80000000u),
          .window = window};
}

}  // namespace

TEST_CASE("a fault alters its element in its steps, and nothing else", "[law]") {
  constexpr std::uint32_t seed = 5;
  INFO("seed " << seed);
  laws::RandomValues random(seed);
  for (std::size_t element = 0; element < 6; ++element)
    for (std::size_t step = 0; step < 8; ++step) {
      std::array<float, 6> values{};
      for (float& value : values) value = random();
      const auto before = values;
      sj::apply(flip_sign_of(element, {.begin = 2, .end = 5}), values, step);
      for (std::size_t e = 0; e < values.size(); ++e) {
        const std::uint32_t was = sj::to_word(before[e]);
        const bool struck = e == element && step >= 2 && step < 5;
        const std::uint32_t seen = struck && (was & 0x7fffffffu) > 0x7f800000u ? 0x7fc00000u : was;
        if (sj::to_word(values[e]) != (struck ? seen ^ 0x80000000u : was)) FAIL("element " << e << ", step " << step);
      }
    }
  SUCCEED();
}

TEST_CASE("a fault beyond the span is refused, in any step, with both numbers") {
  std::vector<float> values(4, 1.0F);
  try {
    sj::apply(flip_sign_of(4, {.begin = 2, .end = 5}), values, 0);
    FAIL("not refused");
  } catch (const sj::SpanTooShort& refused) {
    CHECK(refused.element == 4);
    CHECK(refused.size == 4);
    CHECK(refused.exit_status() == 2);
    CHECK(std::string(refused.what()) ==
          "spikingjet: 'apply' was given a span of 4 values, but the fault strikes element 4; give the whole tensor, "
          "row-major");
  }
  CHECK(values == std::vector<float>(4, 1.0F));
  CHECK_THROWS_AS(sj::apply(flip_sign_of(0), {}, 0), sj::SpanTooShort);
  CHECK_THROWS_AS(sj::ParameterFault(flip_sign_of(4), values), sj::SpanTooShort);
}

TEST_CASE("a parameter's fault is there in its steps and gone in the others") {
  std::vector<float> weight{1, 2, 3};
  {
    sj::ParameterFault fault(flip_sign_of(1, {.begin = 1, .end = 3}), weight);
    const std::vector<std::vector<float>> expected{{1, 2, 3}, {1, -2, 3}, {1, -2, 3}, {1, 2, 3}};
    for (std::size_t step = 0; step < expected.size(); ++step) {
      fault.at(step);
      CHECK(weight == expected[step]);
    }
    fault.at(2);
    CHECK(weight[1] == -2);
  }
  CHECK(weight == std::vector<float>{1, 2, 3});
}

TEST_CASE("a scaled parameter is scaled once, not in every step") {
  std::vector<float> weight{8};
  sj::Fault drift = flip_sign_of(0);
  drift.alteration = sj::Alteration::scales(0.5F);
  sj::ParameterFault fault(drift, weight);
  for (std::size_t step = 0; step < 3; ++step) fault.at(step);
  CHECK(weight[0] == 4);
}

TEST_CASE("a parameter gets its first bits back, NaN payload included", "[law]") {
  for (const std::uint32_t word : laws::edge_words) {
    std::vector<float> weight{sj::to_float(word)};
    {
      sj::ParameterFault fault(flip_sign_of(0), weight);
      fault.at(0);
      CHECK(sj::to_word(weight[0]) == (word ^ 0x80000000u));
    }
    CHECK(sj::to_word(weight[0]) == word);
  }
}

TEST_CASE("a fault in a stored parameter is refused, as a flip at each step would undo itself") {
  std::vector<float> values(3, 1.5F);
  sj::Fault fault = flip_sign_of(1);
  fault.site.storage = sj::Storage::parameter;
  CHECK_THROWS_AS(sj::apply(fault, values, 0), sj::StateFaultWanted);
  CHECK(values[1] == 1.5F);
}

TEST_CASE("one value is struck in place or handed back, in the fault's steps alone") {
  const sj::Fault fault = sj::bit_flip(17, 31, {.begin = 2, .end = 4});
  float value = 1.5F;
  CHECK(sj::apply(fault, value, 1) == 1.5F);
  CHECK(sj::apply(fault, value, 2) == -1.5F);
  CHECK(value == -1.5F);
  const float constant = 2.0F;
  CHECK(sj::apply(fault, constant, 3) == -2.0F);
  CHECK(sj::apply(fault, 3.0F, 4) == 3.0F);
  CHECK_THROWS_AS(sj::apply(sj::bit_flip(0, 1, {}, sj::Storage::parameter), value, 2), sj::StateFaultWanted);
}

TEST_CASE("one parameter is struck and put back") {
  float weight = 0.5F;
  {
    sj::ParameterFault fault(sj::bit_flip(17, 31, {.begin = 1}), weight);
    fault.at(0);
    CHECK(weight == 0.5F);
    fault.at(1);
    CHECK(weight == -0.5F);
    fault.at(2);
    CHECK(weight == -0.5F);
  }
  CHECK(weight == 0.5F);
}

TEST_CASE("a step before the first is refused as it is written, and strikes nothing") {
  const sj::Fault always = sj::bit_flip(0, 31);
  std::vector<float> values{1.5F};
  float value = 1.5F;
  const float constant = 1.5F;
  const std::string sentence = "spikingjet: no run has a step -1; steps count from 0, the first";
  CHECK_THROWS_WITH(sj::apply(always, values, -1), sentence);
  CHECK_THROWS_WITH(sj::apply(always, value, -1L), sentence);
  CHECK_THROWS_WITH(sj::apply(always, constant, static_cast<signed char>(-1)), sentence);
  {
    sj::ParameterFault fault(always, values);
    CHECK_THROWS_WITH(fault.at(-1), sentence);
    CHECK(values[0] == 1.5F);
    fault.at(0);
    CHECK(values[0] == -1.5F);
    CHECK_THROWS_AS(fault.at(-2), sj::NoSuchStep);
    CHECK(values[0] == -1.5F);
  }
  CHECK(values[0] == 1.5F);
  CHECK(value == 1.5F);
  try {
    sj::apply(always, values, -7);
    FAIL("not refused");
  } catch (const sj::NoSuchStep& refused) {
    CHECK(refused.step == -7);
    CHECK(refused.exit_status() == 2);
  }
}

TEST_CASE("a step is the same number in every type") {
  const sj::Fault fault = sj::bit_flip(0, 31, {.begin = 3, .end = 4});
  const float value = 1.5F;
  CHECK(sj::apply(fault, value, 3) == -1.5F);
  CHECK(sj::apply(fault, value, 3u) == -1.5F);
  CHECK(sj::apply(fault, value, short{3}) == -1.5F);
  CHECK(sj::apply(fault, value, std::int64_t{3}) == -1.5F);
  CHECK(sj::apply(fault, value, std::uint64_t{3}) == -1.5F);
  CHECK(sj::apply(fault, value, std::uint64_t{1} << 32 | 3) == 1.5F);
}
