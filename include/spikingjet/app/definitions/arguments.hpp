// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/app/arguments.hpp>
#include <spikingjet/core/compiled.hpp>
#include <spikingjet/core/error.hpp>
#include <spikingjet/core/text.hpp>

#include <algorithm>
#include <cctype>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace spikingjet {

SPIKINGJET_INLINE void require_values(int argc, const char* const* argv) {
  for (int a = 1; a < argc; ++a) {
    const std::string_view word = argv[a];
    const std::string_view before = argv[a - 1];
    if (word.empty())
      throw EmptyValue(a > 1 && before.starts_with('-') && before.find('=') == std::string_view::npos
                           ? "the value of '" + printable(before) + "'"
                           : "argument " + std::to_string(a));
    if (word.starts_with("--") && word.find('=') + 1 == word.size())
      throw EmptyValue("the value of '" + printable(word.substr(0, word.size() - 1)) + "'");
    if (word.size() > 2 && word[0] == '-' && word[1] != '-' && word[2] == '=') {
      const std::string option(word.substr(0, 2));
      if (word.size() == 3) throw EmptyValue("the value of '" + option + "'");
      throw Misuse("spikingjet: '" + printable(word) + "' is not allowed; write '" + option + " " +
                   printable(word.substr(3)) + "'");
    }
  }
}

namespace detail {

SPIKINGJET_INLINE std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i);
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t above = row[j];
      row[j] = std::min({above + 1, row[j - 1] + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1)});
      diagonal = above;
    }
  }
  return row[b.size()];
}

}  // namespace detail

SPIKINGJET_INLINE std::string nearest_name(std::string_view word, const std::vector<std::string>& names) {
  constexpr std::size_t longest = 40;
  if (word.size() > longest) return "";
  std::string lower(word);
  for (char& c : lower) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  std::string nearest;
  std::size_t least = std::min<std::size_t>(3, word.size() / 2 + 1);
  for (const std::string& name : names)
    if (const std::size_t distance = detail::edit_distance(lower, name); distance < least) {
      least = distance;
      nearest = name;
    }
  return nearest;
}

}  // namespace spikingjet
