// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/bits.hpp>
#include <spikingjet/inject/decision.hpp>
#include <spikingjet/inject/differential_carry.hpp>
#include <spikingjet/inject/differential_cases.hpp>
#include <spikingjet/inject/differential_contract.hpp>
#include <spikingjet/inject/differential_neuron.hpp>
#include <spikingjet/inject/differential_plan.hpp>
#include <spikingjet/inject/differential_replay.hpp>
#include <spikingjet/inject/differential_spikes.hpp>
#include <spikingjet/model/neuron.hpp>
#include <spikingjet/model/parameters.hpp>
#include <spikingjet/sim/canonical_sum.hpp>
#include <spikingjet/sim/golden_recording.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

namespace spikingjet {

/// The weights of each synaptic layer with the inputs running fastest: what one neuron receives is one row.
template <class Net>
class WeightRows {
 public:
  explicit WeightRows(const Parameters<Net>& parameters) {
    for (const Quantity& q : Net::quantities)
      if (q.layer_index % 2 == 0 && q.role == Role::weight) rows_[q.layer_index / 2] = parameters.tensor(q.name());
  }

  /// **Shapes** returns (inputs).
  const float* of(std::size_t pair, std::size_t neuron, std::size_t inputs) const {
    return rows_[pair].data() + neuron * inputs;
  }

 private:
  std::array<std::vector<float>, Net::layer_count / 2> rows_;  // (outputs, inputs)
};

/// Neurons of a plan, and faults that are replayed, that one work item takes on one sample.
struct PlanPart {
  std::size_t first_neuron = 0;
  std::size_t end_neuron = 0;
  std::size_t first_replayed = 0;
  std::size_t end_replayed = 0;
};

/// A reference to a receiver of readouts; see inject/engine.hpp.
class ReceiverRef {
 public:
  template <class Receiver>
  explicit ReceiverRef(Receiver& receiver)
      : receiver_(&receiver), call_([](void* to, std::span<const std::uint32_t> faults, std::span<const float> readout) {
          (*static_cast<Receiver*>(to))(faults, readout);
        }) {}

  void operator()(std::span<const std::uint32_t> faults, std::span<const float> readout) const {
    call_(receiver_, faults, readout);
  }

 private:
  void* receiver_;
  void (*call_)(void*, std::span<const std::uint32_t>, std::span<const float>);
};

/// Simulates what the faults of a plan change on one sample, a neuron at a time.
///
/// For each neuron: run its faulty copies in lanes against the golden run (`NeuronRun`), which leaves cases, one for each
/// different train of spikes; carry each case on to the readout (`Carrier`), or replay it (`Replay`) where there is more
/// than one layer to go.
template <class Injector, class V>
class DifferentialWorker {
  using Net = typename Injector::Network;
  static constexpr std::size_t pairs = Net::layer_count / 2;
  static constexpr std::size_t last = pairs - 1;

  template <std::size_t P>
  using ModelOf = typename Net::template Layer<2 * P + 1>::Dynamics;
  template <std::size_t P>
  using RunOf = NeuronRun<ModelOf<P>, std::conditional_t<P == last, typename Net::Readout, void>, V>;

 public:
  /// **Errors** `NotASpike`.
  DifferentialWorker(const Parameters<Net>& golden, const WeightRows<Net>& rows)
      : parameters_(golden), rows_(rows), replay_(golden), carrier_(last_layer()) {
    each_pair([&]<std::size_t P>(std::integral_constant<std::size_t, P>) {
      require_spikes_of_bits<ModelOf<P>>(constants_of<P>(0), Net::template Layer<2 * P + 1>::name.str());
      std::get<P>(layers_) = layer<P>();
      poisoned_[P] =
          Net::zero_input == ZeroInput::multiply && !golden.all_finite(Net::template first_quantity<2 * P>);
    });
  }
  DifferentialWorker(const DifferentialWorker&) = delete;
  DifferentialWorker& operator=(const DifferentialWorker&) = delete;

  /// Injects a part of a plan on one sample; `receive` gets the readouts that differ from golden.
  Decisions run(const Sample& sample, std::span<const Fault> faults, const FaultPlan& plan, const PlanPart& part,
                ReceiverRef receive) {
    recording_.record(work_, parameters_, sample);
    replay_.start_sample(sample);
    faults_ = faults;
    decisions_ = {};
    for (std::size_t k = 0; k < Net::classes; ++k) golden_row_[k] = canonical(recording_.readout()[recording_.steps()][k]);
    each_pair([&]<std::size_t P>(std::integral_constant<std::size_t, P>) { std::get<P>(runs_).start_sample(std::get<P>(layers_)); });
    carrier_.start_sample();
    for (std::size_t n = part.first_neuron; n < part.end_neuron; ++n)
      each_pair([&]<std::size_t P>(std::integral_constant<std::size_t, P>) {
        if (plan.neurons[n].pair == P) run_neuron<P>(plan, plan.neurons[n], receive);
      });
    for (std::size_t r = part.first_replayed; r < part.end_replayed; ++r) replay_fault(plan.replayed[r], receive);
    return decisions_;
  }

