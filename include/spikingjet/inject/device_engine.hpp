// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/host_device.hpp>
#include <spikingjet/inject/decision.hpp>
#include <spikingjet/inject/device_network.hpp>
#include <spikingjet/inject/device_runner.hpp>
#include <spikingjet/inject/engine.hpp>
#include <spikingjet/model/network.hpp>
#include <spikingjet/model/parameters.hpp>
#include <spikingjet/model/sample.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <utility>
#include <vector>

namespace spikingjet {

namespace detail {

template <class Net, class Device, class Stages>
struct RunnerOf;
template <class Net, class Device, std::size_t... S>
struct RunnerOf<Net, Device, std::index_sequence<S...>> {
  using type = DeviceRunner<Device, typename Net::Readout, typename Net::template Layer<Net::neurons_of(S)>::Dynamics...>;
};

/// Hands readouts on to what `open(sample)` returns.
template <class Net, class Open>
class OpenedSink final : public ReadoutSink {
 public:
  explicit OpenedSink(const Open& open) : open_(open) {}

  void take(std::size_t sample, std::span<const std::uint32_t> faults, std::span<const float> readouts) override {
    auto&& receive = open_(sample);
    for (std::size_t f = 0; f < faults.size(); ++f) receive(faults.subspan(f, 1), readouts.subspan(f * Net::classes, Net::classes));
  }

 private:
  const Open& open_;
};

}  // namespace detail

/// The runner of a network's type on a device.
template <class Net, class Device>
using RunnerOf = typename detail::RunnerOf<Net, Device, std::make_index_sequence<Net::stage_count>>::type;

/// What the device engine does, on this processor: for tests where there is no GPU.
///
/// **Laws** every readout equals that of `FullEngine` bit by bit.
template <class Injector, class Order = Threaded>
class HostDeviceEngine {
 public:
  using Net = typename Injector::Network;

  static constexpr const char* name = "device";
  static constexpr double assumed_cost = 1.0 / 8;  // of an injection, in golden runs

  explicit HostDeviceEngine(Parameters<Net> parameters, MemoryBudget memory = MemoryBudget())
      : golden_(std::move(parameters)),
        device_(std::make_unique<HostDevice<Order>>(memory)),
        runner_(std::make_unique<RunnerOf<Net, HostDevice<Order>>>(*device_, describe_network(golden_))) {}

  const Parameters<Net>& parameters() const { return golden_; }
  const MemoryBudget& memory() const { return device_->memory(); }

  /// **Shapes** returns (distinct, classes), row-major.
  std::vector<float> golden(const SampleRange& samples) { return runner_->golden(samples); }

  /// See inject/engine.hpp.
  ///
  /// **Errors** `FaultOutside`, `FaultNotCompiled`, `DeviceTooSmall`.
  template <class Open>
  Decisions inject(std::span<const Fault> faults, const SampleRange& samples, const Open& open) {
    require_injectable<Injector>(faults);
    if (faults.empty() || samples.size() == 0) return {};
    detail::OpenedSink<Net, Open> sink(open);
    return runner_->inject(faults, samples, sink);
  }

 private:
  Parameters<Net> golden_;
  std::unique_ptr<HostDevice<Order>> device_;
  std::unique_ptr<DeviceRuns> runner_;
};

}  // namespace spikingjet
