// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/config.hpp>
#include <spikingjet/core/device/algorithms.hpp>
#include <spikingjet/core/device/buffer.hpp>
#include <spikingjet/core/lanes/lane.hpp>
#include <spikingjet/engine/device/carry/reached.hpp>
#include <spikingjet/engine/device/first_not_below.hpp>
#include <spikingjet/engine/device/golden/activity.hpp>
#include <spikingjet/engine/device/golden/neurons.hpp>
#include <spikingjet/engine/device/neuron/follow.hpp>
#include <spikingjet/model/graph.hpp>
#include <spikingjet/model/neuron.hpp>
#include <spikingjet/model/quantity.hpp>
#include <spikingjet/sim/sums/one_output.hpp>

#include <thrust/sort.h>
#include <thrust/unique.h>

#include <cstddef>
#include <cstdint>

namespace spikingjet {

// What differs from the golden run travels through a network as lists of changed values, so that a layer costs what
// changed in it. A value stands under one of two keys, which order the list:
//
//   by step    (run x steps + step) x size + index     what the next layer reads
//   by neuron  (run x size + index) x steps + step     what neurons read

/// Changed values of one layer in some runs, ascending in their keys.
template <class Device>
struct ChangedList {
  explicit ChangedList(Device& device) : key(device), value(device) {}

  std::size_t size() const { return key.size(); }
  void clear() {
    key.shrink(0);
    value.shrink(0);
  }

  DeviceBuffer<std::uint64_t, Device> key;
  DeviceBuffer<float, Device> value;
};

namespace detail {

/// From one order of keys to the other.
struct Reorder {
  std::uint64_t* key;
  std::uint64_t outer;  // extents of the key's two lower digits
  std::uint64_t inner;
  SPIKINGJET_HD void operator()(std::size_t i) const {
    const std::uint64_t k = key[i];
    const std::uint64_t in = k % inner;
    const std::uint64_t out = k / inner % outer;
    key[i] = (k / inner / outer * inner + in) * outer + out;
  }
};

/// Where the entries of each run begin in a list of keys whose upper digit is the run.
struct FirstOfRun {
  const std::uint64_t* key;
  std::size_t count;
  std::uint64_t digit;  // keys of a run
  std::uint64_t* first;
  SPIKINGJET_HD void operator()(std::size_t run) const { first[run] = first_not_below(key, count, run * digit); }
};

/// Whether an entry of a list by neuron is the first of its neuron and run.
struct BeginsNeuron {
  const std::uint64_t* key;
  std::size_t steps;
  SPIKINGJET_HD bool operator()(std::size_t i) const { return i == 0 || key[i] / steps != key[i - 1] / steps; }
};

}  // namespace detail

/// A neuron whose current is changed in some steps.
template <class Model>
struct ChangedCurrents {
  const RecordedNeuron<Model>& golden;
  const std::uint64_t* key;  // of this neuron and run, by neuron
  const float* value;
  std::size_t count;
  std::uint64_t base;  // key of step 0
  std::size_t* next_entry;

  SPIKINGJET_HD std::size_t next(std::size_t step) const {
    while (*next_entry < count && key[*next_entry] - base < step) ++*next_entry;
    return *next_entry < count ? std::size_t(key[*next_entry] - base) : ~std::size_t{0};
  }
  SPIKINGJET_HD NeuronInput input(std::size_t step) const {
    return {next(step) == step ? value[*next_entry] : golden.current[golden.at(step)], 0.0F};
  }
  SPIKINGJET_HD void constants(std::size_t, Constants<Model, float>&) const {}
  SPIKINGJET_HD void after(std::size_t, Values<float, RecordedNeuron<Model>::states>&, float&) const {}
};

/// Neurons whose currents changed; an item for each neuron and run.
template <class Model>
struct ChangedNeurons {
  NeuronsView<Model> view;
  const std::uint64_t* key;  // by neuron, of currents
  const float* value;
  std::size_t entries;
  const std::uint64_t* begin;  // (items) the first entry of each
  std::size_t items;
  const std::uint32_t* sample_of;  // (runs)

  SPIKINGJET_HD std::uint64_t place(std::size_t item) const { return key[begin[item]] / view.steps; }

  template <class Readout, class Visit>
  SPIKINGJET_HD float follow(std::size_t item, Visit& visit) const {
    const std::size_t end = item + 1 < items ? std::size_t(begin[item + 1]) : entries;
    const std::uint64_t at = place(item);
    const RecordedNeuron<Model> golden = view.of(sample_of[at / view.neurons], std::size_t(at % view.neurons));
    const std::size_t first = std::size_t(begin[item]);
    std::size_t next_entry = 0;
    const ChangedCurrents<Model> source{golden, key + first, value + first, end - first, at * view.steps, &next_entry};
    return follow_to_readout<Readout>(golden, source, visit);
  }
};

/// A synaptic or pooling layer with what it takes and leaves in the golden run.
///
/// **Shapes** outputs (samples, steps, outputs).
struct GoldenLayerView {
  const GraphLayer& layer;
  SynapseView synapses;
  ActivityView inputs;
  const float* outputs;
};

/// Operations on lists, and the room that they take.
template <class Device>
class ChangedLists {
 public:
  explicit ChangedLists(Device& device) : device_(&device) {}

  /// Gives back the room.
  void release() { *this = ChangedLists(*device_); }

  /// What the items of an emitter emit, one item after another.
  template <class Emitter>
  void emit(std::size_t items, const Emitter& emitter, ChangedList<Device>& to) {
    const std::uint64_t count = device_count_items(*device_, items, emitter, offset_);
    to.key.resize(count);
    to.value.resize(count);
    if (count > 0) device_emit_items(*device_, items, emitter, offset_, to.key.data(), to.value.data());
  }

