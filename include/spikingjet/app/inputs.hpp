// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/app/out_of_memory.hpp>
#include <spikingjet/app/session.hpp>
#include <spikingjet/app/status_line.hpp>
#include <spikingjet/app/terminal_text.hpp>
#include <spikingjet/app/validators.hpp>
#include <spikingjet/campaign/errors.hpp>
#include <spikingjet/campaign/verify.hpp>
#include <spikingjet/core/error.hpp>
#include <spikingjet/core/remark.hpp>
#include <spikingjet/core/text.hpp>
#include <spikingjet/io/data_remarks.hpp>
#include <spikingjet/io/dataset.hpp>
#include <spikingjet/io/npz.hpp>
#include <spikingjet/io/parameters.hpp>
#include <spikingjet/io/sample_list.hpp>
#include <spikingjet/io/weight_remarks.hpp>
#include <spikingjet/io/weights.hpp>
#include <spikingjet/model/parameters.hpp>
#include <spikingjet/model/sample.hpp>
#include <spikingjet/store/store.hpp>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <limits>
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
inline constexpr std::string_view chosen_spread = "spread over classes";

/// The numbers that the samples of a store's campaign have in the data, where a list named them; else empty.
///
/// **Errors** `DamagedStore`.
inline std::vector<std::size_t> listed_samples(const Store& store) {
  std::vector<std::size_t> list;
  const auto text = store.manifest().find("samples listed");
  if (!text) return list;
  for (const std::string& word : split(*text, ',')) {
    const auto sample = parse_number<std::size_t>(word);
    if (!sample) throw DamagedStore(store.path(), fmt::format("its list of samples has '{}'", printable(word)));
    list.push_back(*sample);
  }
  return list;
}

/// What a command was told about weights and data, and the parameters and samples that this gives.
template <class Net, class Ranks>
class InputFiles {
 public:
  explicit InputFiles(Session<Ranks>& session) : session_(&session) {}

