// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/bits.hpp>
#include <spikingjet/core/config.hpp>
#include <spikingjet/core/device/algorithms.hpp>
#include <spikingjet/core/device/buffer.hpp>
#include <spikingjet/core/lanes/lane.hpp>
#include <spikingjet/engine/device/network.hpp>
#include <spikingjet/model/layers/pool2d.hpp>
#include <spikingjet/model/neuron.hpp>
#include <spikingjet/model/sample.hpp>
#include <spikingjet/model/sharing.hpp>
#include <spikingjet/sim/sums/one_output.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <type_traits>
#include <utility>
#include <vector>

namespace spikingjet {

// The golden run of a block of samples, recorded on a device step by step.

/// What a layer received in the samples of a block.
struct ActivityView {
  const float* value = nullptr;           // (samples, steps, inputs)
  const std::uint32_t* tap = nullptr;  // taps of each unit whose inputs are not zero, ascending; null where not listed
  const float* tap_value = nullptr;       // those inputs
  const std::uint64_t* begin = nullptr;   // (samples x steps x units + 1) in `tap`
  const std::uint32_t* first =
      nullptr;  // (samples, inputs) the first step in which an input is not zero; `steps` where none
  const float* zeros = nullptr;           // (inputs)
  std::size_t inputs = 0;
  std::size_t steps = 0;
  std::uint32_t units = 1;
  bool of_step_before = false;            // what the layer sees in a step is what stands there one step earlier

  /// What a unit of the layer sees in a step.
  SPIKINGJET_HD StepInput at(std::size_t sample, std::size_t step, std::uint32_t unit) const {
    StepInput x;
    if (of_step_before && step == 0) {
      x.value = zeros;
      x.active = tap;
      return x;
    }
    const std::size_t row = sample * steps + step - of_step_before;
    x.value = value + row * inputs;
    if (!tap) return x;
    const std::uint64_t first_tap = begin[row * units + unit];
    x.active = tap + first_tap;
    x.active_value = tap_value + first_tap;
    x.active_count = std::uint32_t(begin[row * units + unit + 1] - first_tap);
    return x;
  }
  SPIKINGJET_HD float input(std::size_t sample, std::size_t step, std::size_t i) const {
    if (of_step_before && step == 0) return 0.0F;
    return value[(sample * steps + step - of_step_before) * inputs + i];
  }
  SPIKINGJET_HD std::size_t first_step(std::size_t sample, std::size_t input) const {
    return first[sample * inputs + input] + std::size_t{of_step_before};
  }
};

/// What flows into a neuron in a step.
struct NeuronInput {
  float current = 0;
  float recurrent = 0;  // of lateral weights
};

/// What the golden run left of one neuron in one sample: the values of a step and of the next lie `stride` apart.
template <class Model>
struct RecordedNeuron {
  static constexpr int states = int(Model::states.size());

  std::uint32_t steps = 0;  // of the sample
  std::uint32_t stride = 1;
  Constants<Model, float> constant{};
  const float* current = nullptr;
  const float* lateral = nullptr;         // null without lateral weights
  const float* spike = nullptr;
  Values<const float*, states> state{};   // before each step and at the end
  const float* readout = nullptr;         // folded before each step and at the end; null where not read

  SPIKINGJET_HD std::size_t at(std::size_t step) const { return std::size_t{std::uint32_t(step)} * stride; }

