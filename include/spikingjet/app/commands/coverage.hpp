// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/analysis/exposure.hpp>
#include <spikingjet/app/command_session.hpp>
#include <spikingjet/app/inputs.hpp>
#include <spikingjet/app/output_path.hpp>
#include <spikingjet/core/output_file.hpp>
#include <spikingjet/core/shape.hpp>

#include <CLI/CLI.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace spikingjet {

class Coverage;
class Store;

/// `coverage`: which samples expose the critical faults, and a smallest set of them.
///
/// **Shapes** `input` of one step, as the network takes it.
class CoverageCommand {
 public:
  CoverageCommand(CommandSession& session, const Shape& input, std::size_t classes)
      : session_(&session), inputs_(session, input, classes) {}

  void declare(CLI::App& sub);

  int run();

 private:
  Overwrite overwrite() const { return force_ ? Overwrite::yes : Overwrite::no; }

  std::string suffix() const { return suffix_of(output_); }

  bool is_npz() const { return suffix() == ".npz"; }

  void require_output() const;

  /// The samples to write, by their place in the campaign.
  std::vector<std::uint32_t> set_of(const Coverage& coverage) const;

  void write_set(const Store& store, const std::vector<std::uint32_t>& chosen);

  /// Refuses to write numbers where nobody knows which they are.
  static void require_places_in_data(const Store& store);

  /// The numbers that the samples have in the data.
  static std::vector<std::uint32_t> places_in_data(const Store& store, std::vector<std::uint32_t> chosen);

  CommandSession* session_;
  InputOptions inputs_;
  CLI::Option* data_ = nullptr;
  CLI::Option* denoise_ = nullptr;
  std::string store_;
  std::string output_;
  bool force_ = false;
  std::size_t size_ = 0;
  std::string outcome_ = std::string(exposing_name(Exposing::sdc_1));
  std::vector<std::string> targets_;
  std::string format_ = "text";
};

}  // namespace spikingjet

#if !defined(SPIKINGJET_COMPILED)
#include <spikingjet/app/commands/definitions/coverage.hpp>
#endif
