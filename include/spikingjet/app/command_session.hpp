// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/app/example.hpp>
#include <spikingjet/app/remark_log.hpp>

#include <functional>
#include <string>
#include <utility>

namespace spikingjet {

/// What all commands of a program share besides its processes: what it brings along, and what is told.
struct CommandSession {
  explicit CommandSession(Example carried) : example(std::move(carried)) {}

  /// What takes a warning, which is told once for all ranks.
  std::function<void(const std::string&)> warn() {
    return [this](const std::string& sentence) { remarks(sentence); };
  }

  Example example;
  RemarkLog remarks;
  bool quiet = false;  // neither progress nor other news on standard error; warnings stay
};

}  // namespace spikingjet
