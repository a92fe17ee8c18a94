// SPDX-License-Identifier: MIT
#include <spikingjet/app.hpp>
#include <spikingjet/model.hpp>

namespace sj = spikingjet;

using Net = sj::Network<sj::Input<1, 8, 8>,
                        sj::Dense<"fc1", 24>,
                        sj::Leaky<"lif1", sj::Shared<"beta", sj::Sharing::per_layer>,
                                  sj::Shared<"threshold", sj::Sharing::per_layer>>,
                        sj::Dense<"fc2", 10>,
                        sj::Leaky<"lif2", sj::Shared<"beta", sj::Sharing::per_layer>,
                                  sj::Shared<"threshold", sj::Sharing::per_layer>>,
                        sj::SpikeCountReadout>;

int main(int argc, char** argv) {
  return sj::run_campaign<Net>(argc, argv,
                               {.name = "tutorial",
                                .about = "Faults in the tutorial's network.",
                                .where_from = "run train.py, which writes data.npz, and export_snntorch.py, which "
                                              "writes weights.npz"});
}
