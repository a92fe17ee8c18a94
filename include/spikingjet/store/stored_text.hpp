// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/config.hpp>

#include <algorithm>
#include <cstddef>
#include <functional>
#include <set>
#include <string>
#include <string_view>

namespace spikingjet::detail {

/// Whether a text from the file may go into tables and messages as it is.
inline bool is_plain_text(std::string_view text) {
  constexpr std::size_t longest = 256;
  return text.size() <= longest && std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; });
}

/// Texts out of a store that faults refer to: each is kept once, as long as the pool.
class TextPool {
 public:
  std::string_view kept(std::string_view text) {
    if (text == last_) return last_;
    const auto found = texts_.find(text);
    return last_ = found != texts_.end() ? *found : *texts_.emplace(text).first;
  }

 private:
  std::string_view last_;  // as many faults in a row have the same
  std::set<std::string, std::less<>> texts_;
};

}  // namespace spikingjet::detail
