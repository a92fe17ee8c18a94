// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/bits.hpp>
#include <spikingjet/core/error.hpp>
#include <spikingjet/core/lanes/lane.hpp>
#include <spikingjet/engine/golden/train.hpp>
#include <spikingjet/model/network.hpp>
#include <spikingjet/model/parameters.hpp>
#include <spikingjet/model/sample.hpp>
#include <spikingjet/sim/perturbation.hpp>
#include <spikingjet/sim/step.hpp>
#include <spikingjet/sim/workspace.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace spikingjet {

/// A neuron model that left something else than a spike.
class NotASpike : public Misuse {
 public:
  explicit NotASpike(const std::string& layer)
      : Misuse(
            "spikingjet: the neuron model of layer '" + layer +
            "' returned a spike that is neither 0 nor 1, which the differential engine does not know; return 0 or 1, "
            "or use the engine 'full'") {}
};

/// Rows of floats, one a step, with room for lanes behind each.
class StepRows {
 public:
  void resize(std::size_t rows, std::size_t width) {
    stride_ = width + lane_slack;
    values_.resize(rows * stride_);
  }
  float* operator[](std::size_t row) { return values_.data() + row * stride_; }
  const float* operator[](std::size_t row) const { return values_.data() + row * stride_; }

 private:
  std::size_t stride_ = 0;
  std::vector<float> values_;  // (rows, width + lane_slack)
};

/// The inputs that a synaptic layer received that were not zero, ordered by step and, besides, by input.
class EventTable {
 public:
  /// One event of an input.
  struct Of {
    std::uint32_t step;
    std::uint32_t event;  // its number in order of steps
  };

  void clear(std::size_t inputs) {
    begin_.assign(1, 0);
    size_ = 0;
    inputs_ = inputs;
    all_positive_ = true;
  }
  /// Appends the events of the next step, in ascending index.
  void add_step(Activity x) {
    if (size_ + x.size() > index_.size()) {
      index_.resize(2 * (size_ + x.size()));
      value_.resize(index_.size());
    }
    std::copy_n(x.index.data(), x.size(), index_.data() + size_);
    std::copy_n(x.value.data(), x.size(), value_.data() + size_);
    size_ += x.size();
    begin_.push_back(static_cast<std::uint32_t>(size_));
  }
  /// To be called after the last step.
  void order_by_input() {
    first_of_.assign(inputs_ + 1, 0);
    for (std::size_t e = 0; e < size_; ++e) ++first_of_[index_[e] + 1];
    for (std::size_t i = 0; i < inputs_; ++i) first_of_[i + 1] += first_of_[i];
    of_.resize(size_);
    next_.assign(first_of_.begin(), first_of_.end() - 1);
    active_.resize(size_ + 1);
    std::size_t active = 0;
    for (std::size_t step = 0; step < steps(); ++step)
      for (std::uint32_t e = begin_[step]; e < begin_[step + 1]; ++e) {
        const std::uint32_t i = index_[e];
        const std::uint32_t at = next_[i]++;
        of_[at] = {static_cast<std::uint32_t>(step), e};
        active_[active] = i;
        active += at == first_of_[i];  // no branch, as nobody could predict it
      }
    active_.resize(active);
    std::uint32_t others = 0;  // zeros, infinities, NaN and what is negative
    for (std::size_t e = 0; e < size_; ++e) others |= to_word(value_[e]) - 1 >= Binary32::exponent - 1;
    all_positive_ = others == 0;
  }

  std::size_t steps() const { return begin_.size() - 1; }
  std::size_t size() const { return size_; }
  std::uint32_t begin(std::size_t step) const { return begin_[step]; }
  std::uint32_t end(std::size_t step) const { return begin_[step + 1]; }
  std::uint32_t index(std::size_t event) const { return index_[event]; }
  float value(std::size_t event) const { return value_[event]; }

  Activity operator[](std::size_t step) const {
    const std::size_t count = begin_[step + 1] - begin_[step];
    return {std::span(index_).subspan(begin_[step], count), std::span(value_).subspan(begin_[step], count)};
  }

  /// The events of an input, in order of steps.
  std::span<const Of> of(std::size_t input) const {
    return std::span(of_).subspan(first_of_[input], first_of_[input + 1] - first_of_[input]);
  }

  /// The inputs that have events, ordered by the step of the first.
  std::span<const std::uint32_t> active() const { return active_; }

