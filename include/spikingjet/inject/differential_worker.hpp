// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/bits.hpp>
#include <spikingjet/inject/decision.hpp>
#include <spikingjet/inject/differential_cases.hpp>
#include <spikingjet/inject/differential_lanes.hpp>
#include <spikingjet/inject/differential_plan.hpp>
#include <spikingjet/inject/differential_replay.hpp>
#include <spikingjet/model/neuron.hpp>
#include <spikingjet/model/parameters.hpp>
#include <spikingjet/sim/canonical_sum.hpp>
#include <spikingjet/sim/pack.hpp>
#include <spikingjet/sim/golden_recording.hpp>

#include <algorithm>
#include <array>
#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

namespace spikingjet {

/// The weights of each synaptic layer with the inputs running fastest: what one neuron receives is one row.
template <class Net>
class WeightRows {
 public:
  explicit WeightRows(const Parameters<Net>& parameters) {
    for (std::size_t q = 0; q < Net::quantities.size(); ++q)
      if (Net::quantities[q].layer_index % 2 == 0 && Net::quantities[q].role == Role::weight)
        rows_[Net::quantities[q].layer_index / 2] = parameters.tensor(Net::quantities[q].name());
  }

  /// **Shapes** returns (inputs).
  const float* of(std::size_t pair, std::size_t neuron, std::size_t inputs) const { return rows_[pair].data() + neuron * inputs; }

 private:
  std::array<std::vector<float>, Net::layer_count / 2> rows_;  // (outputs, inputs)
};

/// Neurons of a plan, and faults that are replayed, that one work item takes on one sample.
struct PlanPart {
  std::size_t first_neuron = 0;
  std::size_t end_neuron = 0;
  std::size_t first_replayed = 0;
  std::size_t end_replayed = 0;
};

/// Simulates what the faults of a plan change on one sample, a neuron at a time, lanes over its faults.
///
/// For each neuron: run its faulty copies in lanes against the golden run; gather those whose spikes differ into cases,
/// one for each different train; carry each case on to the readout.
template <class Injector, class V>
class DifferentialWorker {
  using Net = typename Injector::Network;
  using Register = typename V::Register;
  using Traits = typename V::Traits;
  using Words = typename WordsOf<V>::type;
  static constexpr std::size_t pairs = Net::layer_count / 2;
  static constexpr std::size_t lanes = V::lanes;

  template <std::size_t P>
  using Model = typename Net::template Layer<2 * P + 1>::Dynamics;
  template <std::size_t P>
  static constexpr bool is_last = P + 1 == pairs;
  template <std::size_t P>
  using ReadoutOf = std::conditional_t<is_last<P>, typename Net::Readout, void>;

 public:
  DifferentialWorker(const Parameters<Net>& golden, const WeightRows<Net>& rows)
      : parameters_(golden), rows_(rows), replay_(golden) {
    [&]<std::size_t... P>(std::index_sequence<P...>) {
      ((poisoned_[P] = Net::zero_input == ZeroInput::multiply &&
                       !golden.all_finite(Net::template first_quantity<2 * P>)),
       ...);
    }(std::make_index_sequence<pairs>{});
  }

  /// Injects a part of a plan on one sample; `receive` gets the readouts that may differ from golden.
  template <class Receive>
  void run(const Sample& sample, std::span<const Fault> faults, const FaultPlan<Net>& plan, const PlanPart& part,
           Receive& receive, Decisions& decisions) {
    recording_.record(work_, parameters_, sample);
    sample_ = &sample;
    faults_ = faults;
    plan_ = &plan;
    decisions_ = {};
    steps_ = recording_.steps();
    words_ = words_of(steps_);
    current_.resize(steps_ * lanes);
    present_.resize(steps_ * lanes);
    train_.resize((words_ + 1) * lanes);
    forget_lanes();
    for (std::size_t k = 0; k < Net::classes; ++k) golden_row_[k] = canonical(recording_.readout(steps_)[k]);
    for (std::size_t n = part.first_neuron; n < part.end_neuron; ++n) {
      const NeuronPlan& neuron = plan.neurons[n];
      [&]<std::size_t... P>(std::index_sequence<P...>) {
        ((neuron.pair == P ? run_neuron<P>(neuron, receive) : void()), ...);
      }(std::make_index_sequence<pairs>{});
    }
    for (std::size_t r = part.first_replayed; r < part.end_replayed; ++r) replay_fault(plan.replayed[r], receive);
    decisions += decisions_;
  }

 private:
  // ---- one neuron ----

  template <std::size_t P, class Receive>
  void run_neuron(const NeuronPlan& plan, Receive& receive) {
    neuron_ = plan.neuron;
    const PairRecording& golden = recording_[P];
    golden_train_.resize(words_);
    for (std::size_t w = 0; w < words_; ++w) golden_train_[w] = golden.word(w, neuron_);
    cases_.clear(is_last<P> ? 1 : words_);
    find_constants<P>();

    if (poisoned_[P]) {
      replay_currents(plan, receive);
    } else if (plan.sites.count + plan.currents.count > 0) {
      sum_currents<P>();
      run_sites<P>(plan);
      for (const CurrentFault& fault : plan.currents.of(plan_->currents)) add_current_fault<P>(fault);
      flush_currents<P>();
    }
    run_within<P>(plan.within.of(plan_->within));
    settle_cases<P>(receive);
    run_spikes<P>(plan.spikes.of(plan_->spikes), receive);
  }

