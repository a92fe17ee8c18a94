// SPDX-License-Identifier: MIT

// Faults in a simulator of one's own: its loop, its arrays, and one header of ours.

#include <spikingjet/fault/apply.hpp>

#include <cstdio>
#include <vector>

namespace sj = spikingjet;

/// Somebody's simulator: a ring of leaky neurons, each of which excites the next.
struct Ring {
  std::vector<float> weight = std::vector<float>(10, 0.7F);  // (neuron)
  std::vector<float> potential = std::vector<float>(10);     // (neuron)
  std::vector<float> spike = std::vector<float>(10);         // (neuron)

  void step(float drive) {
    std::vector<float> before = spike;
    for (std::size_t n = 0; n < 10; ++n) {
      potential[n] = 0.9F * potential[n] + weight[n] * before[(n + 9) % 10] + (n == 0 ? drive : 0.0F);
      spike[n] = potential[n] > 1.0F ? 1.0F : 0.0F;
      potential[n] -= spike[n];
    }
  }
};

int main() {
  // Bit 30 of the potential of neuron 4 upset in step 12 alone; the weight into neuron 6 dead from step 30 on.
  const sj::Fault upset = sj::bit_flip(4, 30, {.begin = 12, .end = 13});
  const sj::Fault dead = sj::dead(6, {.begin = 30});

  Ring golden;
  Ring faulty;
  sj::ParameterFault cut(dead, faulty.weight);
  int differing = 0;
  for (std::size_t step = 0; step < 60; ++step) {
    cut.at(step);
    golden.step(0.6F);
    faulty.step(0.6F);
    sj::apply(upset, faulty.potential, step);
    for (std::size_t n = 0; n < 10; ++n) differing += golden.spike[n] != faulty.spike[n];
  }
  std::printf("%d of 600 spikes differ\n", differing);
  return differing > 0 ? 0 : 1;
}
