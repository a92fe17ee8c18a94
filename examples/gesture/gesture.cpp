// SPDX-License-Identifier: MIT

// The DVS128 Gesture network of the Python tool SpikingJET: two convolutions, a fully connected layer, spike counts.

#include <spikingjet/app.hpp>
#include <spikingjet/model.hpp>

namespace sj = spikingjet;

using Net = sj::Network<sj::Input<2, 32, 32>,
                        sj::Conv2d<"conv1", 12, sj::Kernel<5>>, sj::MaxPool2d<2>, sj::Leaky<"lif1">,
                        sj::Conv2d<"conv2", 32, sj::Kernel<5>>, sj::MaxPool2d<2>, sj::Leaky<"lif2">,
                        sj::Dense<"fc1", 11>, sj::Leaky<"lif3">,
                        sj::SpikeCountReadout>;

int main(int argc, char** argv) {
  return sj::run_campaign<Net>(
      argc, argv,
      {.name = "gesture",
       .about = "Faults in a convolutional spiking network that sees hand gestures (DVS128 Gesture).",
       .where_from =
           "pass the published weights and the recordings' folder or frames as .npz; see examples/gesture/README.md",
       .steps = 25});
}