  template <std::size_t P>
  void find_constants() {
    golden_constants<P>() = constants_of<P>(neuron_);
  }

  template <std::size_t P>
  Values<float, int(Model<P>::constants.size())> constants_of(std::size_t neuron) const {
    using Layer = typename Net::template Layer<2 * P + 1>;
    Values<float, int(Model<P>::constants.size())> c;
    for (std::size_t i = 0; i < Model<P>::constants.size(); ++i)
      c[int(i)] = parameters_.read(Net::template first_quantity<2 * P + 1> + i,
                                   shared_element(Layer::sharings[i], Layer::out, neuron));
    return c;
  }

  template <std::size_t P>
  auto& golden_constants() {
    return std::get<P>(constants_);
  }

  /// All lanes at the golden run's state before a step.
  template <std::size_t P, class W>
  LaneState<Model<P>, W> start_at(std::size_t step, std::size_t neuron) const {
    LaneState<Model<P>, W> lane;
    for (int s = 0; s < int(Model<P>::states.size()); ++s)
      lane.state[s] = W(recording_[P].state[std::size_t(s)][step][neuron]);
    lane.readout = W(is_last<P> ? recording_.readout(step)[is_last<P> ? neuron : 0] : 0.0F);
    return lane;
  }

  template <std::size_t P>
  bool is_golden(const LaneState<Model<P>, V>& lane, std::size_t step) const {
    for (int s = 0; s < int(Model<P>::states.size()); ++s) {
      const Words golden(static_cast<std::int32_t>(to_word(recording_[P].state[std::size_t(s)][step][neuron_])));
      if (any(!(Words(lane.state[s]) == golden))) return false;
    }
    return true;
  }

  // ---- faults in what flows in ----

  /// The golden sum of the neuron, step by step: what each event adds, and the sum before it.
  template <std::size_t P>
  void sum_currents() {
    using Synapses = typename Net::template Layer<2 * P>;
    const EventTable& events = recording_[P].events;
    weights_ = rows_.of(P, neuron_, Synapses::in.size());
    float bias = 0;
    if constexpr (Synapses::has_bias) bias = parameters_.read(Net::template first_quantity<2 * P> + 1, neuron_);
    term_.resize(events.size());
    before_.resize(events.size());
    for (std::size_t e = 0; e < events.size(); ++e) term_[e] = weights_[events.index(e)] * events.value(e);
    for (std::size_t step = 0; step < steps_; ++step) {
      float sum = bias;
      for (std::size_t e = events.begin(step); e < events.end(step); ++e) {
        before_[e] = sum;
        sum = sum + term_[e];
      }
    }
  }

  /// One side of a site: values above the golden one, or below it, from the outermost inwards.
  struct Side {
    const WeightSite* site;
    std::uint32_t next;   // value to simulate next, in the plan's list
    std::uint32_t left;   // values not simulated
    std::int32_t inward;  // +1 or -1
    bool closed;          // a simulated value left golden spikes, so those further in do, too
  };

  template <std::size_t P>
  bool can_bracket() {
    if constexpr (is_last<P> && !requires { requires !Net::Readout::reads_potential; }) return false;
    if constexpr (requires { { Model<P>::monotone(golden_constants<P>()) } -> std::same_as<bool>; }) {
      bool finite = recording_[P].events.all_positive();
      for (std::size_t s = 0; s < Model<P>::states.size(); ++s)
        finite = finite && is_finite(recording_[P].state[s][steps_][neuron_]);
      return finite && Model<P>::monotone(golden_constants<P>());
    } else {
      return false;
    }
  }

  template <std::size_t P>
  void run_sites(const NeuronPlan& plan) {
    const EventTable& events = recording_[P].events;
    const bool bracket = can_bracket<P>();
    sides_.clear();
    std::uint64_t active = 0;  // faults
    const auto take = [&](const WeightSite& site) {
      active += site.faults;
      if (!bracket) return add_values<P>(site, site.values.first, site.values.count, 1, no_side);
      const std::uint32_t end = site.values.first + site.values.count;
      __builtin_prefetch(&plan_->weight_values[site.values.first]);
      __builtin_prefetch(&plan_->weight_values[end - 1]);
      if (site.below > 0) sides_.push_back({&site, site.values.first, site.below, 1, false});
      if (site.above > 0) sides_.push_back({&site, end - 1, site.above, -1, false});
    };
    const auto sites = plan.sites.of(plan_->sites);
    if (sites.size() == Net::template Layer<2 * P>::in.size()) {
      for (const std::uint32_t input : events.active()) take(sites[input]);
    } else {
      for (const WeightSite& site : sites)
        if (!events.of(site.input).empty()) take(site);
    }
    decisions_.add(Decision::silent, plan.site_faults - active);
    if (bracket) decisions_.add(Decision::bracketed, active);  // those that are simulated are taken off again
    while (!sides_.empty()) {
      for (std::size_t s = 0; s < sides_.size(); ++s) {
        Side& side = sides_[s];
        const std::uint32_t count = std::min(side_batch, side.left);
        add_values<P>(*side.site, side.next, count, side.inward, static_cast<std::uint32_t>(s));
        side.next += static_cast<std::uint32_t>(side.inward * std::int32_t(count));
        side.left -= count;
      }
      flush_currents<P>();
      std::erase_if(sides_, [](const Side& side) { return side.closed || side.left == 0; });
    }
  }

