// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/bits.hpp>
#include <spikingjet/core/lanes/lane.hpp>
#include <spikingjet/core/lanes/pack.hpp>
#include <spikingjet/engine/differential/merge.hpp>
#include <spikingjet/engine/differential/neuron/lane_loops.hpp>
#include <spikingjet/engine/differential/neuron/lane_state.hpp>
#include <spikingjet/engine/differential/neuron/spike_lanes.hpp>
#include <spikingjet/engine/golden/recording.hpp>
#include <spikingjet/engine/golden/train.hpp>
#include <spikingjet/model/sample.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
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
/// Many cases at once share lanes; a few run side by side, lanes over the layer's neurons.
///
/// **Laws** every readout is that of `FullEngine` bit by bit, NaN canonical; weights must be finite, or zeros skipped.
template <class Model, class Readout, class V>
class Carrier {
  using One = typename Resized<V, 1>::type;
  using Words = typename WordsOf<V>::type;
  static constexpr int constants = int(Model::constants.size());
  static constexpr int states = int(Model::states.size());

 public:
  explicit Carrier(GoldenLastLayer<Model> layer)
      : layer_(std::move(layer)), vectors_((layer_.outputs + One::lanes - 1) / One::lanes) {
    for (int c = 0; c < constants; ++c)
      for (std::size_t k = 0; k < vectors_ * One::lanes; ++k)
        constant_rows_.push_back(layer_.constants[std::min(k, layer_.outputs - 1)][c]);
    readouts_.resize((layer_.outputs + registers_together) * V::lanes);
    for (std::size_t i = 0; i <= layer_.inputs; ++i)
      for (std::size_t k = 0; k < vectors_ * One::lanes; ++k)
        weight_rows_.push_back(i < layer_.inputs && k < layer_.outputs ? layer_.weight[i * layer_.outputs + k] : -0.0F);
    rows_.resize(rows_together * vectors_ * One::lanes);
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
      carry_group<V, std::max<std::size_t>(1, registers_together * One::lanes / V::lanes)>(cases, golden_train, c,
                                                                                           emit);
    if (c < order_.size() && (order_.size() - c) * vectors_ > layer_.outputs) {
      carry_group<One, registers_together>(cases, golden_train, c, emit);
      c += One::lanes;
    }
    for (; c < order_.size(); c += rows_together) {
      const std::size_t count = std::min(rows_together, order_.size() - c);
      std::array<const std::uint32_t*, rows_together> train;
      for (std::size_t r = 0; r < rows_together; ++r) train[r] = cases.key(case_at(c + std::min(r, count - 1))).data();
      run_rows<rows_together>(order_[c] >> 32, [&](std::size_t r, std::size_t step, std::size_t k) {
        const float* rows[] = {without_[step], with_[step]};  // no branch, as nobody could predict it
        return One::load(rows[train[r][step / steps_per_word] >> (steps_per_word - 1 - step % steps_per_word) & 1] + k);
      });
      for (std::size_t r = 0; r < count; ++r) emit(case_at(c + r), row(r));
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
        run_rows<1>(spikes.first_step(), [&](std::size_t, std::size_t step, std::size_t k) {
          const One x(spikes.at(step, l));
          const One sum = One::load(with_[step] + k);
          return plus_weights(select(x == One(0.0F), sum, sum + One::load(own + k) * x), step,
                              behind_[step] - events.begin(step), k);
        });
        emit(l, row(0));
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
  static constexpr std::size_t padding = 4;             // adding -0 changes nothing, not even a zero's sign
  static constexpr std::size_t rows_together =
      4;  // cases side by side, so that the latency of one hides behind the others

  /// Orders the cases by the first step in which they differ from golden; they start there.
  void order(const CaseTable& cases, std::span<const std::uint32_t> golden_train) {
    order_.clear();
    for (std::size_t c = 0; c < cases.size(); ++c) {
      order_.push_back(std::uint64_t{first_difference(cases.key(c), golden_train)} << 32 | c);
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
      copy_row(golden, fired ? with_[step] : without_[step]);
      float* other = fired ? without_[step] : with_[step];
      if ((differing_[step / steps_per_word] & step_bit(step)) == 0) {
        copy_row(golden, other);
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

  void copy_row(const float* from, float* to) const {
    for (std::size_t k = 0; k < layer_.outputs; k += One::lanes) One::load(from + k).store(to + k);
  }

  /// Sums of neurons from `k` on, and behind them the weights of the step's spikes from one on; a spike is 1.
  One plus_weights(One sum, std::size_t step, std::size_t place, std::size_t k) const {
    const EventTable& events = layer_.recording->events;
    const std::uint32_t* row = row_of_event_.data() + events.begin(step) + padding * step + place;
    const std::uint32_t* const end = row_of_event_.data() + events.end(step) + padding * step;
    // In blocks, as their number hardly ever varies, and that of the spikes always does.
    do {
      for (std::size_t b = 0; b < padding; ++b) sum = sum + One::load(weight_rows_.data() + row[b] + k);
      row += padding;
    } while (row < end);
    return sum;
  }

  /// Notes the sums before each spike of the sample and the place of each neuron among them, if they are not too many.
  void tabulate() {
    if (known_) return;
    known_ = true;
    const EventTable& events = layer_.recording->events;
    const std::size_t neurons = layer_.inputs;
    row_of_event_.assign(events.size() + padding * events.steps(),
                         static_cast<std::uint32_t>(neurons * vectors_ * One::lanes));
    for (std::size_t step = 0; step < events.steps(); ++step)
      for (std::size_t e = events.begin(step); e < events.end(step); ++e)
        row_of_event_[e + padding * step] = static_cast<std::uint32_t>(events.index(e) * vectors_ * One::lanes);
    tabulated_ = (events.size() + events.steps()) * vectors_ * One::lanes <= most_tabulated &&
                 neurons * events.steps() <= most_tabulated;
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
      copy_row(sum_before(step, place), with_[step]);
      const std::size_t at = events.begin(step) + place;
      const bool fired = at < events.end(step) && events.index(at) == neuron;
      behind_[step] = static_cast<std::uint32_t>(at + fired);
    }
  }

  /// Carries the cases from the `first`-th in order on, as many as a pack W has lanes, `Outputs` neurons at a time.
  template <class W, std::size_t Outputs, class Emit>
  void carry_group(const CaseTable& cases, std::span<const std::uint32_t> golden_train, std::size_t first,
                   const Emit& emit) {
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
    for (std::size_t k = 0; k < layer_.outputs; ++k) rows_[k] = canonical(readouts_[k * V::lanes + lane]);
    return row(0);
  }

  /// A readout that `run_rows` left.
  std::span<const float> row(std::size_t r) const {
    return std::span<const float>(rows_).subspan(r * vectors_ * One::lanes, layer_.outputs);
  }

  /// Runs the whole layer for a few cases side by side, lanes over its neurons; `current(case, step, first neuron)`
  /// feeds them.
  template <std::size_t Rows, class CurrentOf>
  void run_rows(std::size_t begin, const CurrentOf& current) {
    for (std::size_t v = 0; v < vectors_; ++v) {
      const std::size_t k = v * One::lanes;
      Constants<Model, One> constant;
      for (int c = 0; c < constants; ++c)
        constant[c] = One::load(constant_rows_.data() + std::size_t(c) * vectors_ * One::lanes + k);
      LaneState<Model, One> lanes[Rows];
      for (LaneState<Model, One>& row : lanes) {
        for (int s = 0; s < states; ++s) row.state[s] = One::load(layer_.recording->state[std::size_t(s)][begin] + k);
        row.readout = One::load((*layer_.readout)[begin] + k);
      }
      for (std::size_t step = begin; step < steps_; ++step)
        for (std::size_t r = 0; r < Rows; ++r) {
          const One spike = Model::update(lanes[r].state, current(r, step, k), constant);
          fold<Readout>(lanes[r], step, spike);
        }
      for (std::size_t r = 0; r < Rows; ++r) lanes[r].readout.store(rows_.data() + (r * vectors_ + v) * One::lanes);
    }
    for (float& value : std::span(rows_).first(Rows * vectors_ * One::lanes)) value = canonical(value);
  }

  GoldenLastLayer<Model> layer_;
  std::size_t vectors_;               // registers that the layer's neurons take
  std::vector<float> constant_rows_;  // (constants, vectors x lanes)
  std::vector<float> weight_rows_;    // (inputs + 1, vectors x lanes) the last row is -0
  std::size_t steps_ = 0;

  // of the sample
  bool known_ = false;
  bool tabulated_ = false;
  std::vector<std::uint32_t>
      row_of_event_;           // into `weight_rows_`; `padding` times its last row behind those of each step
  std::vector<float> before_;  // (events + steps, vectors x lanes) the sum before each spike, and behind the last
  std::vector<std::uint32_t> place_;  // (steps, inputs)

  std::vector<std::uint64_t> order_;      // (cases) first differing step << 32 | case
  std::vector<std::uint32_t> differing_;  // (words)
  StepRows with_;                         // (steps, outputs)
  StepRows without_;                      // (steps, outputs)
  std::vector<std::uint32_t> behind_;     // (steps) the first event behind the neuron's
  std::vector<std::int32_t> train_;       // (words, lanes)
  std::vector<float> sum_;                // (outputs + lane_slack)
  std::vector<float> readouts_;           // (outputs, lanes)
  std::vector<float> rows_;               // (rows together, vectors x lanes)
};

}  // namespace spikingjet
