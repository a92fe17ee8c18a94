// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/lanes/lane.hpp>
#include <spikingjet/core/lanes/pack.hpp>
#include <spikingjet/engine/golden/recording.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <vector>

namespace spikingjet {

/// A synaptic layer and the neurons behind it, in one sample.
template <class Model>
struct GoldenLayer {
  const PairRecording* recording = nullptr;
  const EventTable* events = nullptr;  // what the layer received
  const StepRows* other = nullptr;     // (steps, neurons): what is added to its sums; null: nothing
  const float* weight = nullptr;  // (inputs, neurons)
  const float* bias = nullptr;    // (neurons), or null
  std::vector<float> constants;   // (constants, neurons + lane_slack)

  /// The value of a constant of some neurons from `first` on.
  template <class V>
  V constant(int c, std::size_t first) const {
    return V::load(constants.data() + std::size_t(c) * (recording->neurons + lane_slack) + first);
  }
};

/// The golden sums of some neurons of a layer, lanes over neurons: what each event adds, the sum before it, and the
/// magnitudes of a step, added up.
///
/// One register of neurons at a time, as a layer's would not fit into a cache; one neuron in samples of very many
/// events.
template <class Model, class V>
class GoldenSums {
 public:
  using One = typename Resized<V, 1>::type;

  void start(const GoldenLayer<Model>& layer) {
    layer_ = &layer;
    known_ = false;
    const EventTable& events = *layer.events;
    width_ = events.size() <= most_events && padding * events.steps() <= most_events ? One::lanes : 1;
  }

  /// Sums for a neuron, and those beside it, unless that was done.
  void move_to(std::size_t neuron) {
    lane_ = neuron % width_;
    if (known_ && neuron - lane_ == first_) return;
    if (!known_) pad_terms();
    known_ = true;
    first_ = neuron - lane_;
    if (width_ == One::lanes)
      sum<One>();
    else
      sum<Pack<float, 1>>();
  }

  const GoldenLayer<Model>& layer() const { return *layer_; }
  std::size_t first() const { return first_; }             // neuron of the first lane
  std::size_t lane() const { return lane_; }               // of the neuron
  bool fills_lanes() const { return width_ == One::lanes; }  // so that `weighed` may be asked

  float before(std::size_t event) const { return before_[event * width_ + lane_]; }

  static constexpr std::size_t padding =
      8;  // terms of -0 behind those of a step, which change no sum, not even a zero's sign

  /// What each event from one on adds to the neuron's sum of its step, and behind the step's last one, `padding` times
  /// -0.
  const float* terms_from(std::size_t event, std::size_t step) const {
    return term_.data() + lane_ * padded_ + event + padding * step;
  }
  One weighed(std::size_t step) const { return One::load(weighed_.data() + step * One::lanes); }

 private:
  static constexpr std::size_t most_events = std::size_t{1} << 16;

  void pad_terms() {
    const EventTable& events = *layer_->events;
    padded_ = events.size() + padding * events.steps();
    term_.assign(width_ * padded_, -0.0F);
  }

  template <class W>
  void sum() {
    const EventTable& events = *layer_->events;
    const std::size_t neurons = std::min(W::lanes, layer_->recording->neurons - first_);
    before_.resize(events.size() * W::lanes);
    weighed_.resize(events.steps() * W::lanes);
    for (std::size_t step = 0; step < events.steps(); ++step) {
      W sum = layer_->bias ? W::load(layer_->bias + first_) : W(0.0F);
      W weighed = magnitude_of(sum);
      for (std::size_t e = events.begin(step); e < events.end(step); ++e) {
        const W weight = W::load(layer_->weight + events.index(e) * layer_->recording->neurons + first_);
        const W term = weight * W(events.value(e));
        sum.store(before_.data() + e * W::lanes);
        std::array<float, W::lanes> of_neuron;
        term.store(of_neuron.data());
        for (std::size_t n = 0; n < neurons; ++n) term_[n * padded_ + e + padding * step] = of_neuron[n];
        sum = sum + term;
        weighed = weighed + magnitude_of(term);
      }
      if (layer_->other) weighed = weighed + magnitude_of(W::load((*layer_->other)[step] + first_));
      weighed.store(weighed_.data() + step * W::lanes);
    }
  }

  const GoldenLayer<Model>* layer_ = nullptr;
  bool known_ = false;
  std::size_t width_ = 1;  // neurons at a time
  std::size_t first_ = 0;
  std::size_t lane_ = 0;
  std::vector<float> before_;   // (events, width)
  std::size_t padded_ = 0;      // terms of a neuron
  std::vector<float> term_;     // (width, padded) weight times input
  std::vector<float> weighed_;  // (steps, width) |bias|, |weight times input| of all events, and what is added
};

}  // namespace spikingjet