  /// Puts values of a weight into lanes.
  template <std::size_t P>
  void add_values(const WeightSite& site, std::uint32_t first, std::uint32_t count, std::int32_t inward, std::uint32_t side) {
    while (count > 0) {
      const auto fitting = static_cast<std::uint32_t>(make_room<P>(count));
      add_segment({.first = used_, .end = used_ + fitting, .input = site.input, .window = nullptr, .bias = false, .poison = false});
      first_step_ = std::min<std::size_t>(first_step_, recording_[P].events.of(site.input).front().step);
      last_step_ = std::max<std::size_t>(last_step_, recording_[P].events.of(site.input).back().step);
      for (std::uint32_t v = 0; v < fitting; ++v) {
        const WeightValue& value = plan_->weight_values[first];
        if (side != no_side) decisions_.add(Decision::bracketed, ~std::uint64_t{value.faults.count} + 1);
        add_lane(value.value, value.faults.of(plan_->faults), side);
        first += static_cast<std::uint32_t>(inward);
      }
      count -= fitting;
    }
  }

  template <std::size_t P>
  void add_current_fault(const CurrentFault& fault) {
    const EventTable& events = recording_[P].events;
    const Window& window = faults_[fault.fault].window;
    const bool poison = !fault.bias && Net::zero_input == ZeroInput::multiply && !is_finite(fault.value);
    std::size_t first = steps_;
    std::size_t last = 0;
    const auto note = [&](std::size_t step) {
      if (!window.contains(step)) return;
      first = std::min(first, step);
      last = std::max(last, step);
    };
    if ((fault.bias || poison) && window.is_steady() && window.begin < std::min<std::size_t>(window.end, steps_)) {
      first = window.begin;
      last = std::min<std::size_t>(window.end, steps_) - 1;
    } else if (fault.bias || poison)
      for (std::size_t step = 0; step < steps_; ++step) note(step);
    else
      for (const EventTable::Of& event : events.of(fault.input)) note(event.step);
    if (first == steps_) return decisions_.add(Decision::silent);
    make_room<P>(1);
    add_segment({.first = used_, .end = used_ + 1, .input = fault.input, .window = &window, .bias = fault.bias, .poison = poison});
    first_step_ = std::min(first_step_, first);
    last_step_ = std::max(last_step_, last);
    add_lane(fault.value, {&fault.fault, 1}, no_side);
  }

  /// Lanes of one segment receive the same inputs.
  struct Segment {
    std::size_t first;
    std::size_t end;
    std::uint32_t input;
    const Window* window;  // null: always
    bool bias;
    bool poison;  // a weight that counts at every step
  };

  /// Joins a segment to the one before, where both receive the same.
  void add_segment(const Segment& segment) {
    if (!segments_.empty()) {
      Segment& last = segments_.back();
      const bool same_window = last.window == segment.window || (last.window && segment.window && *last.window == *segment.window);
      if (last.end == segment.first && last.input == segment.input && last.bias == segment.bias &&
          last.poison == segment.poison && same_window) {
        last.end = segment.end;
        return;
      }
    }
    segments_.push_back(segment);
  }

  /// Makes room for some of `count` lanes, in one register if they fit there; returns for how many.
  template <std::size_t P>
  std::size_t make_room(std::size_t count) {
    const std::size_t rest = Traits::lanes - used_ % Traits::lanes;
    if (count > rest && rest < Traits::lanes) used_ += rest;
    if (used_ >= lanes) flush_currents<P>();
    return std::min(count, lanes - used_);
  }

  void add_lane(float value, std::span<const std::uint32_t> faults, std::uint32_t side) {
    value_[used_] = value;
    owner_[used_] = faults;
    side_[used_] = side;
    ++used_;
  }

