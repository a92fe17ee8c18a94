// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/bits.hpp>
#include <spikingjet/core/config.hpp>
#include <spikingjet/core/device/algorithms.hpp>
#include <spikingjet/core/device/buffer.hpp>
#include <spikingjet/core/lanes/lane.hpp>
#include <spikingjet/engine/bounds/margin.hpp>
#include <spikingjet/engine/device/golden/activity.hpp>
#include <spikingjet/engine/device/golden/neurons.hpp>
#include <spikingjet/inject/strike.hpp>
#include <spikingjet/model/neuron.hpp>
#include <spikingjet/sim/sums/one_output.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace spikingjet {

// How far a weight of a fully connected layer may move before a spike of its neuron can change, on a device: the bounds
// of engine/bounds/margin.hpp, one neuron or one weight a thread.

/// How far a weight may move; negative where nothing is known.
struct WeightInterval {
  float up = -1;
  float down = -1;

  /// Whether a value in place of the golden one surely leaves golden spikes.
  SPIKINGJET_HD bool holds(float golden, float value) const {
    const double moved = double(value) - double(golden);
    return moved <= double(up) && -moved <= double(down);
  }
};

namespace detail {

/// What the inputs of a step are like.
struct StepStatistics {
  ActivityView x;
  std::uint32_t* events;  // (samples, steps); `not_fair` where an input is not in (0, 2^20]

  static constexpr std::uint32_t not_fair = ~std::uint32_t{0};

  SPIKINGJET_HD void operator()(std::size_t row) const {
    const StepInput in = x.at(row / x.steps, row % x.steps, 0);
    bool fair = true;
    for (std::uint32_t a = 0; a < in.active_count; ++a)
      fair = fair && in.active_value[a] > 0.0F && in.active_value[a] <= IntervalBounds::most_input;
    events[row] = fair ? in.active_count : not_fair;
  }
};

/// How near the potentials of one neuron are to its threshold, step by step; an item for each neuron of each sample.
template <class Model>
struct MeasureMargins {
  NeuronsView<Model> view;
  SynapseView synapses;
  ActivityView x;
  const std::uint32_t* events;  // (samples, steps)
  float* per_margin;            // (samples, steps, neurons) 1 / margin, negative where a neuron fires; 0 without one
  float* shrink;                // (samples, neurons) of a limit; 0 where the bounds do not hold
  std::uint32_t* blocked;       // (samples, neurons) behind the last step that is too near to the threshold

  SPIKINGJET_HD void operator()(std::size_t i) const {
    constexpr int states = NeuronsView<Model>::states;
    const std::size_t sample = i / view.neurons;
    const auto n = std::uint32_t(i % view.neurons);
    const std::size_t steps = view.steps_of[sample];
    const std::uint32_t others = view.lateral ? 1 : 0;
    const RecordedNeuron<Model> golden = view.of(sample, n);
    const auto& constant = golden.constant;
    const float theta = constant[threshold_of<Model>()];
    Values<float, states> error;
    for (int s = 0; s < states; ++s) error[s] = 0.0F;
    bool fair = Model::monotone(constant) && steps <= IntervalBounds::most_steps;
    std::uint32_t most_events = 0;
    std::uint32_t last = 0;
    for (std::size_t step = 0; step < steps; ++step) {
      const std::uint32_t count = events[sample * view.steps + step];
      fair = fair && count != StepStatistics::not_fair;
      if (!fair) break;
      most_events = count > most_events ? count : most_events;
      const StepInput in = x.at(sample, step, 0);
      float weighed = magnitude_of(synapses.bias ? synapses.bias[n] : 0.0F);
      for (std::uint32_t a = 0; a < in.active_count; ++a)
        weighed = weighed + magnitude_of(synapses.weight_at(n, in.active[a]) * in.active_value[a]);
      const NeuronInput flows = golden.input(step);
      if (view.lateral) weighed = weighed + magnitude_of(flows.recurrent);
      Values<float, states> magnitude = golden.state_before(step);
      for (int s = 0; s < states; ++s) magnitude[s] = magnitude_of(magnitude[s]);
      Model::respond(magnitude, magnitude_of(view.lateral ? flows.current + flows.recurrent : flows.current), constant);
      const float u = golden.state_before(step + 1)[potential_of<Model>()];
      const auto found = measure_step<Model>(magnitude[potential_of<Model>()] + magnitude_of(theta), weighed,
                                             float(count + 1 + others), u, constant, error);
      // A spike that is another than H(u - theta), as models of one's own may leave it, is not what the bounds are for.
      fair = fair && found.fair > 0.0F && to_word(golden.fired(step)) == to_word(fires(u, theta));
      if (!(found.clear > 0.0F)) last = std::uint32_t(step + 1);
      per_margin[view.at(sample, step, n)] = u > theta ? -found.share : found.share;
    }
    const double kappa = IntervalBounds::kappa<Model>(double(most_events) + double(others), steps);
    shrink[i] = fair && kappa <= IntervalBounds::most_kappa ? float(IntervalBounds::shrink(kappa)) : 0.0F;
    blocked[i] = last;
  }
};

/// How far one weight may move; an item for each weight in each sample.
template <class Model>
struct FindIntervals {
  NeuronsView<Model> view;
  SynapseView synapses;
  ActivityView x;
  const float* per_margin;
  const float* shrink;
  const std::uint32_t* blocked;
  const std::uint32_t* element;  // (sites) of the weight
  std::size_t sites;
  WeightInterval* interval;  // (samples, sites)

