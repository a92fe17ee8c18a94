// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/bits.hpp>
#include <spikingjet/core/config.hpp>
#include <spikingjet/engine/device/first_not_below.hpp>
#include <spikingjet/engine/device/golden/activity.hpp>
#include <spikingjet/sim/sums/one_output.hpp>

#include <cstddef>
#include <cstdint>

namespace spikingjet {

// The units of a layer that changed values reach, and what these make of them. A list of changed values is ascending in
// its keys; see engine/device/carry/lists.hpp.

namespace detail {

/// The units of the next layer that changed values reach.
struct ReachedUnits {
  const std::uint64_t* key;  // by step, of the values
  std::size_t size;          // of the layer that they belong to
  bool pooling;
  SynapseView synapses;
  PoolView pool;
  std::size_t units;

  SPIKINGJET_HD std::uint64_t count(std::size_t entry) const {
    std::uint64_t n = 0;
    each(entry, [&](std::uint32_t) { ++n; });
    return n;
  }
  SPIKINGJET_HD void emit(std::size_t entry, std::uint64_t* to, float*) const {
    const std::uint64_t row = key[entry] / size * units;
    each(entry, [&](std::uint32_t unit) { *to++ = row + unit; });
  }

 private:
  template <class At>
  SPIKINGJET_HD void each(std::size_t entry, const At& at) const {
    const auto input = std::uint32_t(key[entry] % size);
    if (pooling)
      pool.each_window_of(input, at);
    else
      synapses.each_unit_of(input, [&](std::uint32_t unit, std::uint32_t) { at(unit); });
  }
};

/// Where the changes of a unit's step begin and end in the list that reaches it.
struct ChangesOfUnit {
  const std::uint64_t* unit;  // by step
  std::size_t units;
  const std::uint64_t* key;  // by step, of the changed inputs
  std::size_t count;
  std::size_t size;
  std::uint64_t* first;
  std::uint64_t* last;
  SPIKINGJET_HD void operator()(std::size_t u) const {
    const std::uint64_t row = unit[u] / units;
    first[u] = first_not_below(key, count, row * size);
    last[u] = first_not_below(key, count, (row + 1) * size);
  }
};

/// The taps of reached units whose inputs are not zero now, for all outputs of the unit; an item for each reached unit.
struct MergedTaps {
  const std::uint64_t* unit;  // by step
  std::size_t units;
  const std::uint64_t* first;
  const std::uint64_t* last;
  const std::uint64_t* changed;
  const float* changed_value;
  const std::uint32_t* sample_of;  // (runs)
  ActivityView x;
  SynapseView synapses;

  SPIKINGJET_HD std::uint64_t count(std::size_t u) const {
    std::uint64_t n = 0;
    each(u, [&](std::uint32_t, float) { ++n; });
    return n;
  }
  SPIKINGJET_HD void emit(std::size_t u, std::uint32_t* tap, float* value) const {
    each(u, [&](std::uint32_t t, float v) {
      *tap++ = t;
      *value++ = v;
    });
  }

  /// What the unit sees.
  SPIKINGJET_HD StepInput input(std::size_t u) const {
    const std::uint64_t row = unit[u] / units;  // run x steps + step
    StepInput in = x.at(sample_of[row / x.steps], std::size_t(row % x.steps), std::uint32_t(unit[u] % units));
    in.changed = changed + first[u];
    in.changed_value = changed_value + first[u];
    in.changed_count = std::uint32_t(last[u] - first[u]);
    in.changed_base = row * x.inputs;
    return in;
  }

 private:
  template <class At>
  SPIKINGJET_HD void each(std::size_t u, const At& at) const {
    synapses.each_active(synapses.output_of(std::uint32_t(unit[u] % units)), input(u), at);
  }
};

/// New values of the outputs of reached units.
struct ComputeUnits {
  MergedTaps reached;
  std::size_t outputs_of_unit;
  bool pooling;
  PoolView pool;
  std::size_t outputs;
  const std::uint64_t* begin;  // (reached units + 1) of the lists of taps; null where there are none
  const std::uint32_t* tap;
  const float* tap_value;
  float* value;  // (reached units, outputs of a unit)

  SPIKINGJET_HD std::size_t output(std::size_t i) const {
    const std::size_t u = std::size_t(reached.unit[i / outputs_of_unit] % reached.units);
    if (pooling) return u;
    return reached.synapses.output_of(std::uint32_t(u), std::uint32_t(i % outputs_of_unit));
  }
  SPIKINGJET_HD std::uint64_t row(std::size_t i) const {
    return reached.unit[i / outputs_of_unit] / reached.units;
  }  // run x steps + step
  SPIKINGJET_HD std::size_t steps() const { return reached.x.steps; }
  SPIKINGJET_HD std::size_t sample(std::uint64_t of_row) const { return reached.sample_of[of_row / steps()]; }

  SPIKINGJET_HD void operator()(std::size_t i) const {
    const std::size_t u = i / outputs_of_unit;
    const auto o = std::uint32_t(output(i));
    const StepInput in = begin ? listed(u) : reached.input(u);
    value[i] = pooling ? pool_window(pool, o, in) : reached.synapses.sum(o, in, FaultyTerm{});
  }

 private:
  /// What a unit sees, changes merged in.
  SPIKINGJET_HD StepInput listed(std::size_t u) const {
    StepInput in;
    in.active = tap + begin[u];
    in.active_value = tap_value + begin[u];
    in.active_count = std::uint32_t(begin[u + 1] - begin[u]);
    return in;
  }
};

/// Whether a computed value differs from the golden one.
struct ComputedDiffers {
  ComputeUnits units;
  const float* golden;  // (samples, steps, outputs)
  SPIKINGJET_HD bool operator()(std::size_t i) const {
    const std::uint64_t at = units.row(i);
    const std::size_t golden_row = units.sample(at) * units.steps() + std::size_t(at % units.steps());
    return to_word(units.value[i]) != to_word(golden[golden_row * units.outputs + units.output(i)]);
  }
};

/// Takes what was chosen of computed values into a list by step.
struct TakeComputed {
  ComputeUnits units;
  const std::uint64_t* chosen;
  std::uint64_t* key;
  float* value;
  SPIKINGJET_HD void operator()(std::size_t i) const {
    const std::size_t from = std::size_t(chosen[i]);
    key[i] = units.row(from) * units.outputs + units.output(from);
    value[i] = units.value[from];
  }
};

/// New sums of a fully connected layer, straight into a list by neuron: each run's reached steps stand one after
/// another for each neuron, golden sums among them.
struct ComputeByNeuron {
  ComputeUnits units;
  const std::uint64_t* first_unit;  // (runs + 1) a run's first reached step among all
  std::uint64_t* key;
  float* value;
  SPIKINGJET_HD void operator()(std::size_t i) const {
    const std::size_t u = i / units.outputs_of_unit;
    const std::size_t n = i % units.outputs_of_unit;
    const std::uint64_t at = units.row(i);
    const std::uint64_t run = at / units.steps();
    const std::uint64_t begin = first_unit[run];
    const std::uint64_t place = begin * units.outputs_of_unit + n * (first_unit[run + 1] - begin) + (u - begin);
    units(i);
    key[place] = (run * units.outputs_of_unit + n) * units.steps() + at % units.steps();
    value[place] = units.value[i];
  }
};

}  // namespace detail

}  // namespace spikingjet
