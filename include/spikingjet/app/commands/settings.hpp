// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/app/chosen_list.hpp>
#include <spikingjet/app/inputs.hpp>
#include <spikingjet/app/options.hpp>
#include <spikingjet/app/output_path.hpp>
#include <spikingjet/app/pilot_store.hpp>
#include <spikingjet/campaign/options.hpp>
#include <spikingjet/core/output_file.hpp>
#include <spikingjet/fault/fault_type.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace spikingjet {

// What commands that need the network are told besides their inputs, which is the same for every network.

/// Of `golden`.
class GoldenSettings {
 protected:
  void declare(CLI::App& sub, InputOptions& inputs);

  Overwrite overwrite() const { return force_ ? Overwrite::yes : Overwrite::no; }

  void require_outputs() const;

  std::size_t threads_ = 0;
  std::string output_;
  std::string readouts_;
  std::string spikes_;
  bool force_ = false;
};

/// Of `faults`.
class FaultsSettings {
 protected:
  explicit FaultsSettings(const SamplingOptions& sampling) : sampling_(sampling) {}

  void declare(CLI::App& sub, InputOptions& inputs, std::span<const FaultTypeInfo> types);

  Overwrite overwrite() const { return force_ ? Overwrite::yes : Overwrite::no; }

  /// Tells what is to be told of the pilot, and what nobody compared.
  void tell_of_pilot(const SamplingSubject& subject) const;

  SamplingOptions sampling_;
  std::uint64_t steps_ = 0;
  std::string output_;
  bool force_ = false;
};

/// Of `run`.
class RunSettings {
 protected:
  /// `engines`: what `--engine` offers, the default first.
  RunSettings(const SamplingOptions& sampling, std::vector<std::string> engines);

  void declare(CLI::App& sub, InputOptions& inputs, std::span<const FaultTypeInfo> types, bool several_processes);

  Overwrite overwrite() const { return force_ ? Overwrite::yes : Overwrite::no; }

  /// Refuses scores of a list that nobody knows the length of, or that would not be written.
  void require_scores_of(const ChosenList& list) const;

  CLI::App* sub_ = nullptr;
  ListOptions list_;
  std::string store_;
  bool outcomes_ = false;
  std::string scores_;
  bool force_ = false;
  std::vector<std::string> engines_;
  std::string engine_;
  std::string backend_ = "cpu";
  std::string devices_ = "0";
  std::uint64_t gpu_memory_ = 80;  // [percent]
  std::size_t threads_ = 0;
};

/// Of `verify`.
class VerifySettings {
 protected:
  void declare(CLI::App& sub, InputOptions& inputs);

  CLI::Option* denoise_ = nullptr;
  std::size_t threads_ = 0;
  std::uint64_t seconds_ = 60;
  std::string store_;
  VerifyOptions options_;
};

}  // namespace spikingjet

#if !defined(SPIKINGJET_COMPILED)
#include <spikingjet/app/commands/definitions/settings.hpp>
#endif
