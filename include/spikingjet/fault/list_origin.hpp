// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/digest.hpp>
#include <spikingjet/core/random.hpp>
#include <spikingjet/core/text.hpp>
#include <spikingjet/fault/fault.hpp>
#include <spikingjet/fault/fault_list.hpp>
#include <spikingjet/fault/fault_space.hpp>
#include <spikingjet/fault/sampling_plan.hpp>
#include <spikingjet/model/quantity.hpp>

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace spikingjet {

/// How the faults of a list were chosen from a fault space: what makes their rates say something about the space.
struct ListOrigin {
  /// The key of `about` under which `pilot()` stands.
  static constexpr std::string_view pilot_key = "drawn beside";

  std::string method;                                      // as `SamplingMethod` spells it
  double confidence = 0.99;                                // of the intervals
  std::uint64_t seed = 1;                                  // of the draw
  std::vector<std::uint64_t> population;                   // (quantities), faults of the space that strike each
  std::vector<std::pair<std::string, std::string>> about;  // what else was asked for: margin, targets, bits
  std::string by = "nothing";                              // what the strata are that were drawn from
  std::vector<PlannedStratum> strata{};                    // of a stratified sample; of others none

  bool operator==(const ListOrigin&) const = default;

  /// N, the faults of the space.
  std::uint64_t faults() const {
    std::uint64_t sum = 0;
    for (const std::uint64_t stratum : population) sum += stratum;
    return sum;
  }

  /// Whether the list is the whole space.
  bool is_exhaustive() const { return method == "exhaustive"; }

  /// Whether its faults were drawn from strata, so that their plain mean says nothing of the space.
  bool is_stratified() const { return by != "nothing"; }

  /// What `about` has under a key; empty where it has nothing.
  std::string said(std::string_view key) const {
    for (const auto& [name, value] : about)
      if (name == key) return value;
    return "";
  }

  /// What tells the pilot that its sizes come from from others, as `draw_seed` takes it; empty without one, and of
  /// lists that were drawn with the seed alone.
  std::string pilot() const { return said(pilot_key); }

  /// The rate that the size was found with; 1/2 where that was none.
  double p() const {
    const auto rate = parse_float<double>(said("p"));
    return rate && *rate > 0 && *rate < 1 ? *rate : 0.5;
  }
};

/// The faults of a space that strike each quantity.
inline std::vector<std::uint64_t> population_of(const FaultSpace& space) {
  std::vector<std::uint64_t> population;
  for (std::size_t q = 0; q < space.quantities().size(); ++q) population.push_back(space.size(q));
  return population;
}

/// A digest of a list as a set: the sum of mixed digests of its faults.
///
/// **Shapes** names: (quantities).
/// **Laws** the same in any order; a fault that stands twice counts twice.
/// **Source** Bellare and Micciancio, "A new paradigm for collision-free hashing", EUROCRYPT 1997 (AdHash), with a
/// digest that tells lists apart, not adversaries.
class UnorderedDigest {
 public:
  explicit UnorderedDigest(std::vector<std::string> names) : names_(std::move(names)) {
    for (const std::string& name : names_) hashes_.push_back(Digest().add(std::string_view(name)).value());
  }

  /// Of all faults of a list.
  UnorderedDigest(const FaultList& faults, std::span<const Quantity> quantities)
      : UnorderedDigest(names_of(quantities)) {
    for (std::uint64_t i = 0; i < faults.size(); ++i) add(faults[i]);
  }

  void add(const Fault& fault) {
    Digest digest;
    digest.add(hashes_[fault.site.quantity]).add(fault.site.element);
    digest.add(fault.type).add(static_cast<std::uint32_t>(fault.bit));
    digest.add(fault.alteration.factor).add(fault.alteration.keep).add(fault.alteration.set).add(fault.alteration.flip);
    digest.add(fault.window.begin).add(fault.window.end).add(fault.window.duty).add(fault.window.seed);
    sum_ += random_bits(0x5350494b494e474aull, digest.value());
    ++faults_;
  }

  std::uint64_t value() const { return sum_; }
  std::uint64_t faults() const { return faults_; }

  /// The quantities' names, "fc1.weight".
  std::span<const std::string> names() const { return names_; }

 private:
  static std::vector<std::string> names_of(std::span<const Quantity> quantities) {
    std::vector<std::string> names;
    for (const Quantity& quantity : quantities) names.push_back(quantity.name());
    return names;
  }

  std::vector<std::string> names_;
  std::vector<std::uint64_t> hashes_;  // of the names
  std::uint64_t sum_ = 0;
  std::uint64_t faults_ = 0;
};

namespace detail {

/// A word without the characters that separate, nor `others`: they become %XX.
inline std::string escaped(std::string_view text, std::string_view others = {}) {
  std::string word;
  for (const char c : text)
    if (c <= ' ' || c > '~' || std::string_view("%,;\"'|").find(c) != std::string_view::npos ||
        others.find(c) != std::string_view::npos) {
      word += '%';
      for (const int shift : {4, 0}) word += "0123456789abcdef"[(static_cast<unsigned char>(c) >> shift) & 15];
    } else {
      word += c;
    }
  return word;
}

inline std::string unescaped(std::string_view word) {
  std::string text;
  for (std::size_t at = 0; at < word.size(); ++at) {
    const auto byte =
        word[at] == '%' && at + 2 < word.size() ? parse_number<std::uint8_t>(word.substr(at + 1, 2), 16) : std::nullopt;
    text += byte ? static_cast<char>(*byte) : word[at];
    if (byte) at += 2;
  }
  return text;
}

inline constexpr std::string_view origin_mark = "# spikingjet list:";
inline constexpr std::string_view digest_mark = " digest=";

/// A list's line is no longer than this for its strata: text files are read by lines of up to 1 MiB.
inline constexpr std::size_t most_strata_text = std::size_t{1} << 19;

/// "fc1%20bit%2030:578:120:0.25/...": name, N_h, n_h, and p where it is not 1/2. Empty where it would be too long.
inline std::string strata_word(std::span<const PlannedStratum> strata) {
  std::string word;
  for (const PlannedStratum& stratum : strata) {
    word += (word.empty() ? "" : "/") + escaped(stratum.name, "/:") + ':' + std::to_string(stratum.population) + ':' +
            std::to_string(stratum.faults);
    if (stratum.p != 0.5) word += ':' + number_text(stratum.p);
  }
  return word.size() > most_strata_text ? "" : word;
}

/// What `strata_word` wrote; nothing where it is something else.
inline std::optional<std::vector<PlannedStratum>> strata_of(std::string_view word) {
  std::vector<PlannedStratum> strata;
  for (const std::string& text : split(word, '/')) {
    const std::vector<std::string> parts = split(text, ':');
    if (parts.size() != 3 && parts.size() != 4) return std::nullopt;
    const auto population = parse_number<std::uint64_t>(parts[1]);
    const auto faults = parse_number<std::uint64_t>(parts[2]);
    const auto p = parts.size() == 4 ? parse_float<double>(parts[3]) : std::optional(0.5);
    if (!population || !faults || *faults > *population || !p || !(*p > 0 && *p < 1)) return std::nullopt;
    strata.push_back({unescaped(parts[0]), *population, *faults, *p});
  }
  return strata;
}

/// The digest of a list and of what is said about it.
inline std::string origin_digest(std::string_view said, const UnorderedDigest& faults) {
  return Digest().add(said).add(faults.faults()).add(faults.value()).hex();
}

}  // namespace detail

/// The line of a fault list that says where the list is from: one field of any CSV, and a comment.
inline std::string origin_line(const ListOrigin& origin, const UnorderedDigest& faults) {
  std::string line{detail::origin_mark};
  const auto say = [&line](std::string_view key, const std::string& value) {
    line += ' ';
    line += detail::escaped(key);
    line += '=';
    line += value;
  };
  char confidence[40];
  say("method", detail::escaped(origin.method));
  say("count", std::to_string(faults.faults()));
  say("population", std::to_string(origin.faults()));
  say("confidence", {confidence, std::to_chars(confidence, confidence + sizeof confidence, origin.confidence).ptr});
  say("seed", std::to_string(origin.seed));
  for (const auto& [key, value] : origin.about) say(key, detail::escaped(value));
  if (origin.is_stratified()) {
    say("by", detail::escaped(origin.by));
    say("drawn", detail::strata_word(origin.strata));
  }
  std::string quantity_sizes;
  for (std::size_t q = 0; q < origin.population.size(); ++q)
    if (origin.population[q] > 0)
      quantity_sizes +=
          (quantity_sizes.empty() ? "" : "/") + faults.names()[q] + ':' + std::to_string(origin.population[q]);
  say("strata", quantity_sizes);
  return line + std::string(detail::digest_mark) + detail::origin_digest(line, faults);
}

/// The same of a list that is at hand.
///
/// **Cost** makes every fault of the list once.
inline std::string origin_line(const ListOrigin& origin, const FaultList& faults,
                               std::span<const Quantity> quantities) {
  return origin_line(origin, UnorderedDigest(faults, quantities));
}

/// What such a line says of a list, if it speaks of this very list: the same faults in any order, none more and none
/// less.
///
/// Nothing for another list or another network, a line that was edited, and any other text. Quotes and separators that
/// a spreadsheet has put around the line do not matter.
inline std::optional<ListOrigin> origin_of(std::string_view line, const FaultList& faults,
                                           std::span<const Quantity> quantities) {
  const std::size_t start = line.find_first_not_of(" \t\"'");
  if (start == std::string_view::npos) return std::nullopt;
  line = line.substr(start, line.find_last_not_of(" \t\"',;|") + 1 - start);
  const std::size_t end = line.rfind(detail::digest_mark);
  if (!line.starts_with(detail::origin_mark) || end == std::string_view::npos) return std::nullopt;
  const std::string_view said = line.substr(0, end);
  if (line.substr(end + detail::digest_mark.size()) != detail::origin_digest(said, UnorderedDigest(faults, quantities)))
    return std::nullopt;

  ListOrigin origin;
  origin.population.assign(quantities.size(), 0);
  for (const std::string& word : split(trim(said.substr(detail::origin_mark.size())), ' ')) {
    const std::size_t equals = std::min(word.find('='), word.size());
    const std::string key = detail::unescaped(std::string_view(word).substr(0, equals));
    const std::string_view value = std::string_view(word).substr(std::min(equals + 1, word.size()));
    if (key == "method") {
      origin.method = detail::unescaped(value);
    } else if (key == "confidence") {
      const auto number = parse_float<double>(value);
      if (!number || !(*number > 0 && *number < 1)) return std::nullopt;
      origin.confidence = *number;
    } else if (key == "seed") {
      origin.seed = parse_number<std::uint64_t>(value).value_or(origin.seed);
    } else if (key == "by") {
      origin.by = detail::unescaped(value);
    } else if (key == "drawn") {
      if (value.empty()) continue;
      auto strata = detail::strata_of(value);
      if (!strata) return std::nullopt;
      origin.strata = std::move(*strata);
    } else if (key == "strata") {
      for (const std::string& stratum : split(value, '/')) {
        const std::size_t colon = std::min(stratum.find(':'), stratum.size());
        const auto found = std::find_if(quantities.begin(), quantities.end(), [&](const Quantity& quantity) {
          return quantity.name() == std::string_view(stratum).substr(0, colon);
        });
        const auto size =
            parse_number<std::uint64_t>(std::string_view(stratum).substr(std::min(colon + 1, stratum.size())));
        if (found == quantities.end() || !size) return std::nullopt;
        origin.population[static_cast<std::size_t>(found - quantities.begin())] = *size;
      }
    } else if (key != "count" && key != "population") {
      origin.about.emplace_back(key, detail::unescaped(value));
    }
  }
  if (origin.method.empty() || origin.faults() < faults.size()) return std::nullopt;
  return origin;
}

}  // namespace spikingjet
