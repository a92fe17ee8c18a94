// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/config.hpp>
#include <spikingjet/core/text.hpp>

#include <stdexcept>
#include <string>

namespace spikingjet {

/// Base of everything this library throws: one clear sentence that says what, where, and what is allowed.
///
/// **Laws** `what()` is one line of bounded length without control characters (`one_line`), whatever names it quotes.
class Error : public std::runtime_error {
 public:
  /// The status a command-line program ends with: 2 for misuse, 1 for failure.
  int exit_status() const noexcept { return exit_status_; }

 protected:
  Error(const std::string& sentence, int exit_status)
      : std::runtime_error(one_line(sentence)), exit_status_(exit_status) {}

 private:
  int exit_status_;
};

/// What was asked for or handed over cannot be used as it is; the caller can mend it.
class Misuse : public Error {
 public:
  explicit Misuse(const std::string& sentence) : Error(sentence, 2) {}
};

/// The request was right and could not be carried out: a full disk, a file that cannot be read.
class Failure : public Error {
 public:
  explicit Failure(const std::string& sentence) : Error(sentence, 1) {}
};

}  // namespace spikingjet
