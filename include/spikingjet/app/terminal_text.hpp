// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/text.hpp>

#include <fmt/format.h>

#include <cstddef>
#include <cstdio>
#include <string>
#include <string_view>
#include <utility>

namespace spikingjet {

/// A path as a terminal may show it: one line, the middle left out where it is long.
inline std::string path_text(std::string_view path) { return one_line(path, 200); }

/// A sentence whose words are of a length that people read: a path or an argument of more than `longest` bytes loses
/// its middle.
///
/// **Laws** a sentence of shorter words stays as it is.
inline std::string short_words(std::string_view sentence, std::size_t longest = 200) {
  constexpr std::string_view gap = " ... ";  // where a message was cut already: no end of a word
  std::string text;
  while (!sentence.empty()) {
    std::size_t end = sentence.find(' ');
    while (end != std::string_view::npos && sentence.substr(end).starts_with(gap))
      end = sentence.find(' ', end + gap.size());
    const std::string_view word = sentence.substr(0, end);
    if (word.size() <= longest) {
      text += word;
    } else {
      text += word.substr(0, longest - longest / 3);
      text += "...";
      text += word.substr(word.size() - longest / 3);
    }
    if (end == std::string_view::npos) break;
    text += ' ';
    sentence.remove_prefix(end + 1);
  }
  return text;
}

/// Text of several lines that no terminal obeys, whatever names of a file or a store it quotes.
///
/// **Laws** each line as `one_line` has it, of any length; lines end as they did.
inline std::string terminal_text(std::string_view text) {
  std::string shown;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    std::string_view line = text.substr(0, end);
    const bool returns = end != std::string_view::npos && line.ends_with('\r');
    if (returns) line.remove_suffix(1);
    shown += one_line(line, line.size());
    if (end == std::string_view::npos) break;
    shown += returns ? "\r\n" : "\n";
    text.remove_prefix(end + 1);
  }
  return shown;
}

/// Prints to standard output what a terminal may show; all that commands print for people passes here.
template <class... Args>
void say(fmt::format_string<Args...> format, Args&&... args) {
  fmt::print("{}", terminal_text(fmt::format(format, std::forward<Args>(args)...)));
}

}  // namespace spikingjet
