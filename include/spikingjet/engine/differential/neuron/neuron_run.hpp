// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/bits.hpp>
#include <spikingjet/core/lanes/lane.hpp>
#include <spikingjet/core/lanes/pack.hpp>
#include <spikingjet/engine/decision.hpp>
#include <spikingjet/engine/differential/merge.hpp>
#include <spikingjet/engine/differential/neuron/golden_sums.hpp>
#include <spikingjet/engine/differential/neuron/lane_loops.hpp>
#include <spikingjet/engine/differential/neuron/spike_lanes.hpp>
#include <spikingjet/engine/differential/neuron/weight_intervals.hpp>
#include <spikingjet/engine/differential/plan.hpp>
#include <spikingjet/engine/golden/recording.hpp>
#include <spikingjet/fault/fault.hpp>

#include <algorithm>
#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <type_traits>
#include <vector>

namespace spikingjet {

/// One neuron of a golden run, and all that its faults need to be simulated.
template <class Model>
struct GoldenNeuron {
  const PairRecording* recording = nullptr;
  const EventTable* events = nullptr;  // what flows in through the faulty layer
  const StepRows* other = nullptr;     // what is added to that layer's sums; null: nothing
  const StepRows* readout = nullptr;  // before each step and at the end; of the last layer
  std::size_t neuron = 0;
  std::size_t steps = 0;
  Constants<Model, float> constants;
  const float* weights = nullptr;  // (inputs)
  float bias = 0;                  // +0 without one
  bool poisonable = false;         // a weight that is not finite counts at every step
  bool feeds_back = false;         // its spikes reach its own layer
};

/// Runs the faulty copies of one neuron in lanes, and gathers those that leave something else than the golden run:
/// trains of spikes or, where the layer is read, values of its readout. `Readout` is void for layers that are not read.
///
/// Knows models and lanes, not networks: all layers of one model share its code.
///
/// **Laws** each fault is counted in the decisions or stands in the cases; a case's key is what `FullEngine` would see,
/// or, where spikes feed back into the layer, would see up to the first changed spike.
template <class Model, class Readout, class V>
class NeuronRun {
  using Register = typename V::Register;
  using Traits = detail::RegisterTraits<Register>;
  static constexpr std::size_t lanes = V::lanes;
  static constexpr bool is_read = !std::is_void_v<Readout>;

 public:
  /// To be called before the first neuron of a sample.
  void start_sample(const GoldenLayer<Model>& layer) {
    sums_.start(layer);
    inputs_.forget();
    intervals_.forget();
  }

  /// Simulates the neuron's faults but those in its spikes; with `inputs_too`, those in what flows into it as well.
  ///
  /// **Shapes** keys of the cases: (words) of spikes, or one word, the bits of a readout value.
  void run(const GoldenNeuron<Model>& golden, std::span<const Fault> faults, const FaultPlan& plan,
           const NeuronPlan& neuron, bool inputs_too, CaseTable& cases, Decisions& decisions) {
    golden_ = &golden;
    faults_ = faults;
    plan_ = &plan;
    cases_ = &cases;
    decisions_ = &decisions;
    steps_ = golden.steps;
    words_ = words_of(steps_);
    current_.resize(steps_ * lanes);
    train_.resize((words_ + 1) * lanes);
    forget_lanes();
    golden_train_.resize(words_);
    for (std::size_t w = 0; w < words_; ++w) golden_train_[w] = recording().word(w, golden.neuron);
    cases.clear(is_read ? 1 : words_);

    if (inputs_too && neuron.sites.count + neuron.currents.count > 0) {
      sums_.move_to(golden.neuron);
      run_sites(neuron);
      for (const CurrentFault& fault : neuron.currents.of(plan.currents)) add_current_fault(fault);
      flush_currents();
    }
    run_within(neuron.within.of(plan.within));
  }

  /// The golden spikes of the neuron.
  ///
  /// **Shapes** returns (words).
  std::span<const std::uint32_t> golden_train() const { return golden_train_; }

  /// The faulty sums of a finite weight, or a bias, of the neuron that was run, without what is added to the layer's
  /// sums: `write(step, sum)` in each step in which it takes part.
  template <class Write>
  void each_faulty_sum(bool bias, std::uint32_t input, float value, const Window& window, const Write& write) const {
    sum_faulty({.first = 0, .end = 1, .input = input, .window = &window, .bias = bias, .poison = false}, value, write);
  }