  SPIKINGJET_HD NeuronInput input(std::size_t step) const {
    return {current[at(step)], lateral ? lateral[at(step)] : 0.0F};
  }
  SPIKINGJET_HD float fired(std::size_t step) const { return spike[at(step)]; }
  SPIKINGJET_HD float readout_before(std::size_t step) const { return readout[at(step)]; }
  SPIKINGJET_HD Values<float, states> state_before(std::size_t step) const {
    Values<float, states> s;
    for (int i = 0; i < states; ++i) s[i] = state[i][at(step)];
    return s;
  }
  SPIKINGJET_HD bool is_state_before(std::size_t step, const Values<float, states>& s) const {
    bool equal = true;
    for (int i = 0; i < states; ++i) equal = equal && to_word(s[i]) == to_word(state[i][at(step)]);
    return equal;
  }
  /// A step; returns its spike.
  SPIKINGJET_HD float update(Values<float, states>& s, const NeuronInput& in, const Constants<Model, float>& c) const {
    if constexpr (is_recurrent_model<Model>)
      return Model::update(s, in.current, in.recurrent, c);
    else
      return Model::update(s, lateral ? in.current + in.recurrent : in.current, c);
  }
  /// The readout with one more step.
  template <class Readout>
  SPIKINGJET_HD static float fold(std::size_t step, float so_far, float fired, const Values<float, states>& s) {
    constexpr int potential = potential_of<Model>();
    return step == 0 ? Readout::first(fired, s[potential]) : Readout::next(so_far, fired, s[potential]);
  }
};

/// The neurons of a layer, and what the golden run left of them.
template <class Model>
struct NeuronsView {
  static constexpr int states = int(Model::states.size());
  static constexpr int constants = int(Model::constants.size());

  std::size_t neurons = 0;
  std::size_t steps = 0;                       // of the longest sample
  const std::uint32_t* steps_of = nullptr;     // (samples)
  Values<const float*, constants> constant{};  // each as shared
  Values<SharedBy, constants> shared{};
  const float* current = nullptr;       // (samples, steps, neurons)
  const float* lateral = nullptr;       // (samples, steps, neurons), or null without lateral weights
  Values<float*, states> state{};       // each (samples, steps + 1, neurons): before each step and at the end
  float* spike = nullptr;               // (samples, steps, neurons)
  float* readout = nullptr;             // (samples, steps + 1, neurons): folded before each step; null where not read

  SPIKINGJET_HD std::size_t at(std::size_t sample, std::size_t step, std::size_t neuron) const {
    return (sample * steps + step) * neurons + neuron;
  }
  SPIKINGJET_HD std::size_t before(std::size_t sample, std::size_t step, std::size_t neuron) const {
    return (sample * (steps + 1) + step) * neurons + neuron;
  }

  SPIKINGJET_HD Constants<Model, float> constants_of(std::size_t neuron) const {
    Constants<Model, float> c;
    for (int i = 0; i < constants; ++i) c[i] = constant[i][shared[i].element(std::uint32_t(neuron))];
    return c;
  }
  SPIKINGJET_HD RecordedNeuron<Model> of(std::size_t sample, std::size_t neuron) const {
    const std::size_t during = at(sample, 0, neuron);
    const std::size_t around = before(sample, 0, neuron);
    RecordedNeuron<Model> one;
    one.steps = steps_of[sample];
    one.stride = std::uint32_t(neurons);
    one.constant = constants_of(neuron);
    one.current = current + during;
    if (lateral) one.lateral = lateral + during;
    one.spike = spike + during;
    for (int i = 0; i < states; ++i) one.state[i] = state[i] + around;
    if (readout) one.readout = readout + around;
    return one;
  }
};

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

struct TapsOfFlat {
  const std::uint64_t* flat;
  const float* value;
  std::uint32_t* tap;
  float* tap_value;
  std::size_t inputs;
  SPIKINGJET_HD void operator()(std::size_t e) const {
    tap[e] = std::uint32_t(flat[e] % inputs);
    tap_value[e] = value[flat[e]];
  }
};

/// The taps of a convolution's units whose inputs are not zero; an item for each unit of each step.
struct TapsOfUnits {
  SynapseView synapses;
  ActivityView x;

  SPIKINGJET_HD std::uint64_t count(std::size_t item) const {
    std::uint64_t counted = 0;
    each(item, [&](std::uint32_t, float) { ++counted; });
    return counted;
  }
  SPIKINGJET_HD void emit(std::size_t item, std::uint32_t* tap, float* value) const {
    each(item, [&](std::uint32_t t, float v) {
      *tap++ = t;
      *value++ = v;
    });
  }