  /// Orders a list by its keys.
  void sort(ChangedList<Device>& list) {
    if (list.size() > 1)
      thrust::sort_by_key(device_->policy(), list.key.data(), list.key.data() + list.size(), list.value.data());
  }
  void from_steps_to_neurons(ChangedList<Device>& list, std::size_t size, std::size_t steps) {
    device_for_each(*device_, list.size(), detail::Reorder{list.key.data(), steps, size});
    sort(list);
  }
  void from_neurons_to_steps(ChangedList<Device>& list, std::size_t size, std::size_t steps) {
    device_for_each(*device_, list.size(), detail::Reorder{list.key.data(), size, steps});
    sort(list);
  }

  /// Carries changed values, by step, through a synaptic or pooling layer; gives them by neuron where `to_neurons`,
  /// else by step.
  ///
  /// **Shapes** sample_of (runs).
  void carry(const GoldenLayerView& golden, std::size_t runs, const std::uint32_t* sample_of,
             const ChangedList<Device>& from, bool to_neurons, ChangedList<Device>& to) {
    const GraphLayer& layer = golden.layer;
    const SynapseView& synapses = golden.synapses;
    const ActivityView& x = golden.inputs;
    const bool pooling = layer.kind == LayerKind::pooling;
    const bool dense = !pooling && layer.geometry.is_dense();
    const std::size_t units = pooling ? layer.outputs() : layer.geometry.out.size() * layer.geometry.groups;
    const std::size_t outputs_of_unit = layer.outputs() / units;

    const PoolView pool(layer.pool);
    const detail::ReachedUnits reached{from.key.data(), layer.inputs(), pooling, synapses, pool, units};
    unit_.resize(device_count_items(*device_, from.size(), reached, offset_));
    if (unit_.size() == 0) return to.clear();
    device_emit_items(*device_, from.size(), reached, offset_, unit_.data(), nullptr);
    if (!dense) thrust::sort(device_->policy(), unit_.data(), unit_.data() + unit_.size());
    unit_.shrink(static_cast<std::size_t>(thrust::unique(device_->policy(), unit_.data(), unit_.data() + unit_.size()) -
                                          unit_.data()));

    first_.resize(unit_.size());
    last_.resize(unit_.size());
    device_for_each(*device_, unit_.size(),
                    detail::ChangesOfUnit{unit_.data(), units, from.key.data(), from.size(), layer.inputs(),
                                          first_.data(), last_.data()});
    computed_.resize(unit_.size() * outputs_of_unit);
    const detail::MergedTaps merged{
        unit_.data(), units, first_.data(), last_.data(), from.key.data(), from.value.data(), sample_of, x, synapses};
    detail::ComputeUnits compute{merged,  outputs_of_unit, pooling,         pool, layer.outputs(), nullptr,
                                 nullptr, nullptr,         computed_.data()};
    const bool share = !pooling && x.tap && outputs_of_unit >= fewest_outputs_that_share;
    if (const std::uint64_t taps = share ? device_count_items(*device_, unit_.size(), merged, offset_) : 0; taps > 0) {
      tap_.resize(taps);
      tap_value_.resize(taps);
      device_emit_items(*device_, unit_.size(), merged, offset_, tap_.data(), tap_value_.data());
      compute.begin = offset_.data();
      compute.tap = tap_.data();
      compute.tap_value = tap_value_.data();
    }
    if (dense && to_neurons) {
      run_.resize(runs + 1);
      device_for_each(*device_, runs + 1, detail::FirstOfRun{unit_.data(), unit_.size(), x.steps, run_.data()});
      to.key.resize(computed_.size());
      to.value.resize(computed_.size());
      return device_for_each(*device_, computed_.size(),
                             detail::ComputeByNeuron{compute, run_.data(), to.key.data(), to.value.data()});
    }
    device_for_each(*device_, computed_.size(), compute);
    selection_.select(computed_.size(), detail::ComputedDiffers{compute, golden.outputs}, chosen_);
    to.key.resize(chosen_.size());
    to.value.resize(chosen_.size());
    device_for_each(*device_, chosen_.size(),
                    detail::TakeComputed{compute, chosen_.data(), to.key.data(), to.value.data()});
    if (to_neurons)
      from_steps_to_neurons(to, layer.outputs(), x.steps);
    else
      sort(to);
  }

  /// Where each neuron of each run begins in a list by neuron.
  const DeviceBuffer<std::uint64_t, Device>& neurons_of(const ChangedList<Device>& list, std::size_t steps) {
    selection_.select(list.size(), detail::BeginsNeuron{list.key.data(), steps}, chosen_);
    return chosen_;
  }

 private:
  static constexpr std::size_t fewest_outputs_that_share = 3;  // a list of taps

  Device* device_;
  DeviceSelection<Device> selection_{*device_};
  DeviceBuffer<std::uint64_t, Device> offset_{*device_};
  DeviceBuffer<std::uint32_t, Device> tap_{*device_};
  DeviceBuffer<float, Device> tap_value_{*device_};
  DeviceBuffer<std::uint64_t, Device> unit_{*device_};
  DeviceBuffer<std::uint64_t, Device> first_{*device_};
  DeviceBuffer<std::uint64_t, Device> last_{*device_};
  DeviceBuffer<std::uint64_t, Device> chosen_{*device_};
  DeviceBuffer<std::uint64_t, Device> run_{*device_};
  DeviceBuffer<float, Device> computed_{*device_};
};

}  // namespace spikingjet