 private:
  template <class F>
  static void each_pair(const F& f) {
    [&]<std::size_t... P>(std::index_sequence<P...>) {
      (f(std::integral_constant<std::size_t, P>{}), ...);
    }(std::make_index_sequence<pairs>{});
  }

  template <std::size_t P>
  Constants<ModelOf<P>, float> constants_of(std::size_t neuron) const {
    using Layer = typename Net::template Layer<2 * P + 1>;
    Constants<ModelOf<P>, float> c;
    for (std::size_t i = 0; i < ModelOf<P>::constants.size(); ++i)
      c[int(i)] = parameters_.read(Net::template first_quantity<2 * P + 1> + i,
                                   shared_element(Layer::sharings[i], Layer::out, neuron));
    return c;
  }

  template <std::size_t P>
  GoldenLayer<ModelOf<P>> layer() const {
    using Synapses = typename Net::template Layer<2 * P>;
    constexpr std::size_t weight = Net::template first_quantity<2 * P>;
    constexpr std::size_t neurons = Synapses::out.size();
    GoldenLayer<ModelOf<P>> layer;
    layer.recording = &recording_[P];
    layer.weight = parameters_.stored(weight).data();
    if constexpr (Synapses::has_bias) layer.bias = parameters_.stored(weight + 1).data();
    layer.constants.assign(ModelOf<P>::constants.size() * (neurons + lane_slack), 0.0F);
    for (std::size_t n = 0; n < neurons; ++n) {
      const auto constants = constants_of<P>(n);
      for (std::size_t c = 0; c < ModelOf<P>::constants.size(); ++c)
        layer.constants[c * (neurons + lane_slack) + n] = constants[int(c)];
    }
    return layer;
  }

  GoldenLastLayer<ModelOf<last>> last_layer() const {
    using Synapses = typename Net::template Layer<2 * last>;
    constexpr std::size_t weight = Net::template first_quantity<2 * last>;
    GoldenLastLayer<ModelOf<last>> layer;
    layer.recording = &recording_[last];
    layer.readout = &recording_.readout();
    layer.inputs = Synapses::in.size();
    layer.outputs = Net::classes;
    for (std::size_t k = 0; k < Net::classes; ++k) layer.constants.push_back(constants_of<last>(k));
    layer.weight = parameters_.stored(weight).data();
    if constexpr (Synapses::has_bias) layer.bias = parameters_.stored(weight + 1).data();
    layer.sum = &sum_active_inputs<Net::classes>;
    return layer;
  }

  template <std::size_t P>
  GoldenNeuron<ModelOf<P>> golden_neuron(std::size_t neuron) const {
    using Synapses = typename Net::template Layer<2 * P>;
    GoldenNeuron<ModelOf<P>> golden;
    golden.recording = &recording_[P];
    if constexpr (P == last) golden.readout = &recording_.readout();
    golden.neuron = neuron;
    golden.steps = recording_.steps();
    golden.constants = constants_of<P>(neuron);
    golden.weights = rows_.of(P, neuron, Synapses::in.size());
    if constexpr (Synapses::has_bias) golden.bias = parameters_.read(Net::template first_quantity<2 * P> + 1, neuron);
    golden.poisonable = Net::zero_input == ZeroInput::multiply;
    return golden;
  }

  template <std::size_t P>
  void run_neuron(const FaultPlan& plan, const NeuronPlan& neuron, ReceiverRef receive) {
    auto& run = std::get<P>(runs_);
    const auto golden = golden_neuron<P>(neuron.neuron);
    run.run(golden, faults_, plan, neuron, !poisoned_[P], cases_, decisions_);
    if (poisoned_[P]) replay_inputs(plan, neuron, receive);
    settle_cases<P>(neuron.neuron, run.golden_train(), receive);
    run_spikes<P>(golden, neuron.spikes.of(plan.spikes), receive);
  }

