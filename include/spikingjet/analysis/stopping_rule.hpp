// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/analysis/rates.hpp>
#include <spikingjet/core/error.hpp>
#include <spikingjet/core/text.hpp>
#include <spikingjet/fault/stratification.hpp>
#include <spikingjet/model/quantity.hpp>

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace spikingjet {

/// A rule that names no rate, no target or no width.
class BadStoppingRule : public Misuse {
 public:
  BadStoppingRule(std::string_view rule, const std::string& flaw, const std::string& allowed)
      : Misuse("spikingjet: the rule '" + printable(rule) + "' " + flaw + "; " + allowed) {}
};

/// When a campaign knows enough: the rate of a target within so much, 'SDC_1 all <= 0.002'.
///
/// The number is half the width of the rate's interval.
struct StoppingRule {
  std::size_t rate = 0;     // of a table: its place in `detail::rates`
  std::string target;       // all, or the name of a role, a layer ('lif1', 'lif1 states') or a quantity
  double half_width = 0.01;

  /// The rule of a text.
  ///
  /// **Errors** `BadStoppingRule`: the text is not RATE TARGET <= NUMBER, there is no such rate, or the number does not
  /// lie between 0 and 0.5.
  static StoppingRule parse(std::string_view text);

  std::string str() const;

  /// Whether a quantity's faults belong to the target.
  bool covers(const Quantity& quantity) const {
    return target == "all" || target == role_name(quantity.role) || target == layer_name(quantity) ||
           target == quantity.name();
  }

  bool operator==(const StoppingRule&) const = default;
};

inline StoppingRule StoppingRule::parse(std::string_view text) {
  const std::string form = "write RATE TARGET <= NUMBER, as in 'SDC_1 all <= 0.002'";
  std::vector<std::string> words;
  std::string spaced(text);
  if (const std::size_t sign = spaced.find("<="); sign != std::string::npos) spaced.replace(sign, 2, " <= ");
  for (const std::string& word : split(spaced, ' '))
    if (!word.empty()) words.push_back(word);
  if (words.size() < 4 || words[words.size() - 2] != "<=" || std::count(words.begin(), words.end(), "<=") != 1)
    throw BadStoppingRule(text, "cannot be read", form);
  std::string target = words[1];  // of a layer's states two words
  for (std::size_t w = 2; w + 2 < words.size(); ++w) target += ' ' + words[w];
  const auto found = std::find_if(detail::rates.begin(), detail::rates.end(),
                                  [&](const detail::Rate& known) { return known.name == words[0]; });
  if (found == detail::rates.end()) {
    std::string names;
    for (const detail::Rate& known : detail::rates) names += (names.empty() ? "" : ", ") + std::string(known.name);
    throw BadStoppingRule(text, "names no rate '" + printable(words[0]) + "'", "allowed are " + names);
  }
  const auto width = parse_float<double>(words.back());
  if (!width || !(*width > 0 && *width < 0.5))
    throw BadStoppingRule(text, "asks for a half-width of '" + printable(words.back()) + "'",
                          "it is a number between 0 and 0.5, both excluded");
  return {static_cast<std::size_t>(found - detail::rates.begin()), target, *width};
}

inline std::string StoppingRule::str() const {
  char number[400];  // of the smallest double
  return std::string(detail::rates[rate].name) + " " + target + " <= " +
         std::string(number, std::to_chars(number, number + sizeof number, half_width, std::chars_format::fixed).ptr);
}

/// N of a rule's target: for each quantity the faults that count, 0 where it is no part of the target.
///
/// **Shapes** quantities, population, result: (quantities).
/// **Errors** `BadStoppingRule` where no fault of the space belongs to the target.
inline std::vector<std::uint64_t> target_population(const StoppingRule& rule, std::span<const Quantity> quantities,
                                                    std::span<const std::uint64_t> population) {
  std::vector<std::uint64_t> counted;
  std::uint64_t all = 0;
  std::vector<std::string> allowed{"all"};
  const auto allow = [&](const std::string& name) {
    if (std::find(allowed.begin(), allowed.end(), name) == allowed.end()) allowed.push_back(name);
  };
  for (std::size_t q = 0; q < quantities.size(); ++q) {
    counted.push_back(rule.covers(quantities[q]) ? population[q] : 0);
    all += counted.back();
    if (population[q] == 0) continue;
    allow(std::string(role_name(quantities[q].role)));
    allow(layer_name(quantities[q]));
    allow(quantities[q].name());
  }
  if (all > 0) return counted;
  std::string names;
  for (const std::string& name : allowed) names += (names.empty() ? "" : ", ") + name;
  throw BadStoppingRule(rule.str(), "names a target '" + printable(rule.target) + "' that no fault strikes here",
                        "allowed are " + names);
}

}  // namespace spikingjet