  template <std::size_t P>
  void flush_currents() {
    if (used_ == 0) return;
    const StepRows& golden = recording_[P].current;
    for (std::size_t step = first_step_; step < steps_; ++step) V(golden[step][neuron_]).store(current_.data() + step * lanes);
    std::fill(segment_of_.begin(), segment_of_.end(), -1);
    for (std::size_t s = 0; s < segments_.size(); ++s)
      std::fill(segment_of_.begin() + std::ptrdiff_t(segments_[s].first), segment_of_.begin() + std::ptrdiff_t(segments_[s].end), std::int32_t(s));
    for (std::size_t s = 0; s < segments_.size(); ++s) patch<P>(segments_[s], static_cast<std::int32_t>(s));

    auto state = start_at<P, V>(first_step_, neuron_);
    const std::size_t stopped = run_currents<ReadoutOf<P>>(
        state, golden_constants<P>(), current_.data(), first_step_, steps_, golden_train_.data(), train_.data(),
        [&](std::size_t step, const auto& now) { return step > last_step_ && is_golden<P>(now, step); });
    note_lanes<P>(state, stopped);
    segments_.clear();
  }

  /// Writes the faulty currents of a segment.
  template <std::size_t P>
  void patch(const Segment& segment, std::int32_t number) {
    const EventTable& events = recording_[P].events;
    for (std::size_t r = segment.first / Traits::lanes; r * Traits::lanes < segment.end; ++r) {
      const std::size_t lane = r * Traits::lanes;
      const Register value = Traits::load(value_.data() + lane);
      const auto mine = Traits::equal(Traits::load_word(segment_of_.data() + lane), typename Traits::Word(number));
      const auto write = [&](std::size_t step, const Register& sum) {
        float* row = current_.data() + step * lanes + lane;
        Traits::store(row, Traits::choose(mine, sum, Traits::load(row)));
      };
      const auto add_from = [&](Register sum, std::size_t event, std::size_t end) {
        for (std::size_t e = event; e < end; ++e) sum = sum + Register(term_[e]);
        return sum;
      };
      if (segment.bias) {
        for (std::size_t step = first_step_; step < steps_; ++step)
          if (segment.window->contains(step)) write(step, add_from(value, events.begin(step), events.end(step)));
        continue;
      }
      if (segment.poison)
        for (std::size_t step = first_step_; step < steps_; ++step)
          if (segment.window->contains(step)) write(step, Register(to_float(Binary32::canonical_nan)));
      for (const EventTable::Of& at : events.of(segment.input)) {
        if (segment.window && !segment.window->contains(at.step)) continue;
        const Register sum = Register(before_[at.event]) + value * Register(events.value(at.event));
        write(at.step, add_from(sum, at.event + 1, events.end(at.step)));
      }
    }
  }

  // ---- what lanes left ----

  /// Sorts the lanes that were run: golden ones are counted, the others become cases.
  template <std::size_t P>
  void note_lanes(LaneState<Model<P>, V>& state, std::size_t stopped) {
    if constexpr (is_last<P>) {
      fold_golden<typename Net::Readout>(state, recording_[P], neuron_, stopped, steps_);
      state.readout.store(readout_.data());
      for (std::size_t l = 0; l < used_; ++l) readout_[l] = canonical(readout_[l]);
    }
    V finite(0.0F);  // +0 where every state is finite, else NaN
    for (int s = 0; s < int(Model<P>::states.size()); ++s) finite = finite + (state.state[s] - state.state[s]);
    std::array<float, lanes> sound;
    finite.store(sound.data());

    Words differs(0);
    const std::size_t first_word = first_step_ / steps_per_word;
    for (std::size_t w = first_word; w < words_; ++w)
      differs = differs | (Words::load(train_.data() + w * lanes) ^ Words(static_cast<std::int32_t>(golden_train_[w])));
    std::array<std::int32_t, lanes> difference;
    differs.store(difference.data());
    if constexpr (!is_last<P>)
      for (std::size_t w = 0; w < first_word; ++w) Words(static_cast<std::int32_t>(golden_train_[w])).store(train_.data() + w * lanes);

    for (std::size_t l = 0; l < used_; ++l) {
      if (owner_[l].empty()) continue;
      const bool golden_train = difference[l] == 0;
      if (golden_train && sound[l] == 0.0F && side_[l] != no_side) sides_[side_[l]].closed = true;
      bool changed = !golden_train;
      if constexpr (is_last<P>) changed = to_word(readout_[l]) != to_word(golden_row_[neuron_]);
      if (!changed) {
        decisions_.add(stopped < steps_ ? Decision::returned : Decision::unchanged, owner_[l].size());
      } else if constexpr (is_last<P>) {
        const auto key = static_cast<std::int32_t>(to_word(readout_[l]));
        cases_.add(&key, 1, owner_[l]);
      } else {
        cases_.add(train_.data() + l, lanes, owner_[l]);
      }
    }
    forget_lanes();
  }

  void forget_lanes() {
    std::fill(owner_.begin(), owner_.end(), std::span<const std::uint32_t>{});
    used_ = 0;
    first_step_ = steps_;
    last_step_ = 0;
  }

  // ---- faults in constants and states ----

