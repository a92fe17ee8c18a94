// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/bits.hpp>
#include <spikingjet/core/config.hpp>
#include <spikingjet/core/device/algorithms.hpp>
#include <spikingjet/core/device/buffer.hpp>
#include <spikingjet/core/lanes/lane.hpp>
#include <spikingjet/engine/device/golden/activity.hpp>
#include <spikingjet/engine/device/golden/neurons.hpp>
#include <spikingjet/engine/device/golden/samples.hpp>
#include <spikingjet/model/graph.hpp>
#include <spikingjet/model/quantity.hpp>
#include <spikingjet/sim/sums/one_output.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

namespace spikingjet {

// The golden run of a block of samples, recorded on a device step by step.

namespace detail {

struct FillWith {
  float* to;
  float value;
  SPIKINGJET_HD void operator()(std::size_t i) const { to[i] = value; }
};

struct PutEvents {
  const std::uint64_t* at;  // (events) in (samples, steps, inputs)
  const float* value;
  float* to;
  SPIKINGJET_HD void operator()(std::size_t e) const { to[at[e]] = value[e]; }
};

/// Golden sums of a layer in steps [first_step, first_step + count).
struct GoldenSums {
  SynapseView synapses;
  ActivityView x;
  float* out;  // (samples, steps, outputs)
  std::size_t first_step;
  std::size_t count;
  SPIKINGJET_HD void operator()(std::size_t i) const {
    const std::size_t outputs = synapses.outputs;
    const std::size_t output = i % outputs;
    const std::size_t step = first_step + i / outputs % count;
    const std::size_t sample = i / outputs / count;
    out[(sample * x.steps + step) * outputs + output] =
        synapses.sum(std::uint32_t(output), x.at(sample, step, synapses.unit_of(std::uint32_t(output))), FaultyTerm{});
  }
};

struct GoldenPools {
  PoolView pool;
  ActivityView x;
  float* out;  // (samples, steps, outputs)
  std::size_t outputs;
  SPIKINGJET_HD void operator()(std::size_t i) const {
    const std::size_t row = i / outputs;
    out[i] = pool_window(pool, std::uint32_t(i % outputs), x.at(row / x.steps, row % x.steps, 0));
  }
};

/// Golden steps [begin, end) of neurons; a thread for each neuron of each sample.
template <class Model, class Readout>
struct RunNeurons {
  NeuronsView<Model> view;
  std::size_t begin;
  std::size_t end;
  SPIKINGJET_HD void operator()(std::size_t i) const {
    const std::size_t sample = i / view.neurons;
    const std::size_t n = i % view.neurons;
    const RecordedNeuron<Model> golden = view.of(sample, n);
    float* const spike = view.spike + view.at(sample, 0, n);
    const std::size_t around = view.before(sample, 0, n);
    Values<float, NeuronsView<Model>::states> state;
    if (begin == 0)
      for (int s = 0; s < NeuronsView<Model>::states; ++s) view.state[s][around] = state[s] = 0.0F;
    else
      state = golden.state_before(begin);
    if constexpr (!std::is_void_v<Readout>)
      if (begin == 0) view.readout[around] = 0.0F;
    const std::size_t stop = end < golden.steps ? end : golden.steps;
    for (std::size_t step = begin; step < stop; ++step) {
      const float fired = golden.update(state, golden.input(step), golden.constant);
      spike[golden.at(step)] = fired;
      for (int s = 0; s < NeuronsView<Model>::states; ++s) view.state[s][around + golden.at(step + 1)] = state[s];
      if constexpr (!std::is_void_v<Readout>)
        view.readout[around + golden.at(step + 1)] =
            golden.template fold<Readout>(step, golden.readout_before(step), fired, state);
    }
    for (std::size_t step = stop > begin ? stop : begin; step < end; ++step)
      spike[golden.at(step)] = 0.0F;  // behind its end a sample is silent
  }
};

/// What is read of each sample in the end; NaN is the canonical one.
struct GoldenReadout {
  const float* folded;  // (samples, steps + 1, classes)
  const std::uint32_t* steps_of;
  float* readout;  // (samples, classes)
  std::size_t steps;
  std::size_t classes;
  SPIKINGJET_HD void operator()(std::size_t i) const {
    const std::size_t sample = i / classes;
    readout[i] = canonical(folded[(sample * (steps + 1) + steps_of[sample]) * classes + i % classes]);
  }
};

}  // namespace detail

/// The golden run of a block of samples. `Readout` is what the last layer leaves; `Models` the neuron models, a stage
/// each.
template <class Device, class Readout, class... Models>
class DeviceGolden {
 public:
  /// `network` must outlive it.
  DeviceGolden(Device& device, const GraphWithParameters& network) : device_(device), network_(network) {
    for (std::size_t l = 0; l < network.layers.size(); ++l) recorded_.push_back(std::make_unique<Recorded>(device));
  }