  /// Declares `--data`, `--weights`, `--samples`, `--steps`, `--denoise` and `--strict`.
  void add_all(CLI::App& sub) {
    add_files(sub);
    add_samples(sub, samples, most_campaign_samples);
    sub.add_option("--steps", repeat, "number of steps for which static images, which have no step axis, are repeated")
        ->check(whole_number(1, 1'000'000'000));
    add_denoise(sub, "")->capture_default_str();
    add_strict(sub);
  }

  /// Declares `--strict`.
  void add_strict(CLI::App& sub) {
    sub.add_flag("--strict", session_->remarks.strict,
                 "end with an error where weights, data and network contradict each other, instead of telling; see "
                 "docs/checks.md");
  }

  /// Declares `--data`.
  CLI::Option* add_data(CLI::App& sub) {
    return sub.add_option("--data", data,
                          fmt::format("dataset folder or file, or .npz with 'x' and labels 'y'{}",
                                      session_->example.data.empty() ? "" : "; default: carried along"));
  }

  /// Declares `--data` and `--weights`.
  void add_files(CLI::App& sub) {
    add_data(sub);
    add_weights(sub);
  }

  /// Declares `--weights` and `--state-dict`.
  void add_weights(CLI::App& sub) {
    const Example& example = session_->example;
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

  /// Whether there are weights to load.
  bool has_weights() const { return !weights.empty() || !session_->example.weights.empty(); }

  /// Takes the samples, and the steps of static images, of a store's campaign.
  ///
  /// **Errors** `DamagedStore`.
  void take_samples_of(const Store& store) {
    const Manifest& manifest = store.manifest();
    samples = {.count = samples_of(store),
               .spread = manifest.find("samples chosen") == chosen_spread,
               .list = listed_samples(store)};
    repeat = parse_number<std::size_t>(manifest.find("repeated steps").value_or("")).value_or(0);
  }

  /// Notes in a manifest which samples of the data these are.
  void inform_of_samples(Manifest& manifest) const {
    if (samples.spread) manifest.inform("samples chosen", std::string(chosen_spread));
    if (!samples.list.empty()) manifest.inform("samples listed", fmt::format("{}", fmt::join(samples.list, ",")));
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

  /// The network's parameters; what they contradict is told.
  ///
  /// **Errors** those of `weight_file`, `load_parameters` and `weight_remarks`.
  Parameters<Net> load_weights() const {
    enter_stage(weights.empty() ? "reading the weights carried along"
                                : "reading the weights " + file_text(weights));
    const WeightFile file = weight_file();
    std::vector<std::string> unused;
    Parameters<Net> parameters = load_parameters<Net>(file, session_->warn(), &unused);
    const std::vector<Remark> remarks = weight_remarks<Net>(file, parameters);
    for (const Remark& remark : remarks)
      std::erase_if(unused, [&](const std::string& name) {
        return std::find(remark.arrays.begin(), remark.arrays.end(), name) != remark.arrays.end();
      });
    if (!unused.empty()) session_->remarks(unused_sentence(file, unused));
    session_->remarks(remarks);
    return parameters;
  }

  /// The samples that the command is to use, without repeats; what they contradict is told.
  ///
  /// **Errors** `InputMissing`; those of `load_dataset`.
  Dataset load_samples() const {
    Dataset dataset =
        load_data(samples.count > 0 ? samples.count : std::numeric_limits<std::size_t>::max(), session_->warn());
    session_->remarks(data_remarks(
        dataset, {.place = data.empty() ? session_->example.name + "'s own data" : "'" + path_text(data) + "'",
                  .steps = expected_steps()}));
    return dataset;
  }

  /// The samples that the command is to use.
  SampleRange range_of(const Dataset& dataset) const {
    return {dataset, samples.count > 0 ? samples.count : dataset.size()};
  }

  /// Number of steps of the data, where there are any.
  std::optional<std::uint64_t> known_steps() const {
    if (data.empty() && session_->example.data.empty()) return std::nullopt;
    return load_data(1, {}).samples.front().steps();
  }

  std::string data;
  std::string weights;
  std::string state_dict;     // in the weights file; empty: the only one
  SampleChoice samples;
  std::size_t repeat = 0;     // [step] of static images; 0: as the data are
  std::uint32_t denoise = 0;  // [us]

 private:
  using Warn = std::function<void(const std::string&)>;

  Dataset load_data(std::size_t limit, const Warn& warn) const {
    enter_stage(data.empty() ? "reading the data carried along"
                             : "reading the data " + file_text(data));
    const Example& example = session_->example;
    const DatasetFormat format{.input = Net::input,
                               .limit = limit,
                               .spread = samples.spread,
                               .list = samples.list,
                               .classes = Net::classes,
                               .repeat = repeat > 0 ? std::optional(repeat) : std::nullopt,
                               .steps = example.steps,
                               .denoise_time = denoise};
    if (data.empty() && example.data.empty()) throw InputMissing("--data", example.where_from);
    try {
      if (!data.empty()) return load_dataset(std::filesystem::path(data), format, warn);
      return load_dataset(NpzFile(example.data, example.name + "'s own data"), format, warn);
    } catch (const SampleBeyond& beyond) {
      const auto found = std::find(samples.list.begin(), samples.list.end(), beyond.sample);
      const auto place = static_cast<std::size_t>(found - samples.list.begin());
      if (place >= samples.list_lines.size()) throw;
      throw SampleBeyond(beyond, path_text(samples.list_file), samples.list_lines[place]);
    }
  }

  /// What the network was trained with, as far as the program says or its own data show.
  std::optional<std::size_t> expected_steps() const {
    const Example& example = session_->example;
    if (repeat > 0) return std::nullopt;  // another number was asked for
    if (example.steps || example.data.empty() || data.empty()) return example.steps;
    return load_dataset(NpzFile(example.data, example.name + "'s own data"), {.input = Net::input, .limit = 1})
        .samples.front()
        .steps();
  }

  Session<Ranks>* session_;
};

}  // namespace spikingjet
