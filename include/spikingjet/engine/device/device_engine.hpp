// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/engine/decision.hpp>
#include <spikingjet/engine/device/runs.hpp>
#include <spikingjet/engine/device/times.hpp>
#include <spikingjet/engine/engine.hpp>
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

/// Hands readouts on to what `open(sample)` returns.
template <class Net, class Open>
class OpenedSink final : public ReadoutSink {
 public:
  explicit OpenedSink(const Open& open) : open_(open) {}

  void take(std::size_t sample, std::span<const std::uint32_t> faults, std::span<const float> readouts) override {
    auto&& receive = open_(sample);
    for (std::size_t f = 0; f < faults.size(); ++f)
      receive(faults.subspan(f, 1), readouts.subspan(f * Net::classes, Net::classes));
  }

 private:
  const Open& open_;
};

}  // namespace detail

/// An engine whose work is done on devices: the same for GPUs and for what stands in for them.
///
/// **Laws** every readout equals that of `FullEngine` bit by bit.
template <class Injector>
class DeviceEngine {
 public:
  using Net = typename Injector::Network;

  static constexpr const char* name = "differential";
  static constexpr double assumed_cost = 1.0 / 32;  // of an injection, in golden runs

  DeviceEngine(const DeviceEngine&) = delete;
  DeviceEngine& operator=(const DeviceEngine&) = delete;

  const Parameters<Net>& parameters() const { return golden_; }

  /// **Shapes** returns (distinct, classes), row-major.
  std::vector<float> golden(const SampleRange& samples) { return runs_->golden(samples); }

  /// See engine/engine.hpp.
  ///
  /// **Errors** `FaultOutside`, `FaultNotCompiled`, `DeviceTooSmall`.
  template <class Open>
  Decisions inject(std::span<const Fault> faults, const SampleRange& samples, const Open& open) {
    require_injectable<Injector>(faults);
    if (faults.empty() || samples.size() == 0) return {};
    detail::OpenedSink<Net, Open> sink(open);
    return runs_->inject(faults, samples, sink);
  }

  /// Injects likewise, and only counts how injections that left other readouts ended.
  Decisions count(std::span<const Fault> faults, const SampleRange& samples, std::span<const GoldenScore> golden,
                  CountSink& sink) {
    require_injectable<Injector>(faults);
    if (faults.empty() || samples.size() == 0) return {};
    return runs_->count(faults, samples, golden, sink);
  }

  /// What the devices' time went into since the engine was made.
  DeviceTimes times() const { return runs_->times(); }

 protected:
  explicit DeviceEngine(Parameters<Net> parameters) : golden_(std::move(parameters)) {}
  void run_on(std::unique_ptr<DeviceRuns> runs) { runs_ = std::move(runs); }

 private:
  Parameters<Net> golden_;
  std::unique_ptr<DeviceRuns> runs_;
};

}  // namespace spikingjet
