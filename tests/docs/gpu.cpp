// SPDX-License-Identifier: MIT
// A campaign on GPUs from C++, as docs/gpu.md shows it.
#include <spikingjet/campaign.hpp>

#include <cstdio>

#include "gpu_neuron.hpp"

namespace sj = spikingjet;

using Net = sj::Network<sj::Input<1, 8, 8>,
                        sj::Dense<"fc1", 32>, sj::Neuron<"if1", Integrator>,
                        sj::Dense<"fc2", 10>, sj::Leaky<"lif2">,
                        sj::SpikeCountReadout>;
using Flips = sj::Injector<Net, sj::BitFlip, sj::AnyBit, sj::target::Weight>;

int main() try {
  const auto parameters = sj::load_parameters<Net>("weights.npz");
  const auto data = sj::load_dataset("data.npz", {.input = Net::input});
  const auto faults = sj::sample(Flips::fault_space(), 50'000, 1);

  const sj::GpuOptions gpus{.devices = {0, 1}, .memory_share = 0.5};
  sj::Campaign<Flips, sj::CudaEngine<Flips>> campaign(parameters, data, sj::SampleRange(data), gpus);
  sj::FaultRecord sum;
  campaign.run(faults, [&](const sj::CampaignBlock& block) {
    for (const auto& record : block.records) sum += record;
  });
  std::printf("%llu of %llu injections masked\n", static_cast<unsigned long long>(sum.masked),
              static_cast<unsigned long long>(sum.samples));
} catch (const sj::Error& error) {
  std::fprintf(stderr, "%s\n", error.what());
  return error.exit_status();
}
