// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/config.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace spikingjet {

/// What the faults of a table are grouped by.
enum class By {
  target,      // role of the quantity: weight, decay, potential
  layer,       // its parameters and its states apart
  bit,         // likewise
  fault_type,  // with the operand
  neuron,      // to which the element belongs; of a weight: the neuron that it feeds
  element,     // of a quantity
  step,        // in which the fault is there
  kind,        // name of the quantity within its layer: weight, beta, potential
  store,
};

/// The words of `By`, in its order.
inline constexpr std::array<std::string_view, 9> by_names{"target",  "layer", "bit",  "fault-type", "neuron",
                                                          "element", "step",  "kind", "store"};

/// How a command line spells it.
constexpr std::string_view by_name(By by) { return by_names[static_cast<std::size_t>(by)]; }

/// How a table heads it.
constexpr std::string_view by_heading(By by) { return by == By::fault_type ? "fault type" : by_name(by); }

/// The keys that a list such as "layer,bit" names, each once; absent where it names anything else.
inline std::optional<std::vector<By>> parse_by(std::string_view text) {
  std::vector<By> keys;
  while (true) {
    const std::string_view word = text.substr(0, text.find(','));
    const auto found = std::find(by_names.begin(), by_names.end(), word);
    const auto by = static_cast<By>(found - by_names.begin());
    if (found == by_names.end() || std::find(keys.begin(), keys.end(), by) != keys.end()) return std::nullopt;
    keys.push_back(by);
    if (word.size() == text.size()) return keys;
    text.remove_prefix(word.size() + 1);
  }
}

}  // namespace spikingjet
