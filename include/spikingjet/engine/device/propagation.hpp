// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/config.hpp>
#include <spikingjet/core/device/algorithms.hpp>
#include <spikingjet/core/device/buffer.hpp>
#include <spikingjet/engine/device/carry/dense.hpp>
#include <spikingjet/engine/device/carry/feedback.hpp>
#include <spikingjet/engine/device/carry/lists.hpp>
#include <spikingjet/engine/device/injections.hpp>
#include <spikingjet/engine/device/merge.hpp>
#include <spikingjet/engine/device/network.hpp>
#include <spikingjet/engine/device/neuron/fault_sources.hpp>
#include <spikingjet/engine/device/neuron/follow.hpp>
#include <spikingjet/engine/device/neuron/struck.hpp>
#include <spikingjet/engine/device/plan.hpp>
#include <spikingjet/engine/device/times.hpp>
#include <spikingjet/model/quantity.hpp>
#include <spikingjet/sim/sums/one_output.hpp>

#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <utility>

namespace spikingjet {

namespace detail {

/// What runs are made of: which fault in which sample, and the golden readout to begin with.
struct BeginRuns {
  const std::uint64_t* injection;  // (runs) in (samples, faults)
  const std::uint32_t* first;      // (samples, faults)
  std::size_t faults;
  std::uint32_t* fault_of;
  std::uint32_t* sample_of;
  std::uint32_t* first_of;
  SPIKINGJET_HD void operator()(std::size_t run) const {
    const std::uint64_t i = injection[run];
    fault_of[run] = std::uint32_t(i % faults);
    sample_of[run] = std::uint32_t(i / faults);
    first_of[run] = first[i];
  }
};
struct BeginReadouts {
  const float* golden;  // (samples, classes)
  const std::uint32_t* sample_of;
  std::size_t classes;
  float* readout;  // (runs, classes)
  SPIKINGJET_HD void operator()(std::size_t i) const {
    readout[i] = golden[sample_of[i / classes] * classes + i % classes];
  }
};

}  // namespace detail

/// Carries injections that change something from their own stage on, layer by layer, as lists of what differs.
template <class Device, class Golden>
class DevicePropagation {
 public:
  /// All must outlive it.
  DevicePropagation(Device& device, const DeviceNetwork& network, const Golden& golden,
                    const DeviceInjections<Device, Golden>& injections, DeviceLaps<Device>& laps)
      : device_(device),
        network_(network),
        golden_(golden),
        injections_(injections),
        laps_(laps),
        fault_of_(device),
        sample_of_(device),
        first_of_(device),
        readout_(device),
        list_(device),
        other_(device),
        lists_(device),
        recurrent_(device),
        merged_(device),
        flipped_(device),
        leader_readout_(device) {}

  /// Other samples come.
  void forget() { flipped_.forget(); }

  /// Carries some of the changed injections, `runs` from the `first` on, to their readouts; returns how many were
  /// carried for all.
  std::size_t carry(const FaultGroup& group, std::size_t first, std::size_t runs) {
    fault_of_.resize(runs);
    sample_of_.resize(runs);
    first_of_.resize(runs);
    device_for_each(
        device_, runs,
        detail::BeginRuns{injections_.changed().data() + first, injections_.first(), injections_.fault_count(),
                          fault_of_.data(), sample_of_.data(), first_of_.data()});
    const Carried all = begin(runs, sample_of_.data(), readout_);
    list_.clear();
    if (is_pooled(network_, group)) {
      lists_.emit(runs * group.reach, struck_sums(group), list_);
      laps_.lap(DevicePhase::struck);
      carry_on(group.layer + 1, true, all);
      return runs;
    }
    if (network_.has_lateral(group.stage)) {
      carry_recurrent(group, all);
      return runs;
    }
    if (leaves_flips(group) && find_flips(group, all)) return carry_flips(group.stage, all);
    at_struck(group, all, [&]<class Read, class Model, bool InSums>(const StruckRuns<Model, InSums>& struck) {
      leave<Read>(runs * group.reach, StruckNeurons<Model, InSums>{struck}, all.readout, list_, group.reach == 1);
    });
    if (group.stage + 1 == network_.stages()) {
      laps_.lap(DevicePhase::struck);
      return runs;
    }
    const std::size_t neurons = network_.layers[network_.neurons[group.stage]].outputs;
    merged_.merge(runs, std::uint64_t{golden_.steps()} * neurons, sample_of_.data(), list_, other_);
    const Carried leaders = begin(merged_.size(), merged_.sample_of(), leader_readout_);
    laps_.lap(DevicePhase::struck);
    carry_on(network_.neurons[group.stage] + 1, false, leaders);
    merged_.share(network_.classes, leaders.readout, runs, all.readout);
    return leaders.size;
  }

