// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/device/host.hpp>
#include <spikingjet/engine/device/device_engine.hpp>
#include <spikingjet/engine/device/runner.hpp>
#include <spikingjet/engine/device/runs.hpp>
#include <spikingjet/engine/device/team.hpp>
#include <spikingjet/model/graph.hpp>
#include <spikingjet/model/network.hpp>
#include <spikingjet/model/parameters.hpp>

#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

namespace spikingjet {

namespace detail {

template <class Net, class Device, class Stages>
struct RunnerOf;
template <class Net, class Device, std::size_t... S>
struct RunnerOf<Net, Device, std::index_sequence<S...>> {
  using type =
      DeviceRunner<Device, typename Net::Readout, typename Net::template Layer<Net::neurons_of(S)>::Dynamics...>;
};

}  // namespace detail

/// The runner of a network's type on a device.
template <class Net, class Device>
using RunnerOf = typename detail::RunnerOf<Net, Device, std::make_index_sequence<Net::stage_count>>::type;

/// What GPUs do, on this processor: for tests where there is no GPU.
template <class Injector, class Order = Threaded>
class HostDeviceEngine final : public DeviceEngine<Injector> {
 public:
  using Net = typename Injector::Network;

  /// As many devices, each with a budget.
  explicit HostDeviceEngine(Parameters<Net> parameters, std::size_t devices = 1, MemoryBudget memory = MemoryBudget())
      : DeviceEngine<Injector>(std::move(parameters)) {
    std::vector<std::unique_ptr<DeviceRuns>> all;
    for (std::size_t d = 0; d < devices; ++d) {
      devices_.push_back(std::make_unique<HostDevice<Order>>(memory));
      all.push_back(
          std::make_unique<RunnerOf<Net, HostDevice<Order>>>(*devices_.back(), graph_with(this->parameters())));
    }
    this->run_on(std::make_unique<DeviceTeam>(std::move(all)));
  }
  ~HostDeviceEngine() { this->run_on(nullptr); }  // before its devices

  const MemoryBudget& memory(std::size_t device = 0) const { return devices_[device]->memory(); }

 private:
  std::vector<std::unique_ptr<HostDevice<Order>>> devices_;
};

}  // namespace spikingjet
