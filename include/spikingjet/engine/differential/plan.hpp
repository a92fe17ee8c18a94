// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/bits.hpp>
#include <spikingjet/fault/fault.hpp>
#include <spikingjet/model/quantity.hpp>

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

/// A fault that alters what flows into one neuron: its bias, or a weight that is not finite or not always faulty.
struct CurrentFault {
  std::uint32_t fault = 0;
  std::uint32_t input = 0;  // of the weight
  float value = 0;          // of the weight or bias, where the fault is there
  bool bias = false;
};

/// A fault in a constant or a state of one neuron.
struct NeuronFault {
  std::uint32_t fault = 0;
  std::uint32_t index = 0;  // of the constant or state, in the model's order
  float value = 0;          // of the constant, where the fault is there
  bool constant = false;
};

/// The faults that strike one neuron: its inputs, itself or its output; or those in its lateral inputs.
struct NeuronPlan {
  std::uint32_t pair = 0;
  std::uint32_t neuron = 0;
  bool lateral = false;
  PlanRange sites;     // of `FaultPlan::sites`, ascending in input
  PlanRange site_at;   // of `FaultPlan::site_at` and `reach`: an entry an input, or empty where few inputs have faults
  std::uint64_t site_faults = 0;
  PlanRange currents;  // of `FaultPlan::currents`
  PlanRange within;    // of `FaultPlan::within`
  PlanRange spikes;    // of `FaultPlan::spikes`, indices of faults
  std::uint64_t faults = 0;
};

/// Which faults of a stage reach one neuron alone at first, so that they run in its lanes; the others are replayed.
struct PlanStage {
  bool inputs = true;   // those in a fully connected layer whose outputs are the neurons' currents
  bool lateral = true;  // those in a fully connected lateral layer
  bool neurons = true;  // those in constants, states and spikes
};

/// A list of faults, sorted by the neuron that each strikes, so that its faults share lanes.
///
/// **Laws** each fault is in exactly one place: equivalent, in a neuron's plan, or replayed.
struct FaultPlan {
  std::vector<std::uint32_t> equivalent;  // stored bits stay as they are
  std::vector<NeuronPlan> neurons;
  std::vector<std::uint32_t> replayed;    // what reaches several neurons at once, or a stage without lanes

  std::vector<WeightSite> sites;
  std::vector<WeightValue> weight_values;
  static constexpr std::uint32_t no_site = 0xffffffffu;
  std::vector<std::uint32_t> site_at;  // where an input's site stands in the neuron's, or no_site
  std::vector<WeightReach> reach;      // of the same inputs
  std::vector<CurrentFault> currents;
  std::vector<NeuronFault> within;
  std::vector<std::uint32_t> spikes;
  std::vector<std::uint32_t> faults;  // of weight values

  /// `stored`: the values of all parameters, as `Parameters::values`.
  FaultPlan(std::span<const Fault> list, std::span<const Quantity> quantities, std::span<const float> stored,
            std::span<const PlanStage> stages = {})
      : quantities_(quantities), stored_(stored), stages_(stages) {
    std::vector<Entry> entries;
    entries.reserve(list.size());
    for (std::size_t f = 0; f < list.size(); ++f) place(list[f], static_cast<std::uint32_t>(f), entries);
    faults.reserve(entries.size());
    weight_values.reserve(entries.size());
    const std::vector<std::uint32_t> begin = order_by_neuron(entries);
    for (std::size_t n = 0; n + 1 < begin.size(); ++n) {
      const std::span<Entry> mine = std::span(entries).subspan(begin[n], begin[n + 1] - begin[n]);
      if (mine.empty()) continue;
      if (!std::is_sorted(mine.begin(), mine.end(), Entry::same_site_first))
        std::stable_sort(mine.begin(), mine.end(), Entry::same_site_first);
      add_neuron(mine);
    }
  }

 private:
  enum Kind : std::uint8_t { weight, current, inside, spike };

  struct Entry {
    std::uint32_t fault;
    std::uint32_t pair;
    std::uint32_t neuron;
    std::uint32_t input;  // of a weight; else the constant or state
    float value;
    Kind kind;
    bool flag;  // a bias; a constant
    bool lateral;

