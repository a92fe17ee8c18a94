// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/analysis/group_by.hpp>
#include <spikingjet/analysis/sample_kind.hpp>
#include <spikingjet/analysis/space_structure.hpp>
#include <spikingjet/analysis/statistics.hpp>
#include <spikingjet/core/error.hpp>
#include <spikingjet/core/shape.hpp>
#include <spikingjet/core/text.hpp>
#include <spikingjet/fault/fault_file.hpp>
#include <spikingjet/outcome/record.hpp>
#include <spikingjet/store/store.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <unordered_set>
#include <utility>
#include <vector>

namespace spikingjet {

/// More groups than a table is made for.
class TooManyGroups : public Misuse {
 public:
  TooManyGroups(const std::string& keys, std::uint64_t most_groups)
      : Misuse(fmt::format("spikingjet: the faults fall into more than {} groups by {}; group by fewer keys, or take fewer "
                           "targets",
                           most_groups, keys)),
        most(most_groups) {}

  std::uint64_t most;
};

namespace detail {

/// The rates of a table: the row's name, and which of an injection's classes it counts.
struct Rate {
  std::string_view name;
  std::uint64_t (*hits)(const FaultRecord&);
};

inline constexpr std::array<Rate, 8> rates{{
    {"fully_masked", [](const FaultRecord& r) { return r.masked; }},
    {"SDC_1", [](const FaultRecord& r) { return r.sdc_critical; }},
    {"SDC_0_5%", [](const FaultRecord& r) { return r.band[0]; }},
    {"SDC_5_10%", [](const FaultRecord& r) { return r.band[1]; }},
    {"SDC_10_20%", [](const FaultRecord& r) { return r.band[2]; }},
    {"SDC_20", [](const FaultRecord& r) { return r.band[3]; }},
    {"facc", [](const FaultRecord& r) { return r.correct; }},
    {"DUE", [](const FaultRecord& r) { return r.due; }},
}};

}  // namespace detail

/// The outcomes of some faults: a sample of their rates, one for each rate of a table.
struct OutcomeSums {
  std::uint64_t faults = 0;
  std::uint64_t injections = 0;
  std::array<ClusterSample, detail::rates.size()> samples;

  void add(const FaultRecord& record) {
    ++faults;
    injections += record.samples;
    for (std::size_t r = 0; r < samples.size(); ++r) samples[r].add(detail::rates[r].hits(record), record.samples);
  }
};

/// The faults of one or several stores in groups that agree on every key, from one pass over each store.
///
/// Parameters and states are never in one group, unless one groups by fault type or store alone. With several stores the
/// store is always a key: nothing is pooled over stores.
///
/// **Laws** each fault that is kept is in one group, and in its store's `all`.
/// **Errors** `TooManyGroups`.
/// **Cost** about 0.6 kB a group.
class OutcomeGroups {
 public:
  static constexpr std::size_t most_groups = 1'500'000;

  using Keep = std::function<bool(const StoredQuantity&)>;

  /// `names` stand for the stores in labels; the stores are not used afterwards.
  ///
  /// **Shapes** stores, names: (store).
  OutcomeGroups(std::span<const Store* const> stores, std::span<const std::string> names, std::vector<By> keys,
                const Keep& keep)
      : keys_(std::move(keys)), names_(names.begin(), names.end()) {
    if (stores.size() > 1 && !has(By::store)) keys_.push_back(By::store);
    splits_ = std::any_of(keys_.begin(), keys_.end(), [](By by) { return by != By::fault_type && by != By::store; });
    mark_ = marked();
    for (const Store* store : stores) add(*store, keep);
    order_.resize(groups_.size());
    for (std::size_t g = 0; g < order_.size(); ++g) order_[g] = std::uint32_t(g);
    index_.clear();
    std::sort(order_.begin(), order_.end(),
              [this](std::uint32_t a, std::uint32_t b) { return before(groups_[a].key, groups_[b].key); });
  }
  OutcomeGroups(const OutcomeGroups&) = delete;
  OutcomeGroups& operator=(const OutcomeGroups&) = delete;

  const std::vector<By>& keys() const { return keys_; }
  std::size_t size() const { return groups_.size(); }

  /// The outcomes of group g, in the order of the keys: targets by role, layers as in the network, bits and steps
  /// ascending, fault types as they first occur.
  const OutcomeSums& operator[](std::size_t g) const { return groups_[order_[g]].sums; }

