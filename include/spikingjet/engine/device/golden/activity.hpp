// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/config.hpp>
#include <spikingjet/engine/device/first_not_below.hpp>
#include <spikingjet/sim/sums/one_output.hpp>

#include <cstddef>
#include <cstdint>

namespace spikingjet {

/// What a layer received in the samples of a block.
struct ActivityView {
  const float* value = nullptr;        // (samples, steps, inputs)
  const std::uint32_t* tap = nullptr;  // taps of each unit whose inputs are not zero, ascending; null where not listed
  const float* tap_value = nullptr;    // those inputs
  const std::uint64_t* begin = nullptr;  // (samples x steps x units + 1) in `tap`
  const std::uint32_t* first = nullptr;  // (samples, inputs) first step in which an input is not zero; `steps`: none
  const float* zeros = nullptr;          // (inputs)
  std::size_t inputs = 0;
  std::size_t steps = 0;
  std::uint32_t units = 1;
  bool of_step_before = false;  // what the layer sees in a step is what stands there one step earlier

  /// What a unit of the layer sees in a step.
  SPIKINGJET_HD StepInput at(std::size_t sample, std::size_t step, std::uint32_t unit) const {
    StepInput x;
    if (of_step_before && step == 0) {
      x.value = zeros;
      x.active = tap;
      return x;
    }
    const std::size_t row = sample * steps + step - of_step_before;
    x.value = value + row * inputs;
    if (!tap) return x;
    const std::uint64_t first_tap = begin[row * units + unit];
    x.active = tap + first_tap;
    x.active_value = tap_value + first_tap;
    x.active_count = std::uint32_t(begin[row * units + unit + 1] - first_tap);
    return x;
  }
  SPIKINGJET_HD float input(std::size_t sample, std::size_t step, std::size_t i) const {
    if (of_step_before && step == 0) return 0.0F;
    return value[(sample * steps + step - of_step_before) * inputs + i];
  }
  SPIKINGJET_HD std::size_t first_step(std::size_t sample, std::size_t input) const {
    return first[sample * inputs + input] + std::size_t{of_step_before};
  }
};

namespace detail {

struct TapsOfFlat {
  const std::uint64_t* flat;
  const float* value;
  std::uint32_t* tap;
  float* tap_value;
  std::size_t inputs;
  SPIKINGJET_HD void operator()(std::size_t e) const {
    tap[e] = std::uint32_t(flat[e] % inputs);
    tap_value[e] = value[flat[e]];
  }
};

/// The taps of a convolution's units whose inputs are not zero; an item for each unit of each step.
struct TapsOfUnits {
  SynapseView synapses;
  ActivityView x;

  SPIKINGJET_HD std::uint64_t count(std::size_t item) const {
    std::uint64_t counted = 0;
    each(item, [&](std::uint32_t, float) { ++counted; });
    return counted;
  }
  SPIKINGJET_HD void emit(std::size_t item, std::uint32_t* tap, float* value) const {
    each(item, [&](std::uint32_t t, float v) {
      *tap++ = t;
      *value++ = v;
    });
  }

 private:
  template <class At>
  SPIKINGJET_HD void each(std::size_t item, const At& at) const {
    const std::uint32_t output = synapses.output_of(std::uint32_t(item % synapses.units()));
    const float* const value = x.value + item / synapses.units() * x.inputs;
    for (std::uint32_t tap = 0; tap < synapses.taps(); ++tap) {
      const std::uint32_t input = synapses.input_of(output, tap);
      if (input != FaultyTerm::none && !(value[input] == 0.0F)) at(tap, value[input]);
    }
  }
};

/// Where the values of a row begin in an ascending list of flat indices.
struct FirstOfRow {
  const std::uint64_t* flat;
  std::size_t count;
  std::uint64_t* begin;
  std::size_t inputs;
  SPIKINGJET_HD void operator()(std::size_t row) const { begin[row] = first_not_below(flat, count, row * inputs); }
};

struct IsNotZero {
  const float* value;
  SPIKINGJET_HD bool operator()(std::size_t i) const { return !(value[i] == 0.0F); }
};

struct FirstStep {
  const float* value;  // (samples, steps, inputs)
  std::uint32_t* first;
  std::size_t inputs;
  std::size_t steps;
  SPIKINGJET_HD void operator()(std::size_t i) const {
    const float* x = value + i / inputs * steps * inputs + i % inputs;
    std::size_t step = 0;
    while (step < steps && x[step * inputs] == 0.0F) ++step;
    first[i] = std::uint32_t(step);
  }
};

}  // namespace detail

}  // namespace spikingjet