  /// The readout value that faults in the neuron's spikes leave, a lane each.
  ///
  /// **Shapes** values (lanes).
  void run_spikes(const GoldenNeuron<Model>& golden, const SpikeLanes<V>& spikes, float* values)
    requires is_read
  {
    golden_ = &golden;
    auto state = start_at(spikes.first_step());
    for (std::size_t step = spikes.first_step(); step < golden.steps; ++step) {
      state.state[potential_of<Model>()] =
          V(recording().state[std::size_t(potential_of<Model>())][step + 1][golden.neuron]);
      fold<Readout>(state, step, spikes.at(step));
    }
    state.readout.store(values);
    for (std::size_t l = 0; l < lanes; ++l) values[l] = canonical(values[l]);
  }

 private:
  const PairRecording& recording() const { return *golden_->recording; }
  const EventTable& events() const { return *golden_->events; }

  /// All lanes at the golden run's state before a step.
  template <class W = V>
  LaneState<Model, W> start_at(std::size_t step) const {
    return golden_lanes<Model, W>(recording(), golden_->readout, golden_->neuron, step);
  }

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

  bool can_bracket() {
    if constexpr (is_read && !requires { requires !Readout::reads_potential; }) return false;
    if constexpr (requires { { Model::monotone(golden_->constants) } -> std::same_as<bool>; }) {
      bool finite = events().all_positive();
      for (std::size_t s = 0; s < Model::states.size(); ++s)
        finite = finite && is_finite(recording().state[s][steps_][golden_->neuron]);
      return finite && Model::monotone(golden_->constants);
    } else {
      return false;
    }
  }

  void run_sites(const NeuronPlan& plan) {
    const EventTable& events = this->events();
    const bool bracket = can_bracket();
    sides_.clear();
    std::uint64_t active = 0;  // faults
    const auto take = [&](const WeightSite& site) {
      active += site.faults;
      if (!bracket || site.values.count <= side_batch)
        return add_values(site, site.values.first, site.values.count, 1, no_side);
      decisions_->add(Decision::bracketed, site.faults);  // those that are simulated are taken off again
      const std::uint32_t end = site.values.first + site.values.count;
      if (site.below > 0) sides_.push_back({&site, site.values.first, site.below, 1, false});
      if (site.above > 0) sides_.push_back({&site, end - 1, site.above, -1, false});
    };
    const auto sites = plan.sites.of(plan_->sites);
    if (plan.site_at.count > 0) {
      const auto site_at = plan.site_at.of(plan_->site_at);
      const bool intervals = bracket && find_intervals(site_at);
      const std::uint64_t inside = pick_sites(plan, intervals);
      active += inside;
      decisions_->add(Decision::analytic, inside);
      for (const Picked& picked : picked_) __builtin_prefetch(&sites[picked.site]);
      for (const Picked& picked : picked_) {
        const PlanRange& values = sites[picked.site].values;
        __builtin_prefetch(&plan_->weight_values[values.first]);
        __builtin_prefetch(&plan_->weight_values[values.first + values.count - 1]);
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
    decisions_->add(Decision::silent, plan.site_faults - active);
    while (!sides_.empty()) {
      for (std::size_t s = 0; s < sides_.size(); ++s) {
        Side& side = sides_[s];
        const std::uint32_t count = std::min(side_batch, side.left);
        add_values(*side.site, side.next, count, side.inward, static_cast<std::uint32_t>(s));
        side.next += static_cast<std::uint32_t>(side.inward * std::int32_t(count));
        side.left -= count;
      }
      flush_currents();
      std::erase_if(sides_, [](const Side& side) { return side.closed || side.left == 0; });
    }
  }

  bool find_intervals(std::span<const std::uint32_t> site_at) {
    if constexpr (RespondingModel<Model>) {
      std::size_t faulty = 0;
      for (const std::uint32_t input : events().active()) faulty += site_at[input] != FaultPlan::no_site;
      return faulty >= lanes / 4 && inputs_.lay_out(events()) &&
             intervals_.find(sums_, golden_->constants, inputs_);
    }
    return false;
  }

  /// Picks the sites whose inputs fire, but those that do not reach out of their intervals; how many faults these have.
  std::uint64_t pick_sites(const NeuronPlan& plan, [[maybe_unused]] bool intervals) {
    const auto active = this->events().active();
    const auto site_at = plan.site_at.of(plan_->site_at);
    const auto reach = plan.site_at.of(plan_->reach);
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
      const double golden = double(golden_->weights[site.input]);
      const double up = double(intervals_.up(active));
      const double down = double(intervals_.down(active));
      const auto values = site.values.of(plan_->weight_values);
      if (values.size() == 1) {  // as sampled lists have them, and nobody could predict its side
        const double moved = double(values[0].value) - golden;
        if ((moved > up) | (-moved > down))
          add_values(site, site.values.first, 1, 1, no_side);
        else
          decisions_->add(Decision::analytic, site.faults);
        return true;
      }
      std::uint32_t below = 0;
      while (below < site.below && golden - double(values[below].value) > down) ++below;
      std::uint32_t above = 0;
      while (above < site.above && double(values[values.size() - 1 - above].value) - golden > up) ++above;
      std::uint64_t inside = site.faults;
      for (std::uint32_t v = 0; v < below; ++v) inside -= values[v].faults.count;
      for (std::uint32_t v = 0; v < above; ++v) inside -= values[values.size() - 1 - v].faults.count;
      decisions_->add(Decision::analytic, inside);
      add_values(site, site.values.first, below, 1, no_side);
      add_values(site, site.values.first + site.values.count - 1, above, -1, no_side);
      return true;
    }
    return false;
  }

  /// Puts values of a weight into lanes.
  void add_values(const WeightSite& site, std::uint32_t first, std::uint32_t count, std::int32_t inward,
                  std::uint32_t side) {
    const auto events = this->events().of(site.input);
    while (count > 0) {
      const auto fitting = static_cast<std::uint32_t>(make_room(count));
      add_segment({.first = used_,
                   .end = used_ + fitting,
                   .input = site.input,
                   .window = nullptr,
                   .bias = false,
                   .poison = false});
      first_step_ = std::min<std::size_t>(first_step_, events.front().step);
      last_step_ = std::max<std::size_t>(last_step_, events.back().step);
      for (std::uint32_t v = 0; v < fitting; ++v) {
        const WeightValue& value = plan_->weight_values[first];
        if (side != no_side) decisions_->add(Decision::bracketed, ~std::uint64_t{value.faults.count} + 1);
        add_lane(value.value, value.faults.of(plan_->faults), side);
        first += static_cast<std::uint32_t>(inward);
      }
      count -= fitting;
    }
  }

  void add_current_fault(const CurrentFault& fault) {
    const EventTable& events = this->events();
    const Window& window = faults_[fault.fault].window;
    const bool poison = !fault.bias && golden_->poisonable && !is_finite(fault.value);
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
    if (first == steps_) return decisions_->add(Decision::silent);
    make_room(1);
    add_segment({.first = used_,
                 .end = used_ + 1,
                 .input = fault.input,
                 .window = &window,
                 .bias = fault.bias,
                 .poison = poison});
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
      const bool same_window =
          last.window == segment.window || (last.window && segment.window && *last.window == *segment.window);
      if (last.end == segment.first && last.input == segment.input && last.bias == segment.bias &&
          last.poison == segment.poison && same_window) {
        last.end = segment.end;
        return;
      }
    }
    segments_.push_back(segment);
  }