  std::size_t store_of(std::size_t g) const { return groups_[order_[g]].key.store; }

  /// The outcomes of all faults that are kept of a store.
  const OutcomeSums& all(std::size_t store) const { return sources_[store].all; }

  /// The faults of a store, kept or not.
  std::uint64_t finished(std::size_t store) const { return sources_[store].finished; }

  /// Whether labels tell parameters and states apart only by a column of their own, `storage`.
  bool has_storage_column() const { return !mark_ && splits_ && !tells_storage(); }

  /// The names of the columns of `labels`.
  std::vector<std::string> headings() const {
    std::vector<std::string> headings;
    if (has_storage_column()) headings.emplace_back("storage");
    for (const By by : keys_) headings.emplace_back(by_heading(by));
    return headings;
  }

  /// The name of group g under each heading.
  std::vector<std::string> labels(std::size_t g) const {
    const Key& key = groups_[order_[g]].key;
    std::vector<std::string> labels;
    if (has_storage_column()) labels.emplace_back(key.state ? "states" : "parameters");
    for (const By by : keys_) {
      labels.push_back(label(by, key));
      if (key.state && by == mark_) labels.back() += by == By::neuron ? "" : states;
    }
    return labels;
  }

  /// The faults of the fault space in group g; absent where that is not known.
  std::optional<std::uint64_t> population(std::size_t g) const {
    const Group& group = groups_[order_[g]];
    const Source& source = sources_[group.key.store];
    if (source.census) return group.sums.faults;
    const bool cuts = has(By::bit) || has(By::fault_type) || has(By::step);
    if (cuts && !source.structure) return std::nullopt;
    std::uint64_t strikes = 0;  // of an element, in this group
    if (cuts) {
      strikes = source.structure->ways(has(By::bit) ? std::optional(group.key.bit) : std::nullopt,
                                       has(By::fault_type) ? std::optional<std::string_view>(types_[group.key.type])
                                                           : std::nullopt);
      if (!has(By::step)) strikes *= source.structure->windows();
    }
    std::uint64_t sum = 0;
    for (const Place& place : source.places) {
      if (!place.kept || !shares(place, group.key)) continue;
      if (!place.population) return std::nullopt;
      if (*place.population == 0) continue;
      const std::uint64_t elements = has(By::element) ? 1 : has(By::neuron) ? place.elements_of_neuron : place.elements;
      if (!cuts && *place.population % place.elements != 0 && elements != place.elements) return std::nullopt;
      sum += cuts                         ? elements * strikes
             : elements == place.elements ? *place.population
                                          : *place.population / place.elements * elements;
    }
    return sum < group.sums.faults ? std::nullopt : std::optional(sum);
  }

  /// The faults of the fault space that `all` of a store stands for.
  std::optional<std::uint64_t> population_of_all(std::size_t store) const {
    const Source& source = sources_[store];
    if (source.census) return source.all.faults;
    std::uint64_t sum = 0;
    for (const Place& place : source.places) {
      if (!place.kept) continue;
      if (!place.population) return std::nullopt;
      sum += *place.population;
    }
    return sum;
  }

 private:
  static constexpr const char* states = " states";

  /// Where a fault stands among the keys; what is no key is 0.
  struct Key {
    std::uint32_t store = 0;
    std::uint32_t state = 0;    // of no parameter
    std::uint32_t target = 0;
    std::uint32_t layer = 0;
    std::uint32_t kind = 0;
    std::uint32_t frame = 0;    // the shape in which `index` counts: of a quantity, or of a layer's neurons
    std::int32_t bit = 0;
    std::uint32_t type = 0;
    std::uint32_t step = 0;
    std::uint64_t index = 0;    // of element or neuron

    bool operator==(const Key&) const = default;
  };

  struct Group {
    Key key;
    OutcomeSums sums;
  };

  /// A quantity of a store among the keys.
  struct Place {
    bool kept = true;
    std::uint32_t state = 0;
    std::uint32_t target = 0;
    std::uint32_t layer = 0;
    std::uint32_t kind = 0;
    std::uint32_t element_frame = 0;
    std::uint32_t neuron_frame = 0;
    std::uint64_t elements = 1;
    std::uint64_t elements_of_neuron = 1;
    std::optional<std::uint64_t> population;
  };

