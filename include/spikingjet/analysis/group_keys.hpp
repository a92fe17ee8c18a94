// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/analysis/group_by.hpp>
#include <spikingjet/analysis/group_key.hpp>
#include <spikingjet/core/shape.hpp>
#include <spikingjet/core/text.hpp>
#include <spikingjet/fault/fault.hpp>
#include <spikingjet/fault/type_text.hpp>
#include <spikingjet/model/quantity.hpp>
#include <spikingjet/store/rows.hpp>

#include <algorithm>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

namespace spikingjet::detail {

/// The keys that faults are grouped by, with the values that they have had in some stores: their numbers, their order
/// and their labels.
class GroupKeys {
 public:
  /// A quantity of a store among the keys.
  struct Place {
    std::uint32_t state = 0;
    std::uint32_t target = 0;
    std::uint32_t layer = 0;
    std::uint32_t kind = 0;
    std::uint32_t element_frame = 0;
    std::uint32_t neuron_frame = 0;
    std::uint64_t elements = 1;
    std::uint64_t elements_of_neuron = 1;
  };

  /// `stores` are the names of the stores; with several of them the store is always a key.
  GroupKeys(std::vector<By> keys, std::vector<std::string> stores) : keys_(std::move(keys)), names_(std::move(stores)) {
    if (names_.size() > 1 && !has(By::store)) keys_.push_back(By::store);
    splits_ = std::any_of(keys_.begin(), keys_.end(), [](By by) { return by != By::fault_type && by != By::store; });
    mark_ = marked();
  }

  const std::vector<By>& list() const { return keys_; }

  bool has(By by) const { return std::find(keys_.begin(), keys_.end(), by) != keys_.end(); }

  /// How a command line spells them.
  std::string str() const {
    std::string names;
    for (const By by : keys_) names += (names.empty() ? "" : ",") + std::string(by_name(by));
    return names;
  }

  /// The place of a quantity, of which layer, kind and frames are new or not.
  Place place_of(const StoredQuantity& quantity) {
    Place place;
    place.state = quantity.storage != Storage::parameter;
    place.target = std::uint32_t(quantity.role);
    place.layer = number_of(layer_numbers_, quantity.layer);
    if (place.layer == layers_.size()) layers_.push_back(printable(quantity.layer));
    place.kind = number_of(kind_numbers_, std::pair(quantity.field, place.state != 0));
    if (place.kind == kinds_.size()) kinds_.emplace_back(quantity.field, place.state != 0);
    place.element_frame = frame_of(quantity, false);
    place.neuron_frame = frame_of(quantity, true);
    place.elements = quantity.shape.size();
    place.elements_of_neuron = place.elements / neuron_axes(quantity).size();
    return place;
  }

  /// The number of the steps of a window, which are new or not.
  std::uint32_t step_of(const Window& window) {
    if (last_step_ < steps_.size() && window == last_window_) return last_step_;
    last_window_ = window;
    const FaultSteps steps{window.begin == 0 && window.end == Window::whole_run, window.begin, window.end,
                           !window.is_steady()};
    const std::uint32_t number = number_of(step_numbers_, steps);
    if (number == steps_.size()) steps_.push_back(steps);
    return last_step_ = number;
  }

  /// The key of a fault of a quantity, of which the fault type is new or not.
  GroupKey key_of(const Fault& fault, const Place& place, std::uint32_t store, std::uint32_t step) {
    GroupKey key{.store = store, .state = splits_ ? place.state : 0};
    for (const By by : keys_) switch (by) {
        case By::target:
          key.target = place.target;
          break;
        case By::layer:
          key.layer = place.layer;
          break;
        case By::kind:
          key.kind = place.kind;
          break;
        case By::bit:
          key.bit = fault.bit;
          break;
        case By::step:
          key.step = step;
          break;
        case By::fault_type: {
          const std::string text = fault_type_text(fault);
          key.type = number_of(type_numbers_, text);
          if (key.type == types_.size()) types_.push_back(printable(text));
          break;
        }
        case By::element:
          key.frame = place.element_frame;
          key.index = fault.site.element;
          break;
        case By::neuron:
          if (has(By::element)) break;  // which tells it
          key.frame = place.neuron_frame;
          key.index = fault.site.element / place.elements_of_neuron;
          break;
        case By::store:
          break;
      }
    return key;
  }

