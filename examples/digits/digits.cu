// SPDX-License-Identifier: MIT

// The GPU code of the digits network: two layers of leaky neurons, spike counts.

#include <spikingjet/cuda.cuh>

namespace sj = spikingjet;

static const sj::CudaProgram<sj::SpikeCountReadout, sj::LeakyModel<>, sj::LeakyModel<>> program;