  /// What a store told.
  struct Source {
    std::vector<Place> places;  // (quantities)
    OutcomeSums all;
    std::uint64_t finished = 0;
    bool census = false;
    std::optional<SpaceStructure> structure;
  };

  /// In which steps a fault is there, as a key; ascending, the whole run last.
  struct Steps {
    bool whole_run = false;
    std::uint32_t begin = 0;
    std::uint32_t end = 0;
    bool flickers = false;

    auto operator<=>(const Steps&) const = default;
  };

  /// The shape of an index and what stands before it.
  struct Frame {
    std::string layer;
    std::string field;
    Shape shape;
    Shape neurons;
    std::uint64_t elements_of_neuron = 1;
  };

  struct Hash {
    const std::deque<Group>* groups;

    std::size_t operator()(std::uint32_t group) const {
      const Key& key = (*groups)[group].key;
      std::uint64_t hash = key.index;
      for (const std::uint64_t word : {std::uint64_t(key.store) << 32 | key.state, std::uint64_t(key.target) << 32 | key.layer,
                                       std::uint64_t(key.kind) << 32 | key.frame,
                                       std::uint64_t(std::uint32_t(key.bit)) << 32 | key.type, std::uint64_t(key.step)}) {
        hash = (hash ^ word) * 0x9e3779b97f4a7c15u;
        hash ^= hash >> 29;
      }
      return std::size_t(hash);
    }
  };

  struct Same {
    const std::deque<Group>* groups;

    bool operator()(std::uint32_t a, std::uint32_t b) const { return (*groups)[a].key == (*groups)[b].key; }
  };

  bool has(By by) const { return std::find(keys_.begin(), keys_.end(), by) != keys_.end(); }

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
    Frame frame{printable(quantity.layer), printable(quantity.field), quantity.shape, neurons, quantity.shape.size() / neurons.size()};
    if (neuron) frame = {frame.layer, "", neurons, neurons, 1};
    const std::uint32_t number =
        number_of(frame_numbers_, {frame.layer, frame.field, frame.shape.str(), quantity.storage != Storage::parameter});
    if (number == frames_.size()) frames_.push_back(std::move(frame));
    return number;
  }

  Source& add_source(const Store& store, const Keep& keep) {
    Source& source = sources_.emplace_back();
    for (const StoredQuantity& quantity : store.quantities()) {
      Place place;
      place.kept = !keep || keep(quantity);
      place.state = quantity.storage != Storage::parameter;
      place.population = quantity.population;
      place.target = std::uint32_t(quantity.role);
      place.layer = number_of(layer_numbers_, quantity.layer);
      if (place.layer == layers_.size()) layers_.push_back(printable(quantity.layer));
      place.kind = number_of(kind_numbers_, std::pair(quantity.field, place.state != 0));
      if (place.kind == kinds_.size()) kinds_.emplace_back(quantity.field, place.state != 0);
      place.element_frame = frame_of(quantity, false);
      place.neuron_frame = frame_of(quantity, true);
      place.elements = quantity.shape.size();
      place.elements_of_neuron = place.elements / neuron_axes(quantity).size();
      source.places.push_back(place);
    }
    return source;
  }

  void add(const Store& store, const Keep& keep) {
    const auto number = std::uint32_t(sources_.size());
    Source& source = add_source(store, keep);
    const SampleKind kind = sample_kind(store);
    SpaceStructure::Seen seen;
    std::set<std::pair<std::int32_t, std::string_view>> ways;
    std::set<std::uint32_t> windows;
    Group* last = nullptr;
    store.for_each([&](const StoredFault& stored) {
      const Fault& fault = stored.fault;
      const Place& place = source.places[fault.site.quantity];
      const std::uint32_t step = step_of(fault.window);
      ++source.finished;
      ways.emplace(fault.bit, fault.type);
      windows.insert(step);
      if (!place.kept) return;
      source.all.add(stored.record);
      const Key key = key_of(fault, place, number, step);
      if (!last || last->key != key) last = &group(key);
      last->sums.add(stored.record);
    });
    for (const auto& [bit, type] : ways) seen.ways.emplace(bit, std::string(type));
    seen.windows = windows.size();
    source.census = kind == SampleKind::exhaustive && !unfinished_part(store, source.finished);
    if (kind != SampleKind::given) source.structure = SpaceStructure::of(store, seen);
  }