  /// Whether faults of a quantity are in a group, as far as the quantity tells.
  bool shares(const Place& place, const GroupKey& key) const {
    return (!splits_ || place.state == key.state) && (!has(By::target) || place.target == key.target) &&
           (!has(By::layer) || place.layer == key.layer) && (!has(By::kind) || place.kind == key.kind) &&
           (!has(By::element) || place.element_frame == key.frame) &&
           (!has(By::neuron) || has(By::element) || place.neuron_frame == key.frame);
  }

  /// The order of the groups.
  bool before(const GroupKey& a, const GroupKey& b) const {
    if (splits_ && !tells_storage() && !has(By::layer) && !has(By::neuron) && a.state != b.state)
      return a.state < b.state;
    for (const By by : keys_) {
      const std::strong_ordering order = compare(by, a, b);
      if (order != 0) return order < 0;
    }
    return a.state < b.state;
  }

  /// Whether labels tell parameters and states apart only by a column of their own, `storage`.
  bool has_storage_column() const { return !mark_ && splits_ && !tells_storage(); }

  /// The names of the columns of `labels`.
  std::vector<std::string> headings() const {
    std::vector<std::string> headings;
    if (has_storage_column()) headings.emplace_back("storage");
    for (const By by : keys_) headings.emplace_back(by_heading(by));
    return headings;
  }

  /// The name of a key's value under each heading.
  std::vector<std::string> labels(const GroupKey& key) const {
    std::vector<std::string> labels;
    if (has_storage_column()) labels.emplace_back(key.state ? "states" : "parameters");
    for (const By by : keys_) {
      labels.push_back(label(by, key));
      if (key.state && by == mark_) labels.back() += by == By::neuron ? "" : states;
    }
    return labels;
  }

  /// The label of a fault type, by its number.
  const std::string& type(std::uint32_t number) const { return types_[number]; }

 private:
  static constexpr const char* states = " states";

  /// The shape of an index and what stands before it.
  struct Frame {
    std::string layer;
    std::string field;
    Shape shape;
    Shape neurons;
    std::uint64_t elements_of_neuron = 1;
  };

  /// Whether a key besides layer, neuron, bit and step tells parameters and states apart.
  bool tells_storage() const { return has(By::target) || has(By::kind) || has(By::element); }

  /// The key whose labels say 'states', if one does.
  std::optional<By> marked() const {
    if (tells_storage()) return std::nullopt;
    for (const By by : {By::layer, By::neuron})
      if (has(by)) return by;
    return keys_.size() == 1 && splits_ ? std::optional(keys_.front()) : std::nullopt;
  }

  /// The number of a value, which is new or not.
  template <class T>
  static std::uint32_t number_of(std::map<T, std::uint32_t>& numbers, const T& value) {
    return numbers.try_emplace(value, std::uint32_t(numbers.size())).first->second;
  }

  /// The axes of a quantity that number neurons: all of a state's, the outputs of a weight. None where one value is
  /// shared by the neurons of a layer.
  static Shape neuron_axes(const StoredQuantity& quantity) {
    Shape axes = quantity.shape;
    if (quantity.role == Role::weight) axes.rank = std::min<std::size_t>(axes.rank, 1);
    const bool of_synapses = quantity.role == Role::weight || quantity.role == Role::bias;
    if (axes.size() == 1 && quantity.storage == Storage::parameter && !of_synapses) axes.rank = 0;
    return axes;
  }

