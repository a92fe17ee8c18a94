// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/config.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace spikingjet {

/// An array that a network takes from a weights file.
struct WantedArray {
  std::string name;        // "fc1.weight"
  bool required = true;    // where the file has neither, it is not the network's
  std::string instead{};   // another array that tells the same; empty for none
};

/// Arrays of a file that have a network's names behind one prefix.
struct StateDict {
  /// An array of the file and the name of the network that it has.
  struct Match {
    std::size_t wanted;  // index of the name that the network has
    bool instead;        // whether the array has the other name
    std::size_t array;   // index of the file's array
  };

  std::string prefix;            // as the file writes it first: "state_dict.module"; empty for none
  std::string stem;              // without the words that wrappers add: "state_dict"
  std::vector<Match> matches{};  // in the file's order
  std::size_t missing = 0;       // required arrays that are not there
  bool exact = false;            // whether all required arrays stand at the file's top under the network's own names
};

namespace detail {

/// What wrappers put into names, wherever they were applied: torch.compile; DataParallel, DistributedDataParallel and
/// averaging; sharding; checkpointing of activations; and where modules keep what they consist of.
inline constexpr std::array<std::string_view, 7> wrapper_words = {
    "_orig_mod",   "module",   "_fsdp_wrapped_module", "_checkpoint_wrapped_module",
    "_parameters", "_buffers", "_modules"};

inline bool is_wrapper_word(std::string_view word) {
  return std::find(wrapper_words.begin(), wrapper_words.end(), word) != wrapper_words.end();
}

/// The last part of a dotted name, which is taken off it.
inline std::string_view take_last(std::string_view& name) {
  const std::size_t dot = name.rfind('.');
  const std::string_view last = dot == std::string_view::npos ? name : name.substr(dot + 1);
  name = dot == std::string_view::npos ? std::string_view() : name.substr(0, dot);
  return last;
}

}  // namespace detail

/// A name without the words that wrappers put into it: "module.fc1._orig_mod.weight" is "fc1.weight".
inline std::string without_wrappers(std::string_view name) {
  std::string plain;
  while (!name.empty()) {
    const std::size_t dot = std::min(name.find('.'), name.size());
    if (const std::string_view part = name.substr(0, dot); !detail::is_wrapper_word(part))
      plain.append(plain.empty() ? "" : ".").append(part);
    name.remove_prefix(std::min(dot + 1, name.size()));
  }
  return plain;
}

/// What stands before a wanted name at the end of a file's name, in which wrappers' words may stand between its parts;
/// nothing where the file's name does not end so.
inline std::optional<std::string_view> prefix_of(std::string_view file_name, std::string_view wanted) {
  while (!wanted.empty()) {
    const std::string_view part = detail::take_last(wanted);
    while (true) {
      if (file_name.empty()) return std::nullopt;
      const std::string_view found = detail::take_last(file_name);
      if (found == part) break;
      if (!detail::is_wrapper_word(found)) return std::nullopt;
    }
  }
  return file_name;
}

/// Every place in a file where at least one of a network's arrays is, by its prefix without wrappers' words.
///
/// **Laws** a place where none is `missing` holds every required array; whether one array or several have a name is for
/// the caller to look at.
inline std::vector<StateDict> find_state_dicts(std::span<const std::string> names,
                                               std::span<const WantedArray> wanted) {
  struct Wanted {
    std::string_view name;
    std::size_t index;
    bool instead;
  };
  std::map<std::string_view, std::vector<Wanted>> by_field;  // the last part of a name
  const auto add = [&](std::string_view name, std::size_t index, bool instead) {
    std::string_view rest = name;
    by_field[detail::take_last(rest)].push_back({name, index, instead});
  };
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    add(wanted[i].name, i, false);
    if (!wanted[i].instead.empty()) add(wanted[i].instead, i, true);
  }

  std::vector<StateDict> found;
  std::unordered_map<std::string, std::size_t> places;  // by stem
  for (std::size_t array = 0; array < names.size(); ++array) {
    std::string_view rest = names[array];
    std::string_view last = detail::take_last(rest);
    while (detail::is_wrapper_word(last) && !rest.empty() && !by_field.contains(last)) last = detail::take_last(rest);
    const auto same_field = by_field.find(last);
    if (same_field == by_field.end()) continue;
    for (const Wanted& one : same_field->second) {
      const auto prefix = prefix_of(names[array], one.name);
      if (!prefix) continue;
      std::string stem = without_wrappers(*prefix);
      const auto [place, is_new] = places.try_emplace(stem, found.size());
      if (is_new) found.push_back({.prefix = std::string(*prefix), .stem = std::move(stem)});
      found[place->second].matches.push_back({one.index, one.instead, array});
    }
  }

  for (StateDict& dict : found) {
    std::vector<bool> there(wanted.size(), false);
    std::vector<bool> exact(wanted.size(), false);
    for (const StateDict::Match& match : dict.matches) {
      there[match.wanted] = true;
      const WantedArray& one = wanted[match.wanted];
      if (names[match.array] == (match.instead ? one.instead : one.name)) exact[match.wanted] = true;
    }
    dict.exact = true;
    for (std::size_t i = 0; i < wanted.size(); ++i) {
      if (!wanted[i].required) continue;
      dict.missing += !there[i];
      dict.exact = dict.exact && exact[i];
    }
  }
  return found;
}

/// Whether a place is one of an optimizer, which keeps arrays by the names of what it optimizes.
inline bool is_of_optimizer(std::string_view prefix) {
  while (!prefix.empty())
    if (const std::string_view part = detail::take_last(prefix); part.starts_with("optim") || part.starts_with("Optim"))
      return true;
  return false;
}

}  // namespace spikingjet
