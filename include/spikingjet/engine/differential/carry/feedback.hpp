// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/bits.hpp>
#include <spikingjet/core/lanes/lane.hpp>
#include <spikingjet/core/lanes/pack.hpp>
#include <spikingjet/engine/differential/carry/dense.hpp>
#include <spikingjet/engine/differential/neuron/golden_sums.hpp>
#include <spikingjet/engine/differential/neuron/lane_state.hpp>
#include <spikingjet/engine/golden/recording.hpp>
#include <spikingjet/inject/strike.hpp>
#include <spikingjet/sim/sums/row_sums.hpp>

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace spikingjet {

/// Faulty runs of a layer that feeds back on itself and of the last layer behind it, many of one sample side by side:
/// lanes over neurons, and each part of the lateral weights read once for all runs of a step.
///
/// A run starts where the neuron's spike first differs: before, nothing but that neuron does.
///
/// **Laws** every readout is that of `FullEngine` bit by bit, NaN canonical; weights, golden and faulty, must be
/// finite, or zeros skipped.
template <class Model, class Last, class Readout, class V>
class RecurrentRun {
  using One = typename Resized<V, 1>::type;
  static constexpr std::size_t lanes = One::lanes;
  static constexpr int states = int(Model::states.size());
  static constexpr int constants = int(Model::constants.size());
  static constexpr int last_states = int(Last::states.size());
  static constexpr int last_constants = int(Last::constants.size());
  static constexpr std::size_t most_in_parts = std::size_t{1} << 22;

 public:
  static constexpr std::size_t most_runs = 32;

  /// `lateral`: the lateral layer with the neurons that it feeds.
  RecurrentRun(GoldenLayer<Model> lateral, GoldenLastLayer<Last> last)
      : lateral_(std::move(lateral)), last_(std::move(last)) {}

  /// What follows is of the sample that the layers have recorded.
  void start_sample(std::size_t steps) {
    if (width_ == 0) lay_out();
    steps_ = steps;
    known_ = false;
    used_ = 0;
    own_sum_.resize(most_runs * steps);
  }

  bool is_full() const { return used_ == most_runs; }

  /// Takes a strike on one neuron, whose spike first differs in step `first_change`, if not full; strike and group must
  /// stay until they are run. Returns what the neuron receives through the struck projection, the layer's inputs unless
  /// a lateral weight or bias is struck: golden sums, for the caller to put faulty ones in. Those of lateral inputs
  /// count until the first changed spike only.
  ///
  /// **Shapes** returns (steps).
  std::span<float> add(const Strike& strike, const StrikeGroup& group, std::size_t first_change) {
    Run& run = runs_[used_];
    run = {&strike, &group, group.neuron(strike.element), group.tap(strike.element), first_change};
    const StepRows& golden = group.in_lateral_sums() ? recording().lateral_sum : recording().input_sum;
    float* sums = own_sum_.data() + used_ * steps_;
    for (std::size_t step = 0; step < steps_; ++step) sums[step] = golden[step][run.neuron];
    if (group.in_lateral_sums()) {
      const float* row = group.is_bias() ? bias_.data() : rows_.data() + run.input * row_;
      float* struck = rows_.data() + struck_row(used_);
      std::copy_n(row, row_, struck);
      struck[run.neuron] = strike.faulty;
    }
    ++used_;
    return {sums, steps_};
  }

  /// Runs the strikes that were taken, and lets them go; `emit(number, readout)` gets each once.
  ///
  /// **Shapes** readout (classes), valid during the call.
  template <class Emit>
  void run(const Emit& emit) {
    if (used_ == 0) return;
    if (!known_) note_golden_run();
    active_.clear();
    order_.resize(used_);
    for (std::size_t r = 0; r < used_; ++r) order_[r] = static_cast<std::uint32_t>(r);
    std::sort(order_.begin(), order_.end(),
              [&](std::uint32_t a, std::uint32_t b) { return runs_[a].first_change < runs_[b].first_change; });
    for (std::size_t step = runs_[order_[0]].first_change; step < steps_; ++step) {
      for (const std::uint32_t r : active_) update(r, step);
      while (active_.size() < used_ && runs_[order_[active_.size()]].first_change == step) {
        join(order_[active_.size()]);
        active_.push_back(order_[active_.size()]);
      }
      sum(step);
      for (const std::uint32_t r : active_) update_last(r, step);
    }
    for (std::size_t r = 0; r < used_; ++r) {
      float* readout = readout_.data() + r * last_width_;
      for (std::size_t k = 0; k < last_.outputs; ++k) readout[k] = canonical(readout[k]);
      emit(runs_[r].strike->number, std::span<const float>(readout, last_.outputs));
    }
    used_ = 0;
  }

 private:
  struct Run {
    const Strike* strike = nullptr;
    const StrikeGroup* group = nullptr;
    std::size_t neuron = 0;
    std::uint32_t input = 0;       // of a weight
    std::size_t first_change = 0;  // [step] in which the neuron's spike first differs
    bool summed = false;           // what the last step's spikes add up to stands in `sum_`; else it is golden
  };

  const PairRecording& recording() const { return *lateral_.recording; }
  std::size_t neurons() const { return recording().neurons; }

  static std::size_t whole(std::size_t values) { return (values + lanes - 1) / lanes * lanes; }

  void lay_out() {
    const std::size_t n = neurons();
    width_ = whole(n);
    last_width_ = whole(last_.outputs);
    row_ = whole(n + last_.outputs);
    words_ = (width_ + 63) / 64;
    rows_.assign((n + 1 + most_runs) * row_, 0.0F);
    for (std::size_t i = 0; i < n; ++i) {
      std::copy_n(lateral_.weight + i * n, n, rows_.data() + i * row_);
      std::copy_n(last_.weight + i * last_.outputs, last_.outputs, rows_.data() + i * row_ + n);
    }
    std::fill_n(rows_.data() + n * row_, row_, -0.0F);
    bias_.assign(row_, 0.0F);
    if (lateral_.bias) std::copy_n(lateral_.bias, n, bias_.data());
    if (last_.bias) std::copy_n(last_.bias, last_.outputs, bias_.data() + n);
    last_constant_.assign(std::size_t(last_constants) * last_width_, 0.0F);
    for (std::size_t k = 0; k < last_.outputs; ++k)
      for (int c = 0; c < last_constants; ++c) last_constant_[std::size_t(c) * last_width_ + k] = last_.constants[k][c];
    state_.resize(most_runs * std::size_t(states) * width_);
    sum_.resize(most_runs * row_ + lane_slack);
    fires_.resize(most_runs * words_);
    listed_.resize(most_runs * n);
    last_state_.resize(most_runs * std::size_t(last_states) * last_width_);
    readout_.resize(most_runs * last_width_);
  }

  std::size_t struck_row(std::size_t run) const { return (neurons() + 1 + run) * row_; }

  /// Notes the golden spikes of each step, and the sums behind every few of them.
  void note_golden_run() {
    known_ = true;
    const EventTable& events = last_.recording->events;
    golden_fires_.assign(steps_ * words_, 0);
    for (part_spikes_ = 8;; part_spikes_ *= 2) {
      first_part_.assign(1, 0);
      for (std::size_t step = 0; step < steps_; ++step)
        first_part_.push_back(first_part_.back() + (events.end(step) - events.begin(step)) / part_spikes_ + 1);
      if (first_part_.back() * row_ <= most_in_parts || part_spikes_ > neurons()) break;
    }
    parts_.resize(first_part_.back() * row_);
    for (std::size_t step = 0; step < steps_; ++step) {
      const auto spikes = events[step].index;
      for (const std::uint32_t n : spikes) golden_fires_[step * words_ + n / 64] |= std::uint64_t{1} << (n % 64);
      for (std::size_t at = 0; at < row_; at += lanes) {
        float* part = parts_.data() + first_part_[step] * row_ + at;
        One sum = One::load(bias_.data() + at);
        sum.store(part);
        for (std::size_t k = 0; k < spikes.size(); ++k) {
          sum = sum + One::load(rows_.data() + spikes[k] * row_ + at);
          if ((k + 1) % part_spikes_ == 0) sum.store(part += row_);
        }
      }
    }
  }

  /// The struck neuron's update; returns its spike.
  float update_struck(std::size_t r, std::size_t step, Values<float, states>& state, float lateral) const {
    const Run& run = runs_[r];
    const bool present = run.strike->window.contains(step);
    Constants<Model, float> constant;
    for (int c = 0; c < constants; ++c)
      constant[c] = lateral_.constants[std::size_t(c) * (neurons() + lane_slack) + run.neuron];
    if (present) run.group->template strike_constants<Model>(*run.strike, constant);
    const float input =
        run.group->in_lateral_sums() ? recording().input_sum[step][run.neuron] : own_sum_[r * steps_ + step];
    float spike = Model::update(state, input + lateral, constant);
    if (present) run.group->template strike_neuron<Model>(*run.strike, state, spike);
    return spike;
  }

  /// Puts a run behind the step of its first changed spike.
  void join(std::size_t r) {
    const Run& run = runs_[r];
    const std::size_t n = run.neuron;
    const std::size_t struck_from = std::min<std::size_t>(run.strike->window.begin, run.first_change);
    Values<float, states> state;
    for (int s = 0; s < states; ++s) state[s] = recording().state[std::size_t(s)][struck_from][n];
    for (std::size_t step = struck_from; step <= run.first_change; ++step)
      update_struck(r, step, state,
                    run.group->in_lateral_sums() ? own_sum_[r * steps_ + step] : recording().lateral_sum[step][n]);
    for (int s = 0; s < states; ++s) {
      float* row = state_row(r, s);
      std::copy_n(recording().state[std::size_t(s)][run.first_change + 1], width_, row);
      row[n] = state[s];
    }
    std::copy_n(golden_fires_.data() + run.first_change * words_, words_, fires_.data() + r * words_);
    fires_[r * words_ + n / 64] ^= std::uint64_t{1} << (n % 64);
    for (int s = 0; s < last_states; ++s)
      std::copy_n(last_.recording->state[std::size_t(s)][run.first_change], last_width_, last_state_row(r, s));
    std::copy_n((*last_.readout)[run.first_change], last_width_, readout_.data() + r * last_width_);
  }

  float* state_row(std::size_t r, int s) { return state_.data() + (r * std::size_t(states) + std::size_t(s)) * width_; }
  float* last_state_row(std::size_t r, int s) {
    return last_state_.data() + (r * std::size_t(last_states) + std::size_t(s)) * last_width_;
  }

  /// The neurons' step.
  void update(std::size_t r, std::size_t step) {
    const std::size_t n = runs_[r].neuron;
    Values<float, states> struck;
    for (int s = 0; s < states; ++s) struck[s] = state_row(r, s)[n];
    const float* input = recording().input_sum[step];
    const float* lateral = runs_[r].summed ? sum_.data() + r * row_ : recording().lateral_sum[step];
    std::uint64_t* fires = fires_.data() + r * words_;
    std::fill_n(fires, words_, 0);
    for (std::size_t at = 0; at < width_; at += lanes) {
      Values<One, states> state;
      for (int s = 0; s < states; ++s) state[s] = One::load(state_row(r, s) + at);
      Constants<Model, One> constant;
      for (int c = 0; c < constants; ++c) constant[c] = lateral_.template constant<One>(c, at);
      const One spike = Model::update(state, One::load(input + at) + One::load(lateral + at), constant);
      for (int s = 0; s < states; ++s) state[s].store(state_row(r, s) + at);
      fires[at / 64] |= std::uint64_t{bits_of(spike > One(0.0F))} << (at % 64);
    }
    if (neurons() % 64 != 0) fires[neurons() / 64] &= (std::uint64_t{1} << (neurons() % 64)) - 1;
    const float spike = update_struck(r, step, struck, lateral[n]);
    for (int s = 0; s < states; ++s) state_row(r, s)[n] = struck[s];
    const std::uint64_t bit = std::uint64_t{1} << (n % 64);
    fires[n / 64] = (fires[n / 64] & ~bit) | (spike > 0.0F ? bit : 0);
  }

  /// What the step's spikes add up to, in the last layer, and fed back in the next step: of the runs in which they, or
  /// the weights they meet, are not golden.
  void sum(std::size_t step) {
    wanted_.clear();
    for (const std::uint32_t r : active_) {
      const std::size_t before = wanted_.size();
      want_sum(r, step);
      runs_[r].summed = wanted_.size() > before;
    }
    sum_rows<One>(rows_.data(), wanted_, static_cast<std::uint32_t>(neurons() * row_), row_ / lanes);
  }

  /// Asks for a run's sum, if it is not golden: from the struck bias on, or from a part of the golden sum that neither
  /// a changed spike nor a struck weight is in. What the step's spikes feed back meets the lateral weights of the next
  /// step.
  void want_sum(std::size_t r, std::size_t step) {
    const Run& run = runs_[r];
    const std::uint64_t* fires = fires_.data() + r * words_;
    const std::uint64_t* golden = golden_fires_.data() + step * words_;
    const bool strikes = run.group->in_lateral_sums() && run.strike->window.contains(step + 1);
    const bool strikes_bias = strikes && run.group->is_bias();
    std::size_t differs = 0;  // the first neuron whose spike is not golden, or whose weight is struck
    while (differs < neurons() && fires[differs / 64] == golden[differs / 64]) differs += 64;
    if (differs < neurons())
      differs += static_cast<std::size_t>(std::countr_zero(fires[differs / 64] ^ golden[differs / 64]));
    const bool strikes_weight = strikes && !strikes_bias && (fires[run.input / 64] >> (run.input % 64) & 1) != 0;
    if (strikes_weight) differs = std::min<std::size_t>(differs, run.input);
    const float* start = rows_.data() + struck_row(r);
    std::size_t from = 0;  // the first neuron whose spike is not in the start
    if (!strikes_bias) {
      if (differs >= neurons()) return;
      std::size_t same =
          static_cast<std::size_t>(std::popcount(golden[differs / 64] & ((std::uint64_t{1} << (differs % 64)) - 1)));
      for (std::size_t w = 0; w < differs / 64; ++w) same += static_cast<std::size_t>(std::popcount(golden[w]));
      const std::size_t parts = same / part_spikes_;
      start = parts_.data() + (first_part_[step] + parts) * row_;
      if (parts > 0) from = last_.recording->events[step].index[parts * part_spikes_ - 1] + 1;
    }
    std::uint32_t* rows = listed_.data() + r * neurons();
    std::size_t count = 0;
    for (std::size_t w = from / 64; w < words_; ++w)
      for (std::uint64_t word = w == from / 64 ? fires[w] & ~std::uint64_t{0} << (from % 64) : fires[w]; word != 0;
           word &= word - 1)
        rows[count++] = static_cast<std::uint32_t>((w * 64 + static_cast<std::size_t>(std::countr_zero(word))) * row_);
    if (strikes_weight)
      *std::lower_bound(rows, rows + count, static_cast<std::uint32_t>(run.input * row_)) =
          static_cast<std::uint32_t>(struck_row(r));
    wanted_.push_back({rows, count, start, sum_.data() + r * row_});
  }

  /// The last layer's step.
  void update_last(std::size_t r, std::size_t step) {
    const float* current = runs_[r].summed ? sum_.data() + r * row_ + neurons() : last_.recording->current[step];
    float* readout = readout_.data() + r * last_width_;
    for (std::size_t at = 0; at < last_width_; at += lanes) {
      LaneState<Last, One> layer;
      for (int s = 0; s < last_states; ++s) layer.state[s] = One::load(last_state_row(r, s) + at);
      layer.readout = One::load(readout + at);
      Constants<Last, One> constant;
      for (int c = 0; c < last_constants; ++c)
        constant[c] = One::load(last_constant_.data() + std::size_t(c) * last_width_ + at);
      const One spike = Last::update(layer.state, One::load(current + at), constant);
      fold<Readout>(layer, step, spike);
      for (int s = 0; s < last_states; ++s) layer.state[s].store(last_state_row(r, s) + at);
      layer.readout.store(readout + at);
    }
  }

  GoldenLayer<Model> lateral_;
  GoldenLastLayer<Last> last_;
  std::size_t width_ = 0;       // neurons in whole registers
  std::size_t last_width_ = 0;  // classes in whole registers
  std::size_t row_ = 0;         // both side by side, in whole registers
  std::size_t words_ = 0;       // of a bit a neuron
  AlignedFloats rows_;  // (neurons + 1 + runs, row) what a spike adds to lateral sums and the last layer's; -0; a
                        // struck row for each run
  AlignedFloats bias_;          // (row)
  AlignedFloats last_constant_; // (constants, last width)

  // of the sample
  std::size_t steps_ = 0;
  bool known_ = false;
  std::vector<std::uint64_t> golden_fires_;  // (steps, words)
  std::size_t part_spikes_ = 0;              // between two parts; more where all would not fit into `most_in_parts`
  std::vector<std::size_t> first_part_;      // (steps + 1)
  AlignedFloats parts_;  // (parts, row) the bias and a step's first few golden spikes added up, then some more, ...

  // of the runs
  std::size_t used_ = 0;
  std::array<Run, most_runs> runs_{};
  std::vector<std::uint32_t> order_;         // runs by their first changed spike
  std::vector<std::uint32_t> active_;        // those that have changed a spike
  std::vector<float>
      own_sum_;  // (runs, steps) what the struck neuron receives through the struck projection; see `add`
  AlignedFloats state_;                      // (runs, states, width)
  AlignedFloats
      sum_;  // (runs, row) lateral ones, and the last layer's behind them, where idle lanes of `update` may see them
  std::vector<std::uint64_t> fires_;         // (runs, words) in the last step
  std::vector<std::uint32_t> listed_;        // (runs, neurons) rows that the spikes add
  AlignedFloats last_state_;                 // (runs, states, last width)
  AlignedFloats readout_;                    // (runs, last width)
  std::vector<RowSum> wanted_;
};

}  // namespace spikingjet
