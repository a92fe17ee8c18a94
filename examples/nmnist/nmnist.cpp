// SPDX-License-Identifier: MIT

// The N-MNIST network of the Python tool SpikingJET: 578-20-10, leaky neurons, spike counts.

#include <spikingjet/app.hpp>
#include <spikingjet/model.hpp>

namespace sj = spikingjet;

using Net = sj::Network<sj::Input<2, 17, 17>,
                        sj::Dense<"fc1", 20>, sj::Leaky<"lif1">,
                        sj::Dense<"fc2", 10>, sj::Leaky<"lif2">,
                        sj::SpikeCountReadout>;

int main(int argc, char** argv) {
  return sj::run_campaign<Net>(
      argc, argv,
      {.name = "nmnist",
       .about = "Faults in a spiking network that reads handwritten digits from an event camera (N-MNIST).",
       .where_from = "pass the published weights as .npz and N-MNIST's 'Test' folder or frames as .npz; see "
                     "examples/nmnist/README.md",
       .steps = 100});
}