  /// Whether every event is finite and positive.
  bool all_positive() const { return all_positive_; }

 private:
  std::size_t inputs_ = 0;
  bool all_positive_ = true;
  std::vector<std::uint32_t> begin_;     // (steps + 1)
  std::size_t size_ = 0;                 // events
  std::vector<std::uint32_t> index_;     // (events), with room behind
  std::vector<float> value_;             // (events), with room behind
  std::vector<std::uint32_t> first_of_;  // (inputs + 1)
  std::vector<Of> of_;                   // (events), by input
  std::vector<std::uint32_t> active_;    // (inputs with events)
  std::vector<std::uint32_t> next_;      // (inputs)
};

/// What the golden run left of one stage: what fed its neurons, and the neurons.
struct PairRecording {
  EventTable events;                  // what a fully connected layer received; empty before a convolution
  EventTable lateral_events;          // what a fully connected lateral layer received: spikes of the step before
  StepRows current;                   // (steps, neurons): all that reaches the neurons
  StepRows input_sum;                 // (steps, neurons): what a lateral current is added to
  StepRows lateral_sum;               // (steps, neurons)
  std::vector<StepRows> state;        // (states), each (steps + 1, neurons): before each step's update, and at the end
  std::vector<std::uint32_t> spikes;  // (words, neurons)
  std::size_t neurons = 0;
  std::size_t words = 0;

  std::size_t steps() const { return events.steps(); }

  /// The spikes of a neuron in 32 steps.
  std::uint32_t word(std::size_t w, std::size_t neuron) const { return spikes[w * neurons + neuron]; }
  bool fired(std::size_t step, std::size_t neuron) const {
    return (word(step / steps_per_word, neuron) & step_bit(step)) != 0;
  }
};

/// A golden run, step by step: what a faulty run is compared with, and where it starts late.
///
/// **Laws** the readout is that of `run` bit by bit, for it takes the same steps.
/// **Errors** `NotASpike` from `record`.
template <class Net>
class GoldenRecording {
 public:
  static constexpr std::size_t pairs = Net::stage_count;

  std::size_t steps() const { return steps_; }
  const PairRecording& operator[](std::size_t pair) const { return pairs_[pair]; }

  /// The readout before it is folded with a step, and with `steps()` the last one.
  const StepRows& readout() const { return readout_; }  // (steps + 1, classes)

  /// Runs a sample and keeps everything; the workspace is left as after the last step.
  void record(Workspace<Net>& work, const Parameters<Net>& parameters, const Sample& sample) {
    record(work, parameters, sample, [](std::size_t) {});
  }

  /// The same; `stepped(step)` is told of each step once the workspace holds it.
  template <class Stepped>
  void record(Workspace<Net>& work, const Parameters<Net>& parameters, const Sample& sample, const Stepped& stepped) {
    steps_ = sample.steps();
    readout_.resize(steps_ + 1, Net::classes);
    each_pair([&]<std::size_t P>(std::integral_constant<std::size_t, P>) {
      using Neurons = typename Net::template Layer<Net::neurons_of(P)>;
      PairRecording& pair = pairs_[P];
      pair.neurons = Neurons::out.size();
      pair.words = words_of(steps_);
      pair.current.resize(steps_, pair.neurons);
      if constexpr (has_lateral<P>) {
        pair.input_sum.resize(steps_, pair.neurons);
        pair.lateral_sum.resize(steps_, pair.neurons);
      }
      pair.state.resize(Neurons::states.size());
      for (StepRows& rows : pair.state) rows.resize(steps_ + 1, pair.neurons);
      pair.spikes.assign(pair.words * pair.neurons, 0);
      pair.events.clear(inputs_of<Net::find(P, LayerKind::synaptic)>());
      pair.lateral_events.clear(inputs_of<Net::find(P, LayerKind::lateral)>());
    });

    work.reset();
    NoPerturbation none;
    for (std::size_t step = 0; step < steps_; ++step) {
      keep_states(work, step);
      std::copy_n(work.readout.data(), Net::classes, readout_[step]);
      keep_lateral_events(work);
      step_network(work, parameters, sample[step], step, none);
      keep_events(work, sample[step]);
      keep_currents(work, step);
      keep_spikes(work, step);
      stepped(step);
    }
    keep_states(work, steps_);
    std::copy_n(work.readout.data(), Net::classes, readout_[steps_]);
    for (PairRecording& pair : pairs_) {
      pair.events.order_by_input();
      pair.lateral_events.order_by_input();
    }
  }

