// SPDX-License-Identifier: MIT
#pragma once

// How far a weight may move before a spike of its neuron can change.
//
// As long as the spikes are golden, a weight that is dw larger moves the potential of step t by dw S(t) in exact
// arithmetic, S(t) the model's response to the input. So it leaves a silent step silent while dw S(t) <= theta - U(t),
// and a weight that is dw smaller leaves a spike while dw S(t) < U(t) - theta. What rounding adds is bounded:
//
//   |U'(t) - U(t) - dw S(t)| <= A(t) + kappa dw S(t)
//
// A(t) follows from the magnitudes that the golden run rounds, kappa from the number of roundings. The other direction,
// spikes that a larger weight could take away, is what `monotone` excludes. Proof: docs/concepts/engines.md,
// "Intervals".

#include <spikingjet/core/lanes/lane.hpp>
#include <spikingjet/core/lanes/pack.hpp>
#include <spikingjet/engine/bounds/margin.hpp>
#include <spikingjet/engine/differential/neuron/golden_sums.hpp>
#include <spikingjet/engine/differential/neuron/lane_state.hpp>
#include <spikingjet/engine/golden/recording.hpp>
#include <spikingjet/model/neuron.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace spikingjet {

/// The inputs that one synaptic layer received in one sample, as lanes read them: a lane for each input that fires.
template <class V>
class InputLanes {
 public:
  /// Nothing is known of the next sample.
  void forget() { known_ = false; }

  /// Lays out the inputs of a sample, unless that was done; whether they fit.
  bool lay_out(const EventTable& events) {
    if (known_) return fits_;
    known_ = true;
    steps_ = events.steps();
    groups_ = (events.active().size() + V::lanes - 1) / V::lanes;
    fits_ = groups_ * V::lanes * steps_ <= most_values && steps_ <= IntervalBounds::most_steps && events.all_positive();
    most_events_ = 0;
    largest_ = 0;
    for (std::size_t step = 0; step < steps_; ++step)
      most_events_ = std::max<std::size_t>(most_events_, events.end(step) - events.begin(step));
    for (std::size_t e = 0; e < events.size(); ++e) largest_ = std::max(largest_, events.value(e));
    fits_ = fits_ && largest_ <= IntervalBounds::most_input;
    if (!fits_) return false;
    value_.assign(groups_ * steps_ * V::lanes, 0.0F);
    first_.resize(groups_);
    for (std::size_t a = 0; a < events.active().size(); ++a) {
      const auto of = events.of(events.active()[a]);
      if (a % V::lanes == 0) first_[a / V::lanes] = of.front().step;
      for (const EventTable::Of& event : of)
        value_[(a / V::lanes * steps_ + event.step) * V::lanes + a % V::lanes] = events.value(event.event);
    }
    return true;
  }

  std::size_t groups() const { return groups_; }
  std::size_t first_step(std::size_t group) const { return first_[group]; }
  V at(std::size_t group, std::size_t step) const {
    return V::load(value_.data() + (group * steps_ + step) * V::lanes);
  }
  std::size_t most_events() const { return most_events_; }  // of a step

 private:
  static constexpr std::size_t most_values = std::size_t{1} << 20;

  bool known_ = false;
  bool fits_ = false;
  std::size_t steps_ = 0;
  std::size_t groups_ = 0;
  std::size_t most_events_ = 0;
  float largest_ = 0;
  std::vector<float> value_;        // (groups, steps, lanes)
  std::vector<std::uint32_t> first_;  // (groups) the step of the first event
};

/// For each weight of one neuron whose input fires, how much larger or smaller it may be without another spike train.
///
/// For a `RespondingModel`.
///
/// **Laws** a weight that is larger by at most `up`, or smaller by at most `down`, all of the run, leaves golden
/// spikes.
template <class Model, class V>
class WeightIntervals {
  static constexpr int states = int(Model::states.size());
  using One = typename Resized<V, 1>::type;

 public:
  void forget() { known_ = false; }