  /// Makes room for some of `count` lanes, in one register if they fit there; returns for how many.
  std::size_t make_room(std::size_t count) {
    const std::size_t rest = Traits::lanes - used_ % Traits::lanes;
    if (count > rest && rest < Traits::lanes) used_ += rest;
    if (used_ >= lanes) flush_currents();
    return std::min(count, lanes - used_);
  }

  void add_lane(float value, std::span<const std::uint32_t> faults, std::uint32_t side) {
    value_[used_] = value;
    owner_[used_] = faults;
    side_[used_] = side;
    ++used_;
  }

  void flush_currents() {
    if (used_ == 0) return;
    const StepRows& golden = recording().current;
    for (std::size_t step = first_step_; step < steps_; ++step)
      V(golden[step][golden_->neuron]).store(current_.data() + step * lanes);
    std::fill(segment_of_.begin(), segment_of_.end(), -1);
    for (std::size_t s = 0; s < segments_.size(); ++s)
      std::fill(segment_of_.begin() + std::ptrdiff_t(segments_[s].first),
                segment_of_.begin() + std::ptrdiff_t(segments_[s].end), std::int32_t(s));
    for (std::size_t s = 0; s < segments_.size(); ++s) patch(segments_[s], static_cast<std::int32_t>(s));

    auto state = start_at(first_step_);
    const std::size_t stopped = run_currents<Readout>(
        state, golden_->constants, current_.data(), first_step_, steps_, golden_train_.data(), train_.data(),
        BackToGolden<Model, V>{&recording(), golden_->neuron, last_step_});
    note_lanes(state, stopped);
    segments_.clear();
  }

