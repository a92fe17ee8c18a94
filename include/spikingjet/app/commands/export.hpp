// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/config.hpp>

#include <string>

namespace CLI {
class App;
}  // namespace CLI

namespace spikingjet {

/// `export`: a store as CSV files.
class ExportCommand {
 public:
  void declare(CLI::App& sub);

  int run() const;

 private:
  std::string store_;
  std::string folder_;
  bool force_ = false;
};

}  // namespace spikingjet

#if !defined(SPIKINGJET_COMPILED)
#include <spikingjet/app/commands/definitions/export.hpp>
#endif