    /// Of one neuron.
    static bool same_site_first(const Entry& a, const Entry& b) {
      return std::tie(a.kind, a.input) < std::tie(b.kind, b.input);
    }
  };

  /// Orders entries by the neuron, keeping the order of those of one; returns where those of each neuron begin, and the
  /// end. A neuron's lateral inputs count as a neuron of their own.
  std::vector<std::uint32_t> order_by_neuron(std::vector<Entry>& entries) const {
    std::vector<std::size_t> first_of_pair = {0};
    for (const Quantity& q : quantities_)
      if (q.storage == Storage::spike) first_of_pair.push_back(first_of_pair.back() + 2 * q.size());
    const auto place_of = [&](const Entry& entry) {
      return first_of_pair[entry.pair] + 2 * entry.neuron + entry.lateral;
    };
    std::vector<std::uint32_t> begin(first_of_pair.back() + 1);
    for (const Entry& entry : entries) ++begin[place_of(entry) + 1];
    for (std::size_t n = 0; n + 1 < begin.size(); ++n) begin[n + 1] += begin[n];
    std::vector<Entry> ordered(entries.size());
    std::vector<std::uint32_t> next(begin.begin(), begin.end() - 1);
    for (const Entry& entry : entries) ordered[next[place_of(entry)]++] = entry;
    entries = std::move(ordered);
    return begin;
  }

  /// Words in the order of their values, -0 below +0.
  static std::uint32_t rank(float value) {
    const std::uint32_t word = to_word(value);
    return (word & Binary32::sign) != 0 ? ~word : word | Binary32::sign;
  }

  void place(const Fault& fault, std::uint32_t f, std::vector<Entry>& entries) {
    const Quantity& quantity = quantities_[fault.site.quantity];
    const auto element = static_cast<std::uint32_t>(fault.site.element);
    const auto pair = static_cast<std::uint32_t>(quantity.stage);
    const PlanStage stage = stages_.empty() ? PlanStage{} : stages_[pair];
    if (quantity.storage != Storage::parameter) {
      const bool fires = quantity.storage == Storage::spike;
      if (!stage.neurons) return replayed.push_back(f);
      entries.push_back({f, pair, element, fires ? 0 : static_cast<std::uint32_t>(quantity.offset), 0,
                         fires ? spike : inside, false, false});
      return;
    }
    const float stored = read(fault.site.quantity, element);
    const float value = fault.alteration.on_parameter(stored);
    const bool lateral = quantity.kind == LayerKind::lateral;
    if (to_word(value) == to_word(stored)) {
      equivalent.push_back(f);
    } else if (quantity.kind == LayerKind::neuron) {
      if (stage.neurons && quantity.size() == neurons_of(quantity.layer_index))
        entries.push_back({f, pair, element, constant_of(fault.site.quantity), value, inside, true, false});
      else
        replayed.push_back(f);
    } else if (!(lateral ? stage.lateral : stage.inputs)) {
      replayed.push_back(f);
    } else if (quantity.role == Role::weight) {
      const auto inputs = static_cast<std::uint32_t>(quantity.size() / quantity.shape[0]);
      const bool plain = fault.window == Window{} && is_finite(value);
      entries.push_back({f, pair, element / inputs, element % inputs, value, plain ? weight : current, false, lateral});
    } else {
      entries.push_back({f, pair, element, 0, value, current, true, lateral});
    }
  }

  void add_neuron(std::span<Entry> entries) {
    NeuronPlan plan;
    plan.pair = entries[0].pair;
    plan.neuron = entries[0].neuron;
    plan.lateral = entries[0].lateral;
    plan.faults = entries.size();
    plan.sites.first = static_cast<std::uint32_t>(sites.size());
    plan.currents.first = static_cast<std::uint32_t>(currents.size());
    plan.within.first = static_cast<std::uint32_t>(within.size());
    plan.spikes.first = static_cast<std::uint32_t>(spikes.size());
    for (std::size_t e = 0; e < entries.size(); ++e) {
      const Entry& entry = entries[e];
      if (entry.kind == weight) {
        ++plan.site_faults;
        std::size_t end = e;
        while (end < entries.size() && entries[end].kind == weight && entries[end].input == entry.input) ++end;
        add_site(entries.subspan(e, end - e));
        plan.site_faults += end - e - 1;
        e = end - 1;
      } else if (entry.kind == current) {
        currents.push_back({entry.fault, entry.input, entry.value, entry.flag});
      } else if (entry.kind == inside) {
        within.push_back({entry.fault, entry.input, entry.value, entry.flag});
      } else {
        spikes.push_back(entry.fault);
      }
    }
    const auto end_at = [](PlanRange& range, std::size_t end) {
      range.count = static_cast<std::uint32_t>(end) - range.first;
    };
    end_at(plan.sites, sites.size());
    add_table(plan);
    end_at(plan.currents, currents.size());
    end_at(plan.within, within.size());
    end_at(plan.spikes, spikes.size());
    neurons.push_back(plan);
  }

