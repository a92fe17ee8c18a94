// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/app/inputs.hpp>
#include <spikingjet/app/out_of_memory.hpp>
#include <spikingjet/app/status_line.hpp>
#include <spikingjet/app/terminal_text.hpp>
#include <spikingjet/app/validators.hpp>
#include <spikingjet/campaign/errors.hpp>
#include <spikingjet/campaign/samples_of.hpp>
#include <spikingjet/core/compiled.hpp>
#include <spikingjet/core/remark.hpp>
#include <spikingjet/core/text.hpp>
#include <spikingjet/io/data_remarks.hpp>
#include <spikingjet/io/dataset.hpp>
#include <spikingjet/io/npz.hpp>
#include <spikingjet/io/npz_of_samples.hpp>
#include <spikingjet/io/sample_list.hpp>
#include <spikingjet/io/weights.hpp>
#include <spikingjet/model/sample.hpp>
#include <spikingjet/store/manifest.hpp>
#include <spikingjet/store/store.hpp>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <limits>
#include <optional>
#include <string>
#include <vector>

namespace spikingjet {

SPIKINGJET_INLINE std::vector<std::size_t> listed_samples(const Store& store) {
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

SPIKINGJET_INLINE void InputOptions::add_all(CLI::App& sub) {
  add_files(sub);
  add_samples(sub, samples, most_campaign_samples);
  sub.add_option("--steps", repeat, "number of steps for which static images, which have no step axis, are repeated")
      ->check(whole_number(1, 1'000'000'000));
  add_denoise(sub, "")->capture_default_str();
  add_strict(sub);
}

SPIKINGJET_INLINE void InputOptions::add_strict(CLI::App& sub) {
  sub.add_flag("--strict", session_->remarks.strict,
               "end with an error where weights, data and network contradict each other, instead of telling; see "
               "docs/checks.md");
}

SPIKINGJET_INLINE CLI::Option* InputOptions::add_data(CLI::App& sub) {
  return sub.add_option("--data", data,
                        fmt::format("dataset folder or file, or .npz with 'x' and labels 'y'{}",
                                    session_->example.data.empty() ? "" : "; default: carried along"));
}

SPIKINGJET_INLINE void InputOptions::add_weights(CLI::App& sub) {
  const Example& example = session_->example;
  sub.add_option("--weights", weights,
                 fmt::format(".npz, .safetensors or PyTorch file with the state_dict's names{}",
                             example.weights.empty() ? "" : "; default: carried along"));
  sub.add_option("--state-dict", state_dict, "name of the dict or prefix in the weights file, where it has several")
      ->needs("--weights");
}

SPIKINGJET_INLINE CLI::Option* InputOptions::add_denoise(CLI::App& sub, const char* otherwise) {
  const std::string about = fmt::format("filter time of event recordings in us; 0: none{}", otherwise);
  return sub.add_option("--denoise", denoise, about)->check(whole_number(0, 4'000'000'000));
}

SPIKINGJET_INLINE void InputOptions::take_samples_of(const Store& store) {
  const Manifest& manifest = store.manifest();
  samples = {.count = samples_of(store),
             .spread = manifest.find(Manifest::samples_chosen) == chosen_spread,
             .list = listed_samples(store)};
  repeat = parse_number<std::size_t>(manifest.find("repeated steps").value_or("")).value_or(0);
}

SPIKINGJET_INLINE void InputOptions::inform_of_samples(Manifest& manifest) const {
  if (samples.spread) manifest.inform(std::string(Manifest::samples_chosen), std::string(chosen_spread));
  if (samples.by_outcomes || (!data.empty() && says_chosen_by_outcomes(data)))
    manifest.inform(std::string(Manifest::samples_chosen_by), std::string(Manifest::outcomes));
  if (!samples.list.empty()) manifest.inform("samples listed", fmt::format("{}", fmt::join(samples.list, ",")));
}

SPIKINGJET_INLINE WeightFile InputOptions::named_weight_file() const {
  const Example& example = session_->example;
  if (!weights.empty()) return WeightFile::open(std::filesystem::path(weights), state_dict);
  if (example.weights.empty()) throw InputMissing("--weights", example.where_from);
  return WeightFile::of(example.weights, "own weights of " + example.name);
}

SPIKINGJET_INLINE Dataset InputOptions::load_samples() const {
  Dataset dataset =
      load_data(samples.count > 0 ? samples.count : std::numeric_limits<std::size_t>::max(), session_->warn());
  session_->remarks(data_remarks(
      dataset, {.place = data.empty() ? "'" + own_data(session_->example) + "'" : "'" + path_text(data) + "'",
                .steps = expected_steps()}));
  return dataset;
}

SPIKINGJET_INLINE std::optional<std::uint64_t> InputOptions::known_steps() const {
  if (data.empty() && session_->example.data.empty()) return std::nullopt;
  return load_data(1, {}).samples.front().steps();
}

SPIKINGJET_INLINE Dataset InputOptions::load_data(std::size_t limit, const Warn& warn) const {
  enter_stage(data.empty() ? "reading the data carried along" : "reading the data " + file_text(data));
  const Example& example = session_->example;
  const DatasetFormat format{.input = input_,
                             .limit = limit,
                             .spread = samples.spread,
                             .list = samples.list,
                             .classes = classes_,
                             .repeat = repeat > 0 ? std::optional(repeat) : std::nullopt,
                             .steps = example.steps,
                             .denoise_time = denoise};
  if (data.empty() && example.data.empty()) throw InputMissing("--data", example.where_from);
  try {
    if (!data.empty()) return load_dataset(std::filesystem::path(data), format, warn);
    return load_dataset(NpzFile(example.data, own_data(example)), format, warn);
  } catch (const SampleBeyond& beyond) {
    const auto found = std::find(samples.list.begin(), samples.list.end(), beyond.sample);
    const auto place = static_cast<std::size_t>(found - samples.list.begin());
    if (place >= samples.list_lines.size()) throw;
    throw SampleBeyond(beyond, path_text(samples.list_file), samples.list_lines[place]);
  }
}

SPIKINGJET_INLINE std::optional<std::size_t> InputOptions::expected_steps() const {
  const Example& example = session_->example;
  if (repeat > 0) return std::nullopt;  // another number was asked for
  if (example.steps || example.data.empty() || data.empty()) return example.steps;
  return load_dataset(NpzFile(example.data, own_data(example)), {.input = input_, .limit = 1})
      .samples.front()
      .steps();
}

}  // namespace spikingjet
