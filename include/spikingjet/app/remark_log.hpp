// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/app/status_line.hpp>
#include <spikingjet/core/error.hpp>
#include <spikingjet/core/remark.hpp>

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace spikingjet {

/// A remark where `--strict` allows none.
class RemarkRefused : public Misuse {
 public:
  RemarkRefused(std::string first_sentence, std::size_t further_remarks)
      : Misuse(first_sentence + (further_remarks > 0 ? "; and " + std::to_string(further_remarks) + " more" : "") +
               " (an error because of '--strict')"),
        first(std::move(first_sentence)),
        further(further_remarks) {}

  std::string first;
  std::size_t further;
};

/// What is told of weights, data and golden runs: at once on standard error, or kept for one refusal where told to be
/// strict.
///
/// **Laws** each sentence is told once, whatever loads a file twice.
class RemarkLog {
 public:
  bool strict = false;
  bool silent = false;  // a process that leaves telling to another; it refuses all the same

  void operator()(const std::string& sentence) {
    for (const std::string& earlier : told_)
      if (earlier == sentence) return;
    told_.push_back(sentence);
    if (!strict && !silent) tell(sentence);
  }

  void operator()(const std::vector<Remark>& remarks) {
    for (const Remark& remark : remarks) (*this)(remark.sentence);
  }

  /// Ends a strict command of which something was told.
  ///
  /// **Errors** `RemarkRefused`.
  void settle() const {
    if (strict && !told_.empty()) throw RemarkRefused(told_.front(), told_.size() - 1);
  }

 private:
  std::vector<std::string> told_;
};

}  // namespace spikingjet
