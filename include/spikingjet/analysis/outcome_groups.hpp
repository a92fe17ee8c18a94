// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/analysis/drawn_outcomes.hpp>
#include <spikingjet/analysis/group_by.hpp>
#include <spikingjet/analysis/interval_kind.hpp>
#include <spikingjet/analysis/keep_quantity.hpp>
#include <spikingjet/analysis/rates.hpp>
#include <spikingjet/analysis/sample_kind.hpp>
#include <spikingjet/analysis/space_structure.hpp>
#include <spikingjet/core/digest.hpp>
#include <spikingjet/core/error.hpp>
#include <spikingjet/core/random.hpp>
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
      : Misuse(fmt::format(
            "spikingjet: the faults fall into more than {} groups by {}; group by fewer keys, or take fewer "
            "targets",
            most_groups, keys)),
        most(most_groups) {}

  std::uint64_t most;
};

/// The outcomes of some faults: how many of their injections each rate of a table counts.
struct OutcomeSums {
  std::uint64_t faults = 0;
  std::uint64_t injections = 0;
  std::array<std::uint64_t, detail::rates.size()> hits{};

  void add(const FaultRecord& record) {
    ++faults;
    injections += record.samples;
    for (std::size_t r = 0; r < hits.size(); ++r) hits[r] += detail::rates[r].hits(record);
  }
};

/// How the faults of a store were drawn, and how far its campaign is.
struct StoreSampling {
  SampleKind kind = SampleKind::given;
  Draw draw = Draw::unknown;
  Completion completion = Completion::ended_in_list;
  Outcomes outcomes = Outcomes::fractions;
  std::uint64_t finished = 0;           // faults
  std::optional<std::uint64_t> listed;  // faults of the campaign
  std::size_t strata = 1;
};

/// The part that one stratum has in a group of faults.
struct GroupCell {
  std::uint32_t stratum = 0;
  std::optional<std::uint64_t> population;  // absent where it is not known

  bool operator==(const GroupCell&) const = default;
};

/// The faults of one or several stores in groups that agree on every key, from one pass over each store.
///
/// Parameters and states are never in one group, unless one groups by fault type or store alone. With several stores
/// the store is always a key: nothing is pooled over stores.
///
/// **Laws** each fault that is kept is in one group, and in its store's `all`.
/// **Errors** `TooManyGroups`; `DamagedStore` where strata, fault space and faults contradict each other.
/// **Cost** about 0.2 kB a group; for faults that were drawn that of `DrawnOutcomes`.
class OutcomeGroups {
 public:
  static constexpr std::size_t most_groups = 1'500'000;

  /// Whether it is remembered to which group each fault belongs.
  enum class Members { forgotten, kept };

  /// A fault among the groups.
  struct Member {
    std::uint64_t fault = 0;
    std::uint32_t group = 0;  // its `number`
    std::uint32_t stratum = 0;
  };

