// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/error.hpp>

#include <string>

namespace spikingjet {

/// An engine that a backend does not have.
class BackendWithoutEngine : public Misuse {
 public:
  BackendWithoutEngine(const std::string& backend, const std::string& engine, const std::string& has)
      : Misuse("spikingjet: '--backend " + backend + "' has no engine '" + engine + "'; it has '" + has + "'") {}
};

/// An option of a backend that was not chosen.
class OptionWithoutBackend : public Misuse {
 public:
  explicit OptionWithoutBackend(const std::string& option)
      : Misuse("spikingjet: '" + option + "' needs '--backend cuda'") {}
};

/// Every readout of a campaign that decides while it runs how many faults it injects.
class ScoresOfUnknownSize : public Misuse {
 public:
  ScoresOfUnknownSize()
      : Misuse(
            "spikingjet: '--scores' must know how many faults there are, and '--until' and iterative campaigns decide "
            "that while "
            "they run; leave it out, and inject the list that 'export' writes again with '--faults' and '--scores'") {}
};

}  // namespace spikingjet