  template <std::size_t P>
  void run_within(std::span<const NeuronFault> faults) {
    for (const NeuronFault& fault : faults) {
      const Window& window = faults_[fault.fault].window;
      std::size_t first = window.begin;
      while (first < steps_ && !window.contains(first)) ++first;
      if (first >= steps_) {
        decisions_.add(Decision::silent);
        continue;
      }
      within_[used_] = &fault;
      first_step_ = std::min(first_step_, first);
      add_lane(0.0F, {&fault.fault, 1}, no_side);
      if (used_ == lanes) flush_within<P>();
    }
    flush_within<P>();
  }

  template <std::size_t P>
  void flush_within() {
    if (used_ == 0) return;
    const auto& constants = golden_constants<P>();
    note_presence([&](std::size_t l) -> const Window& { return faults_[within_[l]->fault].window; });
    LaneFaults<Model<P>, V> altered;
    std::array<float, lanes> value;
    for (int c = 0; c < int(Model<P>::constants.size()); ++c) {
      value.fill(constants[c]);
      for (std::size_t l = 0; l < used_; ++l)
        if (within_[l]->constant && within_[l]->index == std::uint32_t(c)) value[l] = within_[l]->value;
      altered.constant[c] = V::load(value.data());
    }
    std::array<std::int32_t, lanes> keep;
    std::array<std::int32_t, lanes> set;
    std::array<std::int32_t, lanes> flip;
    for (int s = 0; s < int(Model<P>::states.size()); ++s) {
      for (std::size_t l = 0; l < lanes; ++l) {
        Alteration alteration;
        if (l < used_ && !within_[l]->constant && within_[l]->index == std::uint32_t(s))
          alteration = faults_[within_[l]->fault].alteration;
        value[l] = alteration.factor;
        keep[l] = static_cast<std::int32_t>(alteration.keep);
        set[l] = static_cast<std::int32_t>(alteration.set);
        flip[l] = static_cast<std::int32_t>(alteration.flip);
      }
      altered.factor[s] = V::load(value.data());
      altered.keep[s] = Words::load(keep.data());
      altered.set[s] = Words::load(set.data());
      altered.flip[s] = Words::load(flip.data());
    }
    auto state = start_at<P, V>(first_step_, neuron_);
    const std::size_t stopped = run_faults<ReadoutOf<P>>(
        state, in_all_lanes<V>(constants), altered, recording_[P].current, neuron_, present_.data(), first_step_, steps_,
        golden_train_.data(), train_.data(),
        [&](std::size_t step, const auto& now) { return step > last_step_ && is_golden<P>(now, step); });
    note_lanes<P>(state, stopped);
  }

  /// Writes in which steps the fault of each lane is there, from `first_step_` on, and notes the last.
  template <class WindowOf>
  void note_presence(const WindowOf& window_of) {
    bool all_steady = true;  // and the same
    for (std::size_t l = 0; l < used_; ++l)
      all_steady = all_steady && window_of(l).is_steady() && window_of(l) == window_of(0);
    const auto row = [&](std::size_t step) { return present_.begin() + std::ptrdiff_t(step * lanes); };
    std::fill(row(first_step_), present_.end(), 0.0F);
    last_step_ = first_step_;
    if (all_steady) {
      const Window& window = window_of(0);
      const std::size_t end = std::min<std::size_t>(window.end, steps_);
      const std::size_t begin = std::max<std::size_t>(window.begin, first_step_);
      std::fill(row(begin), row(std::max(begin, end)), 1.0F);
      last_step_ = std::max(begin, end) - 1;
      return;
    }
    for (std::size_t l = 0; l < used_; ++l) {
      const Window& window = window_of(l);
      const std::size_t end = std::min<std::size_t>(window.end, steps_);
      for (std::size_t step = std::max<std::size_t>(window.begin, first_step_); step < end; ++step) {
        if (!window.is_steady() && !window.contains(step)) continue;
        present_[step * lanes + l] = 1.0F;
        last_step_ = std::max(last_step_, step);
      }
    }
  }

  // ---- cases ----

  /// Finds the readout of each case and hands on those that differ.
  template <std::size_t P, class Receive>
  void settle_cases(Receive& receive) {
    if (cases_.size() == 0) return;
    if constexpr (is_last<P>) {
      for (std::size_t c = 0; c < cases_.size(); ++c) {
        std::array<float, Net::classes> readout = golden_row_;
        readout[neuron_] = to_float(cases_.key(c)[0]);
        hand_on(c, readout, Decision::carried, receive);
      }
    } else if constexpr (P + 2 == pairs) {
      if (poisoned_[P + 1])
        replay_cases<P>(receive);
      else
        carry_cases<P>(receive);
    } else {
      replay_cases<P>(receive);
    }
  }

  template <class Receive>
  void hand_on(std::size_t c, const std::array<float, Net::classes>& readout, Decision how, Receive& receive) {
    const auto faults = cases_.faults(c);
    decisions_.add(how);
    decisions_.add(Decision::merged, faults.size() - 1);
    if (std::memcmp(readout.data(), golden_row_.data(), sizeof readout) != 0) receive(faults, std::span<const float>(readout));
  }