  /// `names` stand for the stores in labels; the stores are not used afterwards.
  ///
  /// **Shapes** stores, names: (store).
  OutcomeGroups(std::span<const Store* const> stores, std::span<const std::string> names, std::vector<By> keys,
                const KeepQuantity& keep, Members members = Members::forgotten)
      : keys_(std::move(keys)), names_(names.begin(), names.end()), members_(members) {
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

  /// The number of group g, by which `Member` knows it.
  std::uint32_t number(std::size_t g) const { return order_[g]; }

  /// The faults of a store that are kept, by their place in its list; none where members are forgotten.
  std::span<const Member> members(std::size_t store) const { return sources_[store].members; }

  std::size_t store_of(std::size_t g) const { return groups_[order_[g]].key.store; }

  /// The outcomes of all faults that are kept of a store.
  const OutcomeSums& all(std::size_t store) const { return sources_[store].all; }

  const StoreSampling& sampling(std::size_t store) const { return sources_[store].sampling; }

  /// Calls `callback(stratum, const DrawnOutcomes::Counts&)` for each fault of group g, by stratum, in the order of the
  /// draw; for none where a store's faults were not drawn, or are all.
  template <class Callback>
  void for_each_draw(std::size_t g, Callback&& callback) const {
    sources_[store_of(g)].drawn.for_each(order_[g], callback);
  }

  /// Likewise for all faults that are kept of a store.
  template <class Callback>
  void for_each_draw_of_all(std::size_t store, Callback&& callback) const {
    sources_[store].drawn.for_each(callback);
  }

  /// The strata that have a part in group g, ascending, also those of which nothing was drawn; one where a store has no
  /// strata, or one. None where nobody can tell.
  std::vector<GroupCell> cells(std::size_t g) const {
    const Group& group = groups_[order_[g]];
    return cells(sources_[group.key.store], &group.key, group.sums);
  }

  /// Likewise of all faults that are kept of a store.
  std::vector<GroupCell> cells_of_all(std::size_t store) const {
    return cells(sources_[store], nullptr, sources_[store].all);
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
  std::optional<std::uint64_t> population(std::size_t g) const { return sum_of(cells(g)); }

  /// The faults of the fault space that `all` of a store stands for.
  std::optional<std::uint64_t> population_of_all(std::size_t store) const { return sum_of(cells_of_all(store)); }

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

  /// A way in which the fault space strikes each element of a quantity.
  struct Way {
    std::int32_t bit = 0;
    std::string type;  // without an operand
    std::uint64_t windows = 1;
    std::uint32_t stratum = 0;
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
    std::vector<Way> ways;
  };

  /// What a store told.
  struct Source {
    std::vector<Place> places;  // (quantities)
    std::vector<StoredStratum> strata;
    OutcomeSums all;
    DrawnOutcomes drawn;
    std::vector<Member> members;
    StoreSampling sampling;
    bool census = false;
    bool has_ways = false;
    bool types_tell_ways = true;  // no two ways of a quantity differ by an operand alone
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
      for (const std::uint64_t word :
           {std::uint64_t(key.store) << 32 | key.state, std::uint64_t(key.target) << 32 | key.layer,
            std::uint64_t(key.kind) << 32 | key.frame, std::uint64_t(std::uint32_t(key.bit)) << 32 | key.type,
            std::uint64_t(key.step)}) {
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
    Frame frame{printable(quantity.layer), printable(quantity.field), quantity.shape, neurons,
                quantity.shape.size() / neurons.size()};
    if (neuron) frame = {frame.layer, "", neurons, neurons, 1};
    const std::uint32_t number = number_of(
        frame_numbers_, {frame.layer, frame.field, frame.shape.str(), quantity.storage != Storage::parameter});
    if (number == frames_.size()) frames_.push_back(std::move(frame));
    return number;
  }

  Source& add_source(const Store& store, const KeepQuantity& keep) {
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

  void add(const Store& store, const KeepQuantity& keep) {
    const auto number = std::uint32_t(sources_.size());
    Source& source = add_source(store, keep);
    StoreSampling& sampling = source.sampling;
    sampling.kind = sample_kind(store);
    sampling.draw = draw_of(store, sampling.kind);
    sampling.listed = detail::stated_count(store, "fault count");
    add_space(store, source);
    const bool in_order = lists_in_order_of_draw(store);
    const bool keeps_draws = sampling.draw == Draw::simple || sampling.draw == Draw::stratified ||
                             (sampling.draw == Draw::whole && in_order);
    constexpr std::uint64_t most_reserved = 1 << 24;  // what blocks say may be wrong
    if (keeps_draws) source.drawn.reserve(std::min(stored_faults(store), most_reserved));
    const std::uint64_t order = order_seed(store.manifest());
    Draws draws(source.strata.size());
    SpaceStructure::Seen seen;
    std::set<std::pair<std::int32_t, std::string_view>> ways;
    std::set<std::uint32_t> windows;
    std::uint64_t most_samples = 0;
    std::uint32_t last = 0;
    store.for_each([&](const StoredFault& stored) {
      const Fault& fault = stored.fault;
      const Place& place = source.places[fault.site.quantity];
      const std::uint32_t step = step_of(fault.window);
      ++sampling.finished;
      most_samples = std::max(most_samples, stored.record.samples);
      if (sampling.draw == Draw::stratified && !stored.draw)
        throw DamagedStore(store.path(), fmt::format("fault {} is of no stratum, though faults were drawn from {}",
                                                     stored.id, source.strata.size()));
      if (sampling.draw != Draw::unknown) draws.add(stored, store.path());
      if (!source.has_ways) {
        ways.emplace(fault.bit, fault.type);
        windows.insert(step);
      }
      if (!place.kept) return;
      source.all.add(stored.record);
      const Key key = key_of(fault, place, number, step);
      if (groups_.empty() || groups_[last].key != key) last = group(key);
      groups_[last].sums.add(stored.record);
      const bool stratified = sampling.draw == Draw::stratified;
      if (members_ == Members::kept) source.members.push_back({stored.id, last, stratified ? stored.draw->stratum : 0});
      if (!keeps_draws) return;
      const std::uint64_t rank = stratified    ? stored.draw->rank
                                 : in_order    ? stored.id
                                 : stored.draw ? stored.draw->rank
                                               : random_bits(order, stored.id);
      source.drawn.add({stratified ? stored.draw->stratum : 0, rank}, last, stored.record);
    });
    if (keeps_draws) source.drawn.sort();
    if (source.drawn.has_twins()) throw DamagedStore(store.path(), "two of its faults are the same draw");
    for (const auto& [bit, type] : ways) seen.ways.emplace(bit, std::string(type));
    seen.windows = windows.size();
    const bool one_order = sampling.draw != Draw::whole || sampling.strata == 1;  // of the whole space
    sampling.completion = completion_of(store, sampling.finished, draws.are_first() && one_order);
    sampling.outcomes = most_samples == 1 ? Outcomes::zero_or_one : Outcomes::fractions;
    source.census = sampling.draw == Draw::whole && sampling.completion == Completion::finished;
    if (sampling.completion == Completion::finished) draws.require_all(source.strata, store.path());
    if (sampling.kind != SampleKind::given && !source.has_ways) source.structure = SpaceStructure::of(store, seen);
  }

  /// Which draws of each stratum a store has.
  class Draws {
   public:
    explicit Draws(std::size_t strata) : strata_(std::max<std::size_t>(strata, 1)), known_(strata) {}

    void add(const StoredFault& stored, const std::string& path) {
      const FaultDraw draw = stored.draw.value_or(FaultDraw{0, stored.id});
      (stored.draw ? drawn_ : others_) = true;
      if (draw.stratum >= strata_.size())
        throw DamagedStore(path,
                           fmt::format("fault {} is of stratum {}, and it has {}", stored.id, draw.stratum, known_));
      Stratum& stratum = strata_[draw.stratum];
      ++stratum.faults;
      stratum.last = std::max(stratum.last, draw.rank);
    }

    /// Whether they are the first of each stratum.
    bool are_first() const {
      return !(drawn_ && others_) && std::all_of(strata_.begin(), strata_.end(), [](const Stratum& stratum) {
        return stratum.faults == 0 || stratum.last + 1 == stratum.faults;
      });
    }

    /// **Errors** `DamagedStore` where a campaign has other numbers of them than its strata say.
    void require_all(std::span<const StoredStratum> strata, const std::string& path) const {
      for (std::size_t h = 0; h < strata.size() && drawn_; ++h)
        if (strata_[h].faults != strata[h].drawn)
          throw DamagedStore(path, fmt::format("it has {} faults of the stratum '{}', of which {} were drawn",
                                               strata_[h].faults, strata[h].name, strata[h].drawn));
    }

   private:
    struct Stratum {
      std::uint64_t faults = 0;
      std::uint64_t last = 0;  // rank
    };

    std::vector<Stratum> strata_;
    std::size_t known_;
    bool drawn_ = false;
    bool others_ = false;
  };

  static std::uint64_t stored_faults(const Store& store) {
    std::uint64_t faults = 0;
    for (const FinishedBlock& block : store.blocks()) faults += block.count;
    return faults;
  }

  /// What orders the faults of a simple sample whose draws nobody kept: fixed before any outcome, another for each
  /// list.
  static std::uint64_t order_seed(const Manifest& manifest) {
    Digest digest;
    for (const Manifest::Entry& entry : manifest.entries())
      if (entry.identity) digest.add(entry.key).add(entry.value);
    return digest.value();
  }

  /// Takes the strata and the ways of the fault space that a store states.
  ///
  /// **Errors** `DamagedStore` where they are not those of one space.
  static void add_space(const Store& store, Source& source) {
    if (source.sampling.draw == Draw::unknown) return;
    source.strata = store.strata();
    source.sampling.strata = std::max<std::size_t>(source.strata.size(), 1);
    std::vector<std::uint64_t> of_quantity(source.places.size());
    std::vector<std::uint64_t> of_stratum(source.strata.size());
    for (const StoredWay& way : store.ways()) {
      Place& place = source.places[way.quantity];
      const auto same = [&](const Way& other) { return other.bit == way.bit && other.type == way.type; };
      if (std::any_of(place.ways.begin(), place.ways.end(), same)) source.types_tell_ways = false;
      if (way.population % place.elements != 0 || (source.sampling.draw == Draw::stratified && !way.stratum))
        throw DamagedStore(store.path(),
                           fmt::format("its table 'space' contradicts the shape of '{}', or names no stratum",
                                       store.quantities()[way.quantity].name()));
      place.ways.push_back({way.bit, way.type, way.population / place.elements, way.stratum.value_or(0)});
      of_quantity[way.quantity] += way.population;
      if (way.stratum) of_stratum[*way.stratum] += way.population;
      source.has_ways = true;
    }
    if (!source.has_ways) return;
    for (std::size_t q = 0; q < source.places.size(); ++q)
      if (source.places[q].population.value_or(of_quantity[q]) != of_quantity[q])
        throw DamagedStore(store.path(),
                           fmt::format("its fault space has {} faults of '{}' in 'space' and {} in 'quantities'",
                                       of_quantity[q], store.quantities()[q].name(), *source.places[q].population));
    for (std::size_t h = 0; h < source.strata.size(); ++h)
      if (source.strata[h].population != of_stratum[h])
        throw DamagedStore(store.path(),
                           fmt::format("the stratum '{}' has {} faults in 'space' and {} in 'strata'",
                                       source.strata[h].name, of_stratum[h], source.strata[h].population));
  }

  std::uint32_t step_of(const Window& window) {
    if (last_step_ < steps_.size() && window == last_window_) return last_step_;
    last_window_ = window;
    const Steps steps{window.begin == 0 && window.end == Window::whole_run, window.begin, window.end,
                      !window.is_steady()};
    const std::uint32_t number = number_of(step_numbers_, steps);
    if (number == steps_.size()) steps_.push_back(steps);
    return last_step_ = number;
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

  /// The number of the group of a key, which is new or not.
  std::uint32_t group(const Key& key) {
    groups_.push_back({key, {}});
    const auto [found, is_new] = index_.insert(std::uint32_t(groups_.size() - 1));
    if (!is_new) {
      groups_.pop_back();
      return *found;
    }
    if (groups_.size() > most_groups) {
      std::string names;
      for (const By by : keys_) names += (names.empty() ? "" : ",") + std::string(by_name(by));
      throw TooManyGroups(names, most_groups);
    }
    return *found;
  }

  static std::optional<std::uint64_t> sum_of(const std::vector<GroupCell>& cells) {
    if (cells.empty()) return std::nullopt;
    std::uint64_t sum = 0;
    for (const GroupCell& cell : cells) {
      if (!cell.population) return std::nullopt;
      sum += *cell.population;
    }
    return sum;
  }

  /// The cells of a group, or of all faults where the key is null.
  std::vector<GroupCell> cells(const Source& source, const Key* key, const OutcomeSums& sums) const {
    if (source.census) return {{0, sums.faults}};
    if (!source.has_ways) {
      const auto population = key ? structured_population(source, *key, sums) : stated_population(source);
      if (source.sampling.draw != Draw::stratified) return {{0, population}};
      const bool all = std::all_of(source.places.begin(), source.places.end(), [](const Place& p) { return p.kept; });
      std::vector<GroupCell> cells;
      for (std::uint32_t h = 0; h < source.strata.size() && !key && all; ++h)
        cells.push_back({h, source.strata[h].population});
      return cells;
    }
    const bool stratified = source.sampling.draw == Draw::stratified;
    if (key && has(By::fault_type) && !source.types_tell_ways)
      return stratified ? std::vector<GroupCell>{} : std::vector<GroupCell>{{0, std::nullopt}};
    std::map<std::uint32_t, std::uint64_t> populations;
    if (!stratified) populations[0] = 0;
    for (const Place& place : source.places) {
      if (!place.kept || (key && !shares(place, *key))) continue;
      const std::uint64_t elements = key && has(By::element)  ? 1
                                     : key && has(By::neuron) ? place.elements_of_neuron
                                                              : place.elements;
      for (const Way& way : place.ways) {
        if (key && has(By::bit) && way.bit != key->bit) continue;
        if (key && has(By::fault_type) &&
            way.type != std::string_view(types_[key->type]).substr(0, types_[key->type].find(':')))
          continue;
        const std::uint64_t faults =
            elements * (key && has(By::step) ? std::min<std::uint64_t>(way.windows, 1) : way.windows);
        if (faults > 0) populations[stratified ? way.stratum : 0] += faults;
      }
    }
    std::vector<GroupCell> cells;
    for (const auto& [stratum, population] : populations) cells.push_back({stratum, population});
    return cells;
  }

  static std::optional<std::uint64_t> stated_population(const Source& source) {
    std::uint64_t sum = 0;
    for (const Place& place : source.places) {
      if (!place.kept) continue;
      if (!place.population) return std::nullopt;
      sum += *place.population;
    }
    return sum;
  }

  /// The population of a group where a store does not state the ways of its fault space.
  std::optional<std::uint64_t> structured_population(const Source& source, const Key& key,
                                                     const OutcomeSums& sums) const {
    const bool cuts = has(By::bit) || has(By::fault_type) || has(By::step);
    if (cuts && !source.structure) return std::nullopt;
    std::uint64_t strikes = 0;  // of an element, in this group
    if (cuts) {
      strikes = source.structure->ways(
          has(By::bit) ? std::optional(key.bit) : std::nullopt,
          has(By::fault_type) ? std::optional<std::string_view>(types_[key.type]) : std::nullopt);
      if (!has(By::step)) strikes *= source.structure->windows();
    }
    std::uint64_t sum = 0;
    for (const Place& place : source.places) {
      if (!place.kept || !shares(place, key)) continue;
      if (!place.population) return std::nullopt;
      if (*place.population == 0) continue;
      const std::uint64_t elements = has(By::element) ? 1 : has(By::neuron) ? place.elements_of_neuron : place.elements;
      if (!cuts && *place.population % place.elements != 0 && elements != place.elements) return std::nullopt;
      sum += cuts                         ? elements * strikes
             : elements == place.elements ? *place.population
                                          : *place.population / place.elements * elements;
    }
    return sum < sums.faults ? std::nullopt : std::optional(sum);
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
    if (splits_ && !tells_storage() && !has(By::layer) && !has(By::neuron) && a.state != b.state)
      return a.state < b.state;
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
  Members members_;
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
  Window last_window_;  // and its step, as many faults in a row have the same
  std::uint32_t last_step_ = 0;
  std::vector<Frame> frames_;
};

}  // namespace spikingjet
