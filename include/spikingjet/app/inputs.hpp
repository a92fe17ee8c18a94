// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/app/session.hpp>
#include <spikingjet/app/validators.hpp>
#include <spikingjet/campaign/campaign.hpp>
#include <spikingjet/core/error.hpp>
#include <spikingjet/io/dataset.hpp>
#include <spikingjet/io/npz.hpp>
#include <spikingjet/io/parameters.hpp>
#include <spikingjet/io/weights.hpp>
#include <spikingjet/model/parameters.hpp>
#include <spikingjet/model/sample.hpp>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <limits>
#include <optional>
#include <string>
#include <utility>

namespace spikingjet {

/// What is needed to run and was not given.
class InputMissing : public Misuse {
 public:
  InputMissing(std::string missing_option, const std::string& where_from)
      : Misuse("spikingjet: '" + missing_option + "' is missing" + (where_from.empty() ? "" : "; " + where_from)),
        option(std::move(missing_option)) {}

  std::string option;
};

/// What a command was told about weights and data, and the parameters and samples that this gives.
template <class Net, class Ranks>
class InputFiles {
 public:
  explicit InputFiles(const Session<Ranks>& session) : session_(&session) {}

  /// Declares `--data`, `--weights`, `--samples` and `--denoise`.
  void add_all(CLI::App& sub) {
    add_files(sub);
    sub.add_option("--samples", samples, "number of samples; beyond the data they repeat; default: all")
        ->check(whole_number(1, most_campaign_samples));
    add_denoise(sub, "")->capture_default_str();
  }

  /// Declares `--data` and `--weights`.
  void add_files(CLI::App& sub) {
    const Example& example = session_->example;
    sub.add_option("--data", data, fmt::format("dataset folder or file, or .npz with 'x' and labels 'y'{}",
                                               example.data.empty() ? "" : "; default: carried along"));
    sub.add_option("--weights", weights, fmt::format(".npz, .safetensors or PyTorch file with the state_dict's names{}",
                                                     example.weights.empty() ? "" : "; default: carried along"));
    sub.add_option("--state-dict", state_dict, "name of the dict or prefix in the weights file, where it has several")
        ->needs("--weights");
  }

  /// Declares `--denoise`; `otherwise` says what holds without it.
  CLI::Option* add_denoise(CLI::App& sub, const char* otherwise) {
    const std::string about = fmt::format("filter time of event recordings in us; 0: none{}", otherwise);
    return sub.add_option("--denoise", denoise, about)->check(whole_number(0, 4'000'000'000));
  }

  /// The weights file, with the network's names.
  ///
  /// **Errors** `InputMissing`; those of `WeightFile`.
  WeightFile weight_file() const {
    const Example& example = session_->example;
    if (!weights.empty()) return weights_for<Net>(WeightFile::open(std::filesystem::path(weights), state_dict));
    if (example.weights.empty()) throw InputMissing("--weights", example.where_from);
    return weights_for<Net>(WeightFile::of(example.weights, example.name + "'s own weights"));
  }

  /// **Errors** those of `weight_file` and `load_parameters`.
  Parameters<Net> load_weights() const { return load_parameters<Net>(weight_file(), session_->warn()); }

  /// The first samples of the data, at most `limit`.
  ///
  /// **Errors** `InputMissing`; those of `load_dataset`.
  Dataset load_data(std::size_t limit) const {
    const Example& example = session_->example;
    const DatasetFormat format{.input = Net::input, .limit = limit, .steps = example.steps, .denoise_time = denoise};
    if (!data.empty()) return load_dataset(std::filesystem::path(data), format);
    if (example.data.empty()) throw InputMissing("--data", example.where_from);
    return load_dataset(NpzFile(example.data, example.name + "'s own data"), format);
  }

  /// The samples that the command is to use, without repeats.
  Dataset load_samples() const { return load_data(samples > 0 ? samples : std::numeric_limits<std::size_t>::max()); }

  /// The samples that the command is to use.
  SampleRange range_of(const Dataset& dataset) const { return {dataset, samples > 0 ? samples : dataset.size()}; }

  /// Number of steps of the data, where there are any.
  std::optional<std::uint64_t> known_steps() const {
    if (data.empty() && session_->example.data.empty()) return std::nullopt;
    return load_data(1).samples.front().steps();
  }

  std::string data;
  std::string weights;
  std::string state_dict;     // in the weights file; empty: the only one
  std::size_t samples = 0;    // 0: all
  std::uint32_t denoise = 0;  // [us]

 private:
  const Session<Ranks>* session_;
};

}  // namespace spikingjet