  /// Finds the intervals of the neuron that `sums` stand at; whether there are any.
  bool find(const GoldenSums<Model, V>& sums, const Constants<Model, float>& constants, const InputLanes<V>& inputs) {
    const std::size_t steps = sums.layer().recording->steps();
    const double kappa = IntervalBounds::kappa<Model>(double(inputs.most_events() + other_terms(sums)), steps);
    if (!(kappa <= IntervalBounds::most_kappa) || !Model::monotone(constants) || !sums.fills_lanes()) return false;
    measure_margins(sums);
    lane_ = sums.lane();
    if (fair_[lane_] == 0.0F) return false;

    const EventTable& events = *sums.layer().events;
    const auto begins_later = [&](std::uint32_t input) {
      return float(events.of(input).front().step) >= blocked_[lane_];
    };
    blocked_inputs_ = std::size_t(std::partition_point(events.active().begin(), events.active().end(),
                                                       [&](std::uint32_t input) { return !begins_later(input); }) -
                                  events.active().begin());
    const auto constant = in_all_lanes<V>(constants);
    up_.resize(inputs.groups() * V::lanes);
    down_.resize(inputs.groups() * V::lanes);
    for (std::size_t g = 0; g < inputs.groups(); ++g) {
      Values<V, states> response;
      for (int s = 0; s < states; ++s) response[s] = V(0.0F);
      V up(IntervalBounds::least_share);
      V down(-IntervalBounds::least_share);
      for (std::size_t step = inputs.first_step(g); step < steps; ++step) {
        Model::respond(response, inputs.at(g, step), constant);
        const V share = response[potential_of<Model>()] * V(per_margin_[step * One::lanes + lane_]);
        up = larger(up, share);
        down = smaller(down, share);
      }
      const V shrink(static_cast<float>(IntervalBounds::shrink(kappa)));
      (shrink / up).store(up_.data() + g * V::lanes);
      (-shrink / down).store(down_.data() + g * V::lanes);
    }
    return true;
  }

  /// Whether an input has an interval: none if the potential comes too near to the threshold behind its first event.
  bool has(std::size_t active) const { return active >= blocked_inputs_; }
  std::size_t inputs_without() const { return blocked_inputs_; }  // the first of those that fire

  float up(std::size_t active) const { return up_[active]; }
  float down(std::size_t active) const { return down_[active]; }

 private:
  /// How far the potentials are from the threshold, A(t) taken off; lanes over neurons, unless that was done.
  void measure_margins(const GoldenSums<Model, V>& sums) {
    if (known_ && first_ == sums.first()) return;
    known_ = true;
    first_ = sums.first();
    const PairRecording& golden = *sums.layer().recording;
    Constants<Model, One> constant;
    for (int c = 0; c < int(Model::constants.size()); ++c) constant[c] = sums.layer().template constant<One>(c, first_);
    Values<One, states> error;
    for (int s = 0; s < states; ++s) error[s] = One(0.0F);
    One fair(1.0F);
    One blocked(0.0F);
    per_margin_.resize(golden.steps() * One::lanes);
    for (std::size_t step = 0; step < golden.steps(); ++step) {
      Values<One, states> magnitude;
      for (int s = 0; s < states; ++s)
        magnitude[s] = magnitude_of(One::load(golden.state[std::size_t(s)][step] + first_));
      Model::respond(magnitude, magnitude_of(One::load(golden.current[step] + first_)), constant);
      const One theta = constant[threshold_of<Model>()];
      const One u = One::load(golden.state[std::size_t(potential_of<Model>())][step + 1] + first_);
      const auto terms =
          static_cast<float>(sums.layer().events->end(step) - sums.layer().events->begin(step) + 1 + other_terms(sums));
      const auto found = measure_step<Model>(magnitude[potential_of<Model>()] + magnitude_of(theta), sums.weighed(step),
                                             terms, u, constant, error);
      fair = smaller(fair, found.fair);
      blocked = select(found.clear > One(0.0F), blocked, One(static_cast<float>(step + 1)));
      select(u > theta, -found.share, found.share).store(per_margin_.data() + step * One::lanes);
    }
    fair.store(fair_.data());
    blocked.store(blocked_.data());
  }

  /// What is added to a layer's sum is one more rounding.
  static std::size_t other_terms(const GoldenSums<Model, V>& sums) { return sums.layer().other ? 1 : 0; }

  // of some neurons, lanes over them
  bool known_ = false;
  std::size_t first_ = 0;
  std::array<float, One::lanes> fair_{};     // 0 where a magnitude is too large for the bounds
  std::array<float, One::lanes> blocked_{};  // behind the last step that is too near to the threshold
  std::vector<float> per_margin_;            // (steps, lanes) 1 / margin, negative where a neuron fires; 0 without one

  // of one neuron
  std::size_t lane_ = 0;
  std::size_t blocked_inputs_ = 0;  // of those that fire, in the order of their first events
  std::vector<float> up_;    // (groups x lanes)
  std::vector<float> down_;  // (groups x lanes)
};

}  // namespace spikingjet