  /// Writes the faulty currents of a segment: of one lane as a float, of several register by register.
  void patch(const Segment& segment, std::int32_t number) {
    if (segment.end - segment.first == 1) {
      float* lane = current_.data() + segment.first;
      sum_faulty(segment, value_[segment.first],
                 [&](std::size_t step, float sum) { lane[step * lanes] = with_other(sum, step); });
      return;
    }
    for (std::size_t r = segment.first / Traits::lanes; r * Traits::lanes < segment.end; ++r) {
      const std::size_t first = r * Traits::lanes;
      const auto mine = Traits::equal(Traits::load_word(segment_of_.data() + first), typename Traits::Word(number));
      sum_faulty(segment, Traits::load(value_.data() + first), [&](std::size_t step, const Register& sum) {
        float* row = current_.data() + step * lanes + first;
        Traits::store(row, Traits::choose(mine, with_other(sum, step), Traits::load(row)));
      });
    }
  }

  /// The canonical sums with a faulty weight or bias, `value`, in every step in which it takes part: `write(step,
  /// sum)`. What is added to the layer's sums is left out.
  template <class R, class Write>
  void sum_faulty(const Segment& segment, const R& value, const Write& write) const {
    const EventTable& events = this->events();
    // In blocks, as their number hardly ever varies, and that of the terms always does.
    const auto add_from = [&](R sum, std::size_t event, std::size_t step) {
      const float* term = sums_.terms_from(event, step);
      const float* const end = sums_.terms_from(events.end(step), step);
      do {
        for (std::size_t b = 0; b < sums_.padding; ++b) sum = sum + R(term[b]);
        term += sums_.padding;
      } while (term < end);
      return sum;
    };
    if (segment.bias) {
      for (std::size_t step = segment.window->begin; step < steps_; ++step)
        if (segment.window->contains(step)) write(step, add_from(value, events.begin(step), step));
      return;
    }
    if (segment.poison)
      for (std::size_t step = segment.window->begin; step < steps_; ++step)
        if (segment.window->contains(step)) write(step, R(to_float(Binary32::canonical_nan)));
    for (const EventTable::Of& at : events.of(segment.input)) {
      if (segment.window && !segment.window->contains(at.step)) continue;
      const R sum = R(sums_.before(at.event)) + value * R(events.value(at.event));
      write(at.step, add_from(sum, at.event + 1, at.step));
    }
  }

  /// A sum with what is added to the layer's sums.
  template <class R>
  R with_other(const R& sum, std::size_t step) const {
    return golden_->other ? sum + R((*golden_->other)[step][golden_->neuron]) : sum;
  }

  // ---- what lanes left ----