  const float* readout() const { return readout_.data(); }              // (runs, classes)
  const std::uint32_t* fault_of() const { return fault_of_.data(); }    // (runs)
  const std::uint32_t* sample_of() const { return sample_of_.data(); }  // (runs)

  void release() {
    fault_of_.release();
    sample_of_.release();
    first_of_.release();
    readout_.release();
    list_.key.release();
    list_.value.release();
    other_.key.release();
    other_.value.release();
    lists_.release();
    recurrent_.release();
    merged_.release();
    flipped_.release();
    leader_readout_.release();
  }

 private:
  /// Runs that are carried on, and where their readouts go: golden ones at first.
  struct Carried {
    std::size_t size;
    const std::uint32_t* sample_of;
    float* readout;  // (runs, classes)
  };

  StruckSums struck_sums(const FaultGroup& group) const {
    return {faulty_sums(golden_, group), golden_.out(group.layer), golden_.steps_of(),
            injections_.faults(),        fault_of_.data(),         sample_of_.data()};
  }

  /// Calls `f<Readout>(struck)` with the runs of a group's faults.
  template <class F>
  void at_struck(const FaultGroup& group, const Carried& runs, const F& f) {
    golden_.at_stage(group.stage, [&]<class Model, class Read>() {
      const auto call = [&]<bool InSums>(std::bool_constant<InSums>) {
        f.template operator()<Read>(StruckRuns<Model, InSums>{golden_.template neurons<Model>(group.stage),
                                                              faulty_sums(golden_, group), injections_.faults(),
                                                              fault_of_.data(), runs.sample_of});
      };
      group.in_sums() || group.in_lateral_sums() ? call(std::true_type{}) : call(std::false_type{});
    });
  }

  /// What items that follow neurons leave: changed spikes, by step, or readouts in the last stage.
  template <class Read, class Items>
  void leave(std::size_t count, const Items& items, float* readout, ChangedList<Device>& spikes,
             bool in_order = false) {
    const FollowedNeurons<Read, Items> followed{items, readout};
    if constexpr (std::is_void_v<Read>) {
      lists_.emit(count, followed, spikes);
      if (!in_order) lists_.sort(spikes);
    } else {
      device_for_each(device_, count, followed);
    }
  }

  /// Carries faults of a stage with lateral weights.
  void carry_recurrent(const FaultGroup& group, const Carried& runs) {
    RunStarts starts{group.in_sums() ? nullptr : first_of_.data(), nullptr};
    if (group.reach == 1)
      at_struck(group, runs, [&]<class Read, class Model, bool InSums>(const StruckRuns<Model, InSums>& struck) {
        if constexpr (std::is_void_v<Read>) starts = recurrent_.start(struck, runs.size, first_of_.data());
      });
    if (group.in_sums()) lists_.emit(runs.size * group.reach, struck_sums(group), list_);
    laps_.lap(DevicePhase::struck);
    golden_.at_stage(group.stage, [&]<class Model, class Read>() {
      if (group.in_sums()) return carry_neurons<Model, Read>(group.stage, runs, starts);
      const std::size_t lateral = network_.find(group.stage, LayerKind::lateral);
      recurrent_.template run_struck<Model, Read>(
          golden_.template neurons<Model>(group.stage), golden_.synapses(lateral), golden_.activity(lateral), group,
          injections_.faults(), runs.size, fault_of_.data(), runs.sample_of, starts, runs.readout, list_);
    });
    carry_on(network_.neurons[group.stage] + 1, false, runs);
  }

  /// Whether faults of a group strike one neuron each, whose spikes a fully connected layer with finite weights takes
  /// on to neurons.
  bool leaves_flips(const FaultGroup& group) const {
    if (group.reach != 1 || network_.has_lateral(group.stage) || group.stage + 1 == network_.stages()) return false;
    const std::size_t next = network_.neurons[group.stage] + 1;
    const DeviceLayer& layer = network_.layers[next];
    return layer.kind == LayerKind::synaptic && layer.geometry.is_dense() && !layer.all_inputs &&
           network_.layers[next + 1].kind == LayerKind::neuron;
  }

