// SPDX-License-Identifier: MIT
#include <spikingjet/cuda.cuh>

#include "models.hpp"

namespace sj = spikingjet;

static const sj::CudaProgram<sj::SpikeCountReadout, FirstModel> program;