  /// The parameters on the device.
  void use(const float* parameters) { parameters_ = parameters; }

  void release() {
    for (std::size_t l = 0; l < recorded_.size(); ++l) recorded_[l] = std::make_unique<Recorded>(device_);
    input_.release();
    selection_.release();
    flat_.release();
    readout_.release();
  }

  std::size_t samples() const { return samples_->size; }
  std::size_t steps() const { return samples_->steps; }
  const std::uint32_t* steps_of() const { return samples_->steps_of.data(); }
  const float* readout() const { return readout_.data(); }  // (samples, classes)

  /// About how many bytes a sample of so many steps takes.
  static std::size_t bytes_of_sample(const GraphWithParameters& network, std::size_t steps) {
    std::size_t floats = 3 * network.inputs;
    for (const GraphLayer& layer : network.layers)
      floats += layer.outputs() * (layer.kind == LayerKind::neuron ? 4 + layer.states : 1);
    return floats * sizeof(float) * (steps + 1);
  }

  /// Runs the samples, which must outlive what is read of them.
  void run(const DeviceSamples<Device>& samples) {
    samples_ = &samples;
    const std::size_t rows = samples.size * samples.steps;
    std::size_t widest = network_.inputs;
    for (const GraphLayer& layer : network_.layers) widest = std::max(widest, layer.outputs());
    zeros_.resize(widest);
    fill(zeros_, 0.0F);
    input_.resize(rows * network_.inputs);
    fill(input_, 0.0F);
    device_for_each(device_, samples.at.size(),
                    detail::PutEvents{samples.at.data(), samples.value.data(), input_.data()});
    std::size_t stage = 0;
    (run_stage<Models>(stage++), ...);
    readout_.resize(samples.size * network_.classes);
    device_for_each(device_, readout_.size(),
                    detail::GoldenReadout{recorded_.back()->readout.data(), samples.steps_of.data(), readout_.data(),
                                          samples.steps, network_.classes});
    selection_.release();
    flat_.release();
  }

  /// What flows into a layer.
  ActivityView activity(std::size_t layer) const {
    const GraphLayer& l = network_.layers[layer];
    const Recorded& r = *recorded_[layer];
    ActivityView x;
    x.inputs = l.inputs();
    x.steps = steps();
    x.zeros = zeros_.data();
    x.first = r.first.data();
    if (l.kind == LayerKind::lateral) {
      x.value = recorded_[layer + 1]->out.data();
      x.of_step_before = true;
    } else {
      x.value = layer == 0 ? input_.data() : recorded_[layer - 1]->out.data();
    }
    if (is_listed(layer)) {
      x.units = SynapseView(l.geometry).units();
      x.tap = r.tap.data();
      x.tap_value = r.tap_value.data();
      x.begin = r.begin.data();
    }
    return x;
  }