  std::uint32_t step_of(const Window& window) {
    const Steps steps{window.begin == 0 && window.end == Window::whole_run, window.begin, window.end, !window.is_steady()};
    const std::uint32_t number = number_of(step_numbers_, steps);
    if (number == steps_.size()) steps_.push_back(steps);
    return number;
  }

  Key key_of(const Fault& fault, const Place& place, std::uint32_t store, std::uint32_t step) {
    Key key{.store = store, .state = splits_ ? place.state : 0};
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

  Group& group(const Key& key) {
    groups_.push_back({key, {}});
    const auto [found, is_new] = index_.insert(std::uint32_t(groups_.size() - 1));
    if (!is_new) {
      groups_.pop_back();
      return groups_[*found];
    }
    if (groups_.size() > most_groups) {
      std::string names;
      for (const By by : keys_) names += (names.empty() ? "" : ",") + std::string(by_name(by));
      throw TooManyGroups(names, most_groups);
    }
    return groups_.back();
  }

  /// Whether faults of a quantity are in a group, as far as the quantity tells.
  bool shares(const Place& place, const Key& key) const {
    return (!splits_ || place.state == key.state) && (!has(By::target) || place.target == key.target) &&
           (!has(By::layer) || place.layer == key.layer) && (!has(By::kind) || place.kind == key.kind) &&
           (!has(By::element) || place.element_frame == key.frame) &&
           (!has(By::neuron) || has(By::element) || place.neuron_frame == key.frame);
  }

  /// The order of the groups.
  bool before(const Key& a, const Key& b) const {
    if (splits_ && !tells_storage() && !has(By::layer) && !has(By::neuron) && a.state != b.state) return a.state < b.state;
    for (const By by : keys_) {
      const std::strong_ordering order = compare(by, a, b);
      if (order != 0) return order < 0;
    }
    return a.state < b.state;
  }

  std::strong_ordering compare(By by, const Key& a, const Key& b) const {
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

  std::string label(By by, const Key& key) const {
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
        return step_label(steps_[key.step]);
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

  static std::string step_label(const Steps& steps) {
    std::string label = "whole run";
    if (!steps.whole_run) {
      label = std::to_string(steps.begin);
      if (steps.end == Window::whole_run) {
        label += "-";
      } else if (steps.end != steps.begin + 1) {
        label += "-" + std::to_string(steps.end - 1);
      }
    }
    return label + (steps.flickers ? " flickering" : "");
  }

  /// "fc1 3"; beside the key `layer` "3".
  std::string neuron_label(const Key& key) const {
    const Frame& frame = frames_[key.frame];
    std::string label;
    if (!has(By::layer)) label = frame.layer + (mark_ == By::neuron && key.state ? states : "") + " ";
    const std::uint64_t index = key.index / frame.elements_of_neuron;
    if (frame.neurons.rank == 0) return label + "shared";
    return label + (frame.neurons.rank == 1 ? std::to_string(index) : frame.neurons.index_str(index));
  }

  /// "fc1.weight (3, 17)", without the layer or the kind where that is a key.
  std::string element_label(const Key& key) const {
    const Frame& frame = frames_[key.frame];
    std::string label = has(By::layer) ? "" : frame.layer;
    if (!has(By::kind)) label += (label.empty() ? "" : ".") + frame.field;
    return label + (label.empty() ? "" : " ") + frame.shape.index_str(key.index);
  }

  std::vector<By> keys_;
  std::vector<std::string> names_;
  bool splits_ = false;
  std::optional<By> mark_;
  std::deque<Source> sources_;
  std::deque<Group> groups_;
  std::unordered_set<std::uint32_t, Hash, Same> index_{16, Hash{&groups_}, Same{&groups_}};
  std::vector<std::uint32_t> order_;

  std::map<std::string, std::uint32_t> layer_numbers_;
  std::map<std::pair<std::string, bool>, std::uint32_t> kind_numbers_;
  std::map<std::string, std::uint32_t> type_numbers_;
  std::map<Steps, std::uint32_t> step_numbers_;
  std::map<std::tuple<std::string, std::string, std::string, bool>, std::uint32_t> frame_numbers_;
  std::vector<std::string> layers_;
  std::vector<std::pair<std::string, bool>> kinds_;
  std::vector<std::string> types_;
  std::vector<Steps> steps_;
  std::vector<Frame> frames_;
};

}  // namespace spikingjet
