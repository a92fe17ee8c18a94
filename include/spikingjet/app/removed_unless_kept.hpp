// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/config.hpp>

#include <filesystem>
#include <string>
#include <system_error>
#include <utility>

namespace spikingjet {

/// A file that is removed at the end of the scope unless `keep` was called: an output that came to nothing leaves its
/// path free for the next try.
class RemovedUnlessKept {
 public:
  explicit RemovedUnlessKept(std::string path) : path_(std::move(path)) {}
  RemovedUnlessKept(const RemovedUnlessKept&) = delete;
  RemovedUnlessKept& operator=(const RemovedUnlessKept&) = delete;
  ~RemovedUnlessKept() {
    std::error_code ignored;
    if (!kept_ && std::filesystem::is_regular_file(path_, ignored)) std::filesystem::remove(path_, ignored);
  }

  void keep() { kept_ = true; }

 private:
  std::string path_;
  bool kept_ = false;
};

}  // namespace spikingjet
