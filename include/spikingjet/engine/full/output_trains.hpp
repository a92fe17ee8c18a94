// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/parallel.hpp>
#include <spikingjet/core/pool.hpp>
#include <spikingjet/engine/engine.hpp>
#include <spikingjet/fault/fault.hpp>
#include <spikingjet/inject/fault_perturbation.hpp>
#include <spikingjet/model/parameters.hpp>
#include <spikingjet/model/quantity.hpp>
#include <spikingjet/model/sample.hpp>
#include <spikingjet/sim/run.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <utility>
#include <vector>

namespace spikingjet {

/// The steps in which each output neuron fires, ascending.
///
/// **Shapes** (classes) of (spikes).
using OutputTrains = std::vector<std::vector<std::uint32_t>>;

namespace detail {

/// A perturbation that also notes the last layer's spikes: the steps in which an output is not 0.
template <class Net, class Inner>
class NoteOutput {
 public:
  explicit NoteOutput(Inner& inner) : inner_(inner), trains_(Net::classes) {}

  template <class Params>
  void begin_step(std::size_t step, Params& parameters) {
    inner_.begin_step(step, parameters);
  }

  template <std::size_t Q>
  void touch(std::size_t step, std::span<float> values) {
    inner_.template touch<Q>(step, values);
    if constexpr (Net::quantities[Q].storage == Storage::spike && Net::quantities[Q].stage + 1 == Net::stage_count)
      for (std::size_t c = 0; c < values.size(); ++c)
        if (values[c] != 0) trains_[c].push_back(static_cast<std::uint32_t>(step));
  }

  OutputTrains take() { return std::move(trains_); }

 private:
  Inner& inner_;
  OutputTrains trains_;
};

}  // namespace detail

/// Output spike trains of a network with and without faults, each from a whole run: for distances between them, which
/// readouts do not tell.
///
/// A faulty spike counts whatever its value, as long as it is not 0.
///
/// **Laws** with the fault in no step the golden trains; of a spike count readout of spikes 0 and 1 the lengths are the
/// readout.
/// **Errors** `FaultOutside`, `FaultNotCompiled`.
/// **Cost** a golden run for each call.
template <class Injector>
class OutputTrainRuns {
 public:
  using Net = typename Injector::Network;

  explicit OutputTrainRuns(Parameters<Net> parameters) : golden_(std::move(parameters)) {}

  OutputTrains golden(const Sample& sample) { return trains(sample, NoPerturbation()); }

  OutputTrains faulty(const Fault& fault, const Sample& sample) {
    require_injectable<Injector>({&fault, 1});
    return trains(sample, FaultPerturbation<Injector>(fault));
  }

  /// The distance between golden and faulty trains of each injection, summed over the output neurons, on all allowed
  /// threads. `distance` takes two trains as spans of steps.
  ///
  /// **Shapes** returns (faults, samples), row-major.
  /// **Example** `runs.distances(faults, samples, [](auto a, auto b) { return sj::van_rossum_distance(a, b, 10); })`
  template <class Distance>
  std::vector<double> distances(std::span<const Fault> faults, const SampleRange& samples, const Distance& distance) {
    require_injectable<Injector>(faults);
    std::vector<OutputTrains> all(samples.distinct());
    for_each_index(all.size(), [&](std::size_t s) { all[s] = golden(samples[s]); });
    std::vector<double> sums(faults.size() * samples.size());
    for_each_index(sums.size(), [&](std::size_t i) {
      const std::size_t s = i % samples.size();
      const OutputTrains found = trains(samples[s], FaultPerturbation<Injector>(faults[i / samples.size()]));
      const OutputTrains& wanted = all[s % samples.distinct()];
      for (std::size_t c = 0; c < found.size(); ++c)
        sums[i] += distance(std::span<const std::uint32_t>(wanted[c]), std::span<const std::uint32_t>(found[c]));
    });
    return sums;
  }

 private:
  /// What one run at a time needs for itself.
  struct Worker {
    explicit Worker(const Parameters<Net>& golden) : parameters(golden) {}
    Workspace<Net> work;
    Parameters<Net> parameters;
  };

  template <class P>
  OutputTrains trains(const Sample& sample, P perturbation) {
    const auto worker = workers_.borrow([this] { return std::make_unique<Worker>(golden_); });
    detail::NoteOutput<Net, P> noted(perturbation);
    run(worker->work, worker->parameters, sample, noted);
    if constexpr (requires { perturbation.restore(worker->parameters); }) perturbation.restore(worker->parameters);
    return noted.take();
  }

  Parameters<Net> golden_;
  Pool<Worker> workers_;
};

}  // namespace spikingjet
