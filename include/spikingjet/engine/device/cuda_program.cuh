// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/device/cuda.cuh>
#include <spikingjet/engine/decision.hpp>
#include <spikingjet/engine/device/programs.hpp>
#include <spikingjet/engine/device/runner.hpp>
#include <spikingjet/engine/device/team.hpp>
#include <spikingjet/engine/results.hpp>
#include <spikingjet/fault/fault.hpp>
#include <spikingjet/model/graph.hpp>
#include <spikingjet/model/sample.hpp>

#include <thrust/system/system_error.h>

#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace spikingjet {

namespace detail {

/// The runs of a network on one GPU.
template <class Readout, class... Models>
class RunsOnGpu final : public DeviceRuns {
 public:
  RunsOnGpu(const GraphWithParameters& network, int ordinal, double memory_share)
      : device_(ordinal, memory_share), runner_(told([&] { return std::make_unique<Runner>(device_, network); })) {}

  std::vector<float> golden(const SampleRange& samples) override {
    return told([&] { return runner_->golden(samples); });
  }
  Decisions inject(std::span<const Fault> faults, const SampleRange& samples, Results& results) override {
    return told([&] { return runner_->inject(faults, samples, results); });
  }
  DeviceTimes times() const override { return runner_->times(); }

 private:
  using Runner = DeviceRunner<CudaDevice, Readout, Models...>;

  /// What Thrust throws, as one of ours.
  template <class F>
  static auto told(const F& f) {
    try {
      return f();
    } catch (const thrust::system_error& error) {
      throw Failure(std::string("spikingjet: the GPU failed while computing: ") + error.what());
    }
  }

  CudaDevice device_;
  std::unique_ptr<Runner> runner_;
};

}  // namespace detail

/// The GPU code of networks with these neuron models, a stage each, and this readout: define one in a .cu file of the
/// program. Networks, faults and layers are data to it.
///
/// **Laws** results have the bits of every other backend.
/// **Cost** half a minute to compile for each GPU architecture.
/// **Example** `static const sj::CudaProgram<sj::SpikeCountReadout, sj::LeakyModel<>, sj::LeakyModel<>> program;`
template <class Readout, class... Models>
class CudaProgram {
 public:
  CudaProgram() { GpuPrograms::enter<GpuStages<Readout, Models...>>(&make); }

 private:
  static std::unique_ptr<DeviceRuns> make(const GraphWithParameters& network, const GpuOptions& options) {
    const GpuOptions chosen = options.resolved(count_gpus());
    std::vector<std::unique_ptr<DeviceRuns>> members;
    for (const int ordinal : chosen.devices)
      members.push_back(std::make_unique<detail::RunsOnGpu<Readout, Models...>>(network, ordinal, chosen.memory_share));
    return std::make_unique<DeviceTeam>(std::move(members));
  }
};

}  // namespace spikingjet
