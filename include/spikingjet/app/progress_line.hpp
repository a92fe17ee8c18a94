// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/app/status_line.hpp>
#include <spikingjet/campaign/progress.hpp>

namespace spikingjet {

/// Shows how far a campaign is while it lives, where the process shows its status.
class ProgressLine {
 public:
  ProgressLine() = default;
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;
  ~ProgressLine() { enter_stage(""); }

  void show(const Progress& progress) { StatusLine::of_process().progress(progress); }
};

}  // namespace spikingjet
