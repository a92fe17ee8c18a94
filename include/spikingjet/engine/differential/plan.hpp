// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/bits.hpp>
#include <spikingjet/fault/fault.hpp>
#include <spikingjet/inject/strike.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <tuple>
#include <utility>
#include <vector>

namespace spikingjet {

/// A part of one of the plan's lists.
struct PlanRange {
  std::uint32_t first = 0;
  std::uint32_t count = 0;

  template <class T>
  std::span<const T> of(const std::vector<T>& list) const {
    return std::span(list).subspan(first, count);
  }
};

/// A value that a permanent fault gives to a weight, with all faults that give it.
struct WeightValue {
  float value = 0;
  PlanRange faults;  // of `FaultPlan::faults`
};

/// A weight with the finite values that permanent faults give it, ascending.
struct WeightSite {
  std::uint32_t input = 0;
  std::uint32_t below = 0;  // of the values, how many lie below the golden one
  std::uint32_t above = 0;  // how many lie above; those between equal it, as -0 equals +0
  PlanRange values;         // of `FaultPlan::weight_values`
  std::uint32_t faults = 0;
};

/// How far the values of a weight reach above and below the golden one, rounded up; negative where they do not.
struct WeightReach {
  float up = 0;
  float down = 0;
  std::uint32_t faults = 0;
};

/// The faults that strike one neuron: its inputs, itself or its output; or those in its lateral inputs.
struct NeuronPlan {
  std::uint32_t stage = 0;
  std::uint32_t neuron = 0;
  bool lateral = false;
  PlanRange sites;     // of `FaultPlan::sites`, ascending in input
  PlanRange site_at;   // of `FaultPlan::site_at` and `reach`: an entry an input, or empty where few inputs have faults
  std::uint64_t site_faults = 0;
  PlanRange currents;  // of `FaultPlan::currents`: what alters its inputs and is no site's
  PlanRange within;    // of `FaultPlan::within`: in its constants and states
  PlanRange spikes;    // of `FaultPlan::spikes`
  std::uint64_t faults = 0;
};

/// Which faults of a stage reach one neuron alone at first, so that they run in its lanes; the others run alone.
struct PlanStage {
  bool inputs = true;   // those in a fully connected layer whose outputs are the neurons' currents
  bool lateral = true;  // those in a fully connected lateral layer
  bool neurons = true;  // those in constants, states and spikes
};

/// A list of faults, sorted by the neuron that each strikes, so that its faults share lanes.
///
/// **Laws** each fault is in exactly one place: equivalent, in a neuron's plan, or alone.
struct FaultPlan {
  std::vector<Strike> strikes;            // (faults)
  std::span<const StrikeGroup> groups;    // (quantities)
  std::vector<std::uint32_t> equivalent;  // stored bits stay as they are
  std::vector<NeuronPlan> neurons;
  std::vector<std::uint32_t> alone;  // what reaches several neurons at once, or a stage without lanes

  std::vector<WeightSite> sites;
  std::vector<WeightValue> weight_values;
  static constexpr std::uint32_t no_site = 0xffffffffu;
  std::vector<std::uint32_t> site_at;  // where an input's site stands in the neuron's, or no_site
  std::vector<WeightReach> reach;      // of the same inputs
  std::vector<std::uint32_t> currents;
  std::vector<std::uint32_t> within;
  std::vector<std::uint32_t> spikes;
  std::vector<std::uint32_t> faults;  // of weight values

  /// `of_quantities` must outlive the plan; without `stages` each takes all faults.
  FaultPlan(std::vector<Strike> of_faults, std::span<const StrikeGroup> of_quantities,
            std::span<const PlanStage> stages = {})
      : strikes(std::move(of_faults)), groups(of_quantities) {
    std::vector<std::uint32_t> first_of_stage = {0};
    for (const StrikeGroup& group : groups)
      if (group.kind == StrikeKind::spike) first_of_stage.push_back(first_of_stage.back() + 2 * group.shared.modulus);
    std::vector<Entry> entries;
    entries.reserve(strikes.size());
    for (const Strike& strike : strikes) {
      const StrikeGroup& group = group_of(strike);
      place(strike, stages.empty() ? PlanStage{} : stages[group.stage], first_of_stage[group.stage], entries);
    }
    faults.reserve(entries.size());
    weight_values.reserve(entries.size());
    const std::vector<std::uint32_t> begin = order_by_neuron(first_of_stage.back(), entries);
    for (std::size_t n = 0; n + 1 < begin.size(); ++n) {
      const std::span<Entry> mine = std::span(entries).subspan(begin[n], begin[n + 1] - begin[n]);
      if (mine.empty()) continue;
      if (!std::is_sorted(mine.begin(), mine.end(), Entry::same_site_first))
        std::stable_sort(mine.begin(), mine.end(), Entry::same_site_first);
      add_neuron(mine);
    }
  }

  const StrikeGroup& group_of(const Strike& strike) const { return groups[strike.quantity]; }

 private:
  enum class List : std::uint8_t { sites, currents, within, spikes };

  struct Entry {
    std::uint32_t fault;
    std::uint32_t place;  // of the neuron
    std::uint32_t order;  // in the list: the input of a weight, the number of a constant or state
    float value;          // of a weight
    List list;

    /// Of one neuron.
    static bool same_site_first(const Entry& a, const Entry& b) {
      return std::tie(a.list, a.order) < std::tie(b.list, b.order);
    }
  };

