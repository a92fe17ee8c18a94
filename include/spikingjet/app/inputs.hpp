// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/app/command_session.hpp>
#include <spikingjet/app/out_of_memory.hpp>
#include <spikingjet/app/status_line.hpp>
#include <spikingjet/app/validators.hpp>
#include <spikingjet/campaign/errors.hpp>
#include <spikingjet/core/error.hpp>
#include <spikingjet/core/remark.hpp>
#include <spikingjet/core/shape.hpp>
#include <spikingjet/io/parameters.hpp>
#include <spikingjet/io/weight_remarks.hpp>
#include <spikingjet/io/weights.hpp>
#include <spikingjet/model/parameters.hpp>
#include <spikingjet/model/sample.hpp>
#include <spikingjet/store/manifest.hpp>
#include <spikingjet/store/store.hpp>

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace spikingjet {

/// What is needed to run and was not given.
class InputMissing : public Misuse {
 public:
  InputMissing(std::string missing_option, const std::string& where_from)
      : Misuse("spikingjet: '" + missing_option + "' is missing" + (where_from.empty() ? "" : "; " + where_from)),
        option(std::move(missing_option)) {}

  std::string option;
};

/// The manifest's word for samples that were spread over the classes.
inline constexpr std::string_view chosen_spread = Manifest::spread_over_classes;

/// The numbers that the samples of a store's campaign have in the data, where a list named them; else empty.
///
/// **Errors** `DamagedStore`.
std::vector<std::size_t> listed_samples(const Store& store);

/// What a command was told about weights and data, and the weights file and samples that this gives.
///
/// **Shapes** `input` of one step, as the network takes it.
class InputOptions {
 public:
  InputOptions(CommandSession& session, const Shape& input, std::size_t classes)
      : session_(&session), input_(input), classes_(classes) {}

  /// Declares `--data`, `--weights`, `--samples`, `--steps`, `--denoise` and `--strict`.
  void add_all(CLI::App& sub);

  /// Declares `--strict`.
  void add_strict(CLI::App& sub);

  /// Declares `--data`.
  CLI::Option* add_data(CLI::App& sub);

  /// Declares `--data` and `--weights`.
  void add_files(CLI::App& sub) {
    add_data(sub);
    add_weights(sub);
  }

  /// Declares `--weights` and `--state-dict`.
  void add_weights(CLI::App& sub);

  /// Declares `--denoise`; `otherwise` says what holds without it.
  CLI::Option* add_denoise(CLI::App& sub, const char* otherwise);

  /// Whether there are weights to load.
  bool has_weights() const { return !weights.empty() || !session_->example.weights.empty(); }

  /// Takes the samples, and the steps of static images, of a store's campaign.
  ///
  /// **Errors** `DamagedStore`.
  void take_samples_of(const Store& store);

  /// Notes in a manifest which samples of the data these are.
  void inform_of_samples(Manifest& manifest) const;

  /// The weights file, with names of its own.
  ///
  /// **Errors** `InputMissing`; those of `WeightFile`.
  WeightFile named_weight_file() const;

  /// The samples that the command is to use, without repeats; what they contradict is told.
  ///
  /// **Errors** `InputMissing`; those of `load_dataset`.
  Dataset load_samples() const;

  /// The samples that the command is to use.
  SampleRange range_of(const Dataset& dataset) const {
    return {dataset, samples.count > 0 ? samples.count : dataset.size()};
  }

  /// Number of steps of the data, where there are any.
  std::optional<std::uint64_t> known_steps() const;

  std::string data;
  std::string weights;
  std::string state_dict;     // in the weights file; empty: the only one
  SampleChoice samples;
  std::size_t repeat = 0;     // [step] of static images; 0: as the data are
  std::uint32_t denoise = 0;  // [us]

 protected:
  CommandSession& session() const { return *session_; }

 private:
  using Warn = std::function<void(const std::string&)>;

  Dataset load_data(std::size_t limit, const Warn& warn) const;

  /// What the data that a program carries along are called where a path would stand.
  static std::string own_data(const Example& example) { return "own data of " + example.name; }

  /// What the network was trained with, as far as the program says or its own data show.
  std::optional<std::size_t> expected_steps() const;

  CommandSession* session_;
  Shape input_;
  std::size_t classes_;
};

/// What a command was told about weights and data, and the parameters and samples that this gives.
template <class Net>
class InputFiles : public InputOptions {
 public:
  explicit InputFiles(CommandSession& session) : InputOptions(session, Net::input, Net::classes) {}

  /// The weights file, with the network's names.
  ///
  /// **Errors** those of `named_weight_file`.
  WeightFile weight_file() const { return weights_for<Net>(named_weight_file()); }

  /// The network's parameters; what they contradict is told.
  ///
  /// **Errors** those of `weight_file`, `load_parameters` and `weight_remarks`.
  Parameters<Net> load_weights() const {
    enter_stage(weights.empty() ? "reading the weights carried along" : "reading the weights " + file_text(weights));
    const WeightFile file = weight_file();
    std::vector<std::string> unused;
    Parameters<Net> parameters = load_parameters<Net>(file, session().warn(), &unused);
    const std::vector<Remark> remarks = weight_remarks<Net>(file, parameters);
    for (const Remark& remark : remarks)
      std::erase_if(unused, [&](const std::string& name) {
        return std::find(remark.arrays.begin(), remark.arrays.end(), name) != remark.arrays.end();
      });
    if (!unused.empty()) session().remarks(unused_sentence(file, unused));
    session().remarks(remarks);
    return parameters;
  }
};

}  // namespace spikingjet

#if !defined(SPIKINGJET_COMPILED)
#include <spikingjet/app/definitions/inputs.hpp>
#endif
