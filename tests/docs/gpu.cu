// SPDX-License-Identifier: MIT
// GPU code with a neuron model of one's own, as docs/gpu.md shows it.
#include <spikingjet/cuda.cuh>

#include "gpu_neuron.hpp"

namespace sj = spikingjet;

static const sj::CudaProgram<sj::SpikeCountReadout, Integrator, sj::LeakyModel<>> program;
