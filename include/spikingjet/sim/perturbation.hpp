// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/model/parameters.hpp>

#include <concepts>
#include <cstddef>
#include <span>

namespace spikingjet {

/// What may touch a run at its injection points; golden and faulty runs are one code path that differ in it alone.
///
/// `begin_step(step, parameters)` comes before anything of a step is computed and may write stored parameters;
/// `touch<Q>(step, values)` comes after a layer has updated and fired, once for each of its states and then for its
/// spikes; Q is the quantity's index in `Net::quantities`, values are (neurons). A potential or current seen there is
/// what the readout of this step and the update of the next one see; a spike is what the next layer, lateral weights
/// and the readout of this step see.
///
/// **Laws** one that does nothing costs nothing: the step compiles to the same instructions.
template <class P, class Net>
concept Perturbation =
    requires(P& perturbation, std::size_t step, Parameters<Net>& parameters, std::span<float> values) {
      perturbation.begin_step(step, parameters);
      perturbation.template touch<0>(step, values);
    };

/// The fault-free run.
struct NoPerturbation {
  template <class Net>
  void begin_step(std::size_t, const Parameters<Net>&) {}
  template <std::size_t Quantity>
  void touch(std::size_t, std::span<float>) {}
};

}  // namespace spikingjet
