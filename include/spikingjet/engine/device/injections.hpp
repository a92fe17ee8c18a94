// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/config.hpp>
#include <spikingjet/core/device/algorithms.hpp>
#include <spikingjet/core/device/buffer.hpp>
#include <spikingjet/engine/bounds/margin.hpp>
#include <spikingjet/engine/decision.hpp>
#include <spikingjet/engine/device/neuron/fate.hpp>
#include <spikingjet/engine/device/neuron/fault_sources.hpp>
#include <spikingjet/engine/device/neuron/weight_intervals.hpp>
#include <spikingjet/engine/device/plan.hpp>
#include <spikingjet/inject/strike.hpp>
#include <spikingjet/model/graph.hpp>
#include <spikingjet/model/neuron.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <type_traits>

namespace spikingjet {

namespace detail {

struct HasFate {
  const Fate* fate;
  Fate wanted;
  SPIKINGJET_HD bool operator()(std::size_t i) const { return fate[i] == wanted; }
};

}  // namespace detail

/// A block of injections, faults of one group in the samples of a golden run: what became of each in its own stage, and
/// those that change something.
template <class Device, class Golden>
class DeviceInjections {
 public:
  /// All must outlive it.
  DeviceInjections(Device& device, const GraphWithParameters& network, const Golden& golden,
                   DeviceSelection<Device>& selection)
      : device_(device), network_(network), golden_(golden), selection_(selection), intervals_(device) {}

  /// Finds what becomes of faults in their own stage.
  void judge(const StrikeGroup& group, std::span<const Strike> faults, Decisions& decisions) {
    const std::size_t injections = faults.size() * golden_.samples();
    room_.faults.assign(faults);
    room_.fate.resize(injections);
    room_.first.resize(injections);
    find_fates(group, faults);
    const auto count = [&](Fate fate) {
      return std::uint64_t{selection_.count(injections, detail::HasFate{room_.fate.data(), fate})};
    };
    const std::uint64_t silent = count(Fate::silent);
    const std::uint64_t analytic = count(Fate::analytic);
    const std::uint64_t unchanged = count(Fate::unchanged);
    selection_.select(injections, detail::HasFate{room_.fate.data(), Fate::changed}, room_.changed);
    decisions.add(Decision::silent, silent);
    decisions.add(Decision::analytic, analytic);
    decisions.add(Decision::unchanged, unchanged);
  }

  std::size_t fault_count() const { return room_.faults.size(); }
  const Strike* faults() const { return room_.faults.data(); }
  /// The step from which on an injection that changes something must be simulated.
  ///
  /// **Shapes** (samples, faults)
  const std::uint32_t* first() const { return room_.first.data(); }
  /// Those that change something, ascending, as places in (samples, faults).
  const DeviceBuffer<std::uint64_t, Device>& changed() const { return room_.changed; }

  void release() { room_ = Room{&device_}; }
  /// Gives back the room of the search alone.
  void release_intervals() { intervals_.release(); }

 private:
  void find_fates(const StrikeGroup& group, std::span<const Strike> faults) {
    if (is_pooled(network_, group))
      return device_for_each(device_, room_.fate.size(),
                             FindSumFate{{faulty_sums(golden_, group), golden_.out(group.layer), golden_.steps_of(),
                                          room_.faults.data(), nullptr, nullptr},
                                         faults.size(),
                                         room_.fate.data(),
                                         room_.first.data()});
    golden_.at_stage(group.stage, [&]<class Model, class Read>() {
      const auto view = golden_.template neurons<Model>(group.stage);
      const auto find = [&]<bool InSums>(std::bool_constant<InSums>) {
        IntervalsView intervals;
        if constexpr (InSums) intervals = find_intervals<Model, Read>(group, view, faults);
        device_for_each(device_, room_.fate.size(),
                        FindFate<Model, Read, InSums>{view, faulty_sums(golden_, group), intervals, room_.faults.data(),
                                                      faults.size(), room_.fate.data(), room_.first.data()});
      };
      group.in_sums() || group.in_lateral_sums() ? find(std::true_type{}) : find(std::false_type{});
    });
  }

  /// The intervals of a group's weights, where there may be any.
  template <class Model, class Read, class View>
  IntervalsView find_intervals(const StrikeGroup& group, const View& view, std::span<const Strike> faults) {
    if constexpr (RespondingModel<Model> && !is_recurrent_model<Model> && !reads_potential<Read>()) {
      const GraphLayer& layer = network_.layers[group.layer];
      if (group.kind == StrikeKind::weight && layer.geometry.is_dense() && network_.all_inputs[group.layer] == 0)
        return intervals_.find(view, golden_.synapses(group.layer), golden_.activity(group.layer), golden_.samples(),
                               faults);
    }
    return {};
  }

  /// Whether more than the spikes of a stage matters.
  template <class Read>
  static constexpr bool reads_potential() {
    if constexpr (std::is_void_v<Read>)
      return false;
    else if constexpr (requires { Read::reads_potential; })
      return Read::reads_potential;
    else
      return true;
  }

  /// What a block takes of the device.
  struct Room {
    Device* device;
    DeviceBuffer<Strike, Device> faults{*device};
    DeviceBuffer<Fate, Device> fate{*device};              // (samples, faults)
    DeviceBuffer<std::uint32_t, Device> first{*device};    // (samples, faults)
    DeviceBuffer<std::uint64_t, Device> changed{*device};  // injections
  };

  Device& device_;
  const GraphWithParameters& network_;
  const Golden& golden_;
  DeviceSelection<Device>& selection_;
  DeviceIntervals<Device> intervals_;
  Room room_{&device_};
};

}  // namespace spikingjet