  bool find_flips(const FaultGroup& group, const Carried& runs) {
    bool found = false;
    at_struck(group, runs, [&]<class Read>(const auto& struck) {
      if constexpr (std::is_void_v<Read>) found = flipped_.find(struck, runs.size, first_of_.data());
    });
    return found;
  }

  /// Carries the flips of a stage on; returns how many runs were carried for all.
  std::size_t carry_flips(std::size_t stage, const Carried& all) {
    merged_.find(all.size, flipped_.flips(), all.sample_of);
    const Carried leaders = begin(merged_.size(), merged_.sample_of(), leader_readout_);
    laps_.lap(DevicePhase::struck);
    const std::size_t layer = network_.neurons[stage] + 1;
    const FlippedSums sums = flipped_.sums(layer, golden_.synapses(layer), golden_.activity(layer), golden_.out(layer),
                                           golden_.samples(), leaders.size, merged_.leader());
    golden_.at_stage(stage + 1, [&]<class Model, class Read>() {
      const FlippedNeurons<Model> neurons{golden_.template neurons<Model>(stage + 1), flipped_.flips(), sums,
                                          merged_.leader()};
      leave<Read>(leaders.size * neurons.view.neurons, neurons, leaders.readout, list_);
    });
    carry_on(layer + 2, false, leaders);
    merged_.share(network_.classes, leaders.readout, all.size, all.readout);
    return leaders.size;
  }

  Carried begin(std::size_t runs, const std::uint32_t* sample_of, DeviceBuffer<float, Device>& readout) {
    readout.resize(runs * network_.classes);
    device_for_each(device_, readout.size(),
                    detail::BeginReadouts{golden_.readout(), sample_of, network_.classes, readout.data()});
    return {runs, sample_of, readout.data()};
  }

  /// Carries `list_`, the changed values that flow into `layer`, to the readouts.
  void carry_on(std::size_t layer, bool by_neuron, const Carried& runs) {
    for (; layer < network_.layers.size() && list_.size() > 0; ++layer) {
      const DeviceLayer& l = network_.layers[layer];
      if (l.kind == LayerKind::lateral) continue;
      if (l.kind != LayerKind::neuron) {
        if (by_neuron) lists_.from_neurons_to_steps(list_, l.inputs, golden_.steps());
        const LayerKind next = network_.layers[layer + 1].kind;
        by_neuron = next == LayerKind::neuron || next == LayerKind::lateral;
        const SynapseView synapses = l.kind == LayerKind::synaptic ? golden_.synapses(layer) : SynapseView{};
        lists_.carry(l, synapses, golden_.activity(layer), golden_.out(layer), runs.size, runs.sample_of, list_,
                     by_neuron, other_);
        std::swap(list_, other_);
        continue;
      }
      golden_.at_stage(l.stage, [&]<class Model, class Read>() { carry_neurons<Model, Read>(l.stage, runs); });
      by_neuron = false;
    }
  }

  template <class Model, class Read>
  void carry_neurons(std::size_t stage, const Carried& runs, const RunStarts& starts = {}) {
    const auto view = golden_.template neurons<Model>(stage);
    if (network_.has_lateral(stage)) {
      const std::size_t lateral = network_.find(stage, LayerKind::lateral);
      recurrent_.template run_changed<Model, Read>(view, golden_.synapses(lateral), golden_.activity(lateral), list_,
                                                   runs.size, runs.sample_of, starts, runs.readout, other_);
    } else {
      const auto& begin = lists_.neurons_of(list_, golden_.steps());
      leave<Read>(begin.size(),
                  ChangedNeurons<Model>{view, list_.key.data(), list_.value.data(), list_.size(), begin.data(),
                                        begin.size(), runs.sample_of},
                  runs.readout, other_);
    }
    if constexpr (std::is_void_v<Read>) std::swap(list_, other_);
  }

  Device& device_;
  const DeviceNetwork& network_;
  const Golden& golden_;
  const DeviceInjections<Device, Golden>& injections_;
  DeviceLaps<Device>& laps_;
  DeviceBuffer<std::uint32_t, Device> fault_of_;
  DeviceBuffer<std::uint32_t, Device> sample_of_;
  DeviceBuffer<std::uint32_t, Device> first_of_;
  DeviceBuffer<float, Device> readout_;
  ChangedList<Device> list_;
  ChangedList<Device> other_;
  ChangedLists<Device> lists_;
  RecurrentRuns<Device> recurrent_;
  MergedRuns<Device> merged_;
  FlippedRuns<Device> flipped_;
  DeviceBuffer<float, Device> leader_readout_;  // (leaders, classes)
};

}  // namespace spikingjet
