// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/config.hpp>

#include <cstddef>
#include <functional>
#include <string>

namespace spikingjet::detail {

/// The samples of a dataset that turned out all zero.
class ZeroSamples {
 public:
  void add(const std::string& name, const std::string& reason) {
    if (count_++ < most_named) names_ += (names_.empty() ? "" : ", ") + name;
    if (reason_.empty()) reason_ = reason;
  }

  void tell(const std::function<void(const std::string&)>& warn, const std::string& path, std::size_t of) const {
    if (!warn || count_ == 0) return;
    warn("spikingjet: " + std::to_string(count_) + " of " + std::to_string(of) + " samples of '" + path +
         "' are all zero (" + names_ + (count_ > most_named ? ", ..." : "") + "): " + reason_ +
         "; see docs/formats.md");
  }

 private:
  static constexpr std::size_t most_named = 3;
  std::size_t count_ = 0;
  std::string names_;
  std::string reason_;  // of the first
};

}  // namespace spikingjet::detail