  void add_table(NeuronPlan& plan) {
    if (plan.sites.count == 0) return;
    const Quantity& weights = quantities_[weight_of(plan.pair, plan.lateral)];
    const std::size_t inputs = weights.size() / weights.shape[0];
    if (4 * plan.sites.count < inputs) return;
    plan.site_at = {static_cast<std::uint32_t>(site_at.size()), static_cast<std::uint32_t>(inputs)};
    site_at.resize(site_at.size() + inputs, no_site);
    reach.resize(site_at.size());
    for (std::uint32_t s = 0; s < plan.sites.count; ++s) {
      const WeightSite& site = sites[plan.sites.first + s];
      const auto values = site.values.of(weight_values);
      const auto stored = double(read(weight_of(plan.pair, plan.lateral), plan.neuron * inputs + site.input));
      site_at[plan.site_at.first + site.input] = s;
      reach[plan.site_at.first + site.input] = {at_least(double(values.back().value) - stored),
                                                at_least(stored - double(values.front().value)), site.faults};
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
    const std::size_t quantity = weight_of(entries[0].pair, entries[0].lateral);
    const std::size_t inputs = quantities_[quantity].size() / quantities_[quantity].shape[0];
    const float stored = read(quantity, entries[0].neuron * inputs + entries[0].input);
    WeightSite site;
    site.input = entries[0].input;
    site.faults = static_cast<std::uint32_t>(entries.size());
    site.values.first = static_cast<std::uint32_t>(weight_values.size());
    for (std::size_t e = 0; e < entries.size(); ++e) {
      if (e == 0 || to_word(entries[e].value) != to_word(entries[e - 1].value)) {
        weight_values.push_back({entries[e].value, {static_cast<std::uint32_t>(faults.size()), 0}});
        site.below += entries[e].value < stored;
        site.above += entries[e].value > stored;
      }
      faults.push_back(entries[e].fault);
      ++weight_values.back().faults.count;
    }
    site.values.count = static_cast<std::uint32_t>(weight_values.size()) - site.values.first;
    sites.push_back(site);
  }

  float read(std::size_t quantity, std::size_t element) const {
    return stored_[quantities_[quantity].offset + quantities_[quantity].position(element)];
  }
  std::size_t neurons_of(std::size_t layer) const {
    std::size_t n = 0;
    for (const Quantity& q : quantities_)
      if (q.layer_index == layer && q.storage == Storage::spike) n = q.size();
    return n;
  }
  std::size_t weight_of(std::size_t pair, bool lateral) const {
    const LayerKind kind = lateral ? LayerKind::lateral : LayerKind::synaptic;
    std::size_t q = 0;
    while (quantities_[q].stage != pair || quantities_[q].kind != kind || quantities_[q].role != Role::weight) ++q;
    return q;
  }
  /// The number of a constant in its model's order.
  std::uint32_t constant_of(std::size_t quantity) const {
    std::size_t q = quantity;
    while (q > 0 && quantities_[q - 1].layer_index == quantities_[quantity].layer_index) --q;
    return static_cast<std::uint32_t>(quantity - q);
  }

  std::span<const Quantity> quantities_;
  std::span<const float> stored_;
  std::span<const PlanStage> stages_;  // or empty: as all can be
};

/// Neurons of a plan, and faults that are replayed, that one work item takes on one sample.
struct PlanPart {
  std::size_t first_neuron = 0;
  std::size_t end_neuron = 0;
  std::size_t first_replayed = 0;
  std::size_t end_replayed = 0;
};

}  // namespace spikingjet
