// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/analysis/group_by.hpp>
#include <spikingjet/analysis/group_key.hpp>
#include <spikingjet/analysis/group_keys.hpp>
#include <spikingjet/analysis/interval_kind.hpp>
#include <spikingjet/analysis/keep_quantity.hpp>
#include <spikingjet/analysis/outcome_sums.hpp>
#include <spikingjet/analysis/space_structure.hpp>
#include <spikingjet/store/store.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace spikingjet {

/// The part that one stratum has in a group of faults.
struct GroupCell {
  std::uint32_t stratum = 0;
  std::optional<std::uint64_t> population;  // absent where it is not known

  bool operator==(const GroupCell&) const = default;
};

namespace detail {

/// The fault space of a store, as far as its groups have a part in it.
///
/// It counts by what a store states of its space, or by `SpaceStructure` where that is certain; a part that nobody can
/// tell is left open.
class GroupSpace {
 public:
  /// Takes quantities, strata and ways of a store whose faults were drawn so; `keys` must outlive the space.
  ///
  /// **Errors** `DamagedStore` where they are not those of one space.
  GroupSpace(const Store& store, Draw draw, GroupKeys& keys, const KeepQuantity& keep)
      : keys_(keys), stratified_(draw == Draw::stratified) {
    for (const StoredQuantity& quantity : store.quantities())
      places_.push_back({!keep || keep(quantity), keys.place_of(quantity), quantity.population, {}});
    if (draw == Draw::unknown) return;
    strata_ = store.strata();
    add_ways(store);
  }

  /// Whether faults of a quantity count.
  bool keeps(std::size_t quantity) const { return places_[quantity].kept; }

  const GroupKeys::Place& place(std::size_t quantity) const { return places_[quantity].keys; }

  std::span<const StoredStratum> strata() const { return strata_; }

  /// Whether the store states the ways of its space; else a structure may stand for them.
  bool has_ways() const { return has_ways_; }
  void set_structure(std::optional<SpaceStructure> structure) { structure_ = std::move(structure); }

  /// The cells of a group, or of all faults where the key is null.
  std::vector<GroupCell> cells(const GroupKey* key, const OutcomeSums& sums) const {
    if (!has_ways_) {
      const auto population = key ? structured_population(*key, sums) : stated_population();
      if (!stratified_) return {{0, population}};
      const bool all = std::all_of(places_.begin(), places_.end(), [](const Place& p) { return p.kept; });
      std::vector<GroupCell> cells;
      for (std::uint32_t h = 0; h < strata_.size() && !key && all; ++h) cells.push_back({h, strata_[h].population});
      return cells;
    }
    if (key && keys_.has(By::fault_type) && !types_tell_ways_)
      return stratified_ ? std::vector<GroupCell>{} : std::vector<GroupCell>{{0, std::nullopt}};
    std::map<std::uint32_t, std::uint64_t> populations;
    if (!stratified_) populations[0] = 0;
    for (const Place& place : places_) {
      if (!place.kept || (key && !keys_.shares(place.keys, *key))) continue;
      const std::uint64_t elements = key && keys_.has(By::element)  ? 1
                                     : key && keys_.has(By::neuron) ? place.keys.elements_of_neuron
                                                                    : place.keys.elements;
      for (const Way& way : place.ways) {
        if (key && keys_.has(By::bit) && way.bit != key->bit) continue;
        if (key && keys_.has(By::fault_type) &&
            way.type != std::string_view(keys_.type(key->type)).substr(0, keys_.type(key->type).find(':')))
          continue;
        const std::uint64_t faults =
            elements * (key && keys_.has(By::step) ? std::min<std::uint64_t>(way.windows, 1) : way.windows);
        if (faults > 0) populations[stratified_ ? way.stratum : 0] += faults;
      }
    }
    std::vector<GroupCell> cells;
    for (const auto& [stratum, population] : populations) cells.push_back({stratum, population});
    return cells;
  }

 private:
  /// A way in which the fault space strikes each element of a quantity.
  struct Way {
    std::int32_t bit = 0;
    std::string type;  // without an operand
    std::uint64_t windows = 1;
    std::uint32_t stratum = 0;
  };

