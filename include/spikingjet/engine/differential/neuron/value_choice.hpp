// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/bits.hpp>
#include <spikingjet/engine/decision.hpp>
#include <spikingjet/engine/differential/neuron/current_lanes.hpp>
#include <spikingjet/engine/differential/neuron/faulty_copies.hpp>
#include <spikingjet/engine/differential/neuron/weight_intervals.hpp>
#include <spikingjet/engine/differential/plan.hpp>
#include <spikingjet/engine/golden/recording.hpp>
#include <spikingjet/model/neuron.hpp>

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <type_traits>
#include <vector>

namespace spikingjet {

/// The choice of the values of a neuron's weights that are simulated. Those of silent inputs are not, those inside
/// their interval are not, and of the others the outermost first: a value that leaves golden spikes speaks for all
/// between it and the golden one.
///
/// **Laws** each fault in a weight is counted in the decisions or stands in a lane.
template <class Model, class Readout, class V>
class ValueChoice {
  static constexpr std::size_t lanes = V::lanes;
  static constexpr bool is_read = !std::is_void_v<Readout>;

 public:
  /// Both must outlive the choice.
  ValueChoice(FaultyCopies<Model, Readout, V>& copies, CurrentLanes<Model, Readout, V>& currents)
      : copies_(copies), currents_(currents) {}

  /// To be called before the first neuron of a sample.
  void start_sample() {
    inputs_.forget();
    intervals_.forget();
  }

  /// Puts the values of the neuron's weights into lanes, of which some may not have run yet in the end.
  void run(const NeuronPlan& neuron, const FaultPlan& plan) {
    plan_ = &plan;
    const EventTable& events = copies_.events();
    const bool bracket = can_bracket();
    sides_.clear();
    std::uint64_t active = 0;  // faults
    const auto take = [&](const WeightSite& site) {
      active += site.faults;
      if (!bracket || site.values.count <= side_batch)
        return add_values(site, site.values.first, site.values.count, 1, nullptr);
      copies_.decisions->add(Decision::bracketed, site.faults);  // those that are simulated are taken off again
      const std::uint32_t end = site.values.first + site.values.count;
      if (site.below > 0) sides_.push_back({&site, site.values.first, site.below, 1, false});
      if (site.above > 0) sides_.push_back({&site, end - 1, site.above, -1, false});
    };
    const auto sites = neuron.sites.of(plan.sites);
    if (neuron.site_at.count > 0) {
      const auto site_at = neuron.site_at.of(plan.site_at);
      const bool intervals = bracket && find_intervals(site_at);
      const std::uint64_t inside = pick_sites(neuron, intervals);
      active += inside;
      copies_.decisions->add(Decision::analytic, inside);
      for (const Picked& picked : picked_) __builtin_prefetch(&sites[picked.site]);
      for (const Picked& picked : picked_) {
        const PlanRange& values = sites[picked.site].values;
        __builtin_prefetch(&plan.weight_values[values.first]);
        __builtin_prefetch(&plan.weight_values[values.first + values.count - 1]);
      }
      for (const Picked& picked : picked_)
        if (const WeightSite& site = sites[picked.site]; intervals && take_outside(site, picked.active))
          active += site.faults;
        else
          take(site);
    } else {
      for (const WeightSite& site : sites)
        if (!events.of(site.input).empty()) take(site);
    }
    copies_.decisions->add(Decision::silent, neuron.site_faults - active);
    while (!sides_.empty()) {
      for (Side& side : sides_) {
        const std::uint32_t count = std::min(side_batch, side.left);
        add_values(*side.site, side.next, count, side.inward, &side.closed);
        side.next += static_cast<std::uint32_t>(side.inward * std::int32_t(count));
        side.left -= count;
      }
      currents_.flush();
      std::erase_if(sides_, [](const Side& side) { return side.closed || side.left == 0; });
    }
  }

 private:
  /// A site whose input fires.
  struct Picked {
    std::uint32_t site;    // of the neuron
    std::uint32_t active;  // its input's place among those that fire
  };

  /// One side of a site: values above the golden one, or below it, from the outermost inwards.
  struct Side {
    const WeightSite* site;
    std::uint32_t next;   // value to simulate next, in the plan's list
    std::uint32_t left;   // values not simulated
    std::int32_t inward;  // +1 or -1
    bool closed;          // a simulated value left golden spikes, so those further in do, too
  };

  /// Whether a value that leaves golden spikes speaks for all between it and the golden one.
  bool can_bracket() {
    if constexpr (is_read && !requires { requires !Readout::reads_potential; }) return false;
    if constexpr (requires { { Model::monotone(copies_.golden->constants) } -> std::same_as<bool>; }) {
      bool finite = copies_.events().all_positive();
      for (std::size_t s = 0; s < Model::states.size(); ++s)
        finite = finite && is_finite(copies_.recording().state[s][copies_.steps][copies_.golden->neuron]);
      return finite && Model::monotone(copies_.golden->constants);
    } else {
      return false;
    }
  }