  SPIKINGJET_HD void operator()(std::size_t i) const {
    const std::size_t sample = i / sites;
    const std::uint32_t n = element[i % sites] / synapses.inputs;
    const std::uint32_t input = element[i % sites] % synapses.inputs;
    const std::size_t steps = view.steps_of[sample];
    const std::size_t first = x.first_step(sample, input);
    WeightInterval found;
    if (const float factor = shrink[sample * view.neurons + n];
        factor > 0.0F && first >= blocked[sample * view.neurons + n] && first < steps) {
      const auto constant = view.constants_of(n);
      Values<float, NeuronsView<Model>::states> response;
      for (int s = 0; s < NeuronsView<Model>::states; ++s) response[s] = 0.0F;
      float up = IntervalBounds::least_share;
      float down = -IntervalBounds::least_share;
      for (std::size_t step = first; step < steps; ++step) {
        Model::respond(response, x.input(sample, step, input), constant);
        const float share = response[potential_of<Model>()] * per_margin[view.at(sample, step, n)];
        up = larger(up, share);
        down = smaller(down, share);
      }
      found.up = factor / up;
      found.down = -factor / down;
    }
    interval[i] = found;
  }
};

}  // namespace detail

/// Which weights of a fully connected layer have which interval: what threads look up.
struct IntervalsView {
  const WeightInterval* interval = nullptr;  // (samples, sites); null where there are none
  const std::uint32_t* site_of = nullptr;    // (faults)
  std::size_t sites = 0;

  /// Whether a fault surely leaves golden spikes: a finite weight, faulty in every step, inside its interval.
  SPIKINGJET_HD bool hold(const Strike& fault, std::size_t fault_number, std::size_t sample, float golden) const {
    if (!interval || !is_finite(fault.faulty)) return false;
    if (fault.window.begin != 0 || fault.window.end != Window::whole_run || !fault.window.is_steady()) return false;
    return interval[sample * sites + site_of[fault_number]].holds(golden, fault.faulty);
  }
};

/// The intervals of the weights that faults strike, in a block of samples; and the room that they take.
template <class Device>
class DeviceIntervals {
 public:
  explicit DeviceIntervals(Device& device) : device_(&device) {}

  void release() { *this = DeviceIntervals(*device_); }

  /// For faults in weights of a fully connected layer with finite golden weights, in front of neurons of a
  /// `RespondingModel`.
  ///
  /// **Shapes** faults: ascending in their elements.
  template <class Model>
  IntervalsView find(const NeuronsView<Model>& view, const SynapseView& synapses, const ActivityView& x,
                     std::size_t samples, std::span<const Strike> faults) {
    std::vector<std::uint32_t> element;
    std::vector<std::uint32_t> site_of;
    for (const Strike& fault : faults) {
      if (element.empty() || element.back() != fault.element) element.push_back(fault.element);
      site_of.push_back(static_cast<std::uint32_t>(element.size() - 1));
    }
    element_.assign(element);
    site_of_.assign(site_of);
    events_.resize(samples * view.steps);
    per_margin_.resize(samples * view.steps * view.neurons);
    shrink_.resize(samples * view.neurons);
    blocked_.resize(samples * view.neurons);
    interval_.resize(samples * element.size());
    device_for_each(*device_, events_.size(), detail::StepStatistics{x, events_.data()});
    device_for_each(*device_, shrink_.size(),
                    detail::MeasureMargins<Model>{view, synapses, x, events_.data(), per_margin_.data(), shrink_.data(),
                                                  blocked_.data()});
    device_for_each(*device_, interval_.size(),
                    detail::FindIntervals<Model>{view, synapses, x, per_margin_.data(), shrink_.data(), blocked_.data(),
                                                 element_.data(), element.size(), interval_.data()});
    device_->synchronize();  // the lists on the host end here
    return {interval_.data(), site_of_.data(), element.size()};
  }

 private:
  Device* device_;
  DeviceBuffer<std::uint32_t, Device> events_{*device_};
  DeviceBuffer<float, Device> per_margin_{*device_};
  DeviceBuffer<float, Device> shrink_{*device_};
  DeviceBuffer<std::uint32_t, Device> blocked_{*device_};
  DeviceBuffer<std::uint32_t, Device> element_{*device_};
  DeviceBuffer<std::uint32_t, Device> site_of_{*device_};
  DeviceBuffer<WeightInterval, Device> interval_{*device_};
};

}  // namespace spikingjet