  /// A quantity of the store.
  struct Place {
    bool kept = true;
    GroupKeys::Place keys{};
    std::optional<std::uint64_t> population{};
    std::vector<Way> ways{};
  };

  void add_ways(const Store& store) {
    std::vector<std::uint64_t> of_quantity(places_.size());
    std::vector<std::uint64_t> of_stratum(strata_.size());
    for (const StoredWay& way : store.ways()) {
      Place& place = places_[way.quantity];
      const auto same = [&](const Way& other) { return other.bit == way.bit && other.type == way.type; };
      if (std::any_of(place.ways.begin(), place.ways.end(), same)) types_tell_ways_ = false;
      if (way.population % place.keys.elements != 0 || (stratified_ && !way.stratum))
        throw DamagedStore(store.path(),
                           fmt::format("its table 'space' contradicts the shape of '{}', or names no stratum",
                                       store.quantities()[way.quantity].name()));
      place.ways.push_back({way.bit, way.type, way.population / place.keys.elements, way.stratum.value_or(0)});
      of_quantity[way.quantity] += way.population;
      if (way.stratum) of_stratum[*way.stratum] += way.population;
      has_ways_ = true;
    }
    if (!has_ways_) return;
    for (std::size_t q = 0; q < places_.size(); ++q)
      if (places_[q].population.value_or(of_quantity[q]) != of_quantity[q])
        throw DamagedStore(store.path(),
                           fmt::format("its fault space has {} faults of '{}' in 'space' and {} in 'quantities'",
                                       of_quantity[q], store.quantities()[q].name(), *places_[q].population));
    for (std::size_t h = 0; h < strata_.size(); ++h)
      if (strata_[h].population != of_stratum[h])
        throw DamagedStore(store.path(), fmt::format("the stratum '{}' has {} faults in 'space' and {} in 'strata'",
                                                     strata_[h].name, of_stratum[h], strata_[h].population));
  }

  std::optional<std::uint64_t> stated_population() const {
    std::uint64_t sum = 0;
    for (const Place& place : places_) {
      if (!place.kept) continue;
      if (!place.population) return std::nullopt;
      sum += *place.population;
    }
    return sum;
  }

  /// The population of a group where a store does not state the ways of its fault space.
  std::optional<std::uint64_t> structured_population(const GroupKey& key, const OutcomeSums& sums) const {
    const bool cuts = keys_.has(By::bit) || keys_.has(By::fault_type) || keys_.has(By::step);
    if (cuts && !structure_) return std::nullopt;
    std::uint64_t strikes = 0;  // of an element, in this group
    if (cuts) {
      strikes = structure_->ways(
          keys_.has(By::bit) ? std::optional(key.bit) : std::nullopt,
          keys_.has(By::fault_type) ? std::optional<std::string_view>(keys_.type(key.type)) : std::nullopt);
      if (!keys_.has(By::step)) strikes *= structure_->windows();
    }
    std::uint64_t sum = 0;
    for (const Place& place : places_) {
      if (!place.kept || !keys_.shares(place.keys, key)) continue;
      if (!place.population) return std::nullopt;
      if (*place.population == 0) continue;
      const std::uint64_t elements = keys_.has(By::element)  ? 1
                                     : keys_.has(By::neuron) ? place.keys.elements_of_neuron
                                                             : place.keys.elements;
      if (!cuts && *place.population % place.keys.elements != 0 && elements != place.keys.elements) return std::nullopt;
      sum += cuts                              ? elements * strikes
             : elements == place.keys.elements ? *place.population
                                               : *place.population / place.keys.elements * elements;
    }
    return sum < sums.faults ? std::nullopt : std::optional(sum);
  }

  const GroupKeys& keys_;
  bool stratified_;
  std::vector<Place> places_{};  // (quantities)
  std::vector<StoredStratum> strata_{};
  bool has_ways_ = false;
  bool types_tell_ways_ = true;  // no two ways of a quantity differ by an operand alone
  std::optional<SpaceStructure> structure_{};
};

}  // namespace detail

}  // namespace spikingjet