  SynapseView synapses(std::size_t layer) const {
    const GraphLayer& l = network_.layers[layer];
    SynapseView view(l.geometry);
    view.weight = parameters_ + l.weight;
    if (l.bias != GraphLayer::none) view.bias = parameters_ + l.bias;
    view.zero_input = network_.zero_input;
    view.all_inputs = network_.all_inputs[layer] != 0;
    view.one_to_one = l.one_to_one;
    if (l.one_to_one) {
      view.shared = l.shared.front();
      view.inputs = view.outputs = static_cast<std::uint32_t>(l.outputs());
    }
    return view;
  }

  /// What a layer left: currents of synaptic, pooling and lateral layers, spikes of neurons.
  ///
  /// **Shapes** (samples, steps, outputs)
  const float* out(std::size_t layer) const { return recorded_[layer]->out.data(); }

  template <class Model>
  NeuronsView<Model> neurons(std::size_t stage) const {
    const std::size_t layer = network_.neurons[stage];
    const GraphLayer& l = network_.layers[layer];
    Recorded& r = *recorded_[layer];
    NeuronsView<Model> view;
    view.neurons = l.outputs();
    view.steps = steps();
    view.steps_of = steps_of();
    for (int c = 0; c < NeuronsView<Model>::constants; ++c) {
      view.constant[c] = parameters_ + network_.offset(l, std::size_t(c));
      view.shared[c] = l.shared[std::size_t(c)];
    }
    const bool fed_back = network_.layers[layer - 1].kind == LayerKind::lateral;
    view.current = recorded_[layer - 1 - fed_back]->out.data();
    if (fed_back) view.lateral = recorded_[layer - 1]->out.data();
    for (int s = 0; s < NeuronsView<Model>::states; ++s) view.state[s] = r.states[std::size_t(s)].data();
    view.spike = r.out.data();
    if (stage + 1 == network_.stages()) view.readout = r.readout.data();
    return view;
  }

  /// Calls `f<Model, Readout>()` with the types of a stage; the readout is void but for the last one.
  template <class F>
  static void at_stage(std::size_t stage, const F& f) {
    [&]<std::size_t... S>(std::index_sequence<S...>) {
      (void)((S == stage && (f.template operator()<std::tuple_element_t<S, std::tuple<Models...>>,
                                                   std::conditional_t<S + 1 == sizeof...(Models), Readout, void>>(),
                             true)) ||
             ...);
    }(std::index_sequence_for<Models...>{});
  }

 private:
  struct Recorded {
    explicit Recorded(Device& on) : device(&on) {}

    Device* device;
    DeviceBuffer<float, Device> out{*device};
    std::vector<DeviceBuffer<float, Device>> states;
    DeviceBuffer<float, Device> readout{*device};
    DeviceBuffer<std::uint32_t, Device> tap{*device};  // as in `ActivityView`, of what flows in
    DeviceBuffer<float, Device> tap_value{*device};
    DeviceBuffer<std::uint64_t, Device> begin{*device};
    DeviceBuffer<std::uint32_t, Device> first{*device};
  };

  bool is_listed(std::size_t layer) const {
    const GraphLayer& l = network_.layers[layer];
    return (l.kind == LayerKind::synaptic || l.kind == LayerKind::lateral) && !l.one_to_one &&
           network_.all_inputs[layer] == 0;
  }

  void fill(DeviceBuffer<float, Device>& buffer, float value) {
    device_for_each(device_, buffer.size(), detail::FillWith{buffer.data(), value});
  }