  template <std::size_t P, class Receive>
  void replay_cases(Receive& receive) {
    for (std::size_t c = 0; c < cases_.size(); ++c) {
      std::array<float, Net::classes> row = golden_row_;
      if (const auto readout = replay_.with_train(recording_, *sample_, P, neuron_, cases_.key(c)))
        std::copy(readout->begin(), readout->end(), row.begin());
      hand_on(c, row, Decision::replayed, receive);
    }
  }

  /// Carries trains of spikes to the last layer, a lane for each.
  template <std::size_t P, class Receive>
  void carry_cases(Receive& receive) {
    order_cases();
    sum_with_and_without<P>();
    using One = typename Resized<V, 1>::type;
    std::size_t c = 0;
    for (; c + One::lanes < order_.size(); c += lanes) carry_group<P, V, 1>(c, receive);
    for (; c < order_.size(); c += One::lanes) carry_group<P, One, 4>(c, receive);
  }

  /// Orders the cases by the first step in which they differ from golden; they start there.
  void order_cases() {
    order_.clear();
    for (std::size_t c = 0; c < cases_.size(); ++c) {
      const auto train = cases_.key(c);
      std::size_t w = 0;
      while (train[w] == golden_train_[w]) ++w;
      const auto step = w * steps_per_word + static_cast<std::size_t>(std::countl_zero(train[w] ^ golden_train_[w]));
      order_.push_back(std::uint64_t{step} << 32 | c);
    }
    std::sort(order_.begin(), order_.end());
  }

  /// The currents of the last layer with and without a spike of the neuron, in the steps in which a case differs; in the
  /// others both are golden, as no case asks for anything else.
  template <std::size_t P>
  void sum_with_and_without() {
    constexpr std::size_t outputs = Net::template Layer<2 * P + 2>::out.size();
    constexpr std::size_t weight = Net::template first_quantity<2 * P + 2>;
    const PairRecording& next = recording_[P + 1];
    differing_.assign(words_, 0);
    for (std::size_t c = 0; c < cases_.size(); ++c)
      for (std::size_t w = 0; w < words_; ++w) differing_[w] |= cases_.key(c)[w] ^ golden_train_[w];
    with_.resize(steps_, outputs);
    without_.resize(steps_, outputs);
    const float* w = parameters_.stored(weight).data();
    const float* bias = nullptr;
    if constexpr (Net::template Layer<2 * P + 2>::has_bias) bias = parameters_.stored(weight + 1).data();
    for (std::size_t step = order_.front() >> 32; step < steps_; ++step) {
      const bool fired = recording_[P].fired(step, neuron_);
      std::copy_n(next.current[step], outputs, fired ? with_[step] : without_[step]);
      float* other = fired ? without_[step] : with_[step];
      if ((differing_[step / steps_per_word] & step_bit(step)) == 0) {
        std::copy_n(next.current[step], outputs, other);
        continue;
      }
      const Activity spikes = next.events[step];
      index_.assign(spikes.index.begin(), spikes.index.end());
      const auto at = std::lower_bound(index_.begin(), index_.end(), static_cast<std::uint32_t>(neuron_));
      if (fired)
        index_.erase(at);
      else
        index_.insert(at, static_cast<std::uint32_t>(neuron_));
      ones_.resize(std::max(ones_.size(), index_.size()), 1.0F);
      sum_active_inputs<outputs>(w, bias, {index_, std::span<const float>(ones_).first(index_.size())}, other);
    }
  }

  /// Carries the cases from the c-th in order on, as many as a pack W has lanes, `Outputs` neurons at a time.
  template <std::size_t P, class W, std::size_t Outputs, class Receive>
  void carry_group(std::size_t first, Receive& receive) {
    using Last = Model<P + 1>;
    using Readout = typename Net::Readout;
    const std::size_t count = std::min(W::lanes, order_.size() - first);
    const std::size_t begin = order_[first] >> 32;
    for (std::size_t l = 0; l < W::lanes; ++l) {
      const auto train = l < count ? cases_.key(case_at(first + l)) : std::span<const std::uint32_t>(golden_train_);
      for (std::size_t w = begin / steps_per_word; w < words_; ++w) train_[w * W::lanes + l] = static_cast<std::int32_t>(train[w]);
    }
    for (std::size_t k = 0; k < Net::classes; k += Outputs) {
      LaneState<Last, W> state[Outputs];
      Constants<Last, float> constant[Outputs];
      std::size_t output[Outputs];
      for (std::size_t o = 0; o < Outputs; ++o) {
        output[o] = std::min(k + o, Net::classes - 1);
        state[o] = start_at<P + 1, W>(begin, output[o]);
        constant[o] = constants_of<P + 1>(output[o]);
      }
      carry_trains<Readout>(state, constant, output, train_.data(), without_, with_, begin, steps_);
      for (std::size_t o = 0; o < Outputs; ++o) state[o].readout.store(readouts_[output[o]].data());
    }
    for (std::size_t l = 0; l < count; ++l) hand_on(case_at(first + l), row_of(l), Decision::carried, receive);
  }

  std::size_t case_at(std::size_t place) const { return order_[place] & 0xffffffffu; }

