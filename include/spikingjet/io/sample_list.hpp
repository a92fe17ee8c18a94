// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/error.hpp>
#include <spikingjet/core/text.hpp>
#include <spikingjet/io/byte_source.hpp>
#include <spikingjet/io/file_errors.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace spikingjet {

/// A line of a list of samples that names none, or one that stands there already.
class BadSampleList : public Misuse {
 public:
  BadSampleList(std::string file_path, std::uint64_t line_number, const std::string& what)
      : Misuse("spikingjet: '" + file_path + "'" +
               (line_number > 0 ? ", line " + std::to_string(line_number) + "," : "") + " " + what +
               "; a list of samples has one number a line, from 0 on, each once; see docs/formats.md"),
        path(std::move(file_path)),
        line(line_number) {}

  std::string path;
  std::uint64_t line;  // from 1; 0: of the whole file
};

/// A sample that the data do not have.
class SampleBeyond : public Misuse {
 public:
  SampleBeyond(std::string dataset_path, std::size_t wanted_sample, std::size_t sample_count)
      : Misuse("spikingjet: '" + dataset_path + "' has no sample " + std::to_string(wanted_sample) + ", as it holds " +
               std::to_string(sample_count) + ", from 0 to " + std::to_string(sample_count - 1) +
               "; check that list and data belong together"),
        path(std::move(dataset_path)),
        sample(wanted_sample),
        samples(sample_count) {}

  /// The same of a list that names the sample in a line.
  SampleBeyond(const SampleBeyond& beyond, const std::string& list_path, std::uint64_t list_line)
      : Misuse("spikingjet: '" + list_path + "', line " + std::to_string(list_line) +
               std::string(beyond.what()).substr(std::string("spikingjet").size())),
        path(beyond.path),
        sample(beyond.sample),
        samples(beyond.samples),
        line(list_line) {}

  std::string path;
  std::size_t sample;
  std::size_t samples;
  std::uint64_t line = 0;  // of a list; 0: not known
};

/// What a list says of itself, in a line of its own, whose samples were chosen by what injections showed.
inline constexpr std::string_view chosen_by_outcomes_mark = "# spikingjet samples: chosen by outcomes";

/// The samples that a file names, in its order: one number a line. Blank lines, lines that begin with '#' and a first
/// line `sample` are passed over. `places`, if given, gets the line of each, from 1 on; `by_outcomes` whether a line
/// `chosen_by_outcomes_mark` stands there.
///
/// **Errors** `FileMissing`, `ReadFailed`; `BadSampleList`, also for a file without any.
inline std::vector<std::size_t> read_sample_list(const std::filesystem::path& path,
                                                 std::vector<std::uint64_t>* places = nullptr,
                                                 bool* by_outcomes = nullptr) {
  constexpr std::size_t most = 0x7fffffff;
  const FileSource readable(path);  // refuses what is no file
  std::ifstream file(path);
  std::vector<std::size_t> samples;
  std::unordered_map<std::size_t, std::uint64_t> lines;  // [sample]
  std::uint64_t number = 0;
  if (by_outcomes) *by_outcomes = false;
  for (std::string line; std::getline(file, line);) {
    ++number;
    std::string_view word = line;
    if (number == 1 && word.starts_with("\xef\xbb\xbf")) word.remove_prefix(3);
    while (word.ends_with('\r')) word.remove_suffix(1);
    word = trim(word);
    if (by_outcomes && word.starts_with(chosen_by_outcomes_mark)) *by_outcomes = true;
    if (word.empty() || word.front() == '#' || (samples.empty() && word == "sample")) continue;
    const auto sample = parse_number<std::size_t>(word);
    if (!sample || *sample > most)
      throw BadSampleList(path.string(), number, "has '" + printable(word, 40) + "', no number of a sample");
    const auto [before, is_new] = lines.try_emplace(*sample, number);
    if (!is_new)
      throw BadSampleList(
          path.string(), number,
          "has sample " + std::to_string(*sample) + " a second time, after line " + std::to_string(before->second));
    samples.push_back(*sample);
    if (places) places->push_back(number);
  }
  if (samples.empty()) throw BadSampleList(path.string(), 0, "names no sample");
  return samples;
}

/// The text of such a file; with a header it is a CSV file of one column. `by_outcomes` adds
/// `chosen_by_outcomes_mark`.
inline std::string sample_list_text(std::span<const std::uint32_t> samples, bool with_header,
                                    bool by_outcomes = false) {
  const char* end = with_header ? "\r\n" : "\n";
  std::string text = with_header ? "sample\r\n" : "";
  if (by_outcomes) text += std::string(chosen_by_outcomes_mark) + end;
  for (const std::uint32_t sample : samples) text += std::to_string(sample) + end;
  return text;
}

}  // namespace spikingjet
