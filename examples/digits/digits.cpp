// SPDX-License-Identifier: MIT

// Handwritten digits of 8x8 pixels, 64-32-10: a campaign that carries its trained network and its data.

#include <spikingjet/app.hpp>
#include <spikingjet/model.hpp>

#include <embed/digits/data.hpp>
#include <embed/digits/weights.hpp>

namespace sj = spikingjet;

using Net = sj::Network<sj::Input<1, 8, 8>,
                        sj::Dense<"fc1", 32>, sj::Leaky<"lif1">,
                        sj::Dense<"fc2", 10>, sj::Leaky<"lif2">,
                        sj::SpikeCountReadout>;

int main(int argc, char** argv) {
  return sj::run_campaign<Net>(argc, argv,
                               {.name = "digits",
                                .about = "Faults in a spiking network that reads handwritten digits of 8x8 pixels.",
                                .weights = digits::weights(),
                                .data = digits::data(),
                                .steps = 16});
}
