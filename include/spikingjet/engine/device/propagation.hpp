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
#include <spikingjet/engine/device/neuron/fault_sources.hpp>
#include <spikingjet/engine/device/neuron/follow.hpp>
#include <spikingjet/engine/device/neuron/struck.hpp>
#include <spikingjet/engine/device/plan.hpp>
#include <spikingjet/engine/device/times.hpp>
#include <spikingjet/inject/strike.hpp>
#include <spikingjet/model/graph.hpp>
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
  DevicePropagation(Device& device, const GraphWithParameters& network, const Golden& golden,
                    const DeviceInjections<Device, Golden>& injections, DeviceLaps<Device>& laps)
      : device_(device), network_(network), golden_(golden), injections_(injections), laps_(laps) {}

  /// Other samples come.
  void forget() { room_.flipped.forget(); }

  /// Carries some of the changed injections, `runs` from the `first` on, to their readouts; returns how many were
  /// carried for all.
  std::size_t carry(const StrikeGroup& group, std::size_t first, std::size_t runs) {
    room_.fault_of.resize(runs);
    room_.sample_of.resize(runs);
    room_.first_of.resize(runs);
    device_for_each(
        device_, runs,
        detail::BeginRuns{injections_.changed().data() + first, injections_.first(), injections_.fault_count(),
                          room_.fault_of.data(), room_.sample_of.data(), room_.first_of.data()});
    const Carried all = begin(runs, room_.sample_of.data(), room_.readout);
    room_.list.clear();
    if (is_pooled(network_, group)) {
      room_.lists.emit(runs * group.reach, struck_sums(group), room_.list);
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
      leave<Read>(runs * group.reach, StruckNeurons<Model, InSums>{struck}, all.readout, room_.list, group.reach == 1);
    });
    if (group.stage + 1 == network_.stages()) {
      laps_.lap(DevicePhase::struck);
      return runs;
    }
    const std::size_t neurons = network_.layers[network_.neurons[group.stage]].outputs();
    room_.merged.merge(runs, std::uint64_t{golden_.steps()} * neurons, room_.sample_of.data(), room_.list, room_.other);
    const Carried leaders = begin(room_.merged.size(), room_.merged.sample_of(), room_.leader_readout);
    laps_.lap(DevicePhase::struck);
    carry_on(network_.neurons[group.stage] + 1, false, leaders);
    room_.merged.share(network_.classes, leaders.readout, runs, all.readout);
    return leaders.size;
  }

  const float* readout() const { return room_.readout.data(); }              // (runs, classes)
  const std::uint32_t* fault_of() const { return room_.fault_of.data(); }    // (runs)
  const std::uint32_t* sample_of() const { return room_.sample_of.data(); }  // (runs)

  void release() { room_ = Room{&device_}; }

 private:
  /// Runs that are carried on, and where their readouts go: golden ones at first.
  struct Carried {
    std::size_t size;
    const std::uint32_t* sample_of;
    float* readout;  // (runs, classes)
  };

  StruckSums struck_sums(const StrikeGroup& group) const {
    return {faulty_sums(golden_, group), golden_.out(group.layer), golden_.steps_of(),
            injections_.faults(),        room_.fault_of.data(),    room_.sample_of.data()};
  }

  /// Calls `f<Readout>(struck)` with the runs of a group's faults.
  template <class F>
  void at_struck(const StrikeGroup& group, const Carried& runs, const F& f) {
    golden_.at_stage(group.stage, [&]<class Model, class Read>() {
      const auto call = [&]<bool InSums>(std::bool_constant<InSums>) {
        f.template operator()<Read>(StruckRuns<Model, InSums>{golden_.template neurons<Model>(group.stage),
                                                              faulty_sums(golden_, group), injections_.faults(),
                                                              room_.fault_of.data(), runs.sample_of});
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
      room_.lists.emit(count, followed, spikes);
      if (!in_order) room_.lists.sort(spikes);
    } else {
      device_for_each(device_, count, followed);
    }
  }

  /// Carries faults of a stage with lateral weights.
  void carry_recurrent(const StrikeGroup& group, const Carried& runs) {
    RunStarts starts{group.in_sums() ? nullptr : room_.first_of.data(), nullptr};
    if (group.reach == 1)
      at_struck(group, runs, [&]<class Read, class Model, bool InSums>(const StruckRuns<Model, InSums>& struck) {
        if constexpr (std::is_void_v<Read>) starts = room_.recurrent.start(struck, runs.size, room_.first_of.data());
      });
    if (group.in_sums()) room_.lists.emit(runs.size * group.reach, struck_sums(group), room_.list);
    laps_.lap(DevicePhase::struck);
    golden_.at_stage(group.stage, [&]<class Model, class Read>() {
      if (group.in_sums()) return carry_neurons<Model, Read>(group.stage, runs, starts);
      const std::size_t lateral = network_.find(group.stage, LayerKind::lateral);
      room_.recurrent.template run_struck<Model, Read>(
          FeedbackStage<Model>{golden_.template neurons<Model>(group.stage), golden_.synapses(lateral),
                               golden_.activity(lateral)},
          {group, injections_.faults(), room_.fault_of.data()}, {runs.size, runs.sample_of, starts, runs.readout},
          room_.list);
    });
    carry_on(network_.neurons[group.stage] + 1, false, runs);
  }

  /// Whether faults of a group strike one neuron each, whose spikes a fully connected layer with finite weights takes
  /// on to neurons.
  bool leaves_flips(const StrikeGroup& group) const {
    if (group.reach != 1 || network_.has_lateral(group.stage) || group.stage + 1 == network_.stages()) return false;
    const std::size_t next = network_.neurons[group.stage] + 1;
    const GraphLayer& layer = network_.layers[next];
    return layer.kind == LayerKind::synaptic && layer.geometry.is_dense() && network_.all_inputs[next] == 0 &&
           network_.layers[next + 1].kind == LayerKind::neuron;
  }

  bool find_flips(const StrikeGroup& group, const Carried& runs) {
    bool found = false;
    at_struck(group, runs, [&]<class Read>(const auto& struck) {
      if constexpr (std::is_void_v<Read>) found = room_.flipped.find(struck, runs.size, room_.first_of.data());
    });
    return found;
  }

  /// Carries the flips of a stage on; returns how many runs were carried for all.
  std::size_t carry_flips(std::size_t stage, const Carried& all) {
    room_.merged.find(all.size, room_.flipped.flips(), all.sample_of);
    const Carried leaders = begin(room_.merged.size(), room_.merged.sample_of(), room_.leader_readout);
    laps_.lap(DevicePhase::struck);
    const std::size_t layer = network_.neurons[stage] + 1;
    const FlippedSums sums =
        room_.flipped.sums(layer, golden_.synapses(layer), golden_.activity(layer), golden_.out(layer),
                           golden_.samples(), leaders.size, room_.merged.leader());
    golden_.at_stage(stage + 1, [&]<class Model, class Read>() {
      const FlippedNeurons<Model> neurons{golden_.template neurons<Model>(stage + 1), room_.flipped.flips(), sums,
                                          room_.merged.leader()};
      leave<Read>(leaders.size * neurons.view.neurons, neurons, leaders.readout, room_.list);
    });
    carry_on(layer + 2, false, leaders);
    room_.merged.share(network_.classes, leaders.readout, all.size, all.readout);
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
    for (; layer < network_.layers.size() && room_.list.size() > 0; ++layer) {
      const GraphLayer& l = network_.layers[layer];
      if (l.kind == LayerKind::lateral) continue;
      if (l.kind != LayerKind::neuron) {
        if (by_neuron) room_.lists.from_neurons_to_steps(room_.list, l.inputs(), golden_.steps());
        const LayerKind next = network_.layers[layer + 1].kind;
        by_neuron = next == LayerKind::neuron || next == LayerKind::lateral;
        const SynapseView synapses = l.kind == LayerKind::synaptic ? golden_.synapses(layer) : SynapseView{};
        room_.lists.carry({l, synapses, golden_.activity(layer), golden_.out(layer)}, runs.size, runs.sample_of,
                          room_.list, by_neuron, room_.other);
        std::swap(room_.list, room_.other);
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
      room_.recurrent.template run_changed<Model, Read>(
          FeedbackStage<Model>{view, golden_.synapses(lateral), golden_.activity(lateral)}, room_.list,
          {runs.size, runs.sample_of, starts, runs.readout}, room_.other);
    } else {
      const auto& begin = room_.lists.neurons_of(room_.list, golden_.steps());
      leave<Read>(begin.size(),
                  ChangedNeurons<Model>{view, room_.list.key.data(), room_.list.value.data(), room_.list.size(),
                                        begin.data(), begin.size(), runs.sample_of},
                  runs.readout, room_.other);
    }
    if constexpr (std::is_void_v<Read>) std::swap(room_.list, room_.other);
  }

  /// What runs take of the device.
  struct Room {
    Device* device;
    DeviceBuffer<std::uint32_t, Device> fault_of{*device};
    DeviceBuffer<std::uint32_t, Device> sample_of{*device};
    DeviceBuffer<std::uint32_t, Device> first_of{*device};
    DeviceBuffer<float, Device> readout{*device};
    ChangedList<Device> list{*device};
    ChangedList<Device> other{*device};
    ChangedLists<Device> lists{*device};
    RecurrentRuns<Device> recurrent{*device};
    MergedRuns<Device> merged{*device};
    FlippedRuns<Device> flipped{*device};
    DeviceBuffer<float, Device> leader_readout{*device};  // (leaders, classes)
  };

  Device& device_;
  const GraphWithParameters& network_;
  const Golden& golden_;
  const DeviceInjections<Device, Golden>& injections_;
  DeviceLaps<Device>& laps_;
  Room room_{&device_};
};

}  // namespace spikingjet
