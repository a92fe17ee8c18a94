// SPDX-License-Identifier: MIT

// The GPU code of the N-MNIST network: two layers of leaky neurons, spike counts.

#include <spikingjet/cuda.cuh>

namespace sj = spikingjet;

static const sj::CudaProgram<sj::SpikeCountReadout, sj::LeakyModel<>, sj::LeakyModel<>> program;