  /// Sorts the lanes that were run: golden ones are counted, the others become cases.
  template <class W>
  void note_lanes(LaneState<Model, W>& state, std::size_t stopped) {
    using Words = typename WordsOf<W>::type;
    if constexpr (is_read) {
      fold_golden<Readout>(state, recording(), golden_->neuron, stopped, steps_);
      state.readout.store(readout_.data());
      for (std::size_t l = 0; l < used_; ++l) readout_[l] = canonical(readout_[l]);
    }
    W finite(0.0F);  // +0 where every state is finite, else NaN
    for (int s = 0; s < int(Model::states.size()); ++s) finite = finite + (state.state[s] - state.state[s]);
    std::array<float, lanes> sound;
    finite.store(sound.data());

    Words differs(0);
    const std::size_t first_word = first_step_ / steps_per_word;
    for (std::size_t w = first_word; w < words_; ++w)
      differs =
          differs | (Words::load(train_.data() + w * W::lanes) ^ Words(static_cast<std::int32_t>(golden_train_[w])));
    std::array<std::int32_t, lanes> difference;
    differs.store(difference.data());
    if constexpr (!is_read)
      for (std::size_t w = 0; w < first_word; ++w)
        Words(static_cast<std::int32_t>(golden_train_[w])).store(train_.data() + w * W::lanes);

    for (std::size_t l = 0; l < used_; ++l) {
      if (owner_[l].empty()) continue;
      const bool golden_train = difference[l] == 0;
      if (golden_train && sound[l] == 0.0F && side_[l] != no_side) sides_[side_[l]].closed = true;
      bool changed = !golden_train;
      if constexpr (is_read)
        changed = (changed && golden_->feeds_back) ||
                  to_word(readout_[l]) != to_word(canonical((*golden_->readout)[steps_][golden_->neuron]));
      if (!changed) {
        decisions_->add(stopped < steps_ ? Decision::returned : Decision::unchanged, owner_[l].size());
      } else if constexpr (is_read) {
        const auto key = static_cast<std::int32_t>(to_word(readout_[l]));
        cases_->add(&key, 1, owner_[l]);
      } else {
        cases_->add(train_.data() + l, W::lanes, owner_[l]);
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

  void run_within(std::span<const NeuronFault> faults) {
    for (const NeuronFault& fault : faults) {
      const Window& window = faults_[fault.fault].window;
      std::size_t first = window.begin;
      while (first < steps_ && !window.contains(first)) ++first;
      if (first >= steps_) {
        decisions_->add(Decision::silent);
        continue;
      }
      within_[used_] = &fault;
      first_step_ = std::min(first_step_, first);
      add_lane(0.0F, {&fault.fault, 1}, no_side);
      if (used_ == lanes) flush_within();
    }
    flush_within();
  }

  /// Few faults take one register, as a loop over more would compute lanes for nothing.
  void flush_within() {
    using One = typename Resized<V, 1>::type;
    if (used_ == 0) return;
    if (used_ <= One::lanes)
      run_within_as<One>(present_few_);
    else
      run_within_as<V>(present_);
  }

  template <class W>
  void run_within_as(Presence<W>& present) {
    using Words = typename WordsOf<W>::type;
    const auto& constants = golden_->constants;
    last_step_ = present.fill(used_, first_step_, steps_,
                               [&](std::size_t l) -> const Window& { return faults_[within_[l]->fault].window; });
    LaneFaults<Model, W> altered;
    std::array<float, lanes> value;
    for (int c = 0; c < int(Model::constants.size()); ++c) {
      value.fill(constants[c]);
      for (std::size_t l = 0; l < used_; ++l)
        if (within_[l]->constant && within_[l]->index == std::uint32_t(c)) value[l] = within_[l]->value;
      altered.constant[c] = W::load(value.data());
    }
    std::array<std::int32_t, lanes> keep;
    std::array<std::int32_t, lanes> set;
    std::array<std::int32_t, lanes> flip;
    for (int s = 0; s < int(Model::states.size()); ++s) {
      for (std::size_t l = 0; l < W::lanes; ++l) {
        Alteration alteration;
        if (l < used_ && !within_[l]->constant && within_[l]->index == std::uint32_t(s))
          alteration = faults_[within_[l]->fault].alteration;
        value[l] = alteration.factor;
        keep[l] = static_cast<std::int32_t>(alteration.keep);
        set[l] = static_cast<std::int32_t>(alteration.set);
        flip[l] = static_cast<std::int32_t>(alteration.flip);
      }
      altered.factor[s] = W::load(value.data());
      altered.keep[s] = Words::load(keep.data());
      altered.set[s] = Words::load(set.data());
      altered.flip[s] = Words::load(flip.data());
    }
    auto state = start_at<W>(first_step_);
    const std::size_t stopped = run_faults<Readout>(
        state, constants, altered, recording().current, golden_->neuron, present, first_step_, steps_,
        golden_train_.data(), train_.data(), BackToGolden<Model, W>{&recording(), golden_->neuron, last_step_});
    note_lanes(state, stopped);
  }

  static constexpr std::uint32_t no_side = 0xffffffffu;
  static constexpr std::uint32_t side_batch = 2;  // values of a side that are simulated at a time

  // of the neuron
  const GoldenNeuron<Model>* golden_ = nullptr;
  std::span<const Fault> faults_;
  const FaultPlan* plan_ = nullptr;
  CaseTable* cases_ = nullptr;
  Decisions* decisions_ = nullptr;
  std::size_t steps_ = 0;
  std::size_t words_ = 0;
  std::vector<std::uint32_t> golden_train_;  // (words)
  std::vector<Picked> picked_;
  std::vector<Side> sides_;

  // of the sample
  GoldenSums<Model, V> sums_;
  InputLanes<V> inputs_;
  WeightIntervals<Model, V> intervals_;

  // of the lanes that are being filled
  std::size_t used_ = 0;
  std::size_t first_step_ = 0;  // in which any of them may differ
  std::size_t last_step_ = 0;   // in which anything is altered
  std::vector<Segment> segments_;
  std::array<float, lanes> value_{};                           // of the weight or bias
  std::array<std::span<const std::uint32_t>, lanes> owner_{};  // faults; none in lanes left out
  std::array<std::uint32_t, lanes> side_{};
  std::array<std::int32_t, lanes> segment_of_{};
  std::array<const NeuronFault*, lanes> within_{};
  std::vector<float> current_;       // (steps, lanes)
  Presence<V> present_;
  Presence<typename Resized<V, 1>::type> present_few_;
  std::vector<std::int32_t> train_;  // (words, lanes)
  std::array<float, lanes> readout_{};
};

}  // namespace spikingjet
