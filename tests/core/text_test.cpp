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

TEST_CASE("A whole message is one line that no terminal obeys, in any script", "[law]") {
  CHECK(sj::one_line("spikingjet: 'a.npz' is missing") == "spikingjet: 'a.npz' is missing");
  CHECK(sj::one_line("'daten/\u00fcbung \u5b9f\u9a13 \U0001f9e0.npz'") ==
        "'daten/\u00fcbung \u5b9f\u9a13 \U0001f9e0.npz'");
  CHECK(sj::one_line("\x1b[2J\x1b]0;title\x07\n\r\tx\x7f") == "?[2J?]0;title????x?");
  CHECK(sj::one_line(std::string("a\0b", 3)) == "a?b");
  CHECK(sj::one_line("\u009b2J") == "??2J");                        // a control sequence in one character
  CHECK(sj::one_line("gpj.\u202etxt") == "gpj.???txt");              // would be read from right to left
  CHECK(sj::one_line("\xff\xc0\xaf\xe2\x82") == "?????");           // no UTF-8, and cut off
  CHECK(sj::one_line("\xed\xa0\x80\xf4\x90\x80\x80") == "???????");  // surrogates, beyond Unicode
  std::string all;
  for (int c = 0; c < 256; ++c) all += static_cast<char>(c);
  for (const char c : sj::one_line(all)) CHECK((static_cast<unsigned char>(c) >= 0x20 && c != 0x7f));
}

TEST_CASE("A message that is too long keeps its culprit and its cure") {
  const std::string line = sj::one_line("spikingjet: the culprit" + std::string(10'000'000, ',') + "; the cure");
  CHECK(line.size() <= 2010);
  CHECK(line.starts_with("spikingjet: the culprit,"));
  CHECK(line.ends_with("; the cure"));
  CHECK(sj::one_line(std::string(2000, 'x')) == std::string(2000, 'x'));
}
