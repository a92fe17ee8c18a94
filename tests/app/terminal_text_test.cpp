// SPDX-License-Identifier: MIT
#include <spikingjet/app/terminal_text.hpp>

#include "catch.hpp"

#include <string>

namespace sj = spikingjet;

TEST_CASE("a sentence of words that people read stays as it is", "[law]") {
  for (const std::string sentence :
       {"", " ", "a", "spikingjet: 'a b.npz' is there;  see  docs", "a ... b ... c", " ... ", "... "})
    CHECK(sj::short_words(sentence) == sentence);
  const std::string word(200, 'x');
  CHECK(sj::short_words(word + " " + word) == word + " " + word);
}

TEST_CASE("a word that nobody reads loses its middle") {
  const std::string path = "/begin" + std::string(4000, 'x') + "end.npz";
  const std::string told = sj::short_words("spikingjet: there is no '" + path + "'; check the path");
  CHECK(told.size() < 300);
  CHECK(told.starts_with("spikingjet: there is no '/beginxxx"));
  CHECK(told.ends_with("xend.npz'; check the path"));
  CHECK(told.find("x...x") != std::string::npos);
  // one that a message had cut already
  const std::string twice = sj::short_words(sj::one_line("spikingjet: there is no '" + path + "'; check the path"));
  CHECK(twice.size() < 300);
  CHECK(twice.ends_with("xend.npz'; check the path"));
  CHECK(sj::path_text(path).size() <= 205);
  CHECK(sj::path_text(path).ends_with("end.npz"));
}

TEST_CASE("lines stay lines, and nothing in them is obeyed by a terminal", "[law]") {
  CHECK(sj::terminal_text("a\nb\r\n\nc") == "a\nb\r\n\nc");
  CHECK(sj::terminal_text("\n") == "\n");
  CHECK(sj::terminal_text("") == "");
  CHECK(sj::terminal_text("a\x1b[31m\rb\x07\n\x7f\t\r") == "a?[31m?b?\n???");
  CHECK(sj::terminal_text("\u2588 \u00e9 \u4e2d\n") == "\u2588 \u00e9 \u4e2d\n");  // bars and letters of any script
  CHECK(sj::terminal_text("\u202e\xff") == std::string(4, '?'));
  const std::string row(100000, 'x');
  CHECK(sj::terminal_text(row + "\n" + row) == row + "\n" + row);
}