  /// Orders entries by the neuron, keeping the order of those of one; returns where those of each place begin, and the
  /// end.
  static std::vector<std::uint32_t> order_by_neuron(std::size_t places, std::vector<Entry>& entries) {
    std::vector<std::uint32_t> begin(places + 1);
    for (const Entry& entry : entries) ++begin[entry.place + 1];
    for (std::size_t n = 0; n < places; ++n) begin[n + 1] += begin[n];
    std::vector<Entry> ordered(entries.size());
    std::vector<std::uint32_t> next(begin.begin(), begin.end() - 1);
    for (const Entry& entry : entries) ordered[next[entry.place]++] = entry;
    entries = std::move(ordered);
    return begin;
  }

  /// Words in the order of their values, -0 below +0.
  static std::uint32_t rank(float value) {
    const std::uint32_t word = to_word(value);
    return (word & Binary32::sign) != 0 ? ~word : word | Binary32::sign;
  }

  /// A neuron's lateral inputs count as a neuron of their own, behind it.
  void place(const Strike& strike, PlanStage stage, std::uint32_t first_place, std::vector<Entry>& entries) {
    const StrikeGroup& group = group_of(strike);
    if (group.is_equivalent(strike)) return equivalent.push_back(strike.number);
    const bool in_lanes = group.in_sums() ? stage.inputs : group.in_lateral_sums() ? stage.lateral : stage.neurons;
    if (!in_lanes || group.reach > 1) return alone.push_back(strike.number);
    const std::uint32_t at = first_place + 2 * group.neuron(strike.element) + group.in_lateral_sums();
    Entry entry{strike.number, at, group.number, strike.faulty, List::within};
    if (group.in_sums() || group.in_lateral_sums()) {
      entry.order = group.tap(strike.element);
      const bool plain = group.is_weight() && strike.window == Window{} && is_finite(strike.faulty);
      entry.list = plain ? List::sites : List::currents;
    } else if (group.kind == StrikeKind::spike) {
      entry.list = List::spikes;
    }
    entries.push_back(entry);
  }

  void add_neuron(std::span<Entry> entries) {
    const Strike& first = strikes[entries[0].fault];
    NeuronPlan plan;
    plan.stage = group_of(first).stage;
    plan.neuron = group_of(first).neuron(first.element);
    plan.lateral = group_of(first).in_lateral_sums();
    plan.faults = entries.size();
    plan.sites.first = static_cast<std::uint32_t>(sites.size());
    std::size_t e = 0;
    while (e < entries.size() && entries[e].list == List::sites) {
      std::size_t end = e;
      while (end < entries.size() && entries[end].list == List::sites && entries[end].order == entries[e].order) ++end;
      add_site(entries.subspan(e, end - e));
      e = end;
    }
    plan.site_faults = e;
    plan.sites.count = static_cast<std::uint32_t>(sites.size()) - plan.sites.first;
    add_table(plan);
    const auto take = [&](List list, std::vector<std::uint32_t>& to) {
      PlanRange range{static_cast<std::uint32_t>(to.size()), 0};
      for (; e < entries.size() && entries[e].list == list; ++e, ++range.count) to.push_back(entries[e].fault);
      return range;
    };
    plan.currents = take(List::currents, currents);
    plan.within = take(List::within, within);
    plan.spikes = take(List::spikes, spikes);
    neurons.push_back(plan);
  }

  /// Any strike on a site.
  const Strike& strike_on(const WeightSite& site) const {
    return strikes[faults[weight_values[site.values.first].faults.first]];
  }

  void add_table(NeuronPlan& plan) {
    if (plan.sites.count == 0) return;
    const std::uint32_t inputs = group_of(strike_on(sites[plan.sites.first])).taps;
    if (4 * plan.sites.count < inputs) return;
    plan.site_at = {static_cast<std::uint32_t>(site_at.size()), inputs};
    site_at.resize(site_at.size() + inputs, no_site);
    reach.resize(site_at.size());
    for (std::uint32_t s = 0; s < plan.sites.count; ++s) {
      const WeightSite& site = sites[plan.sites.first + s];
      const auto values = site.values.of(weight_values);
      const auto golden = double(strike_on(site).golden);
      site_at[plan.site_at.first + site.input] = s;
      reach[plan.site_at.first + site.input] = {at_least(double(values.back().value) - golden),
                                                at_least(golden - double(values.front().value)), site.faults};
    }
  }

  /// The nearest float that is not smaller.
  static float at_least(double distance) {
    const auto nearest = static_cast<float>(distance);
    return double(nearest) < distance ? std::nextafter(nearest, std::numeric_limits<float>::infinity()) : nearest;
  }

  void add_site(std::span<Entry> entries) {
    std::sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) {
      return std::tuple(rank(a.value), a.fault) < std::tuple(rank(b.value), b.fault);
    });
    const float golden = strikes[entries[0].fault].golden;
    WeightSite site;
    site.input = entries[0].order;
    site.faults = static_cast<std::uint32_t>(entries.size());
    site.values.first = static_cast<std::uint32_t>(weight_values.size());
    for (std::size_t e = 0; e < entries.size(); ++e) {
      if (e == 0 || to_word(entries[e].value) != to_word(entries[e - 1].value)) {
        weight_values.push_back({entries[e].value, {static_cast<std::uint32_t>(faults.size()), 0}});
        site.below += entries[e].value < golden;
        site.above += entries[e].value > golden;
      }
      faults.push_back(entries[e].fault);
      ++weight_values.back().faults.count;
    }
    site.values.count = static_cast<std::uint32_t>(weight_values.size()) - site.values.first;
    sites.push_back(site);
  }
};

/// Neurons of a plan, and faults that run alone, that one work item takes on one sample.
struct PlanPart {
  std::size_t first_neuron = 0;
  std::size_t end_neuron = 0;
  std::size_t first_alone = 0;
  std::size_t end_alone = 0;
};

}  // namespace spikingjet
