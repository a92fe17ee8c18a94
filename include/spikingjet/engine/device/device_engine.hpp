// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/engine/decision.hpp>
#include <spikingjet/engine/device/runs.hpp>
#include <spikingjet/engine/device/times.hpp>
#include <spikingjet/engine/engine.hpp>
#include <spikingjet/engine/results.hpp>
#include <spikingjet/model/parameters.hpp>
#include <spikingjet/model/sample.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <utility>
#include <vector>

namespace spikingjet {

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

  /// Injects every fault into every sample, and judges on the device where counts are taken; see engine/engine.hpp.
  ///
  /// **Errors** `FaultOutside`, `FaultNotCompiled`, `DeviceTooSmall`.
  Decisions inject(std::span<const Fault> faults, const SampleRange& samples, Results& results) {
    require_injectable<Injector>(faults);
    if (faults.empty() || samples.size() == 0) return {};
    return runs_->inject(faults, samples, results);
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