 private:
  template <class At>
  SPIKINGJET_HD void each(std::size_t item, const At& at) const {
    const std::uint32_t output = synapses.output_of(std::uint32_t(item % synapses.units()));
    const float* const value = x.value + item / synapses.units() * x.inputs;
    for (std::uint32_t tap = 0; tap < synapses.channels_in_group * synapses.kernel.size(); ++tap) {
      const std::uint32_t input = synapses.input_of(output, tap);
      if (input != FaultyTerm::none && !(value[input] == 0.0F)) at(tap, value[input]);
    }
  }
};

/// Where the values of a row begin in an ascending list of flat indices.
struct FirstOfRow {
  const std::uint64_t* flat;
  std::size_t count;
  std::uint64_t* begin;
  std::size_t inputs;
  SPIKINGJET_HD void operator()(std::size_t row) const {
    std::size_t first = 0;
    std::size_t last = count;
    while (first < last) {
      const std::size_t middle = (first + last) / 2;
      if (flat[middle] < row * inputs)
        first = middle + 1;
      else
        last = middle;
    }
    begin[row] = first;
  }
};

struct IsNotZero {
  const float* value;
  SPIKINGJET_HD bool operator()(std::size_t i) const { return !(value[i] == 0.0F); }
};

struct FirstStep {
  const float* value;  // (samples, steps, inputs)
  std::uint32_t* first;
  std::size_t inputs;
  std::size_t steps;
  SPIKINGJET_HD void operator()(std::size_t i) const {
    const float* x = value + i / inputs * steps * inputs + i % inputs;
    std::size_t step = 0;
    while (step < steps && x[step * inputs] == 0.0F) ++step;
    first[i] = std::uint32_t(step);
  }
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

/// Samples on their way to a device.
template <class Device>
struct StagedSamples {
  explicit StagedSamples(Device& device) : at(device), value(device), steps_of(device) {}

  /// Takes samples [first, first + count) of a range.
  void stage(const SampleRange& samples, std::size_t first, std::size_t count, std::size_t inputs) {
    at.clear();
    value.clear();
    steps_of.clear();
    steps = 1;
    for (std::size_t s = 0; s < count; ++s) steps = std::max(steps, samples[first + s].steps());
    for (std::size_t s = 0; s < count; ++s) {
      const Sample& sample = samples[first + s];
      for (std::size_t step = 0; step < sample.steps(); ++step) {
        const Activity x = sample[step];
        for (std::size_t k = 0; k < x.size(); ++k) {
          at.append((s * steps + step) * inputs + x.index[k]);
          value.append(x.value[k]);
        }
      }
      steps_of.append(static_cast<std::uint32_t>(sample.steps()));
    }
    size = count;
  }

  StagingBuffer<std::uint64_t, Device> at;        // (events) in (samples, steps, inputs)
  StagingBuffer<float, Device> value;             // (events)
  StagingBuffer<std::uint32_t, Device> steps_of;  // (samples)
  std::size_t steps = 0;                          // of the longest
  std::size_t size = 0;
};

/// The samples of a block on a device, as they came.
template <class Device>
struct DeviceSamples {
  explicit DeviceSamples(Device& device) : at(device), value(device), steps_of(device) {}

  /// Begins the copy, beside the device's work.
  void copy_ahead(Device& device, const StagedSamples<Device>& staged) {
    const auto copy = [&device](auto& to, const auto& from) {
      to.resize(from.size());
      if (from.size() > 0) device.to_device_ahead(to.data(), from.data(), from.bytes());
    };
    copy(at, staged.at);
    copy(value, staged.value);
    copy(steps_of, staged.steps_of);
    steps = staged.steps;
    size = staged.size;
  }
  /// There are none; their room stays.
  void forget() { size = 0; }
  void release() {
    forget();
    at.release();
    value.release();
    steps_of.release();
  }