  /// Lists what flows into a synaptic or lateral layer.
  void list(std::size_t layer) {
    const GraphLayer& l = network_.layers[layer];
    Recorded& r = *recorded_[layer];
    const std::size_t rows = samples() * steps();
    const ActivityView x = activity(layer);
    r.first.resize(samples() * l.inputs());
    device_for_each(device_, r.first.size(), detail::FirstStep{x.value, r.first.data(), l.inputs(), steps()});
    if (!is_listed(layer)) return;
    if (!l.geometry.is_dense()) {
      const detail::TapsOfUnits taps{synapses(layer), x};
      const std::size_t items = rows * taps.synapses.units();
      const std::uint64_t count = device_count_items(device_, items, taps, r.begin);
      r.tap.resize(count);
      r.tap_value.resize(count);
      return device_emit_items(device_, items, taps, r.begin, r.tap.data(), r.tap_value.data());
    }
    selection_.select(rows * l.inputs(), detail::IsNotZero{x.value}, flat_);
    r.tap.resize(flat_.size());
    r.tap_value.resize(flat_.size());
    device_for_each(device_, flat_.size(),
                    detail::TapsOfFlat{flat_.data(), x.value, r.tap.data(), r.tap_value.data(), l.inputs()});
    r.begin.resize(rows + 1);
    device_for_each(device_, rows + 1, detail::FirstOfRow{flat_.data(), flat_.size(), r.begin.data(), l.inputs()});
  }

  template <class Model>
  void run_stage(std::size_t stage) {
    const std::size_t neurons = network_.neurons[stage];
    const std::size_t rows = samples() * steps();
    for (std::size_t layer = network_.first_of(stage); layer < neurons; ++layer) {
      const GraphLayer& l = network_.layers[layer];
      Recorded& r = *recorded_[layer];
      r.out.resize(rows * l.outputs());
      if (l.kind == LayerKind::pooling)
        device_for_each(device_, r.out.size(),
                        detail::GoldenPools{PoolView(l.pool), activity(layer), r.out.data(), l.outputs()});
      if (l.kind != LayerKind::synaptic) continue;
      list(layer);
      device_for_each(device_, r.out.size(),
                      detail::GoldenSums{synapses(layer), activity(layer), r.out.data(), 0, steps()});
    }
    const GraphLayer& l = network_.layers[neurons];
    Recorded& r = *recorded_[neurons];
    r.out.resize(rows * l.outputs());
    while (r.states.size() < l.states) r.states.emplace_back(device_);
    for (auto& state : r.states) state.resize(samples() * (steps() + 1) * l.outputs());
    const std::size_t all = samples() * l.outputs();
    if (stage + 1 == network_.stages()) {
      r.readout.resize(samples() * (steps() + 1) * l.outputs());
      run_neurons<Model, Readout>(stage, all);
    } else {
      run_neurons<Model, void>(stage, all);
    }
    const std::size_t lateral = network_.find(stage, LayerKind::lateral);
    if (lateral != GraphLayer::none) list(lateral);
  }

  template <class Model, class Read>
  void run_neurons(std::size_t stage, std::size_t all) {
    const NeuronsView<Model> view = neurons<Model>(stage);
    const std::size_t lateral = network_.find(stage, LayerKind::lateral);
    if (lateral == GraphLayer::none)
      return device_for_each(device_, all, detail::RunNeurons<Model, Read>{view, 0, steps()});
    ActivityView x = activity(lateral);
    x.tap = nullptr;  // not listed before the run is over
    for (std::size_t step = 0; step < steps(); ++step) {
      device_for_each(device_, all, detail::GoldenSums{synapses(lateral), x, recorded_[lateral]->out.data(), step, 1});
      device_for_each(device_, all, detail::RunNeurons<Model, Read>{view, step, step + 1});
    }
  }

  Device& device_;
  const GraphWithParameters& network_;
  const float* parameters_ = nullptr;
  const DeviceSamples<Device>* samples_ = nullptr;
  DeviceBuffer<float, Device> input_{device_};  // (samples, steps, inputs)
  DeviceBuffer<float, Device> zeros_{device_};
  DeviceSelection<Device> selection_{device_};
  DeviceBuffer<std::uint64_t, Device> flat_{device_};
  DeviceBuffer<float, Device> readout_{device_};     // (samples, classes)
  std::vector<std::unique_ptr<Recorded>> recorded_;  // (layers)
};

}  // namespace spikingjet
