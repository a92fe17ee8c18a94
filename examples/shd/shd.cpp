// SPDX-License-Identifier: MIT

// The SHD network of the Python tool SpikingJET: spoken digits, 700-200-20, lateral weights, potentials read.

#include <spikingjet/app.hpp>
#include <spikingjet/model.hpp>

namespace sj = spikingjet;

using Net = sj::Network<sj::Input<700>,
                        sj::Dense<"fc1", 200>, sj::Synaptic<"lif1", sj::Lateral<"fb1">>,
                        sj::Dense<"fc2", 20>, sj::Synaptic<"lif2">,
                        sj::MaxPotentialReadout>;

int main(int argc, char** argv) {
  return sj::run_campaign<Net>(
      argc, argv,
      {.name = "shd",
       .about = "Faults in a recurrent spiking network that hears spoken digits (Spiking Heidelberg Digits).",
       .where_from = "pass the published weights and SHD's 'shd_test.h5' or frames as .npz; see examples/shd/README.md",
       .steps = 100});
}
