// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/arithmetic.hpp>
#include <spikingjet/core/config.hpp>
#include <spikingjet/core/device/algorithms.hpp>
#include <spikingjet/core/device/buffer.hpp>
#include <spikingjet/engine/decision.hpp>
#include <spikingjet/engine/device/blocks.hpp>
#include <spikingjet/engine/device/golden/recording.hpp>
#include <spikingjet/engine/device/injections.hpp>
#include <spikingjet/engine/device/neuron/fate.hpp>
#include <spikingjet/engine/device/plan.hpp>
#include <spikingjet/engine/device/propagation.hpp>
#include <spikingjet/engine/device/results.hpp>
#include <spikingjet/engine/device/runs.hpp>
#include <spikingjet/engine/device/times.hpp>
#include <spikingjet/engine/results.hpp>
#include <spikingjet/fault/fault.hpp>
#include <spikingjet/inject/strike.hpp>
#include <spikingjet/model/graph.hpp>
#include <spikingjet/model/sample.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace spikingjet {

namespace detail {

struct ProbeArithmetic {
  std::uint32_t* flaw;
  SPIKINGJET_HD void operator()(std::size_t i) const { flaw[i] = std::uint32_t(find_arithmetic_flaw()); }
};

}  // namespace detail

/// The runs of a network on a `Device`: its neuron models, a stage each, and its readout are all that is left of its
/// type.
///
/// Blocks of samples are recorded, blocks of injections looked at, one a thread; the few that change a spike of their
/// stage are carried on, layer by layer, as lists of what differs. See docs/concepts/engines.md.
///
/// **Laws** readouts have the bits of `FullEngine`'s, whatever the device, its memory and the blocks.
/// **Cost** memory: never more than the device's budget. Where it is short, blocks are halved.
template <class Device, class Readout, class... Models>
class DeviceRunner final : public DeviceRuns {
 public:
  /// `device` must outlive the runner.
  DeviceRunner(Device& device, GraphWithParameters network)
      : device_(device),
        network_(std::move(network)),
        laps_(device),
        parameters_(device),
        golden_(device, network_),
        selection_(device),
        blocks_(device, network_, golden_, laps_),
        injections_(device, network_, golden_, selection_),
        propagation_(device, network_, golden_, injections_, laps_),
        results_(device, network_.classes, selection_) {
    parameters_.assign(network_.parameters);
    golden_.use(parameters_.data());
    require_sound_device();
  }

  std::vector<float> golden(const SampleRange& samples) override {
    std::vector<float> readouts(samples.distinct() * network_.classes);
    each_block(
        samples, samples.distinct(), [](std::size_t, std::size_t) {},
        [&](std::size_t first, std::size_t count) {
          device_.to_host(readouts.data() + first * network_.classes, golden_.readout(),
                          count * network_.classes * sizeof(float));
        });
    return readouts;
  }

  Decisions inject(std::span<const Fault> faults, const SampleRange& samples, Results& results) override {
    laps_.begin();
    const DeviceFaults sorted = sort_faults(network_, faults);
    laps_.lap(DevicePhase::faults);
    Decisions decisions;
    decisions.add(Decision::equivalent, std::uint64_t{sorted.equivalent} * samples.size());
    if (sorted.parts.empty()) return decisions;
    const auto prepare = [&](std::size_t first, std::size_t count) { results_.begin(results, first, count); };
    each_block(samples, samples.size(), prepare, [&](std::size_t, std::size_t sample_count) {
      for (const DeviceFaults::Part& part : sorted.parts) {
        const std::size_t bytes_of_fault = sizeof(Strike) + sample_count * (sizeof(Fate) + sizeof(std::uint32_t));
        std::size_t most = std::max<std::size_t>(
            1, std::min(most_injections / sample_count, device_.memory().left() / 4 / bytes_of_fault));
        const auto faults_of = [&](std::size_t first, std::size_t count) {
          return std::span(part.faults).subspan(first, count);
        };
        for_halves(
            device_, part.faults.size(), most, "a fault in a block of samples",
            [&] {
              release_runs();
              injections_.release();
              blocks_.release_ahead();
            },
            [&](std::size_t first, std::size_t count) {
              results.go_on();
              injections_.judge(part.group, faults_of(first, count), decisions);
              laps_.lap(DevicePhase::activation);
            },
            [&](std::size_t first, std::size_t count) {
              run_changed(part.group, faults_of(first, count), results, decisions);
            });
      }
    });
    return decisions;
  }

  DeviceTimes times() const override { return laps_.times(); }

 private:
  using Golden = DeviceGolden<Device, Readout, Models...>;

  static constexpr std::size_t most_injections = std::size_t{1} << 26;  // of a block
  static constexpr std::size_t most_runs = std::size_t{1} << 20;        // of a block

  void require_sound_device() {
    constexpr std::size_t threads = 1024;
    DeviceBuffer<std::uint32_t, Device> flaw(device_);
    flaw.resize(threads);
    device_for_each(device_, threads, detail::ProbeArithmetic{flaw.data()});
    std::vector<std::uint32_t> found(threads);
    flaw.fetch(found.data(), 0, threads);
    for (const std::uint32_t f : found)
      if (f != 0) throw UnsoundDevice(ArithmeticFlaw(f));
  }

  /// Calls `at(first, count)` for each block of samples, and before it `prepare(first, count)`, perhaps more than once;
  /// see `DeviceBlocks::each`.
  template <class Prepare, class At>
  void each_block(const SampleRange& samples, std::size_t all, const Prepare& prepare, const At& at) {
    blocks_.each(
        samples, all,
        [&] {
          release_runs();
          injections_.release();
        },
        [&](std::size_t first, std::size_t count) {
          propagation_.forget();
          prepare(first, count);
        },
        at);
  }

  /// Carries the injections that change something.
  void run_changed(const StrikeGroup& group, std::span<const Strike> part, Results& results, Decisions& decisions) {
    std::uint64_t merged = 0;
    std::size_t leaders = 0;
    runs_at_once_ = std::min(most_runs, 2 * runs_at_once_);  // other faults may leave less
    for_halves(
        device_, injections_.changed().size(), runs_at_once_, "one faulty run", [&] { release_runs(); },
        [&](std::size_t first, std::size_t count) {
          leaders = propagation_.carry(group, first, count);
          laps_.lap(DevicePhase::propagation);
          results_.find(
              {count, propagation_.readout(), propagation_.fault_of(), propagation_.sample_of(), injections_.faults()},
              golden_.readout());
          results_.bring();
        },
        [&](std::size_t, std::size_t count) {
          merged += count - leaders;
          results_.tell(part, results);
          laps_.lap(DevicePhase::results);
        });
    decisions.add(Decision::merged, merged);
    decisions.add(network_.meets_lateral(group.stage) ? Decision::replayed : Decision::carried,
                  injections_.changed().size() - merged);
  }

  void release_runs() {
    results_.release();
    injections_.release_intervals();
    propagation_.release();
    selection_.release();
  }

  Device& device_;
  GraphWithParameters network_;
  DeviceLaps<Device> laps_;
  std::size_t runs_at_once_ = most_runs;  // halved where they do not fit
  DeviceBuffer<float, Device> parameters_;
  Golden golden_;
  DeviceSelection<Device> selection_;
  DeviceBlocks<Device, Golden> blocks_;
  DeviceInjections<Device, Golden> injections_;
  DevicePropagation<Device, Golden> propagation_;
  DeviceResults<Device> results_;
};

}  // namespace spikingjet
