// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/parallel.hpp>
#include <spikingjet/core/pool.hpp>
#include <spikingjet/engine/decision.hpp>
#include <spikingjet/engine/engine.hpp>
#include <spikingjet/engine/results.hpp>
#include <spikingjet/inject/fault_perturbation.hpp>
#include <spikingjet/inject/injector.hpp>
#include <spikingjet/model/sample.hpp>
#include <spikingjet/sim/golden_run.hpp>
#include <spikingjet/sim/run.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <utility>
#include <vector>

namespace spikingjet {

/// Reruns the whole network for each injection, with the fault at its injection point. Simple, slow, and the arbiter
/// that every other engine is compared with.
///
/// **Laws** each readout depends on the parameters, the fault and the sample alone: not on threads, order or what ran
/// before.
template <class Injector>
class FullEngine {
 public:
  using Net = typename Injector::Network;

  static constexpr const char* name = "full";
  static constexpr double assumed_cost = 1;  // of an injection, in golden runs

  explicit FullEngine(Parameters<Net> parameters) : golden_(std::move(parameters)) {}

  const Parameters<Net>& parameters() const { return golden_; }

  /// Golden readouts of the distinct samples, on all allowed threads.
  ///
  /// **Shapes** returns (distinct, classes), row-major.
  std::vector<float> golden(const SampleRange& samples) { return golden_run(golden_, samples); }

  /// Runs every fault on every sample, on all allowed threads, and hands on every readout; see engine/engine.hpp.
  ///
  /// **Errors** `FaultOutside`, `FaultNotCompiled`.
  Decisions inject(std::span<const Fault> faults, const SampleRange& samples, Results& results) {
    require_injectable<Injector>(faults);
    constexpr std::size_t chunk = 16;  // samples of one work item
    const std::size_t chunks = (samples.size() + chunk - 1) / chunk;
    for_each_index(faults.size() * chunks, [&](std::size_t item) {
      const auto f = static_cast<std::uint32_t>(item / chunks);
      const std::size_t begin = item % chunks * chunk;
      const std::size_t end = std::min(begin + chunk, samples.size());
      const auto worker = borrow();
      for (std::size_t s = begin; s < end; ++s) {
        FaultPerturbation<Injector> perturbation(faults[f]);
        const auto readout = run(worker->work, worker->parameters, samples[s], perturbation);
        perturbation.restore(worker->parameters);
        results.open(s)->take(std::span<const std::uint32_t>(&f, 1), readout);
      }
    });
    Decisions decisions;
    decisions.add(Decision::rerun, std::uint64_t{faults.size()} * samples.size());
    return decisions;
  }

 private:
  /// What one work item at a time needs for itself.
  struct Worker {
    explicit Worker(const Parameters<Net>& golden) : parameters(golden) {}
    Workspace<Net> work;
    Parameters<Net> parameters;
  };

  auto borrow() {
    return workers_.borrow([this] { return std::make_unique<Worker>(golden_); });
  }

  Parameters<Net> golden_;
  Pool<Worker> workers_;
};

}  // namespace spikingjet