  std::array<float, Net::classes> row_of(std::size_t lane) const {
    std::array<float, Net::classes> row;
    for (std::size_t k = 0; k < Net::classes; ++k) row[k] = canonical(readouts_[k][lane]);
    return row;
  }

  // ---- faults in spikes ----

  template <std::size_t P, class Receive>
  void run_spikes(std::span<const std::uint32_t> faults, Receive& receive) {
    for (const std::uint32_t& f : faults) {
      const std::size_t first = first_change<P>(faults_[f]);
      if (first == steps_) {
        decisions_.add(Decision::silent);
      } else if (P + 2 < pairs || (!is_last<P> && poisoned_[std::min(P + 1, pairs - 1)])) {
        replay_fault(f, receive);
      } else {
        first_step_ = std::min(first_step_, first);
        add_lane(0.0F, {&f, 1}, no_side);
        if (used_ == lanes) flush_spikes<P>(receive);
      }
    }
    flush_spikes<P>(receive);
  }

  /// The first step in which a fault alters the neuron's spike, or the number of steps.
  template <std::size_t P>
  std::size_t first_change(const Fault& fault) const {
    const bool alters[] = {is_other(0.0F, fault.alteration.on_state(0.0F), is_last<P>),
                           is_other(1.0F, fault.alteration.on_state(1.0F), is_last<P>)};
    for (std::size_t step = fault.window.begin; step < std::min<std::size_t>(fault.window.end, steps_); ++step)
      if (alters[recording_[P].fired(step, neuron_)] && fault.window.contains(step)) return step;
    return steps_;
  }

  /// A zero of either sign is no spike for the layer behind; a readout may tell them apart.
  static bool is_other(float spike, float altered, bool read) {
    return read ? to_word(spike) != to_word(altered) : !(spike == altered);
  }

  template <std::size_t P, class Receive>
  void flush_spikes([[maybe_unused]] Receive& receive) {
    if (used_ == 0) return;
    note_presence([&](std::size_t l) -> const Window& { return faults_[owner_[l][0]].window; });
    std::array<float, lanes> silent{};
    std::array<float, lanes> firing{};
    for (std::size_t l = 0; l < used_; ++l) {
      silent[l] = faults_[owner_[l][0]].alteration.on_state(0.0F);
      firing[l] = faults_[owner_[l][0]].alteration.on_state(1.0F);
    }
    const V altered[] = {V::load(silent.data()), V::load(firing.data())};
    const auto spike_at = [&](std::size_t step) {
      const bool fired = recording_[P].fired(step, neuron_);
      return select(V::load(present_.data() + step * lanes) > V(0.0F), altered[fired], V(fired ? 1.0F : 0.0F));
    };
    if constexpr (is_last<P>) {
      auto state = start_at<P, V>(first_step_, neuron_);
      for (std::size_t step = first_step_; step < steps_; ++step) {
        state.state[potential_of<Model<P>>()] = V(recording_[P].state[std::size_t(potential_of<Model<P>>())][step + 1][neuron_]);
        fold<typename Net::Readout>(state, step, spike_at(step));
      }
      state.readout.store(readout_.data());
      for (std::size_t l = 0; l < used_; ++l) {
        std::array<float, Net::classes> row = golden_row_;
        row[neuron_] = canonical(readout_[l]);
        hand_on_spike(l, row, receive);
      }
    } else if constexpr (P + 2 == pairs) {
      for (std::size_t step = first_step_; step < steps_; ++step) spike_at(step).store(current_.data() + step * lanes);
      sum_before<P>();
      for (std::size_t k = 0; k < Net::classes; ++k) carry_spikes<P>(k);
      for (std::size_t l = 0; l < used_; ++l) hand_on_spike(l, row_of(l), receive);
    }
    forget_lanes();
  }

  template <class Receive>
  void hand_on_spike(std::size_t lane, const std::array<float, Net::classes>& readout, Receive& receive) {
    decisions_.add(Decision::carried);
    if (std::memcmp(readout.data(), golden_row_.data(), sizeof readout) != 0)
      receive(owner_[lane], std::span<const float>(readout));
  }

  /// The sums of the last layer before the neuron's spike, in the steps from `first_step_` on, and the first event behind.
  template <std::size_t P>
  void sum_before() {
    constexpr std::size_t outputs = Net::template Layer<2 * P + 2>::out.size();
    constexpr std::size_t weight = Net::template first_quantity<2 * P + 2>;
    const EventTable& events = recording_[P + 1].events;
    const float* bias = nullptr;
    if constexpr (Net::template Layer<2 * P + 2>::has_bias) bias = parameters_.stored(weight + 1).data();
    with_.resize(steps_, outputs);
    behind_.resize(steps_);
    for (std::size_t step = first_step_; step < steps_; ++step) {
      const Activity spikes = events[step];
      const auto before = static_cast<std::size_t>(std::lower_bound(spikes.index.begin(), spikes.index.end(), neuron_) - spikes.index.begin());
      sum_active_inputs<outputs>(parameters_.stored(weight).data(), bias, {spikes.index.first(before), spikes.value.first(before)}, with_[step]);
      behind_[step] = events.begin(step) + static_cast<std::uint32_t>(before + (before < spikes.size() && spikes.index[before] == neuron_));
    }
  }

