// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/parallel.hpp>
#include <spikingjet/core/pool.hpp>
#include <spikingjet/model/parameters.hpp>
#include <spikingjet/model/sample.hpp>
#include <spikingjet/sim/perturbation.hpp>
#include <spikingjet/sim/run.hpp>
#include <spikingjet/sim/workspace.hpp>

#include <algorithm>
#include <cstddef>
#include <memory>
#include <vector>

namespace spikingjet {

/// Golden readouts of the distinct samples, on all allowed threads.
///
/// **Shapes** returns (distinct, classes), row-major.
/// **Laws** rows equal those of `run` bit by bit.
template <class Net>
std::vector<float> golden_run(const Parameters<Net>& parameters, const SampleRange& samples) {
  std::vector<float> readouts(samples.distinct() * Net::classes);
  Pool<Workspace<Net>> pool;
  for_each_index(samples.distinct(), [&](std::size_t s) {
    const auto work = pool.borrow([] { return std::make_unique<Workspace<Net>>(); });
    NoPerturbation none;
    const auto readout = run(*work, parameters, samples[s], none);
    std::copy(readout.begin(), readout.end(), readouts.begin() + static_cast<std::ptrdiff_t>(s * Net::classes));
  });
  return readouts;
}

}  // namespace spikingjet