 private:
  template <class F>
  static void each_pair(const F& f) {
    [&]<std::size_t... P>(std::index_sequence<P...>) {
      (f(std::integral_constant<std::size_t, P>{}), ...);
    }(std::make_index_sequence<pairs>{});
  }

  template <std::size_t P>
  static constexpr bool has_lateral = Net::find(P, LayerKind::lateral) < Net::layer_count;

  /// The inputs of a fully connected layer; none of others.
  template <std::size_t I>
  static constexpr std::size_t inputs_of() {
    if constexpr (I < Net::layer_count)
      if constexpr (requires { Net::template Layer<I>::geometry; })
        if constexpr (Net::template Layer<I>::geometry.is_dense()) return Net::template Layer<I>::in.size();
    return 0;
  }

  void keep_states(const Workspace<Net>& work, std::size_t step) {
    each_pair([&]<std::size_t P>(std::integral_constant<std::size_t, P>) {
      const auto& buffers = std::get<Net::neurons_of(P)>(work.layers);
      for (std::size_t s = 0; s < buffers.state.size(); ++s)
        std::copy_n(buffers.state[s].data(), pairs_[P].neurons, pairs_[P].state[s][step]);
    });
  }

  void keep_lateral_events(Workspace<Net>& work) {
    each_pair([&]<std::size_t P>(std::integral_constant<std::size_t, P>) {
      if constexpr (inputs_of<Net::find(P, LayerKind::lateral)>() > 0) {
        auto& buffers = std::get<Net::neurons_of(P)>(work.layers);
        buffers.compress();
        pairs_[P].lateral_events.add_step(buffers.activity());
      }
    });
  }

  void keep_events(Workspace<Net>& work, Activity input) {
    each_pair([&]<std::size_t P>(std::integral_constant<std::size_t, P>) {
      constexpr std::size_t layer = Net::find(P, LayerKind::synaptic);
      if constexpr (inputs_of<layer>() == 0) {
        pairs_[P].events.add_step({});  // which counts the steps
      } else if constexpr (layer == 0) {
        pairs_[P].events.add_step(input);
      } else {
        auto& before = std::get<layer - 1>(work.layers);
        before.compress();
        pairs_[P].events.add_step(before.activity());
      }
    });
  }

  void keep_currents(const Workspace<Net>& work, std::size_t step) {
    each_pair([&]<std::size_t P>(std::integral_constant<std::size_t, P>) {
      constexpr std::size_t neurons = Net::neurons_of(P);
      constexpr bool added = has_lateral<P> && !is_recurrent_model<typename Net::template Layer<neurons>::Dynamics>;
      const float* sum = std::get<neurons - 1 - has_lateral<P>>(work.layers).current.data();
      PairRecording& pair = pairs_[P];
      std::copy_n(sum, pair.neurons, pair.current[step]);
      if constexpr (added) {
        const float* lateral = std::get<neurons - 1>(work.layers).current.data();
        std::copy_n(sum, pair.neurons, pair.input_sum[step]);
        std::copy_n(lateral, pair.neurons, pair.lateral_sum[step]);
        for (std::size_t n = 0; n < pair.neurons; ++n) pair.current[step][n] = sum[n] + lateral[n];
      }
    });
  }

  void keep_spikes(const Workspace<Net>& work, std::size_t step) {
    each_pair([&]<std::size_t P>(std::integral_constant<std::size_t, P>) {
      using Layer = typename Net::template Layer<Net::neurons_of(P)>;
      constexpr std::size_t neurons = Layer::out.size();
      const auto& buffers = std::get<Net::neurons_of(P)>(work.layers);
      std::uint32_t* word = pairs_[P].spikes.data() + step / steps_per_word * neurons;
      const std::uint32_t bit = step_bit(step);
      std::uint32_t others = 0;
      for (std::size_t n = 0; n < neurons; ++n) {
        const std::uint32_t spike = to_word(buffers.spike[n]);
        const bool fired = spike == to_word(1.0F);
        others |= fired ? 0u : spike;
        word[n] |= fired ? bit : 0u;
      }
      if (others != 0) throw NotASpike(Layer::name.str());
    });
  }

  std::size_t steps_ = 0;
  std::array<PairRecording, pairs> pairs_;
  StepRows readout_;  // (steps + 1, classes)
};

}  // namespace spikingjet
