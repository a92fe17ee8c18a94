// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/bits.hpp>
#include <spikingjet/core/lane.hpp>
#include <spikingjet/inject/differential_cases.hpp>
#include <spikingjet/inject/differential_lanes.hpp>
#include <spikingjet/inject/differential_spikes.hpp>
#include <spikingjet/model/sample.hpp>
#include <spikingjet/sim/golden_recording.hpp>
#include <spikingjet/sim/pack.hpp>

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace spikingjet {

/// The last layer of a golden run, as the layer before it feeds it.
template <class Model>
struct GoldenLastLayer {
  using Sum = void (*)(const float* weight, const float* bias, Activity x, float* current);

  const PairRecording* recording = nullptr;
  const StepRows* readout = nullptr;             // (steps + 1, outputs)
  std::vector<Constants<Model, float>> constants;  // (outputs)
  const float* weight = nullptr;                 // (inputs, outputs)
  const float* bias = nullptr;                   // (outputs), or null
  Sum sum = nullptr;                             // the canonical sum
  std::size_t inputs = 0;
  std::size_t outputs = 0;
};

/// Carries changed spikes of one neuron through the last layer to the readout. Only steps in which they differ get new
/// sums; the layer's neurons run on from the first such step.
///
/// Many cases at once share lanes; a few run one after the other, lanes over the layer's neurons.
///
/// **Laws** every readout is that of `FullEngine` bit by bit, NaN canonical; weights must be finite, or zeros skipped.
template <class Model, class Readout, class V>
class Carrier {
  using One = typename Resized<V, 1>::type;
  using Words = typename WordsOf<V>::type;
  static constexpr int constants = int(Model::constants.size());
  static constexpr int states = int(Model::states.size());

 public:
  explicit Carrier(GoldenLastLayer<Model> layer) : layer_(std::move(layer)), vectors_((layer_.outputs + One::lanes - 1) / One::lanes) {
    for (int c = 0; c < constants; ++c)
      for (std::size_t k = 0; k < vectors_ * One::lanes; ++k)
        constant_rows_.push_back(layer_.constants[std::min(k, layer_.outputs - 1)][c]);
    readouts_.resize((layer_.outputs + registers_together) * V::lanes);
    row_.resize(vectors_ * One::lanes);
  }

  /// To be called before the first neuron of a sample.
  void start_sample() { known_ = false; }

  /// The readouts of cases, trains of spikes of `neuron` in the layer before. `emit(case, readout)` gets each once.
  ///
  /// **Shapes** golden_train (words); readout (outputs), valid during the call.
  template <class Emit>
  void carry_trains(const CaseTable& cases, std::span<const std::uint32_t> golden_train, std::size_t neuron,
                    std::size_t steps, const Emit& emit) {
    steps_ = steps;
    tabulate();
    order(cases, golden_train);
    sum_with_and_without(cases, golden_train, neuron);
    std::size_t c = 0;
    for (; c + One::lanes < order_.size(); c += V::lanes)
      carry_group<V, std::max<std::size_t>(1, registers_together * One::lanes / V::lanes)>(cases, golden_train, c, emit);
    if (c < order_.size() && (order_.size() - c) * vectors_ > layer_.outputs) {
      carry_group<One, registers_together>(cases, golden_train, c, emit);
      c += One::lanes;
    }
    for (; c < order_.size(); ++c) {
      const auto train = cases.key(case_at(c));
      run_row(order_[c] >> 32, [&](std::size_t step, std::size_t k) {
        const bool fires = (train[step / steps_per_word] & step_bit(step)) != 0;
        return One::load((fires ? with_ : without_)[step] + k);
      });
      emit(case_at(c), std::span<const float>(row_).first(layer_.outputs));
    }
  }

  /// The readouts of faults in the spikes of `neuron` in the layer before. `emit(lane, readout)` gets each once.
  template <class Emit>
  void carry_spikes(const SpikeLanes<V>& spikes, std::size_t used, std::size_t neuron, const Emit& emit) {
    steps_ = spikes.steps();
    tabulate();
    sum_before_spikes(spikes.first_step(), neuron);
    const float* own = layer_.weight + neuron * layer_.outputs;
    const EventTable& events = layer_.recording->events;
    // A zero is left out, as a finite weight allows.
    if (used * vectors_ < layer_.outputs) {
      for (std::size_t l = 0; l < used; ++l) {
        run_row(spikes.first_step(), [&](std::size_t step, std::size_t k) {
          const float x = spikes.at(step, l);
          One current = One::load(with_[step] + k);
          if (!(x == 0.0F)) current = current + One::load(own + k) * One(x);
          for (std::uint32_t e = behind_[step]; e < events.end(step); ++e)
            current = current + One::load(layer_.weight + events.index(e) * layer_.outputs + k);
          return current;
        });
        emit(l, std::span<const float>(row_).first(layer_.outputs));
      }
      return;
    }
    for (std::size_t k = 0; k < layer_.outputs; ++k) {
      auto lanes = golden_lanes<Model, V>(*layer_.recording, layer_.readout, k, spikes.first_step());
      const auto constant = in_all_lanes<V>(layer_.constants[k]);
      for (std::size_t step = spikes.first_step(); step < steps_; ++step) {
        const V x = spikes.at(step);
        V current(with_[step][k]);
        current = select(x == V(0.0F), current, current + V(own[k]) * x);
        for (std::uint32_t e = behind_[step]; e < events.end(step); ++e)
          current = current + V(layer_.weight[events.index(e) * layer_.outputs + k]);
        const V s = Model::update(lanes.state, current, constant);
        fold<Readout>(lanes, step, s);
      }
      lanes.readout.store(readouts_.data() + k * V::lanes);
    }
    for (std::size_t l = 0; l < used; ++l) emit(l, gathered(l));
  }

 private:
  static constexpr std::size_t most_tabulated = std::size_t{1} << 20;
  static constexpr std::size_t registers_together = 4;  // of one loop: packs of several neurons, where a pack has fewer

  /// Orders the cases by the first step in which they differ from golden; they start there.
  void order(const CaseTable& cases, std::span<const std::uint32_t> golden_train) {
    order_.clear();
    for (std::size_t c = 0; c < cases.size(); ++c) {
      const auto train = cases.key(c);
      std::size_t w = 0;
      while (train[w] == golden_train[w]) ++w;
      const auto step = w * steps_per_word + static_cast<std::size_t>(std::countl_zero(train[w] ^ golden_train[w]));
      order_.push_back(std::uint64_t{step} << 32 | c);
    }
    std::sort(order_.begin(), order_.end());
  }
  std::size_t case_at(std::size_t place) const { return order_[place] & 0xffffffffu; }

  /// The layer's currents with and without a spike of the neuron, in the steps in which a case differs; in the others
  /// both are golden, as no case asks for anything else.
  void sum_with_and_without(const CaseTable& cases, std::span<const std::uint32_t> golden_train, std::size_t neuron) {
    differing_.assign(golden_train.size(), 0);
    for (std::size_t c = 0; c < cases.size(); ++c)
      for (std::size_t w = 0; w < golden_train.size(); ++w) differing_[w] |= cases.key(c)[w] ^ golden_train[w];
    with_.resize(steps_, layer_.outputs);
    without_.resize(steps_, layer_.outputs);
    for (std::size_t step = order_.front() >> 32; step < steps_; ++step) {
      const bool fired = (golden_train[step / steps_per_word] & step_bit(step)) != 0;
      const float* golden = layer_.recording->current[step];
      std::copy_n(golden, vectors_ * One::lanes, fired ? with_[step] : without_[step]);
      float* other = fired ? without_[step] : with_[step];
      if ((differing_[step / steps_per_word] & step_bit(step)) == 0) {
        std::copy_n(golden, vectors_ * One::lanes, other);
        continue;
      }
      const std::size_t before = place_of(neuron, step);
      const float* sum = sum_before(step, before);
      for (std::size_t k = 0; k < layer_.outputs; k += One::lanes) {
        One current = One::load(sum + k);
        if (!fired) current = current + One::load(layer_.weight + neuron * layer_.outputs + k);
        plus_weights(current, step, before + fired, k).store(other + k);
      }
    }
  }

  /// Sums of neurons from `k` on, and behind them the weights of the step's spikes from one on; a spike is 1.
  One plus_weights(One sum, std::size_t step, std::size_t place, std::size_t k) const {
    const EventTable& events = layer_.recording->events;
    for (std::size_t e = events.begin(step) + place; e < events.end(step); ++e)
      sum = sum + One::load(layer_.weight + events.index(e) * layer_.outputs + k);
    return sum;
  }

  /// Notes the sums before each spike of the sample and the place of each neuron among them, if they are not too many.
  void tabulate() {
    if (known_) return;
    known_ = true;
    const EventTable& events = layer_.recording->events;
    const std::size_t neurons = layer_.inputs;
    tabulated_ = (events.size() + events.steps()) * vectors_ * One::lanes <= most_tabulated && neurons * events.steps() <= most_tabulated;
    if (!tabulated_) return;
    before_.resize((events.size() + events.steps()) * vectors_ * One::lanes);
    place_.resize(neurons * events.steps());
    for (std::size_t step = 0; step < events.steps(); ++step) {
      for (std::size_t k = 0; k < layer_.outputs; k += One::lanes) {
        float* row = before_.data() + row_of(step, 0) + k;
        One sum = layer_.bias ? One::load(layer_.bias + k) : One(0.0F);
        sum.store(row);
        for (std::size_t e = events.begin(step); e < events.end(step); ++e) {
          sum = sum + One::load(layer_.weight + events.index(e) * layer_.outputs + k);
          sum.store(row += vectors_ * One::lanes);
        }
      }
      std::uint32_t place = 0;
      std::uint32_t* places = place_.data() + step * neurons;
      for (std::size_t e = events.begin(step), n = 0; n < neurons; ++n) {
        places[n] = place;
        if (e < events.end(step) && events.index(e) == n) ++place, ++e;
      }
    }
  }

  std::size_t row_of(std::size_t step, std::size_t place) const {
    return (layer_.recording->events.begin(step) + step + place) * vectors_ * One::lanes;
  }

  /// The layer's sums before the spike at a place.
  ///
  /// **Shapes** returns (vectors x lanes), valid until the next call.
  const float* sum_before(std::size_t step, std::size_t place) {
    if (tabulated_) return before_.data() + row_of(step, place);
    const Activity spikes = layer_.recording->events[step];
    sum_.resize(layer_.outputs + lane_slack);
    layer_.sum(layer_.weight, layer_.bias, {spikes.index.first(place), spikes.value.first(place)}, sum_.data());
    return sum_.data();
  }

  /// How many spikes of a step come before those of a neuron.
  std::size_t place_of(std::size_t neuron, std::size_t step) const {
    if (tabulated_) return place_[step * layer_.inputs + neuron];
    const Activity spikes = layer_.recording->events[step];
    std::size_t place = 0;
    while (place < spikes.size() && spikes.index[place] < neuron) ++place;
    return place;
  }

  /// For each step, into `with_`, the sums before the neuron's spike, and the first event behind it.
  void sum_before_spikes(std::size_t first_step, std::size_t neuron) {
    const EventTable& events = layer_.recording->events;
    with_.resize(steps_, layer_.outputs);
    behind_.resize(steps_);
    for (std::size_t step = first_step; step < steps_; ++step) {
      const std::size_t place = place_of(neuron, step);
      std::copy_n(sum_before(step, place), vectors_ * One::lanes, with_[step]);
      const std::size_t at = events.begin(step) + place;
      const bool fired = at < events.end(step) && events.index(at) == neuron;
      behind_[step] = static_cast<std::uint32_t>(at + fired);
    }
  }

  /// Carries the cases from the `first`-th in order on, as many as a pack W has lanes, `Outputs` neurons at a time.
  template <class W, std::size_t Outputs, class Emit>
  void carry_group(const CaseTable& cases, std::span<const std::uint32_t> golden_train, std::size_t first, const Emit& emit) {
    const std::size_t count = std::min(W::lanes, order_.size() - first);
    const std::size_t begin = order_[first] >> 32;
    train_.resize(golden_train.size() * W::lanes);
    for (std::size_t l = 0; l < W::lanes; ++l) {
      const auto train = l < count ? cases.key(case_at(first + l)) : golden_train;
      for (std::size_t w = begin / steps_per_word; w < train.size(); ++w)
        train_[w * W::lanes + l] = static_cast<std::int32_t>(train[w]);
    }
    for (std::size_t k = 0; k < layer_.outputs; k += Outputs) {
      LaneState<Model, W> lanes[Outputs];
      Constants<Model, float> constant[Outputs];
      std::size_t output[Outputs];
      for (std::size_t o = 0; o < Outputs; ++o) {
        output[o] = std::min(k + o, layer_.outputs - 1);
        lanes[o] = golden_lanes<Model, W>(*layer_.recording, layer_.readout, output[o], begin);
        constant[o] = layer_.constants[output[o]];
      }
      run_trains<Readout>(lanes, constant, output, train_.data(), without_, with_, begin, steps_);
      for (std::size_t o = 0; o < Outputs; ++o) lanes[o].readout.store(readouts_.data() + output[o] * V::lanes);
    }
    for (std::size_t l = 0; l < count; ++l) emit(case_at(first + l), gathered(l));
  }

  /// The readout of one lane.
  std::span<const float> gathered(std::size_t lane) {
    for (std::size_t k = 0; k < layer_.outputs; ++k) row_[k] = canonical(readouts_[k * V::lanes + lane]);
    return std::span<const float>(row_).first(layer_.outputs);
  }

  /// Runs the whole layer for one case, lanes over its neurons, into `row_`; `current(step, first neuron)` feeds them.
  template <class CurrentOf>
  void run_row(std::size_t begin, const CurrentOf& current) {
    for (std::size_t v = 0; v < vectors_; ++v) {
      const std::size_t k = v * One::lanes;
      Constants<Model, One> constant;
      for (int c = 0; c < constants; ++c) constant[c] = One::load(constant_rows_.data() + std::size_t(c) * vectors_ * One::lanes + k);
      LaneState<Model, One> lanes;
      for (int s = 0; s < states; ++s) lanes.state[s] = One::load(layer_.recording->state[std::size_t(s)][begin] + k);
      lanes.readout = One::load((*layer_.readout)[begin] + k);
      for (std::size_t step = begin; step < steps_; ++step) {
        const One spike = Model::update(lanes.state, current(step, k), constant);
        fold<Readout>(lanes, step, spike);
      }
      lanes.readout.store(row_.data() + k);
    }
    for (std::size_t k = 0; k < layer_.outputs; ++k) row_[k] = canonical(row_[k]);
  }

  GoldenLastLayer<Model> layer_;
  std::size_t vectors_;               // registers that the layer's neurons take
  std::vector<float> constant_rows_;  // (constants, vectors x lanes)
  std::size_t steps_ = 0;

  // of the sample
  bool known_ = false;
  bool tabulated_ = false;
  std::vector<float> before_;         // (events + steps, vectors x lanes) the sum before each spike, and behind the last
  std::vector<std::uint32_t> place_;  // (steps, inputs)

  std::vector<std::uint64_t> order_;      // (cases) first differing step << 32 | case
  std::vector<std::uint32_t> differing_;  // (words)
  StepRows with_;                         // (steps, outputs)
  StepRows without_;                      // (steps, outputs)
  std::vector<std::uint32_t> behind_;     // (steps) the first event behind the neuron's
  std::vector<std::int32_t> train_;       // (words, lanes)
  std::vector<float> sum_;                // (outputs + lane_slack)
  std::vector<float> readouts_;           // (outputs, lanes)
  std::vector<float> row_;                // (vectors x lanes)
};

}  // namespace spikingjet
