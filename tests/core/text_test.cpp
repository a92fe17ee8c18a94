// SPDX-License-Identifier: MIT

#include <spikingjet/core/text.hpp>

#include "catch.hpp"

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

namespace sj = spikingjet;

TEST_CASE("Text for messages is one line of printable characters", "[law]") {
  std::string all;
  for (int c = 0; c < 256; ++c) all += static_cast<char>(c);
  for (const std::string& text : {all, std::string("\x1b[2Jspikingjet: a second sentence\n"), std::string("a\0b", 3)})
    for (const char c : sj::printable(text, 1000)) {
      CHECK(c >= 0x20);
      CHECK(c <= 0x7e);
    }
  CHECK(sj::printable("fc1.weight") == "fc1.weight");
  CHECK(sj::printable("a\nb\tc") == "a?b?c");
}

TEST_CASE("Text for messages has a limit") {
  CHECK(sj::printable(std::string(80, 'x')) == std::string(80, 'x'));
  CHECK(sj::printable(std::string(81, 'x')) == std::string(80, 'x') + "...");
  CHECK(sj::printable(std::string(1'000'000, 'x'), 40).size() == 43);
}

TEST_CASE("A number is the whole text or none") {
  CHECK(sj::parse_number<std::uint8_t>("255") == std::uint8_t{255});
  for (const char* text : {"", "256", "-1", "+1", " 1", "1 ", "1.0", "0x1", "one"})
    CHECK_FALSE(sj::parse_number<std::uint8_t>(text));
  CHECK(sj::parse_number<std::uint32_t>("ff", 16) == 255u);
}

TEST_CASE("A float is rounded as IEEE 754 asks, also beyond the format") {
  CHECK(sj::parse_float<float>("0.1") == 0.1F);
  CHECK(sj::parse_float<float>("+0.5") == 0.5F);
  CHECK(sj::parse_float<float>("1e39") == std::numeric_limits<float>::infinity());
  CHECK(sj::parse_float<float>("1e-60") == 0.0F);
  for (const char* text : {"", "+", "+-1", "1x", "0,5"}) CHECK_FALSE(sj::parse_float<float>(text));
}

TEST_CASE("The text of a float reads back to the same bits") {
  for (const float value : {0.1F, -0.0F, 1e-45F, 3.4e38F, std::numeric_limits<float>::infinity()})
    CHECK(sj::parse_float<float>(sj::float_text(value)) == value);
  CHECK(sj::hex_text(42) == "0x0000002a");
}

TEST_CASE("Splitting keeps empty parts, trimming takes blanks and tabs") {
  CHECK(sj::split("a,,b", ',') == std::vector<std::string>{"a", "", "b"});
  CHECK(sj::split("", ',') == std::vector<std::string>{""});
  CHECK(sj::trim(" \t a b \t") == "a b");
  CHECK(sj::trim("\t").empty());
}