  /// Neuron k of the last layer, fed by spikes of the neuron that have any value.
  ///
  /// **Shapes** current_ (steps, lanes): the spikes.
  template <std::size_t P>
  void carry_spikes(std::size_t k) {
    const EventTable& events = recording_[P + 1].events;
    const float* row = rows_.of(P + 1, k, Net::template Layer<2 * P + 2>::in.size());
    auto state = start_at<P + 1, V>(first_step_, k);
    const auto constant = in_all_lanes<V>(constants_of<P + 1>(k));
    for (std::size_t step = first_step_; step < steps_; ++step) {
      const V x = V::load(current_.data() + step * lanes);
      V current(with_[step][k]);
      current = select(x == V(0.0F), current, current + V(row[neuron_]) * x);  // a zero is left out, as a finite weight allows
      for (std::uint32_t e = behind_[step]; e < events.end(step); ++e) current = current + V(row[events.index(e)]);
      const V s = Model<P + 1>::update(state.state, current, constant);
      fold<typename Net::Readout>(state, step, s);
    }
    state.readout.store(readouts_[k].data());
  }

  // ---- the slow way ----

  template <class Receive>
  void replay_fault(const std::uint32_t& f, Receive& receive) {
    decisions_.add(Decision::replayed);
    if (const auto readout = replay_.with_fault(recording_, *sample_, faults_[f]))
      receive(std::span<const std::uint32_t>(&f, 1), std::span<const float>(*readout));
  }

  template <class Receive>
  void replay_currents(const NeuronPlan& plan, Receive& receive) {
    for (const WeightSite& site : plan.sites.of(plan_->sites))
      for (const WeightValue& value : site.values.of(plan_->weight_values))
        for (const std::uint32_t& f : value.faults.of(plan_->faults)) replay_fault(f, receive);
    for (const CurrentFault& fault : plan.currents.of(plan_->currents)) replay_fault(fault.fault, receive);
  }

  template <class Indices>
  struct ConstantsTuple;
  template <std::size_t... P>
  struct ConstantsTuple<std::index_sequence<P...>> {
    using type = std::tuple<Values<float, int(Model<P>::constants.size())>...>;
  };

  static constexpr std::uint32_t no_side = 0xffffffffu;
  static constexpr std::uint32_t side_batch = 2;  // values of a side that are simulated at a time

  const Parameters<Net>& parameters_;
  const WeightRows<Net>& rows_;
  std::array<bool, pairs> poisoned_{};  // a weight that is not finite counts at every step
  Workspace<Net> work_;
  GoldenRecording<Net> recording_;
  Replay<Injector> replay_;

  // of the sample
  const Sample* sample_ = nullptr;
  std::span<const Fault> faults_;
  const FaultPlan<Net>* plan_ = nullptr;
  Decisions decisions_;
  std::size_t steps_ = 0;
  std::size_t words_ = 0;
  std::array<float, Net::classes> golden_row_{};

  // of the neuron
  std::size_t neuron_ = 0;
  typename ConstantsTuple<std::make_index_sequence<pairs>>::type constants_;
  std::vector<std::uint32_t> golden_train_;  // (words)
  const float* weights_ = nullptr;  // (inputs)
  std::vector<float> term_;         // (events) weight times input
  std::vector<float> before_;       // (events) the sum before it
  std::vector<Side> sides_;
  CaseTable cases_;
  std::vector<std::uint64_t> order_;                            // (cases) first differing step << 32 | case
  std::vector<std::uint32_t> differing_;                        // (words)
  StepRows with_;                                               // (steps, classes)
  StepRows without_;                                            // (steps, classes)
  std::vector<std::uint32_t> index_;                            // (spikes)
  std::vector<float> ones_;                                     // (spikes)
  std::vector<std::uint32_t> behind_;                           // (steps) the first event behind the neuron's

  // of the lanes that are being filled
  std::size_t used_ = 0;
  std::size_t first_step_ = 0;  // in which any of them may differ
  std::size_t last_step_ = 0;   // in which anything is altered
  std::vector<Segment> segments_;
  std::array<float, lanes> value_{};                            // of the weight or bias
  std::array<std::span<const std::uint32_t>, lanes> owner_{};   // faults; none in lanes left out
  std::array<std::uint32_t, lanes> side_{};
  std::array<std::int32_t, lanes> segment_of_{};
  std::array<const NeuronFault*, lanes> within_{};
  std::vector<float> current_;        // (steps, lanes)
  std::vector<float> present_;        // (steps, lanes)
  std::vector<std::int32_t> train_;   // (words, lanes)
  std::array<float, lanes> readout_{};
  std::array<std::array<float, lanes>, Net::classes> readouts_{};
};

}  // namespace spikingjet
