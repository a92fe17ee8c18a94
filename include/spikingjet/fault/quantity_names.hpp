// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/fault/list_errors.hpp>
#include <spikingjet/model/quantity.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace spikingjet::detail {

/// The quantities of a network by the names that the lines of a fault list give them.
class QuantityNames {
 public:
  explicit QuantityNames(std::span<const Quantity> quantities) : quantities_(quantities) {
    for (std::size_t q = 0; q < quantities.size(); ++q) quantity_of_[quantities[q].name()] = q;
  }

  /// Whether a text is the name of a quantity or of a layer.
  bool contains(std::string_view name) const { return quantity_of_.contains(std::string(name)) || is_layer(name); }

  /// The quantity of a `Layer` field: its name, or a module's for its weight; prefixes of wrappers are passed over.
  std::size_t find(std::string_view text) {
    if (last_name_ == text) return last_quantity_;
    const std::size_t found = find_quantity(text);
    last_name_ = text;
    return last_quantity_ = found;
  }

  /// The modules' names that stood for a weight so far, with its quantity.
  const std::map<std::string, std::size_t>& modules() const { return modules_; }

 private:
  std::size_t find_quantity(std::string_view text) {
    std::string_view name = text;
    for (;;) {
      if (const auto found = quantity_of_.find(std::string(name)); found != quantity_of_.end()) return found->second;
      if (is_layer(name)) return quantity_of_module(name);
      const auto wrapper =
          std::find_if(wrappers.begin(), wrappers.end(), [&](std::string_view w) { return name.starts_with(w); });
      if (wrapper == wrappers.end()) break;
      name.remove_prefix(wrapper->size());
    }
    throw RecordFlaw("the network has no " + shown(text) + "; it has " + names_of(quantities_));
  }

  /// What torch.compile, DataParallel, Lightning and people put before the names of a network's modules.
  static constexpr std::array<std::string_view, 5> wrappers{"module.", "_orig_mod.", "model.", "net.", "network."};

  bool is_layer(std::string_view name) const {
    return std::any_of(quantities_.begin(), quantities_.end(),
                       [&](const Quantity& quantity) { return quantity.layer.str() == name; });
  }

  std::size_t quantity_of_module(std::string_view name) {
    std::vector<Quantity> of_layer;
    for (const Quantity& quantity : quantities_)
      if (quantity.layer.str() == name) of_layer.push_back(quantity);
    const auto weight = quantity_of_.find(std::string(name) + ".weight");
    if (weight == quantity_of_.end())
      throw RecordFlaw(shown(name) +
                       " is a layer without a weight; write which of its quantities is meant: " + names_of(of_layer));
    modules_[std::string(name)] = weight->second;
    return weight->second;
  }

  static std::string names_of(std::span<const Quantity> quantities) {
    std::string text;
    for (const Quantity& quantity : quantities) {
      if (text.size() > 1000) return text + ", ...";
      text += (text.empty() ? "" : ", ") + quantity.name();
    }
    return text;
  }

  std::span<const Quantity> quantities_;
  std::map<std::string, std::size_t> quantity_of_;
  std::map<std::string, std::size_t> modules_;  // names that stand for a weight
  std::optional<std::string> last_name_;
  std::size_t last_quantity_ = 0;
};

}  // namespace spikingjet::detail
