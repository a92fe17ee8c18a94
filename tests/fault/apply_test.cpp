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

TEST_CASE("a fault is written down by its name, as a fault space and a fault list have it") {
  STATIC_REQUIRE(sj::bit_flip(4, 30) == sj::Fault{.site = {0, sj::Storage::state, 4}, .bit = 30, .type = "bitflip", .alteration = sj::Alteration::flips(1u << 30)});
  STATIC_REQUIRE(sj::stuck_at_0(4, 31).alteration == sj::StuckAt<0>::at(31));
  STATIC_REQUIRE(sj::stuck_at_1(4, 0).alteration == sj::StuckAt<1>::at(0));
  STATIC_REQUIRE(sj::dead(6, {.begin = 30}).window == sj::Window{.begin = 30});
  STATIC_REQUIRE(sj::bit_flip(1, 2, {.begin = 3, .end = 4}, sj::Storage::spike).site == sj::Site{0, sj::Storage::spike, 1});
  CHECK(sj::stuck_at_0(0, 5).type == "stuckat0");
  CHECK(sj::stuck_at_1(0, 5).type == "stuckat1");
  CHECK(sj::dead(0).type == "dead");
  CHECK(sj::saturated(0).type == "saturated");
  CHECK(sj::flip_mask(0, 3).type == "flip");
  CHECK(sj::set_value(0, 1.5F).type == "set");
  CHECK(sj::scaled(0, 0.5F).type == "scale");
}

TEST_CASE("a fault written down by its name leaves the value that it says") {
  const auto leaves = [](const sj::Fault& fault) {
    std::array<float, 2> values{1.5F, -1.5F};
    sj::apply(fault, values, 0);
    CHECK(values[0] == 1.5F);
    return values[1];
  };
  CHECK(leaves(sj::bit_flip(1, 31)) == 1.5F);
  CHECK(leaves(sj::bit_flip(1, 22)) == -1.0F);       // the mantissa's highest bit
  CHECK(leaves(sj::stuck_at_0(1, 31)) == 1.5F);
  CHECK(leaves(sj::stuck_at_1(1, 31)) == -1.5F);
  CHECK(leaves(sj::flip_mask(1, 0x80400000u)) == 1.0F);
  CHECK(sj::to_word(leaves(sj::dead(1))) == 0u);
  CHECK(leaves(sj::saturated(1)) == 0x1.fffffep127F);
  CHECK(leaves(sj::saturated(1, {}, sj::Storage::spike)) == 1.0F);
  CHECK(leaves(sj::set_value(1, 0.25F)) == 0.25F);
  CHECK(leaves(sj::scaled(1, 2.0F)) == -3.0F);
  CHECK(leaves(sj::bit_flip(1, 31, {.begin = 1})) == -1.5F);
}

TEST_CASE("a bit that a float32 does not have is refused") {
  for (const unsigned bit : {32u, 100u}) CHECK_THROWS_AS(sj::bit_flip(0, bit), sj::NoSuchBit);
  CHECK_THROWS_AS(sj::stuck_at_0(0, 32), sj::NoSuchBit);
  CHECK_THROWS_WITH(sj::stuck_at_1(0, 32), "spikingjet: a float32 has no bit 32; bits count from 0, the least significant, to 31, the sign");
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
