// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/analysis/exposure.hpp>

#include <string>

namespace CLI {
class App;
}  // namespace CLI

namespace spikingjet {

/// `dictionary`: the samples that expose each fault.
class DictionaryCommand {
 public:
  void declare(CLI::App& sub);

  int run() const;

 private:
  std::string store_;
  std::string output_;
  bool force_ = false;
  std::string outcome_ = std::string(exposing_name(Exposing::failure));
};

}  // namespace spikingjet

#if !defined(SPIKINGJET_COMPILED)
#include <spikingjet/app/commands/definitions/dictionary.hpp>
#endif