  /// The number of a quantity's frame, or of the frame of its neurons.
  std::uint32_t frame_of(const StoredQuantity& quantity, bool neuron) {
    const Shape neurons = neuron_axes(quantity);
    Frame frame{printable(quantity.layer), printable(quantity.field), quantity.shape, neurons,
                quantity.shape.size() / neurons.size()};
    if (neuron) frame = {frame.layer, "", neurons, neurons, 1};
    const std::uint32_t number = number_of(
        frame_numbers_, {frame.layer, frame.field, frame.shape.str(), quantity.storage != Storage::parameter});
    if (number == frames_.size()) frames_.push_back(std::move(frame));
    return number;
  }

  std::strong_ordering compare(By by, const GroupKey& a, const GroupKey& b) const {
    switch (by) {
      case By::target:
        return std::tie(a.target, a.state) <=> std::tie(b.target, b.state);
      case By::layer:
        return std::tie(a.layer, a.state) <=> std::tie(b.layer, b.state);
      case By::kind:
        return a.kind <=> b.kind;
      case By::bit:
        return std::uint32_t(a.bit) <=> std::uint32_t(b.bit);  // no bit last
      case By::step:
        return steps_[a.step] <=> steps_[b.step];
      case By::fault_type:
        return a.type <=> b.type;
      case By::neuron:
      case By::element:
        return std::tie(a.frame, a.index) <=> std::tie(b.frame, b.index);
      case By::store:
        return a.store <=> b.store;
    }
    return std::strong_ordering::equal;
  }

  std::string label(By by, const GroupKey& key) const {
    switch (by) {
      case By::target:
        return std::string(role_name(Role(key.target))) + (Role(key.target) == Role::other && key.state ? states : "");
      case By::layer:
        return layers_[key.layer];
      case By::kind:
        return kind_label(key.kind);
      case By::bit:
        return key.bit == Fault::no_bit ? "no bit" : std::to_string(key.bit);
      case By::step:
        return steps_[key.step].str();
      case By::fault_type:
        return types_[key.type];
      case By::neuron:
        return neuron_label(key);
      case By::element:
        return element_label(key);
      case By::store:
        return names_[key.store];
    }
    return "";
  }

  std::string kind_label(std::uint32_t kind) const {
    const auto& [field, state] = kinds_[kind];
    const std::string label = printable(field);
    return state && kind_numbers_.contains({field, false}) ? label + states : label;
  }

  /// "fc1 3"; beside the key `layer` "3".
  std::string neuron_label(const GroupKey& key) const {
    const Frame& frame = frames_[key.frame];
    std::string label;
    if (!has(By::layer)) label = frame.layer + (mark_ == By::neuron && key.state ? states : "") + " ";
    const std::uint64_t index = key.index / frame.elements_of_neuron;
    if (frame.neurons.rank == 0) return label + "shared";
    return label + (frame.neurons.rank == 1 ? std::to_string(index) : frame.neurons.index_str(index));
  }

  /// "fc1.weight (3, 17)", without the layer or the kind where that is a key.
  std::string element_label(const GroupKey& key) const {
    const Frame& frame = frames_[key.frame];
    std::string label = has(By::layer) ? "" : frame.layer;
    if (!has(By::kind)) label += (label.empty() ? "" : ".") + frame.field;
    return label + (label.empty() ? "" : " ") + frame.shape.index_str(key.index);
  }

  std::vector<By> keys_;
  std::vector<std::string> names_;
  bool splits_ = false;
  std::optional<By> mark_;

  std::map<std::string, std::uint32_t> layer_numbers_;
  std::map<std::pair<std::string, bool>, std::uint32_t> kind_numbers_;
  std::map<std::string, std::uint32_t> type_numbers_;
  std::map<FaultSteps, std::uint32_t> step_numbers_;
  std::map<std::tuple<std::string, std::string, std::string, bool>, std::uint32_t> frame_numbers_;
  std::vector<std::string> layers_;
  std::vector<std::pair<std::string, bool>> kinds_;
  std::vector<std::string> types_;
  std::vector<FaultSteps> steps_;
  Window last_window_;  // and its step, as many faults in a row have the same
  std::uint32_t last_step_ = 0;
  std::vector<Frame> frames_;
};

}  // namespace spikingjet::detail