  /// Finds the readout of each case and hands on those that differ.
  template <std::size_t P>
  void settle_cases(std::size_t neuron, [[maybe_unused]] std::span<const std::uint32_t> golden_train, ReceiverRef receive) {
    if (cases_.size() == 0) return;
    const auto settle = [&](std::size_t c, std::span<const float> readout, Decision how) {
      const auto faults = cases_.faults(c);
      decisions_.add(how);
      decisions_.add(Decision::merged, faults.size() - 1);
      hand_on(faults, readout, receive);
    };
    if constexpr (P == last) {
      std::array<float, Net::classes> row = golden_row_;
      for (std::size_t c = 0; c < cases_.size(); ++c) {
        row[neuron] = to_float(cases_.key(c)[0]);
        settle(c, row, Decision::carried);
      }
      return;
    }
    if constexpr (P + 1 == last) {
      if (!poisoned_[last]) {
        carrier_.carry_trains(cases_, golden_train, neuron, recording_.steps(),
                              [&](std::size_t c, std::span<const float> row) { settle(c, row, Decision::carried); });
        return;
      }
    }
    for (std::size_t c = 0; c < cases_.size(); ++c) {
      const auto readout = replay_.with_train(Net::neurons_of(P), neuron, golden_train, cases_.key(c));
      settle(c, readout ? std::span<const float>(*readout) : std::span<const float>(golden_row_), Decision::replayed);
    }
  }

  void hand_on(std::span<const std::uint32_t> faults, std::span<const float> readout, ReceiverRef receive) const {
    if (std::memcmp(readout.data(), golden_row_.data(), sizeof golden_row_) != 0) receive(faults, readout);
  }

  // ---- faults in spikes ----

  template <std::size_t P>
  void run_spikes(const GoldenNeuron<ModelOf<P>>& golden, std::span<const std::uint32_t> faults, ReceiverRef receive) {
    std::size_t used = 0;
    std::size_t first_step = golden.steps;
    const auto flush = [&] {
      if (used == 0) return;
      spikes_.set(faults_, std::span(spike_faults_).first(used), recording_[P], golden.neuron, first_step, golden.steps);
      carry_spikes<P>(golden, used, receive);
      used = 0;
      first_step = golden.steps;
    };
    for (const std::uint32_t f : faults) {
      const std::size_t first = first_altered_spike(faults_[f], recording_[P], golden.neuron, golden.steps, P == last);
      if (first == golden.steps) {
        decisions_.add(Decision::silent);
      } else if (P + 1 < last || (P + 1 == last && poisoned_[last])) {
        replay_fault(f, receive);
      } else {
        first_step = std::min(first_step, first);
        spike_faults_[used++] = f;
        if (used == V::lanes) flush();
      }
    }
    flush();
  }

  template <std::size_t P>
  void carry_spikes(const GoldenNeuron<ModelOf<P>>& golden, std::size_t used, ReceiverRef receive) {
    decisions_.add(Decision::carried, used);
    const auto settle = [&](std::size_t lane, std::span<const float> readout) {
      hand_on(std::span<const std::uint32_t>(spike_faults_).subspan(lane, 1), readout, receive);
    };
    if constexpr (P == last) {
      std::array<float, V::lanes> values;
      std::get<P>(runs_).run_spikes(golden, spikes_, values.data());
      std::array<float, Net::classes> row = golden_row_;
      for (std::size_t l = 0; l < used; ++l) {
        row[golden.neuron] = values[l];
        settle(l, row);
      }
    } else if constexpr (P + 1 == last) {
      carrier_.carry_spikes(spikes_, used, golden.neuron, settle);
    }
  }

  // ---- the slow way ----

  void replay_fault(const std::uint32_t& f, ReceiverRef receive) {
    decisions_.add(Decision::replayed);
    if (const auto readout = replay_.with_fault(faults_[f]))
      hand_on(std::span<const std::uint32_t>(&f, 1), *readout, receive);
  }

  void replay_inputs(const FaultPlan& plan, const NeuronPlan& neuron, ReceiverRef receive) {
    for (const WeightSite& site : neuron.sites.of(plan.sites))
      for (const WeightValue& value : site.values.of(plan.weight_values))
        for (const std::uint32_t& f : value.faults.of(plan.faults)) replay_fault(f, receive);
    for (const CurrentFault& fault : neuron.currents.of(plan.currents)) replay_fault(fault.fault, receive);
  }

  template <class Indices>
  struct RunTuple;
  template <std::size_t... P>
  struct RunTuple<std::index_sequence<P...>> {
    using type = std::tuple<RunOf<P>...>;
    using Layers = std::tuple<GoldenLayer<ModelOf<P>>...>;
  };

  const Parameters<Net>& parameters_;
  const WeightRows<Net>& rows_;
  std::array<bool, pairs> poisoned_{};  // a weight that is not finite counts at every step
  Workspace<Net> work_;
  GoldenRecording<Net> recording_;
  Replay<Injector, V> replay_;
  Carrier<ModelOf<last>, typename Net::Readout, V> carrier_;
  typename RunTuple<std::make_index_sequence<pairs>>::Layers layers_;
  typename RunTuple<std::make_index_sequence<pairs>>::type runs_;
  CaseTable cases_;
  SpikeLanes<V> spikes_;
  std::array<std::uint32_t, V::lanes> spike_faults_{};

  // of the sample
  std::span<const Fault> faults_;
  Decisions decisions_;
  std::array<float, Net::classes> golden_row_{};
};

}  // namespace spikingjet
