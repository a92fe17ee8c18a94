// SPDX-License-Identifier: MIT

// The GPU code of the SHD network: two layers of synaptic neurons, largest potentials.

#include <spikingjet/cuda.cuh>

namespace sj = spikingjet;

static const sj::CudaProgram<sj::MaxPotentialReadout, sj::SynapticModel<>, sj::SynapticModel<>> program;
