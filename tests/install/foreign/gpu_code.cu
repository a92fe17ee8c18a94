// SPDX-License-Identifier: MIT
#include <spikingjet/cuda.cuh>

namespace sj = spikingjet;

static const sj::CudaProgram<sj::SpikeCountReadout, sj::LeakyModel<>> program;
