// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/bits.hpp>
#include <spikingjet/sim/step.hpp>

#include <cstddef>
#include <span>

namespace spikingjet {

/// Runs a network over one sample and leaves the readout in the workspace.
///
/// `parameters` must be writable where the perturbation writes them. What it wrote stays: it is the perturbation's to
/// undo.
///
/// **Shapes** returns (classes); NaN in it is the canonical one.
/// **Laws** the result depends on nothing but the arguments: the workspace is reset first.
template <class Net, class Params, class P>
  requires Perturbation<P, Net>
std::span<const float> run(Workspace<Net>& work, Params& parameters, const Sample& sample, P& perturbation) {
  work.reset();
  for (std::size_t step = 0; step < sample.steps(); ++step) {
    perturbation.begin_step(step, parameters);
    step_network(work, parameters, sample[step], step, perturbation);
  }
  const auto readout = std::span(work.readout).first(Net::classes);
  for (float& value : readout) value = canonical(value);
  return readout;
}

}  // namespace spikingjet
