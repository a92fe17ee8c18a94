// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/bits.hpp>
#include <spikingjet/core/config.hpp>
#include <spikingjet/engine/device/golden/neurons.hpp>
#include <spikingjet/engine/device/neuron/fault_sources.hpp>
#include <spikingjet/engine/device/neuron/follow.hpp>
#include <spikingjet/inject/strike.hpp>

#include <cstddef>
#include <cstdint>

namespace spikingjet {

// What faults leave of the neurons or sums that they strike, run by run.

/// Runs of faults of a group, each of which strikes neurons that all else reaches as in the golden run.
template <class Model, bool InSums>
struct StruckRuns {
  NeuronsView<Model> view;
  FaultySums faulty;
  const Strike* faults;
  const std::uint32_t* fault_of;   // (runs)
  const std::uint32_t* sample_of;  // (runs)

  SPIKINGJET_HD const Strike& fault(std::size_t run) const { return faults[fault_of[run]]; }
  /// The i-th neuron that a run's fault strikes.
  SPIKINGJET_HD std::uint32_t neuron(std::size_t run, std::uint32_t i = 0) const {
    return faulty.group.neuron(fault(run).element, i);
  }
  SPIKINGJET_HD RecordedNeuron<Model> golden(std::size_t run, std::uint32_t n) const {
    return view.of(sample_of[run], n);
  }

  /// Follows a struck neuron, whose golden run is given; see `follow_to_readout`.
  template <class Readout, class Visit>
  SPIKINGJET_HD float follow_struck(std::size_t run, std::uint32_t n, const RecordedNeuron<Model>& of_golden,
                                    Visit& visit, std::size_t from = 0) const {
    const FaultSource<Model, InSums> source{of_golden, faulty, fault(run), sample_of[run], n};
    return follow_to_readout<Readout>(of_golden, source, visit, from);
  }
};

/// All neurons that the faults of runs strike; an item for each run and neuron reached.
template <class Model, bool InSums>
struct StruckNeurons : StruckRuns<Model, InSums> {
  SPIKINGJET_HD std::uint64_t place(std::size_t item) const {
    return std::uint64_t{run_of(item)} * this->view.neurons + neuron_of(item);
  }

  template <class Readout, class Visit>
  SPIKINGJET_HD float follow(std::size_t item, Visit& visit) const {
    const std::uint32_t n = neuron_of(item);
    return this->template follow_struck<Readout>(run_of(item), n, this->golden(run_of(item), n), visit);
  }

 private:
  SPIKINGJET_HD std::size_t run_of(std::size_t item) const { return item / this->faulty.group.reach; }
  SPIKINGJET_HD std::uint32_t neuron_of(std::size_t item) const {
    return this->neuron(run_of(item), std::uint32_t(item % this->faulty.group.reach));
  }
};

/// The changed sums of a synaptic layer whose weights or biases are faulty; an item for each run and output reached.
struct StruckSums {
  FaultySums faulty;
  const float* golden;  // (samples, steps, outputs)
  const std::uint32_t* steps_of;
  const Strike* faults;
  const std::uint32_t* fault_of;   // (runs)
  const std::uint32_t* sample_of;  // (runs)

  SPIKINGJET_HD std::uint64_t count(std::size_t item) const {
    std::uint64_t counted = 0;
    each(item, [&](std::size_t, std::uint32_t, std::size_t, float) { ++counted; });
    return counted;
  }
  /// Keys are by neuron: (run x outputs + output) x steps + step.
  SPIKINGJET_HD void emit(std::size_t item, std::uint64_t* key, float* value) const {
    each(item, [&](std::size_t run, std::uint32_t output, std::size_t step, float sum) {
      *key++ = (std::uint64_t(run) * faulty.synapses.outputs + output) * faulty.x.steps + step;
      *value++ = sum;
    });
  }

 private:
  template <class At>
  SPIKINGJET_HD void each(std::size_t item, const At& at) const {
    const std::size_t run = item / faulty.group.reach;
    const Strike& fault = faults[fault_of[run]];
    const std::size_t sample = sample_of[run];
    const std::uint32_t output = faulty.group.neuron(fault.element, std::uint32_t(item % faulty.group.reach));
    const FaultyOutput struck(faulty, fault, sample, output);
    const std::size_t end = steps_of[sample];
    for (std::size_t step = struck.next(0, end); step < end; step = struck.next(step + 1, end)) {
      const float sum = struck.sum(step);
      if (to_word(sum) != to_word(golden[(sample * faulty.x.steps + step) * faulty.synapses.outputs + output]))
        at(run, output, step, sum);
    }
  }
};

}  // namespace spikingjet
