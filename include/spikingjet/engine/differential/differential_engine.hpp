// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/lanes/pack.hpp>
#include <spikingjet/core/parallel.hpp>
#include <spikingjet/core/pool.hpp>
#include <spikingjet/engine/decision.hpp>
#include <spikingjet/engine/differential/plan.hpp>
#include <spikingjet/engine/differential/weight_rows.hpp>
#include <spikingjet/engine/differential/worker.hpp>
#include <spikingjet/engine/engine.hpp>
#include <spikingjet/engine/results.hpp>
#include <spikingjet/inject/strike.hpp>
#include <spikingjet/model/graph.hpp>
#include <spikingjet/model/sample.hpp>
#include <spikingjet/sim/golden_run.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <utility>
#include <vector>

namespace spikingjet {

/// Simulates only what differs from the golden run, many faults at a time, and gives the same bits as `FullEngine`.
///
/// V is the pack of lanes of a work item; the machine's own unless a test asks for another. How it works and why it is
/// exact: docs/concepts/engines.md.
///
/// **Laws** every readout equals that of `FullEngine` bit by bit, whatever V, the number of threads and the order of
/// faults.
/// **Cost** one golden run a sample, and what differs from it; memory does not grow with samples.
template <class Injector, class V = NativePack>
class DifferentialEngine {
 public:
  using Net = typename Injector::Network;

  static constexpr const char* name = "differential";
  static constexpr double assumed_cost = 1.0 / 32;  // of an injection, in golden runs

  explicit DifferentialEngine(Parameters<Net> parameters)
      : golden_(std::move(parameters)), rows_(graph_of<Net>, golden_.values()) {}
  DifferentialEngine(const DifferentialEngine&) = delete;
  DifferentialEngine& operator=(const DifferentialEngine&) = delete;

  const Parameters<Net>& parameters() const { return golden_; }

  /// Golden readouts of the distinct samples, on all allowed threads.
  ///
  /// **Shapes** returns (distinct, classes), row-major.
  std::vector<float> golden(const SampleRange& samples) { return golden_run(golden_, samples); }

  /// Injects every fault into every sample, on all allowed threads; see engine/engine.hpp.
  ///
  /// **Errors** `FaultOutside`, `FaultNotCompiled`, `NotASpike`.
  Decisions inject(std::span<const Fault> faults, const SampleRange& samples, Results& results) {
    require_injectable<Injector>(faults);
    if (faults.empty() || samples.size() == 0) return {};
    const FaultPlan plan(strikes_of(faults, Net::quantities, golden_.values()), strike_groups<Net>,
                         Worker::plan_stages);
    Decisions decisions;
    decisions.add(Decision::equivalent, std::uint64_t{plan.equivalent.size()} * samples.size());
    const std::vector<PlanPart> parts = divide(plan, samples.size());
    std::mutex mutex;
    for_each_index(parts.size() * samples.size(), [&](std::size_t item) {
      const std::size_t s = item / parts.size();
      const auto worker = workers_.borrow([this] { return std::make_unique<Worker>(golden_, rows_); });
      const auto batch = results.open(s);
      const Decisions made = worker->run(samples[s], plan, parts[item % parts.size()], *batch);
      const std::lock_guard lock(mutex);
      decisions += made;
    });
    return decisions;
  }

 private:
  using Worker = DifferentialWorker<Injector, V>;

  /// Cuts a plan into parts of about the same number of faults: one, or several where there are too few samples to keep
  /// all threads busy to the end. Each part costs a golden run of the sample.
  static std::vector<PlanPart> divide(const FaultPlan& plan, std::size_t samples) {
    constexpr std::size_t items_a_thread = 8;
    constexpr std::uint64_t alone_cost = 64;  // of one fault, in faults that share lanes
    std::uint64_t cost = alone_cost * plan.alone.size();
    for (const NeuronPlan& neuron : plan.neurons) cost += neuron.faults;
    const std::size_t wanted = (items_a_thread * allowed_threads() + samples - 1) / samples;
    const std::uint64_t most = cost / wanted + 1;

    std::vector<PlanPart> parts;
    PlanPart part;
    std::uint64_t size = 0;
    const auto close_if_full = [&](bool now) {
      if (!now && size < most) return;
      parts.push_back(part);
      part = {part.end_neuron, part.end_neuron, part.end_alone, part.end_alone};
      size = 0;
    };
    for (const NeuronPlan& neuron : plan.neurons) {
      ++part.end_neuron;
      size += neuron.faults;
      close_if_full(false);
    }
    for (std::size_t r = 0; r < plan.alone.size(); ++r) {
      ++part.end_alone;
      size += alone_cost;
      close_if_full(false);
    }
    if (size > 0) close_if_full(true);
    return parts;
  }

  Parameters<Net> golden_;
  WeightRows rows_;
  Pool<Worker> workers_;
};

}  // namespace spikingjet
