// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/analysis/drawn_outcomes.hpp>
#include <spikingjet/analysis/group_by.hpp>
#include <spikingjet/analysis/group_key.hpp>
#include <spikingjet/analysis/group_keys.hpp>
#include <spikingjet/analysis/group_space.hpp>
#include <spikingjet/analysis/interval_kind.hpp>
#include <spikingjet/analysis/keep_quantity.hpp>
#include <spikingjet/analysis/outcome_sums.hpp>
#include <spikingjet/analysis/sample_kind.hpp>
#include <spikingjet/analysis/space_structure.hpp>
#include <spikingjet/analysis/store_sampling.hpp>
#include <spikingjet/analysis/stored_draws.hpp>
#include <spikingjet/core/digest.hpp>
#include <spikingjet/core/error.hpp>
#include <spikingjet/core/random.hpp>
#include <spikingjet/fault/fault.hpp>
#include <spikingjet/store/store.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
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
      : keys_(std::move(keys), std::vector<std::string>(names.begin(), names.end())), members_(members) {
    for (const Store* store : stores) add(*store, keep);
    order_.resize(groups_.size());
    for (std::size_t g = 0; g < order_.size(); ++g) order_[g] = std::uint32_t(g);
    index_.clear();
    std::sort(order_.begin(), order_.end(),
              [this](std::uint32_t a, std::uint32_t b) { return keys_.before(groups_[a].key, groups_[b].key); });
  }
  OutcomeGroups(const OutcomeGroups&) = delete;
  OutcomeGroups& operator=(const OutcomeGroups&) = delete;

  const std::vector<By>& keys() const { return keys_.list(); }
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
  bool has_storage_column() const { return keys_.has_storage_column(); }

  /// The names of the columns of `labels`.
  std::vector<std::string> headings() const { return keys_.headings(); }

  /// The name of group g under each heading.
  std::vector<std::string> labels(std::size_t g) const { return keys_.labels(groups_[order_[g]].key); }

  /// The faults of the fault space in group g; absent where that is not known.
  std::optional<std::uint64_t> population(std::size_t g) const { return sum_of(cells(g)); }

  /// The faults of the fault space that `all` of a store stands for.
  std::optional<std::uint64_t> population_of_all(std::size_t store) const { return sum_of(cells_of_all(store)); }

 private:
  struct Group {
    detail::GroupKey key;
    OutcomeSums sums;
  };

  /// What a store told.
  struct Source {
    StoreSampling sampling{};
    detail::GroupSpace space;
    OutcomeSums all{};
    DrawnOutcomes drawn{};
    std::vector<Member> members{};

    /// Whether the faults are all of the fault space.
    bool is_census() const { return sampling.draw == Draw::whole && sampling.completion == Completion::finished; }
  };

  struct Hash {
    const std::deque<Group>* groups;

    std::size_t operator()(std::uint32_t group) const { return (*groups)[group].key.hash_value(); }
  };

  struct Same {
    const std::deque<Group>* groups;

    bool operator()(std::uint32_t a, std::uint32_t b) const { return (*groups)[a].key == (*groups)[b].key; }
  };

  void add(const Store& store, const KeepQuantity& keep) {
    const auto number = std::uint32_t(sources_.size());
    const SampleKind kind = sample_kind(store);
    const Draw draw = draw_of(store, kind);
    sources_.push_back({.space = {store, draw, keys_, keep}});
    Source& source = sources_.back();
    StoreSampling& sampling = source.sampling;
    sampling = sampling_of(store, kind, draw, source.space.strata().size());
    const bool in_order = lists_in_order_of_draw(store);
    const bool keeps_draws = sampling.draw == Draw::simple || sampling.draw == Draw::stratified ||
                             (sampling.draw == Draw::whole && in_order);
    constexpr std::uint64_t most_reserved = 1 << 24;  // what blocks say may be wrong
    if (keeps_draws) source.drawn.reserve(std::min(stored_faults(store), most_reserved));
    const std::uint64_t order = order_seed(store.manifest());
    detail::StoredDraws draws(source.space.strata().size());
    SpaceStructure::Seen seen;
    std::set<std::pair<std::int32_t, std::string_view>> ways;
    std::set<std::uint32_t> windows;
    std::uint64_t most_samples = 0;
    std::uint32_t last = 0;
    store.for_each_beside([&](const StoredFault& stored) {
      const Fault& fault = stored.fault;
      const std::uint32_t step = keys_.step_of(fault.window);
      ++sampling.finished;
      most_samples = std::max(most_samples, stored.record.samples);
      if (sampling.draw == Draw::stratified && !stored.draw)
        throw DamagedStore(store.path(), fmt::format("fault {} is of no stratum, though faults were drawn from {}",
                                                     stored.id, source.space.strata().size()));
      if (sampling.draw != Draw::unknown) draws.add(stored, store.path());
      if (!source.space.has_ways()) {
        ways.emplace(fault.bit, fault.type);
        windows.insert(step);
      }
      if (!source.space.keeps(fault.site.quantity)) return;
      source.all.add(stored.record);
      const detail::GroupKey key = keys_.key_of(fault, source.space.place(fault.site.quantity), number, step);
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
    if (sampling.completion == Completion::finished) draws.require_all(source.space.strata(), store.path());
    if (sampling.kind != SampleKind::given && !source.space.has_ways())
      source.space.set_structure(SpaceStructure::of(store, seen));
  }

  /// What is known of the sampling of a store before its faults are read.
  static StoreSampling sampling_of(const Store& store, SampleKind kind, Draw draw, std::size_t strata) {
    StoreSampling sampling;
    sampling.kind = kind;
    sampling.draw = draw;
    sampling.listed = detail::stated_count(store, "fault count");
    sampling.strata = std::max<std::size_t>(strata, 1);
    return sampling;
  }

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

  /// The number of the group of a key, which is new or not.
  std::uint32_t group(const detail::GroupKey& key) {
    groups_.push_back({key, {}});
    const auto [found, is_new] = index_.insert(std::uint32_t(groups_.size() - 1));
    if (!is_new) {
      groups_.pop_back();
      return *found;
    }
    if (groups_.size() > most_groups) throw TooManyGroups(keys_.str(), most_groups);
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
  static std::vector<GroupCell> cells(const Source& source, const detail::GroupKey* key, const OutcomeSums& sums) {
    if (source.is_census()) return {{0, sums.faults}};
    return source.space.cells(key, sums);
  }

  detail::GroupKeys keys_;
  Members members_;
  std::deque<Source> sources_;
  std::deque<Group> groups_;
  std::unordered_set<std::uint32_t, Hash, Same> index_{16, Hash{&groups_}, Same{&groups_}};
  std::vector<std::uint32_t> order_;
};

}  // namespace spikingjet