  /// Finds the intervals of weights whose inputs fire; whether there are any, as few faulty ones are not worth it.
  bool find_intervals(std::span<const std::uint32_t> site_at) {
    if constexpr (RespondingModel<Model>) {
      std::size_t faulty = 0;
      for (const std::uint32_t input : copies_.events().active()) faulty += site_at[input] != FaultPlan::no_site;
      return faulty >= lanes / 4 && inputs_.lay_out(copies_.events()) &&
             intervals_.find(currents_.sums(), copies_.golden->constants, inputs_);
    }
    return false;
  }

  /// Picks the sites whose inputs fire, but those that do not reach out of their intervals; how many faults these have.
  std::uint64_t pick_sites(const NeuronPlan& neuron, [[maybe_unused]] bool intervals) {
    const auto active = copies_.events().active();
    const auto site_at = neuron.site_at.of(plan_->site_at);
    const auto reach = neuron.site_at.of(plan_->reach);
    picked_.resize(active.size());
    std::size_t picked = 0;
    std::uint64_t inside = 0;
    std::size_t without = active.size();
    if constexpr (RespondingModel<Model>)
      if (intervals) without = intervals_.inputs_without();
    const auto pick = [&](std::size_t a, unsigned take) {  // no branch, as nobody could predict it
      picked_[picked] = {site_at[active[a]], static_cast<std::uint32_t>(a)};
      picked += take;
    };
    for (std::size_t a = 0; a < without; ++a) pick(a, reach[active[a]].faults > 0);
    if constexpr (RespondingModel<Model>)
      for (std::size_t a = without; a < active.size(); ++a) {
        const WeightReach& far = reach[active[a]];
        const unsigned outside = unsigned{far.up > intervals_.up(a)} | unsigned{far.down > intervals_.down(a)};
        inside += far.faults & (outside - 1);
        pick(a, outside);
      }
    picked_.resize(picked);
    return inside;
  }

  /// Simulates the values of a weight that lie outside its interval; whether it has one.
  bool take_outside(const WeightSite& site, std::size_t active) {
    if constexpr (RespondingModel<Model>) {
      if (!intervals_.has(active)) return false;
      const double golden = double(copies_.golden->weights[site.input]);
      const double up = double(intervals_.up(active));
      const double down = double(intervals_.down(active));
      const auto values = site.values.of(plan_->weight_values);
      if (values.size() == 1) {  // as sampled lists have them, and nobody could predict its side
        const double moved = double(values[0].value) - golden;
        if ((moved > up) | (-moved > down))
          add_values(site, site.values.first, 1, 1, nullptr);
        else
          copies_.decisions->add(Decision::analytic, site.faults);
        return true;
      }
      std::uint32_t below = 0;
      while (below < site.below && golden - double(values[below].value) > down) ++below;
      std::uint32_t above = 0;
      while (above < site.above && double(values[values.size() - 1 - above].value) - golden > up) ++above;
      std::uint64_t inside = site.faults;
      for (std::uint32_t v = 0; v < below; ++v) inside -= values[v].faults.count;
      for (std::uint32_t v = 0; v < above; ++v) inside -= values[values.size() - 1 - v].faults.count;
      copies_.decisions->add(Decision::analytic, inside);
      add_values(site, site.values.first, below, 1, nullptr);
      add_values(site, site.values.first + site.values.count - 1, above, -1, nullptr);
      return true;
    }
    return false;
  }

  /// Puts values of a weight into lanes; `closed`, unless null, is that of their side.
  void add_values(const WeightSite& site, std::uint32_t first, std::uint32_t count, std::int32_t inward, bool* closed) {
    const auto events = copies_.events().of(site.input);
    while (count > 0) {
      const auto fitting = static_cast<std::uint32_t>(currents_.make_room(count));
      currents_.add_segment({.first = copies_.used,
                             .end = copies_.used + fitting,
                             .input = site.input,
                             .window = nullptr,
                             .bias = false,
                             .poison = false});
      copies_.widen(events.front().step, events.back().step);
      for (std::uint32_t v = 0; v < fitting; ++v) {
        const WeightValue& value = plan_->weight_values[first];
        if (closed) copies_.decisions->add(Decision::bracketed, ~std::uint64_t{value.faults.count} + 1);
        copies_.add(value.value, value.faults.of(plan_->faults), closed);
        first += static_cast<std::uint32_t>(inward);
      }
      count -= fitting;
    }
  }

  static constexpr std::uint32_t side_batch = 2;  // values of a side that are simulated at a time

  FaultyCopies<Model, Readout, V>& copies_;
  CurrentLanes<Model, Readout, V>& currents_;
  const FaultPlan* plan_ = nullptr;
  std::vector<Picked> picked_;
  std::vector<Side> sides_;
  InputLanes<V> inputs_;
  WeightIntervals<Model, V> intervals_;
};

}  // namespace spikingjet
