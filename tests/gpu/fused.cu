// SPDX-License-Identifier: MIT

// A canonical sum whose product and sum a compiler may fuse, where it is let.

#include <spikingjet/sim/sums/term.hpp>

__global__ void fused(float* sum, const float* weight, const float* x) {
  *sum = spikingjet::sum_next(*sum, *weight, *x);
}
