// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/bits.hpp>
#include <spikingjet/core/lanes/pack.hpp>
#include <spikingjet/engine/decision.hpp>
#include <spikingjet/engine/differential/neuron/faulty_copies.hpp>
#include <spikingjet/engine/differential/neuron/golden_neuron.hpp>
#include <spikingjet/engine/differential/neuron/golden_sums.hpp>
#include <spikingjet/engine/differential/neuron/lane_loops.hpp>
#include <spikingjet/engine/differential/neuron/lane_state.hpp>
#include <spikingjet/engine/golden/recording.hpp>
#include <spikingjet/fault/fault.hpp>
#include <spikingjet/inject/strike.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace spikingjet {

/// Lanes of one neuron, side by side, that receive the same inputs.
struct LaneSegment {
  std::size_t first;
  std::size_t end;
  std::uint32_t input;
  const Window* window;  // null: always
  bool bias;
  bool poison;  // a weight that counts at every step
};

/// Lanes of one neuron that differ in what flows into it: a faulty weight or bias each.
///
/// **Laws** each lane's currents are the canonical sums with its faulty value.
template <class Model, class Readout, class V>
class CurrentLanes {
  using Register = typename V::Register;
  using Traits = detail::RegisterTraits<Register>;
  using Segment = LaneSegment;
  static constexpr std::size_t lanes = V::lanes;

 public:
  /// `copies` must outlive these lanes.
  explicit CurrentLanes(FaultyCopies<Model, Readout, V>& copies) : copies_(copies) {}

  /// To be called before the first neuron of a sample.
  void start_sample(const GoldenLayer<Model>& layer) { sums_.start(layer); }

  /// To be called before the first lane of a neuron.
  void start_neuron() {
    current_.resize(copies_.steps * lanes);
    sums_.move_to(copies_.golden->neuron);
  }

  /// The golden sums of the neuron.
  GoldenSums<Model, V>& sums() { return sums_; }

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
    const std::size_t rest = Traits::lanes - copies_.used % Traits::lanes;
    if (count > rest && rest < Traits::lanes) copies_.used += rest;
    if (copies_.used >= lanes) flush();
    return std::min(count, lanes - copies_.used);
  }

  /// Puts a strike on a weight or bias into a lane; it must stay until the lanes have run.
  void add(const Strike& strike, const StrikeGroup& group) {
    const EventTable& events = copies_.events();
    const Window& window = strike.window;
    const bool bias = group.is_bias();
    const std::uint32_t input = group.tap(strike.element);
    const bool poison = !bias && copies_.golden->poisonable && !is_finite(strike.faulty);
    std::size_t first = copies_.steps;
    std::size_t last = 0;
    const auto note = [&](std::size_t step) {
      if (!window.contains(step)) return;
      first = std::min(first, step);
      last = std::max(last, step);
    };
    if ((bias || poison) && window.is_steady() && window.begin < std::min<std::size_t>(window.end, copies_.steps)) {
      first = window.begin;
      last = std::min<std::size_t>(window.end, copies_.steps) - 1;
    } else if (bias || poison)
      for (std::size_t step = 0; step < copies_.steps; ++step) note(step);
    else
      for (const EventTable::Of& event : events.of(input)) note(event.step);
    if (first == copies_.steps) return copies_.decisions->add(Decision::silent);
    make_room(1);
    add_segment({.first = copies_.used,
                 .end = copies_.used + 1,
                 .input = input,
                 .window = &window,
                 .bias = bias,
                 .poison = poison});
    copies_.widen(first, last);
    copies_.add(strike.faulty, {&strike.number, 1});
  }

  /// Runs the lanes that are filled.
  void flush() {
    if (copies_.used == 0) return;
    const GoldenNeuron<Model>& golden = *copies_.golden;
    const StepRows& current = golden.recording->current;
    for (std::size_t step = copies_.first_step; step < copies_.steps; ++step)
      V(current[step][golden.neuron]).store(current_.data() + step * lanes);
    std::fill(segment_of_.begin(), segment_of_.end(), -1);
    for (std::size_t s = 0; s < segments_.size(); ++s)
      std::fill(segment_of_.begin() + std::ptrdiff_t(segments_[s].first),
                segment_of_.begin() + std::ptrdiff_t(segments_[s].end), std::int32_t(s));
    for (std::size_t s = 0; s < segments_.size(); ++s) patch(segments_[s], static_cast<std::int32_t>(s));

    auto state = copies_.start_at(copies_.first_step);
    const std::size_t stopped =
        run_currents<Readout>(state, golden.constants, current_.data(), copies_.lane_steps(),
                              BackToGolden<Model, V>{golden.recording, golden.neuron, copies_.last_step});
    copies_.note(state, stopped);
    segments_.clear();
  }

  /// The canonical sums with a faulty weight or bias, `value`, in every step in which it takes part: `write(step,
  /// sum)`. What is added to the layer's sums is left out.
  template <class R, class Write>
  void sum_faulty(const Segment& segment, const R& value, const Write& write) const {
    const EventTable& events = copies_.events();
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
      for (std::size_t step = segment.window->begin; step < copies_.steps; ++step)
        if (segment.window->contains(step)) write(step, add_from(value, events.begin(step), step));
      return;
    }
    if (segment.poison)
      for (std::size_t step = segment.window->begin; step < copies_.steps; ++step)
        if (segment.window->contains(step)) write(step, R(to_float(Binary32::canonical_nan)));
    for (const EventTable::Of& at : events.of(segment.input)) {
      if (segment.window && !segment.window->contains(at.step)) continue;
      const R sum = R(sums_.before(at.event)) + value * R(events.value(at.event));
      write(at.step, add_from(sum, at.event + 1, at.step));
    }
  }

 private:
  /// Writes the faulty currents of a segment: of one lane as a float, of several register by register.
  void patch(const Segment& segment, std::int32_t number) {
    if (segment.end - segment.first == 1) {
      float* lane = current_.data() + segment.first;
      sum_faulty(segment, copies_.value[segment.first],
                 [&](std::size_t step, float sum) { lane[step * lanes] = with_other(sum, step); });
      return;
    }
    for (std::size_t r = segment.first / Traits::lanes; r * Traits::lanes < segment.end; ++r) {
      const std::size_t first = r * Traits::lanes;
      const auto mine = Traits::equal(Traits::load_word(segment_of_.data() + first), typename Traits::Word(number));
      sum_faulty(segment, Traits::load(copies_.value.data() + first), [&](std::size_t step, const Register& sum) {
        float* row = current_.data() + step * lanes + first;
        Traits::store(row, Traits::choose(mine, with_other(sum, step), Traits::load(row)));
      });
    }
  }

  /// A sum with what is added to the layer's sums.
  template <class R>
  R with_other(const R& sum, std::size_t step) const {
    const GoldenNeuron<Model>& golden = *copies_.golden;
    return golden.other ? sum + R((*golden.other)[step][golden.neuron]) : sum;
  }

  FaultyCopies<Model, Readout, V>& copies_;
  GoldenSums<Model, V> sums_;
  std::vector<Segment> segments_;
  std::array<std::int32_t, lanes> segment_of_{};
  std::vector<float> current_;  // (steps, lanes)
};

}  // namespace spikingjet