  DeviceBuffer<std::uint64_t, Device> at;
  DeviceBuffer<float, Device> value;
  DeviceBuffer<std::uint32_t, Device> steps_of;
  std::size_t steps = 0;
  std::size_t size = 0;  // 0: none are there
};

/// The golden run of a block of samples. `Readout` is what the last layer leaves; `Models` the neuron models, a stage
/// each.
template <class Device, class Readout, class... Models>
class DeviceGolden {
 public:
  /// `network` must outlive it.
  DeviceGolden(Device& device, const DeviceNetwork& network)
      : device_(device),
        network_(network),
        input_(device),
        zeros_(device),
        selection_(device),
        flat_(device),
        readout_(device) {
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
  static std::size_t bytes_of_sample(const DeviceNetwork& network, std::size_t steps) {
    std::size_t floats = 3 * network.inputs;
    for (const DeviceLayer& layer : network.layers)
      floats += layer.outputs * (layer.kind == LayerKind::neuron ? 4 + layer.states : 1);
    return floats * sizeof(float) * (steps + 1);
  }

  /// Runs the samples, which must outlive what is read of them.
  void run(const DeviceSamples<Device>& samples) {
    samples_ = &samples;
    const std::size_t rows = samples.size * samples.steps;
    std::size_t widest = network_.inputs;
    for (const DeviceLayer& layer : network_.layers) widest = std::max(widest, layer.outputs);
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
    const DeviceLayer& l = network_.layers[layer];
    const Recorded& r = *recorded_[layer];
    ActivityView x;
    x.inputs = l.inputs;
    x.steps = steps();
    x.zeros = zeros_.data();
    x.first = r.first.data();
    if (l.kind == LayerKind::lateral) {
      x.value = recorded_[layer + 1]->out.data();
      x.of_step_before = true;
    } else {
      x.value = layer == 0 ? input_.data() : recorded_[layer - 1]->out.data();
    }
    if (is_listed(l)) {
      x.units = SynapseView(l.geometry).units();
      x.tap = r.tap.data();
      x.tap_value = r.tap_value.data();
      x.begin = r.begin.data();
    }
    return x;
  }

  SynapseView synapses(std::size_t layer) const {
    const DeviceLayer& l = network_.layers[layer];
    SynapseView view(l.geometry);
    view.weight = parameters_ + l.weight;
    if (l.bias != DeviceLayer::none) view.bias = parameters_ + l.bias;
    view.zero_input = network_.zero_input;
    view.all_inputs = l.all_inputs;
    view.one_to_one = l.one_to_one;
    if (l.one_to_one) {
      view.shared = l.shared.front();
      view.inputs = view.outputs = static_cast<std::uint32_t>(l.outputs);
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
    const DeviceLayer& l = network_.layers[layer];
    Recorded& r = *recorded_[layer];
    NeuronsView<Model> view;
    view.neurons = l.outputs;
    view.steps = steps();
    view.steps_of = steps_of();
    for (int c = 0; c < NeuronsView<Model>::constants; ++c) {
      view.constant[c] = parameters_ + l.constants[std::size_t(c)];
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

 private:
  struct Recorded {
    explicit Recorded(Device& device)
        : out(device), readout(device), tap(device), tap_value(device), begin(device), first(device) {}
    DeviceBuffer<float, Device> out;
    std::vector<DeviceBuffer<float, Device>> states;
    DeviceBuffer<float, Device> readout;
    DeviceBuffer<std::uint32_t, Device> tap;  // as in `ActivityView`, of what flows in
    DeviceBuffer<float, Device> tap_value;
    DeviceBuffer<std::uint64_t, Device> begin;
    DeviceBuffer<std::uint32_t, Device> first;
  };

  static bool is_listed(const DeviceLayer& l) {
    return (l.kind == LayerKind::synaptic || l.kind == LayerKind::lateral) && !l.one_to_one && !l.all_inputs;
  }

  void fill(DeviceBuffer<float, Device>& buffer, float value) {
    device_for_each(device_, buffer.size(), detail::FillWith{buffer.data(), value});
  }

  /// Lists what flows into a synaptic or lateral layer.
  void list(std::size_t layer) {
    const DeviceLayer& l = network_.layers[layer];
    Recorded& r = *recorded_[layer];
    const std::size_t rows = samples() * steps();
    const ActivityView x = activity(layer);
    r.first.resize(samples() * l.inputs);
    device_for_each(device_, r.first.size(), detail::FirstStep{x.value, r.first.data(), l.inputs, steps()});
    if (!is_listed(l)) return;
    if (!l.geometry.is_dense()) {
      const detail::TapsOfUnits taps{synapses(layer), x};
      const std::size_t items = rows * taps.synapses.units();
      const std::uint64_t count = device_count_items(device_, items, taps, r.begin);
      r.tap.resize(count);
      r.tap_value.resize(count);
      return device_emit_items(device_, items, taps, r.begin, r.tap.data(), r.tap_value.data());
    }
    selection_.select(rows * l.inputs, detail::IsNotZero{x.value}, flat_);
    r.tap.resize(flat_.size());
    r.tap_value.resize(flat_.size());
    device_for_each(device_, flat_.size(),
                    detail::TapsOfFlat{flat_.data(), x.value, r.tap.data(), r.tap_value.data(), l.inputs});
    r.begin.resize(rows + 1);
    device_for_each(device_, rows + 1, detail::FirstOfRow{flat_.data(), flat_.size(), r.begin.data(), l.inputs});
  }

  template <class Model>
  void run_stage(std::size_t stage) {
    const std::size_t neurons = network_.neurons[stage];
    const std::size_t rows = samples() * steps();
    for (std::size_t layer = network_.first_of(stage); layer < neurons; ++layer) {
      const DeviceLayer& l = network_.layers[layer];
      Recorded& r = *recorded_[layer];
      r.out.resize(rows * l.outputs);
      if (l.kind == LayerKind::pooling)
        device_for_each(device_, r.out.size(),
                        detail::GoldenPools{PoolView(l.pool), activity(layer), r.out.data(), l.outputs});
      if (l.kind != LayerKind::synaptic) continue;
      list(layer);
      device_for_each(device_, r.out.size(),
                      detail::GoldenSums{synapses(layer), activity(layer), r.out.data(), 0, steps()});
    }
    const DeviceLayer& l = network_.layers[neurons];
    Recorded& r = *recorded_[neurons];
    r.out.resize(rows * l.outputs);
    while (r.states.size() < l.states) r.states.emplace_back(device_);
    for (auto& state : r.states) state.resize(samples() * (steps() + 1) * l.outputs);
    const std::size_t all = samples() * l.outputs;
    if (stage + 1 == network_.stages()) {
      r.readout.resize(samples() * (steps() + 1) * l.outputs);
      run_neurons<Model, Readout>(stage, all);
    } else {
      run_neurons<Model, void>(stage, all);
    }
    const std::size_t lateral = network_.find(stage, LayerKind::lateral);
    if (lateral != DeviceLayer::none) list(lateral);
  }

  template <class Model, class Read>
  void run_neurons(std::size_t stage, std::size_t all) {
    const NeuronsView<Model> view = neurons<Model>(stage);
    const std::size_t lateral = network_.find(stage, LayerKind::lateral);
    if (lateral == DeviceLayer::none)
      return device_for_each(device_, all, detail::RunNeurons<Model, Read>{view, 0, steps()});
    ActivityView x = activity(lateral);
    x.tap = nullptr;  // not listed before the run is over
    for (std::size_t step = 0; step < steps(); ++step) {
      device_for_each(device_, all, detail::GoldenSums{synapses(lateral), x, recorded_[lateral]->out.data(), step, 1});
      device_for_each(device_, all, detail::RunNeurons<Model, Read>{view, step, step + 1});
    }
  }

  Device& device_;
  const DeviceNetwork& network_;
  const float* parameters_ = nullptr;
  const DeviceSamples<Device>* samples_ = nullptr;
  DeviceBuffer<float, Device> input_;  // (samples, steps, inputs)
  DeviceBuffer<float, Device> zeros_;
  DeviceSelection<Device> selection_;
  DeviceBuffer<std::uint64_t, Device> flat_;
  DeviceBuffer<float, Device> readout_;  // (samples, classes)
  std::vector<std::unique_ptr<Recorded>> recorded_;  // (layers)
};

}  // namespace spikingjet
